#include "state/area_sums.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace pantau;

namespace {

using enum HealthState;

struct Of {
    std::vector<std::string> area;
    HealthState health = up;
    bool works = true;
};

AreaSums sums_of(const std::vector<Of>& access_points, std::size_t levels = 3) {
    AreaSums sums(levels);
    for (const Of& of : access_points) {
        auto device = std::make_shared<Device>();
        device->area = of.area;
        DeviceState state;
        state.device = std::move(device);
        state.health.state = of.health;
        state.up = of.works;
        sums.add(state, MonoTime{});
    }
    return sums;
}

}  // namespace

TEST_SUITE("state/area sums") {
    TEST_CASE("areas come level by level, each with its whole path, sorted") {
        const auto list =
            sums_of(
                {{{"Sukun", "Gadang", "02"}}, {{"Klojen", "Kauman", "10"}}, {{"Klojen", "", ""}}})
                .list();
        std::vector<std::vector<std::string>> paths;
        for (const AreaSum& sum : list)
            paths.push_back(sum.path);
        CHECK(paths == std::vector<std::vector<std::string>>{{"Klojen"},
                                                             {"Sukun"},
                                                             {"Klojen", "Kauman"},
                                                             {"Sukun", "Gadang"},
                                                             {"Klojen", "Kauman", "10"},
                                                             {"Sukun", "Gadang", "02"}});
        CHECK(list[0].access_points() == 2);
        CHECK(list[0].sites.total == 1);
    }

    TEST_CASE("a Site is as well served as its access points, and counts in every area above it") {
        const AreaSums sums = sums_of({{{"Klojen", "Kauman", "01"}, up, true},
                                       {{"Klojen", "Kauman", "01"}, up, true},
                                       {{"Klojen", "Kauman", "02"}, up, true},
                                       {{"Klojen", "Kauman", "02"}, down, false},
                                       {{"Klojen", "Samaan", "01"}, unreachable, false},
                                       {{"Klojen", "Samaan", "01"}, unknown, false},
                                       {{"Klojen", "Samaan", "02"}, unknown, false},
                                       {{"Klojen", "Samaan", "03"}, unknown, true},
                                       {{"Klojen", "Samaan", "04"}, maintenance, false},
                                       {{"Klojen", "", ""}, down, false}});
        const auto list = sums.list();
        REQUIRE(list.size() == 9);
        CHECK(list[0].sites == SiteCounts{6, 1, 2, 2, 1});
        CHECK(list[1].path.back() == "Kauman");
        CHECK(list[1].sites == SiteCounts{2, 1, 1, 0, 0});
        CHECK(list[2].sites == SiteCounts{4, 0, 1, 2, 1});
        CHECK(list[3].sites == SiteCounts{1, 1, 0, 0, 0});
        CHECK(list[0].access_points() == 10);
        CHECK(list[0].up == 4);
    }

    TEST_CASE("who names no outermost area is elsewhere, with its Sites") {
        const AreaSums sums =
            sums_of({{{"", "Kauman", "01"}, down, false}, {{}, up, true}, {{"Klojen", "", ""}}});
        CHECK(sums.elsewhere().path.empty());
        CHECK(sums.elsewhere().access_points() == 2);
        CHECK(sums.elsewhere().sites == SiteCounts{1, 0, 0, 1, 0});
        CHECK(sums_of({{{"Klojen"}}}, 0).elsewhere().access_points() == 1);
        CHECK(sums_of({{{"Klojen"}}}, 0).list().empty());
    }
}
