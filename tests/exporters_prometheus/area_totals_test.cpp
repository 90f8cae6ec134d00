#include <doctest/doctest.h>

#include <string>

#include "made_fleet.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace pantau::by_hand;

namespace {

/// An Observation of that role with so many people, by the device's total or its access points'.
std::shared_ptr<Observation> people(Role role, std::optional<std::uint64_t> total,
                                    std::vector<std::optional<std::uint64_t>> at_aps = {}) {
    auto seen = std::make_shared<Observation>();
    seen->role = role;
    ObservationBuilder build(*seen);
    build.begin(ComponentKind::system);
    if (total) build.add(quantity::system_clients, Number::natural(*total));
    for (const auto& clients : at_aps) {
        build.begin(ComponentKind::access_point);
        if (clients) build.add(quantity::ap_clients, Number::natural(*clients));
    }
    return seen;
}

std::string areas_of(const Made& made, const RenderOptions& options = {}) {
    const std::string rendered = made.render(options);
    std::string lines;
    for (std::size_t at = 0; at < rendered.size();) {
        const std::size_t end = rendered.find('\n', at);
        const std::string_view line = std::string_view(rendered).substr(at, end - at);
        if (line.starts_with("pantau_area_")) lines.append(line).push_back('\n');
        at = end + 1;
    }
    return lines;
}

bool has(const std::string& lines, const std::string& line) {
    return ('\n' + lines).find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_SUITE("exporters/prometheus/area totals") {
    TEST_CASE("every level has its own sums, and every health its line") {
        Made made;
        made.device("a")->area = {"Klojen", "Kauman", "01"};
        made.up(people(Role::access_point, {}, {5}));
        made.device("b")->area = {"Klojen", "Kauman", "02"};
        made.state().health = {HealthState::down, Reason::timeout};
        made.device("c")->area = {"Klojen", "Oro-oro Dowo", "01"};
        made.up(people(Role::access_point, {}, {7}));
        const std::string lines = areas_of(made);
        for (
            const char* line : {
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="up"} 2)",
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="down"} 1)",
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="degraded"} 0)",
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="maintenance"} 0)",
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="unknown"} 0)",
                R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="unreachable"} 0)",
                R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 12)",
                R"(pantau_area_aps{kecamatan="Klojen",kelurahan="Kauman",level="kelurahan",health="up"} 1)",
                R"(pantau_area_clients{kecamatan="Klojen",kelurahan="Kauman",level="kelurahan"} 5)",
                R"(pantau_area_aps{kecamatan="Klojen",kelurahan="Kauman",rw="02",level="rw",health="down"} 1)",
                R"(pantau_area_clients{kecamatan="Klojen",kelurahan="Oro-oro Dowo",rw="01",level="rw"} 7)",
            }) {
            CAPTURE(line);
            CHECK(has(lines, line));
        }
        CHECK(lines.find(R"(pantau_area_clients{kecamatan="Klojen",kelurahan="Kauman",rw="02")") ==
              std::string::npos);
    }

    TEST_CASE("areas that share a name but not their parents are two") {
        Made made;
        made.device("a")->area = {"Klojen", "Kauman", "01"};
        made.device("b")->area = {"Sukun", "Kauman", "01"};
        const std::string lines = areas_of(made);
        CHECK(has(
            lines,
            R"(pantau_area_aps{kecamatan="Klojen",kelurahan="Kauman",level="kelurahan",health="unknown"} 1)"));
        CHECK(has(
            lines,
            R"(pantau_area_aps{kecamatan="Sukun",kelurahan="Kauman",level="kelurahan",health="unknown"} 1)"));
    }

    TEST_CASE("zero people and unknown people are different") {
        Made made;
        made.device("a")->area = {"Klojen"};
        SUBCASE("somebody counted nobody") {
            made.up(people(Role::access_point, {}, {0}));
            CHECK(has(areas_of(made),
                      R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 0)"));
        }
        SUBCASE("nobody counted") {
            made.up(people(Role::access_point, {}, {std::nullopt}));
            CHECK(areas_of(made).find("pantau_area_clients") == std::string::npos);
        }
    }

    TEST_CASE("a device that names no RW belongs to its kelurahan and kecamatan only") {
        Made made;
        made.device("a")->area = {"Klojen", "Kauman", ""};
        const std::string lines = areas_of(made);
        CHECK(lines.find("level=\"kelurahan\"") != std::string::npos);
        CHECK(lines.find("level=\"rw\"") == std::string::npos);
        Made nowhere;
        nowhere.device("b")->area = {};
        CHECK(areas_of(nowhere).empty());
    }

    TEST_CASE("an access point counts its people once, by its own count before the device's") {
        Made made;
        made.device("a")->area = {"Klojen"};
        SUBCASE("its own") {
            made.up(people(Role::access_point, 90, {34}));
        }
        SUBCASE("the device's, when it has none") {
            made.up(people(Role::access_point, 34, {std::nullopt}));
        }
        CHECK(
            has(areas_of(made), R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 34)"));
    }

    TEST_CASE("a controller adds people but no access point") {
        Made made;
        made.device("wlc")->area = {"Klojen"};
        std::string clients = "120";
        SUBCASE("by its total") {
            made.up(people(Role::controller, 120, {60, 40}));
        }
        SUBCASE("else by the sum of those that told") {
            made.up(people(Role::controller, {}, {60, std::nullopt, 40}));
            clients = "100";
        }
        const std::string lines = areas_of(made);
        CHECK(
            has(lines, R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} )" + clients));
        CHECK(lines.find("pantau_area_aps") != std::string::npos);
        CHECK(has(lines, R"(pantau_area_aps{kecamatan="Klojen",level="kecamatan",health="up"} 0)"));
    }

    TEST_CASE("the people of a controller that access points name as parent are counted at those") {
        Made made;
        made.device("ap")->area = {"Klojen"};
        made.up(people(Role::access_point, {}, {30}));
        const auto controller = made.device("wlc");
        controller->area = {"Klojen"};
        controller->is_parent = true;
        made.up(people(Role::controller, 30, {30}));
        CHECK(
            has(areas_of(made), R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 30)"));
    }

    TEST_CASE("of a controller that lists access points of the inventory only the others count") {
        Made made;
        made.device("ap")->area = {"Klojen"};
        made.up(people(Role::access_point, {}, {30}));
        const auto controller = made.device("wlc");
        controller->area = {"Klojen"};
        controller->is_parent = true;
        const auto seen = people(Role::controller, 42, {30, 12, {}});
        made.up(seen);
        auto list = std::make_shared<ControllerList>();
        list->seen = seen;
        list->assigned = 1;
        list->unassigned = {2, 3};
        made.state().list = list;
        const std::string rendered = made.render();
        CHECK(has(rendered, R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 42)"));
        CHECK(rendered.find("pantau_device_unassigned_access_points{device=\"wlc\"") !=
              std::string::npos);

        // It tells nothing of those of the inventory: all its people are counted at itself.
        const auto silent = people(Role::controller, 42, {{}, 12});
        auto of_silent = std::make_shared<ControllerList>();
        of_silent->seen = silent;
        of_silent->assigned = 1;
        of_silent->unassigned = {2};
        made.up(silent);
        made.state().list = of_silent;
        CHECK(
            has(made.render(), R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 72)"));
        made.up(seen);

        auto whole = std::make_shared<ControllerList>(*list);
        whole->assigned = 3;
        whole->unassigned.clear();
        made.state().list = whole;
        CHECK(
            has(made.render(), R"(pantau_area_clients{kecamatan="Klojen",level="kecamatan"} 30)"));
    }

    TEST_CASE("a filter leaves out the sums of larger areas: they would be of a part only") {
        Made made;
        made.device("a")->area = {"Klojen", "Kauman", "01"};
        made.device("b")->area = {"Klojen", "Samaan", "01"};
        RenderOptions options;
        options.areas = {{1, "Kauman"}};
        const std::string lines = areas_of(made, options);
        CHECK(lines.find("level=\"kecamatan\"") == std::string::npos);
        CHECK(lines.find("Samaan") == std::string::npos);
        CHECK(lines.find("level=\"kelurahan\"") != std::string::npos);
        CHECK(lines.find("level=\"rw\"") != std::string::npos);
    }

    TEST_CASE("the level is told in the configuration's own word") {
        Made made;
        made.hierarchy({"rukun warga"});
        made.device("a")->area = {"08"};
        CHECK(has(areas_of(made),
                  R"(pantau_area_aps{rukun_warga="08",level="rukun warga",health="unknown"} 1)"));
    }

    TEST_CASE("no hierarchy, no areas") {
        Made made;
        made.hierarchy({});
        made.device("a");
        CHECK(areas_of(made).empty());
    }
}
