#include <doctest/doctest.h>

#include <chrono>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view credentials =
    "credentials:\n"
    "  city: {version: 2c, community: public}\n"
    "  old: {version: 1, community: public}\n"
    "inventory: [inventory/*.yml]\n";

Loaded with(std::string_view settings, std::string_view devices) {
    return Loaded(std::string(credentials) + std::string(settings),
                  {{"inventory/a.yml", "devices:\n" + std::string(devices)}});
}

}  // namespace

TEST_SUITE("inventory/effective") {
    TEST_CASE("a list holds what a table holds, and the text of an RW as written") {
        const Loaded loaded = with(
            "",
            "- {name: ap, address: 10.0.0.1, kecamatan: Klojen, kelurahan: Oro-oro Dowo, rw: 08, "
            "lat: -7.5, lon: 112.5, credential: old city, profil: generic, note: {any: thing}}\n"
            "- nama: b\n"
            "  ip: fd00::1\n"
            "  rw: \"010\"\n"
            "  induk: ap\n"
            "  kredensial: city\n"
            "  catatan: [x]\n"
            "  port: null\n"
            "  web: {page: /x, tries: 3}\n"
            "  poll: {interval: 60s}\n"
            "  retries: 4\n");
        CHECK(loaded.said().empty());
        const Device& ap = loaded.device("ap");
        CHECK(ap.area == std::vector<std::string>{"Klojen", "Oro-oro Dowo", "08"});
        CHECK(ap.latitude == -7.5);
        CHECK(ap.profile == "generic");
        CHECK(ap.credentials.size() == 2);
        CHECK(ap.is_parent);
        const Device& b = loaded.device("b");
        CHECK(b.address == "fd00::1");
        CHECK(b.area[2] == "10");
        CHECK(b.port == 161);
        CHECK(b.parents == std::vector<ParentGroup>{{"ap"}});
        CHECK(web_of(b).page == "/x");
        CHECK(web_of(b).tries == 3);
        CHECK(b.poll == PollSettings{.interval = 60s, .timeout = 2s, .retries = 4});
    }

    TEST_CASE(
        "built-in values, poll, defaults, groups in file order, the device: the last counts") {
        const Loaded loaded = with(
            "poll: {interval: 20s, timeout: 3s, retries: 0}\n"
            "defaults: {credential: city, port: 1000, interval: 40s, web: {page: /d, tries: 2}}\n"
            "groups:\n"
            "  - {match: {kelurahan: X}, set: {port: 2000, interval: 50s, web: {page: /x}}}\n"
            "  - {match: {name: \"b*\"}, set: {port: 3000, credential: old, web: {tries: 4}}}\n",
            "- {name: a, address: 10.0.0.1}\n"
            "- {name: a1, address: 10.0.0.2, kelurahan: X}\n"
            "- {name: b1, address: 10.0.0.3, kelurahan: X}\n"
            "- {name: b2, address: 10.0.0.4, kelurahan: X, port: 4000, credential: none, web: "
            "{page: /own}, interval: 1m}\n");
        CHECK(loaded.said().empty());
        CHECK(loaded.device("a").port == 1000);
        CHECK(loaded.device("a").poll ==
              PollSettings{.interval = 40s, .timeout = 3s, .retries = 0});
        CHECK(web_of(loaded.device("a")).page == "/d");
        CHECK(web_of(loaded.device("a")).tries == 2);
        CHECK(loaded.device("a1").port == 2000);
        CHECK(loaded.device("a1").poll.interval == 50s);
        CHECK(web_of(loaded.device("a1")).page == "/x");
        CHECK(web_of(loaded.device("a1")).tries == 2);
        const Device& b1 = loaded.device("b1");
        CHECK(b1.port == 3000);
        CHECK(b1.poll.interval == 50s);
        CHECK(b1.credentials.at(0)->name == "old");
        CHECK(web_of(b1).page == "/x");
        CHECK(web_of(b1).tries == 4);
        const Device& b2 = loaded.device("b2");
        CHECK(b2.port == 4000);
        CHECK(b2.credentials.empty());
        CHECK(b2.poll.interval == 60s);
        CHECK(web_of(b2).page == "/own");
        CHECK(web_of(b2).tries == 4);
    }

    TEST_CASE("groups match areas as they are meant, all of their keys, any of a list") {
        const std::string_view devices =
            "- {name: a, address: 10.0.0.1, kelurahan: Oro-oro Dowo, rw: RW 8}\n"
            "- {name: b, address: 10.0.0.2, kelurahan: Sumbersari, rw: 08, profile: mikrotik-hex}\n"
            "- {name: c, address: 10.0.0.3, kelurahan: Sumbersari, rw: 10}\n";
        struct Row {
            std::string_view match;
            std::string_view who;  ///< Whose port is set.
        };
        const Row rows[] = {
            {"{kelurahan: ORO ORO DOWO}", "a"},
            {"{rw: 8}", "ab"},
            {"{rw: \"VIII\"}", "ab"},
            {"{rw: \"1?\"}", "c"},
            {"{kelurahan: \"sumber*\", rw: 8}", "b"},
            {"{name: [a, c]}", "ac"},
            {"{name: \"*\"}", "abc"},
            {"{profile: \"mikrotik-*\"}", "b"},
            {"{profile: auto}", "ac"},
            {"{address: \"10.0.0.*\"}", "abc"},
            {"{credential: city}", "abc"},
            {"{}", "abc"},
            {"{kelurahan: \"\"}", ""},
            {"{name: A}", ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.match);
            const Loaded loaded = with("defaults: {credential: city}\ngroups:\n  - {match: " +
                                           std::string(row.match) + ", set: {port: 7}}\n",
                                       devices);
            std::string who;
            for (const char* const name : {"a", "b", "c"})
                if (loaded.device(name).port == 7) who += name;
            CHECK(who == row.who);
            CHECK(loaded.says("no device matches this group") == row.who.empty());
        }
    }

    TEST_CASE("a group looks at what the inventory says, not at what another group set") {
        const Loaded loaded = with(
            "defaults: {credential: city}\ngroups:\n"
            "  - {match: {name: a}, set: {profile: special}}\n"
            "  - {match: {profile: special}, set: {port: 7}}\n",
            "- {name: a, address: 10.0.0.1}\n- {name: b, address: 10.0.0.2, profile: special}\n");
        CHECK(loaded.device("a").profile == "special");
        CHECK(loaded.device("a").port == 161);
        CHECK(loaded.device("b").port == 7);
    }

    TEST_CASE("the column of a collector stands on top of what groups set") {
        const Loaded loaded(
            std::string(usual_settings) +
                "groups:\n  - {match: {name: a}, set: {web: {page: /g, tries: 5}}}\n",
            {{"inventory/a.csv",
              "name,address,web_url\na,10.0.0.1,http://x/\nb,10.0.0.2,http://y/\nc,10.0.0.3,\n"}});
        CHECK(web_of(loaded.device("a")).page == "http://x/");
        CHECK(web_of(loaded.device("a")).tries == 5);
        CHECK(web_of(loaded.device("b")).tries == 1);
        CHECK(loaded.device("c").collectors.empty());
    }

    TEST_CASE("equal settings are one object") {
        const Loaded loaded =
            with("defaults: {credential: city, web: {page: /}}\n",
                 "- {name: a, address: 10.0.0.1}\n- {name: b, address: 10.0.0.2}\n"
                 "- {name: c, address: 10.0.0.3, web: {page: /}}\n"
                 "- {name: d, address: 10.0.0.4, web: {page: /d}}\n");
        const auto of = [&](std::string_view id) { return loaded.device(id).collectors.at("web"); };
        CHECK(of("a") == of("b"));
        CHECK(of("a") == of("c"));
        CHECK(of("a") != of("d"));
        CHECK(loaded.device("a").credentials[0] == loaded.device("d").credentials[0]);
    }

    TEST_CASE("a key of devices in the wrong place is told where it belongs") {
        const std::string wanted = "write it in defaults:, in the set: of a group, or in a device";
        const Loaded loaded(
            "hierarchy: [rw]\ninventory: [a.yml]\nweb_url: http://x/\n"
            "credential: c\nsnmp: {}\nwib: 1\n"
            "groups: [{match: {}, set: {}, profile: auto}]\n",
            {{"a.yml", "devices: []\nport: 161\n"}});
        const std::string said = loaded.said();
        CAPTURE(said);
        for (const std::string_view key :
             {"\"web_url\" cannot stand here\n  --> pantau.yml:3:1",
              "\"credential\" cannot stand here\n  --> pantau.yml:4:1",
              "\"snmp\" cannot stand here\n  --> pantau.yml:5:1",
              "\"profile\" cannot stand here\n  --> pantau.yml:7:31",
              "\"port\" cannot stand here\n  --> a.yml:2:1", "write it in the set: of this group",
              "write it in one of the devices"})
            CHECK_MESSAGE(said.find(key) != std::string::npos, key);
        CHECK(said.find(wanted) != std::string::npos);
        CHECK(said.find("unknown key \"wib\"\n  --> pantau.yml:6:1") != std::string::npos);
        CHECK(said.find("did you mean \"web\"?") != std::string::npos);
    }

    TEST_CASE("what is wrong with a list is told at its place") {
        struct Row {
            std::string_view text;
            std::string_view place;
            std::string_view said;
        };
        const Row rows[] = {
            {"devises: []\n", ":1:1", "unknown key \"devises\""},
            {"{}\n", ":1:1", "\"devices\" is missing"},
            {"- {name: a}\n", ":1:1", "a map (key: value) is expected"},
            {"devices: {name: a}\n", ":1:10", "a list of devices is expected"},
            {"devices:\n- ap\n", ":2:3", "a map (key: value) is expected"},
            {"devices:\n-\n- {name: a, address: 10.0.0.1}\n", ":", "a device is expected here"},
            {"devices:\n- {name: a, adress: 10.0.0.1}\n", ":2:13", "did you mean \"address\"?"},
            {"devices:\n- {name: a, nama: b, address: 10.0.0.1}\n", ":2:13", "under another name"},
            {"devices:\n- {name: a, name: b, address: 10.0.0.1}\n", ":2:13", "a second time"},
            {"devices:\n- {name: [a], address: 10.0.0.1}\n", ":2:10", "a single value"},
            {"devices:\n- {name: a, address: 10.0.0.1, port: 0161}\n", ":2:38", "octal"},
            {"devices:\n- {name: a, address: 10.0.0.1, lat: \"-7,5\", lon: 112}\n", ":2:37",
             "decimal comma"},
            {"devices:\n- {name: a, address: 10.0.0.1, interval: 500ms}\n", ":2:42", "1s to 24h"},
            {"devices:\n- {name: a, address: 10.0.0.1, poll: {interval: 30}}\n", ":2:49",
             "add a unit: 30s"},
            {"devices:\n- {name: a, address: 10.0.0.1, poll: {workers: 2}}\n", ":2:39",
             "unknown key \"workers\""},
            {"devices:\n- {name: a, address: 10.0.0.1, web: {pag: /}}\n", ":2:38",
             "did you mean \"page\"?"},
            {"devices:\n- {name: a, address: 10.0.0.1, snmp: {bulk: no}}\n", ":2:32",
             "snmp has no settings for a device"},
            {"devices:\n- {name: a, address: 10.0.0.1, web_url: ftp}\n", ":2:41", "this is no URL"},
            {"devices:\n- {name: \"a\\u200b\", address: 10.0.0.1}\n", ":2:10", "(U+200B)"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            const Loaded loaded(std::string(credentials) + "defaults: {credential: city}\n",
                                {{"inventory/a.yml", std::string(row.text)}});
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.says("--> inventory/a.yml" + std::string(row.place)));
            CHECK(loaded.says(row.said));
        }
        for (const std::string_view text : {"# nothing yet\n", "devices:\n", "devices: []\n"}) {
            const Loaded empty(std::string(credentials), {{"inventory/a.yml", std::string(text)}});
            CHECK(empty.said().empty());
            CHECK(empty.count() == 0);
        }
    }

    TEST_CASE("what is wrong with defaults and groups is told once, however many devices use it") {
        struct Row {
            std::string_view settings;
            std::string_view said;
        };
        const Row rows[] = {
            {"defaults: {credential: cty}\n", "did you mean \"city\"?"},
            {"defaults: {credential: city, port: 0}\n", "0 is not from 1 to 65535"},
            {"defaults: {credential: city, name: x}\n", "\"name\" belongs to a device"},
            {"defaults: {credential: city, rw: 1}\n", "\"rw\" belongs to a device"},
            {"defaults: {credential: city, web_url: http://x/}\n", "write it as a map here: web:"},
            {"defaults: {credential: city, prot: 1}\n", "did you mean \"port\"?"},
            {"defaults: {credential: city, web: {tries: 0}}\n", "not from 1 to 9"},
            {"defaults: {credential: city, parent: gw}\n", "unknown parent \"gw\""},
            {"defaults: {credential: city}\ngroups: [{match: {vendor: x}, set: {port: 1}}]\n",
             "groups cannot match by \"vendor\""},
            {"defaults: {credential: city}\ngroups: [{match: {kelurhan: x}, set: {port: 1}}]\n",
             "did you mean \"kelurahan\"?"},
            {"defaults: {credential: city}\ngroups: [{match: {name: \"*\"}, set: {web: {tries: "
             "x}}}]\n",
             "no whole number"},
            {"defaults: {credential: city}\ngroups: [{match: {name: zzz}, set: {port: x}}]\n",
             "\"x\" is no whole number"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.settings);
            const Loaded loaded = with(row.settings,
                                       "- {name: a, address: 10.0.0.1}\n- {name: b, address: "
                                       "10.0.0.2, web: {page: /}}\n");
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says("--> pantau.yml:"));
            CHECK(loaded.says(row.said));
        }
    }
}
