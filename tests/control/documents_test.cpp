#include "control/documents.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "control/fleet_by_hand.hpp"

using namespace pantau;
using namespace pantau::control;
using namespace pantau::test;

namespace {

using enum HealthState;

std::vector<HandDevice> a_small_city() {
    return {{"a1", {"Lowokwaru", "Sumbersari", "08"}, up, 12},
            {"a2", {"Lowokwaru", "Sumbersari", "08"}, up, 0},
            {"b1", {"Lowokwaru", "Sumbersari", "09"}, up, 5},
            {"b2", {"Lowokwaru", "Sumbersari", "09"}, down, 7},
            {"c1", {"Lowokwaru", "Dinoyo", "08"}, down, {}},
            {"d1", {"Klojen", "Kauman", "01"}, unknown, {}},
            {"sw", {"Klojen", "Kauman", ""}, up, {}, Role::switch_, true},
            {"roof", {"Klojen", "Kauman", ""}, degraded, {}}};
}

boost::json::value parsed(const std::string& text) {
    return boost::json::parse(text);
}

std::vector<std::string> ids(const std::string& document) {
    std::vector<std::string> found;
    const boost::json::value list = parsed(document);
    for (const auto& device : list.as_array())
        found.emplace_back(device.at("id").as_string().c_str());
    return found;
}

}  // namespace

