#include "fakes/city/layout.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "fakes/city/malang.hpp"
#include "fakes/city/story.hpp"

using namespace pantau;
using namespace pantau::city;
using namespace std::chrono_literals;

TEST_SUITE("fakes/city/layout") {
    TEST_CASE("Malang has 5 kecamatan, 57 kelurahan and 551 RW") {
        std::map<std::string, int> kelurahan_of;
        std::set<std::string> slugs;
        int rw = 0;
        int known = 0;
        for (const Kelurahan& one : malang()) {
            ++kelurahan_of[one.kecamatan];
            slugs.insert(slug_of(one.name));
            rw += one.rw_count;
            known += one.is_rw_count_known ? one.rw_count : 0;
            CHECK(one.rw_count > 0);
            CHECK(one.lat > lat_min);
            CHECK(one.lat < lat_max);
            CHECK(one.lon > lon_min);
            CHECK(one.lon < lon_max);
        }
        CHECK(kelurahan_of == std::map<std::string, int>{{"Blimbing", 11},
                                                         {"Klojen", 11},
                                                         {"Kedungkandang", 12},
                                                         {"Sukun", 11},
                                                         {"Lowokwaru", 12}});
        CHECK(slugs.size() == 57);
        CHECK(rw == 551);
        CHECK(known == 167);
    }

    TEST_CASE("every RW has an access point; names, addresses and places are unique and stable") {
        for (const int wanted : {551, 1100, 5000}) {
            const auto count = static_cast<std::size_t>(wanted);
            CAPTURE(count);
            CityOptions options;
            options.access_points = count;
            const Layout layout = plan(options);
            CHECK(layout.areas.size() == 551);
            CHECK(layout.switches.size() == 57);
            REQUIRE(layout.access_points.size() == count);
            std::set<std::string> names;
            std::set<std::uint32_t> addresses;
            std::set<std::pair<std::size_t, int>> served;
            for (const Site& site : layout.access_points) {
                names.insert(site.name);
                addresses.insert(site.address);
                served.emplace(site.kelurahan, site.rw);
                CHECK(site.lat >= lat_min);
                CHECK(site.lat <= lat_max);
                CHECK(site.lon >= lon_min);
                CHECK(site.lon <= lon_max);
            }
            for (const Site& site : layout.switches) {
                names.insert(site.name);
                addresses.insert(site.address);
            }
            CHECK(names.size() == count + 57);
            CHECK(addresses.size() == count + 57);
            CHECK(served.size() == 551);
        }
    }

    TEST_CASE("a device is found by its address, and nothing by another") {
        for (const int i : {0, 1, 249, 250, 63'999, 64'000, 99'999})
            CHECK(device_at(access_point_address(static_cast<std::size_t>(i)), 100'000, 57) ==
                  static_cast<std::size_t>(i));
        CHECK(device_at(switch_address(56), 10, 57) == 66);
        CHECK(device_at(switch_address(57), 10, 57) == none);
        CHECK(device_at(access_point_address(10), 10, 57) == none);
        CHECK(device_at(0x7F000001, 10, 57) == none);
        CHECK(device_at(0x7F490000, 10, 57) == none);
        CHECK(device_at(0x7F4900FF, 10, 57) == none);
        CHECK(device_at(0x0A490001, 10, 57) == none);
        CHECK(dotted(access_point_address(250)) == "127.73.1.1");
        CHECK(dotted(switch_address(0)) == "127.72.0.1");
    }

    TEST_CASE("few access points are spread over the whole city") {
        CityOptions options;
        options.access_points = 5;
        std::set<std::string> kecamatan;
        for (const Site& site : plan(options).access_points)
            kecamatan.insert(malang()[site.kelurahan].kecamatan);
        CHECK(kecamatan.size() >= 4);
    }

    TEST_CASE("shards part the access points into runs of nearly equal size") {
        CityOptions options;
        options.shard_count = 3;
        std::map<unsigned, int> sizes;
        unsigned last = 0;
        for (const Site& site : plan(options).access_points) {
            CHECK(site.shard >= last);
            CHECK(site.snmp_port == 16100 + site.shard);
            CHECK(site.http_port == 18080 + site.shard);
            last = site.shard;
            ++sizes[site.shard];
        }
        CHECK(sizes == std::map<unsigned, int>{{0, 367}, {1, 367}, {2, 366}});
    }

    TEST_CASE("the demo has a little of every fault, the same with the same seed") {
        CityOptions options = CityOptions::demo();
        options.access_points = 5000;
        const Layout layout = plan(options);
        std::map<std::uint32_t, int> count;
        int slow = 0;
        for (const Site& site : layout.access_points) {
            ++count[site.conditions];
            slow += site.latency_microseconds > 0 ? 1 : 0;
        }
        CHECK(count.size() == 11);  // ten conditions and none
        CHECK(count[0] > 4600);
        CHECK(slow > 20);
        CHECK(count[1] > 60);  // dead
        CHECK(count[1] < 140);
        CHECK(plan(options).access_points[17].conditions == layout.access_points[17].conditions);
        CHECK(options.check());
    }
}

TEST_SUITE("fakes/city/options") {
    TEST_CASE("options that cannot work are refused in words") {
        const auto problem = [](auto change) {
            CityOptions options;
            change(options);
            const auto checked = options.check();
            return checked ? std::string() : checked.error().detail;
        };
        CHECK(problem([](CityOptions&) {}).empty());
        CHECK(problem([](CityOptions& o) { o.access_points = 0; }) ==
              "the number of access points must be from 1 to 100000, not 0");
        CHECK(problem([](CityOptions& o) { o.shard_index = 1; }) ==
              "a shard is written i/n with i from 0 to n-1 and n from 1 to 64, not 1/1");
        CHECK(problem([](CityOptions& o) { o.loss = 1.5; }) == "the loss is a share from 0 to 1");
        CHECK(problem([](CityOptions& o) { o.community.clear(); }) ==
              "the community must have 1 to 255 characters");
        CHECK(problem([](CityOptions& o) { o.faults.dead = 0.6, o.faults.slow = 0.6; }) ==
              "the shares of faults are more than 1 together");
        CHECK(problem([](CityOptions& o) { o.snmp_port = 65535, o.shard_count = 2; }) ==
              "shard i listens on the port + i: the last one would be above 65535");
    }

    TEST_CASE("a story is read line by line, and a mistake names its line") {
        const auto story = parse_story(
            "# the power fails\n\n90s outage Oro-oro Dowo\n5m restore Oro-oro Dowo\r\n"
            "250ms loss 0.3\n1h reboot rw01-kasin-1 40s\n");
        REQUIRE(story);
        REQUIRE(story->size() == 4);
        CHECK((*story)[0].at == 90s);
        CHECK((*story)[0].command == "outage Oro-oro Dowo");
        CHECK((*story)[2].at == 250ms);
        const auto reboot = parse_command((*story)[3].command);
        REQUIRE(reboot);
        CHECK(reboot->target == "rw01-kasin-1");
        CHECK(reboot->duration == 40s);

        const auto wrong = parse_story("1s kill rw01-kasin-1\n10 kill x\n");
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().where == "line 2");
        CHECK(wrong.error().detail == "'10' is no time; write it as 250ms, 90s, 5m or 1h");
        CHECK(parse_story("1s burn Kasin").error().detail ==
              "'burn' is none of outage, restore, kill, revive, reboot, loss, latency");
        CHECK_FALSE(parse_story("1s kill"));
        CHECK_FALSE(parse_story("1s loss 2"));
        CHECK_FALSE(parse_story("1s latency Kasin soon"));
    }
}
