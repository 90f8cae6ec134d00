#include <doctest/doctest.h>

#include <chrono>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

TEST_SUITE("inventory/load") {
    TEST_CASE("a table as the contract shows it becomes devices") {
        const Loaded loaded(
            "name,address,port,kecamatan,kelurahan,rw,lat,lon,profile,credential,parent,web_url\n"
            "rw08-sumbersari-1,10.73.5.81,161,Lowokwaru,Sumbersari,08,-7.9526,112.6118,auto,city,"
            "sw-sumbersari,\n"
            "sw-sumbersari,10.73.5.1,1161,Lowokwaru,Sumbersari,,,,mikrotik,old city,,http://a/\n");
        CHECK(loaded.said().empty());
        CHECK(loaded.count() == 2);

        const Device& device = loaded.device("rw08-sumbersari-1");
        CHECK(device.address == "10.73.5.81");
        CHECK(device.port == 161);
        CHECK(device.area == std::vector<std::string>{"Lowokwaru", "Sumbersari", "08"});
        CHECK(device.latitude == -7.9526);
        CHECK(device.longitude == 112.6118);
        CHECK(device.profile == "auto");
        REQUIRE(device.credentials.size() == 1);
        CHECK(device.credentials[0]->name == "city");
        CHECK(device.parents == std::vector<ParentGroup>{{"sw-sumbersari"}});
        CHECK(device.collectors.empty());
        CHECK_FALSE(device.is_parent);

        const Device& parent = loaded.device("sw-sumbersari");
        CHECK(parent.port == 1161);
        CHECK(parent.area == std::vector<std::string>{"Lowokwaru", "Sumbersari", ""});
        CHECK_FALSE(parent.latitude);
        CHECK(parent.profile == "mikrotik");
        REQUIRE(parent.credentials.size() == 2);
        CHECK(parent.credentials[0]->name == "old");
        CHECK(web_of(parent).page == "http://a/");
        CHECK(parent.is_parent);
    }
}