TEST_SUITE("control/documents") {
    TEST_CASE("the status is a whole") {
        StatusExtras extras;
        extras.version = "0.1.0";
        extras.started = WallTime{std::chrono::seconds(1'795'487'000)};
        extras.polls.polls = 100;
        extras.polls.failures[static_cast<std::size_t>(Reason::timeout)] = 3;
        const auto status = parsed(status_document(*snapshot_of(a_small_city()), extras));
        CHECK(status.at("schema") == "pantau.status/1");
        CHECK(status.at("started") == "2026-11-24T02:23:20Z");
        CHECK(status.at("time") == "2026-11-24T02:38:00Z");
        CHECK(status.at("ready") == true);
        CHECK(status.at("devices") == 8);
        CHECK(status.at("access_points") == 7);
        CHECK(status.at("health").at("up") == 4);
        CHECK(status.at("health").at("down") == 2);
        CHECK(status.at("health").at("unreachable") == 0);
        CHECK(status.at("last_reload").at("ok").is_null());
        CHECK(status.at("polls").at("failures") == boost::json::value{{"timeout", 3}});
        CHECK(status.at("hierarchy") == boost::json::value{"kecamatan", "kelurahan", "rw"});
        CHECK(status.at("areas").at(0).at("clients").is_null());
        const auto& klojen = status.at("areas").at(0);
        CHECK(klojen.at("name") == "Klojen");
        CHECK(klojen.at("access_points") == 2);
        CHECK(klojen.at("up") == 1);
        CHECK(klojen.at("sites").at("unknown") == 1);
        const auto& lowokwaru = status.at("areas").at(1);
        CHECK(lowokwaru.at("sites").at("total") == 3);
        CHECK(lowokwaru.at("sites").at("dark") == 1);
        // 7 people were on b2 before it went down; nobody can tell now.
        CHECK(lowokwaru.at("clients") == 17);
    }

    TEST_CASE("devices that name no area come first among the areas, under no name") {
        const auto status = parsed(status_document(
            *snapshot_of({{"a", {"Klojen", "", ""}, up, 2}, {"b", {}, up, 3}}), {}));
        REQUIRE(status.at("areas").as_array().size() == 2);
        CHECK(status.at("areas").at(0).at("name") == "");
        CHECK(status.at("areas").at(0).at("clients") == 3);
        CHECK(status.at("areas").at(1).at("name") == "Klojen");
    }

    TEST_CASE("a device shows what is known, and null for what is not") {
        const auto list = parsed(devices_document(*snapshot_of(a_small_city()), {}));
        REQUIRE(list.as_array().size() == 8);
        const auto& known = list.at(0);
        CHECK(known.at("id") == "a1");
        CHECK(known.at("area") == boost::json::value{{"kecamatan", "Lowokwaru"},
                                                     {"kelurahan", "Sumbersari"},
                                                     {"rw", "08"}});
        CHECK(known.at("role") == "access_point");
        CHECK(known.at("health") == "up");
        CHECK(known.at("reason").is_null());
        CHECK(known.at("model") == "UAP-\"nanoHD\"");
        CHECK(known.at("profile") == "ubiquiti-unifi");
        CHECK(known.at("firmware").is_null());
        CHECK(known.at("clients") == 12);
        CHECK(known.at("last_success") == "2026-11-24T02:38:00Z");
        CHECK(list.at(1).at("clients") == 0);
        CHECK(list.at(3).at("health") == "down");
        CHECK(list.at(3).at("reason") == "timeout");
        CHECK(list.at(3).at("clients").is_null());
        const auto& unvisited = list.at(5);
        for (const char* key : {"profile", "vendor", "model", "clients", "last_success"}) {
            CAPTURE(std::string(key));
            CHECK(unvisited.at(key).is_null());
        }
    }

    TEST_CASE("lists are narrowed by state and area") {
        struct Case {
            std::string name;
            Query query;
            std::vector<std::string> ids;
        };
        const Case cases[] = {
            {"one state", {{"state", "down"}}, {"b2", "c1"}},
            {"two states", {{"state", "down,degraded"}}, {"b2", "c1", "roof"}},
            {"an area, in any case", {{"kelurahan", "SUMBERSARI"}}, {"a1", "a2", "b1", "b2"}},
            {"two levels", {{"kelurahan", "Sumbersari"}, {"rw", "08"}}, {"a1", "a2"}},
            {"either of two",
             {{"kelurahan", "Kauman"}, {"kelurahan", "Dinoyo"}},
             {"c1", "d1", "sw", "roof"}},
            {"health is the same as state", {{"health", "degraded"}}, {"roof"}},
            {"a role", {{"role", "switch,router"}}, {"sw"}},
            {"a level with a prefix", {{"area_rw", "09"}}, {"b1", "b2"}},
            {"both kinds", {{"rw", "08"}, {"state", "down"}}, {"c1"}},
            {"nowhere", {{"rw", "99"}}, {}},
            {"no value", {{"rw", ""}}, {"sw", "roof"}},
        };
        const auto snapshot = snapshot_of(a_small_city());
        for (const Case& c : cases) {
            CAPTURE(c.name);
            const auto filter = parse_device_filter(c.query, snapshot->inventory->hierarchy);
            REQUIRE(filter.has_value());
            CHECK(ids(devices_document(*snapshot, *filter)) == c.ids);
        }
    }

    TEST_CASE("a filter that cannot be meant so is refused in words") {
        struct Case {
            Query query;
            std::string words;
        };
        const Case cases[] = {
            {{{"kelurahn", "x"}},
             "unknown parameter 'kelurahn', perhaps 'kelurahan'; known are kecamatan, kelurahan, "
             "rw, state, health, role"},
            {{{"state", "dwn"}},
             "unknown state 'dwn', perhaps 'down'; known are up, degraded, down, unreachable, "
             "maintenance, unknown"},
            {{{"role", "ap"}},
             "unknown role 'ap'; known are access_point, controller, radio, router, switch, other"},
            {Query(33, {"rw", "08"}), "at most 32 areas can be asked for at once"},
        };
        for (const Case& c : cases) {
            const auto filter = parse_device_filter(c.query, {"kecamatan", "kelurahan", "rw"});
            REQUIRE_FALSE(filter.has_value());
            CHECK(filter.error().detail == c.words);
        }
    }

    TEST_CASE("an empty fleet is no special case") {
        const auto snapshot = snapshot_of({});
        CHECK(devices_document(*snapshot, {}) == "[]");
        CHECK(parsed(status_document(*snapshot, {})).at("areas").as_array().empty());
    }

    TEST_CASE("the polls of all workers are summed, and the late ones counted") {
        PollStats stats;
        stats.polls = 10;
        stats.failures[static_cast<std::size_t>(Reason::auth)] = 2;
        for (const double seconds : {0.001, 0.5, 1.0, 1.5, 100.0})
            stats.lateness.observe(seconds);
        PollFigures figures;
        figures.add(stats);
        figures.add(stats);
        CHECK(figures.polls == 20);
        CHECK(figures.failures[static_cast<std::size_t>(Reason::auth)] == 4);
        CHECK(figures.late == 4);
    }
}
