// Access points without an address: rows that only a controller can tell of.
#include <doctest/doctest.h>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view head = "name,address,mac,serial,controller,credential,web_url\n";
constexpr std::string_view controllers = "wlc-1,10.73.9.1,,,,,\nwlc-2,10.73.9.2,,,,,\n";

std::string table(std::string_view rows) {
    return std::string(head) + std::string(controllers) + std::string(rows);
}

}  // namespace

TEST_SUITE("inventory/controllers") {
    TEST_CASE("an access point needs no address when a controller can tell of it") {
        const Loaded loaded(
            table("ap-1,,02-1A-1E-00-00-10,,,,\n"
                  "ap-2,,,CNABCD1234,,,\n"
                  "ap-3,,,,wlc-1|wlc-2,,\n"
                  "ap-4,10.73.9.4,021a.1e00.0040,CNABCD0004,wlc-1 wlc-2,,\n"));
        CHECK(loaded.said() == "");
        CHECK(loaded.device("ap-1").mac == "02:1a:1e:00:00:10");
        CHECK(loaded.device("ap-1").address.empty());
        CHECK(loaded.device("ap-2").serial == "CNABCD1234");
        CHECK(loaded.device("ap-3").controllers == std::vector<DeviceId>{"wlc-1", "wlc-2"});
        CHECK(loaded.device("ap-3").parents.empty());
        CHECK(loaded.device("ap-4").mac == "02:1a:1e:00:00:40");
        CHECK(loaded.device("ap-4").controllers == std::vector<DeviceId>{"wlc-1", "wlc-2"});
        // Who has no address is asked by nobody, whatever the defaults say.
        for (const char* const id : {"ap-1", "ap-2", "ap-3"})
            CHECK(loaded.device(id).credentials.empty());
        CHECK(loaded.device("ap-4").credentials.size() == 1);
        CHECK(loaded.device("wlc-1").is_parent);
        CHECK(loaded.device("wlc-2").is_parent);
    }

    TEST_CASE("a table of such access points alone needs no column for addresses") {
        const Loaded loaded(usual_settings, {{"inventory/a.csv", "name,address\nwlc-1,10.73.9.1\n"},
                                             {"inventory/b.csv",
                                              "nama;alamat mac;kontroler\n"
                                              "ap-1;021A1E000010;wlc-1\n"}});
        CHECK(loaded.said() == "");
        CHECK(loaded.device("ap-1").mac == "02:1a:1e:00:00:10");
    }

    TEST_CASE("what pantau lists as unassigned is a table of the inventory") {
        const Loaded loaded(usual_settings,
                            {{"inventory/a.csv", "name,address\nwlc-1,10.73.9.1\n"},
                             {"inventory/b.csv",
                              "name,mac,serial,controller,seen_state,seen_model,seen_address\n"
                              "lobi,02:1a:1e:00:00:10,INVENTED01,wlc-1,up,635,10.73.9.11\n"}});
        CHECK(loaded.said() == "");
        CHECK(loaded.device("lobi").serial == "INVENTED01");
        CHECK(loaded.device("lobi").address.empty());
    }

    TEST_CASE("a group names the controller of its access points, not of the controller") {
        const Loaded loaded(std::string(usual_settings) +
                                "groups: [{match: {name: \"*\"}, set: {controller: wlc-1}}]\n",
                            {{"inventory/a.csv", "name,address\nwlc-1,10.73.9.1\nap-1,\n"}});
        CHECK(loaded.said() == "");
        CHECK(loaded.device("ap-1").controllers == std::vector<DeviceId>{"wlc-1"});
        CHECK(loaded.device("wlc-1").controllers.empty());
    }

    TEST_CASE("mistakes about controllers are told with their place") {
        struct Mistake {
            std::string rows;
            std::string place;
            std::string words;
        };
        const std::vector<Mistake> mistakes{
            {"ap,,,,,,\n", ":4:1", "ap has no address"},
            {"ap,,02:1a:1e:00:00,,,,\n", ":4:5", "\"02:1a:1e:00:00\" is no MAC address"},
            {"ap,,02:1a:1e:00:00:1g,,,,\n", ":4:5", "is no MAC address"},
            {"ap,,,2.10235E+11,,,\n", ":4:6", "a number that a spreadsheet has rounded"},
            {"ap,,,AB CD,,,\n", ":4:6", "\"AB CD\" is no serial number"},
            {"ap,,,,wlc-3,,\n", ":4:7", "unknown controller \"wlc-3\""},
            {"ap,10.0.0.1,,,ap,,\n", ":4:15", "ap is its own controller"},
            {"a,,,S1,,,\nap,,,,a,,\n", ":5:7",
             "a cannot be a controller: it has no address itself"},
            {"ap,,,S1,,city,\n", ":4:10", "ap has no address, so nobody can ask it"},
            {"ap,,,S1,,,http://a/\n", ":4:11", "ap has no address, so nobody can ask it"},
            {"a,,021a1e000010,,,,\nap,,02:1A:1E:00:00:10,,,,\n", ":5:5",
             "02:1a:1e:00:00:10 is the MAC address of a already"},
            {"a,,,S1,,,\nap,,,S1,,,\n", ":5:6", "S1 is the serial number of a already"},
        };
        for (const Mistake& mistake : mistakes) {
            CAPTURE(mistake.rows);
            const Loaded loaded(table(mistake.rows));
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.says(mistake.words));
            CHECK(loaded.says("inventory/a.csv" + mistake.place));
        }
    }

    TEST_CASE("no credential is a fine thing to say of an access point without an address") {
        CHECK(Loaded(table("ap,,,S1,,none,\n")).said() == "");
    }
}
