#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view head = "name,address,port,credential,profile,parent,web_url\n";
constexpr std::string_view canary = "KanariKuning-7731";

std::string settings_with(std::string_view inventory) {
    return "credentials: {city: {version: 2c, community: public}}\n"
           "defaults: {credential: city}\ninventory: " +
           std::string(inventory) + "\n";
}

std::string table_of(std::string_view name, std::string_view address) {
    return "name,address\n" + std::string(name) + "," + std::string(address) + "\n";
}

}  // namespace

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

    TEST_CASE("patterns, plain names and folders say which files are read, each once") {
        const Loaded loaded(
            settings_with("[inventory/*.csv, inventory/b.csv, \"./inventory/[a-b].csv\", more]"),
            {{"inventory/b.csv", table_of("b", "10.0.0.2")},
             {"inventory/a.csv", table_of("z", "10.0.0.1")},
             {"inventory/.hidden.csv", "no table"},
             {"inventory/a.csv~", "no table"}});
        CAPTURE(loaded.said());
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 1);
        CHECK(loaded.says("there is no file more"));
        CHECK(loaded.says("--> pantau.yml:3:72"));

        const Loaded good(settings_with("inventory/*.csv"),
                          {{"inventory/b.csv", table_of("b", "10.0.0.2")},
                           {"inventory/a.csv", table_of("z", "10.0.0.1")}});
        CHECK(good.said().empty());
        REQUIRE(good.configuration);
        const auto& devices = good.configuration->inventory->devices;
        REQUIRE(devices.size() == 2);
        CHECK(devices[0]->id == "b");
        CHECK(devices[1]->id == "z");
        CHECK(good.configuration->inventory->hierarchy ==
              std::vector<std::string>{"kecamatan", "kelurahan", "rw"});
        CHECK(good.configuration->files ==
              std::vector<std::string>{good.folder() + "/pantau.yml",
                                       good.folder() + "/inventory/a.csv",
                                       good.folder() + "/inventory/b.csv"});
    }

    TEST_CASE("a pattern that matches nothing is a warning, once for its folder") {
        const Loaded nothing(settings_with("[inventory/*.csv, inventory/*.yml]"), {});
        CHECK(nothing.count() == 0);
        CHECK(nothing.diagnostics.warnings() == 1);
        CHECK(nothing.says("no file matches inventory/*.csv"));
        CHECK(nothing.says("--> pantau.yml:3:13"));

        const Loaded one(settings_with("[inventory/*.csv, inventory/*.yml]"),
                         {{"inventory/a.csv", "name,address\n"}});
        CHECK(one.said().empty());

        const Loaded other(settings_with("[inventory/*.csv, inventry/*.yml]"),
                           {{"inventory/a.csv", "name,address\n"}});
        CHECK(other.diagnostics.warnings() == 1);
        CHECK(other.says("no file matches inventry/*.yml"));
    }

    TEST_CASE("a file that is neither table nor list is refused, and so is a folder") {
        const Loaded loaded(settings_with("[a.xlsx, b.csv]"),
                            {{"a.xlsx", "x"}, {"b.csv/c", "a folder"}});
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 2);
        CHECK(loaded.says("neither a table (.csv) nor a list (.yml)"));
        CHECK(loaded.says("this is a directory"));
    }

    TEST_CASE("a name or an address and port that two devices have is told with both places") {
        const Loaded names(usual_settings,
                           {{"inventory/a.csv", table_of("ap", "10.0.0.1")},
                            {"inventory/b.csv", "name,address\nx,10.0.0.9\nap,10.0.0.2\n"}});
        CHECK_FALSE(names.configuration);
        CHECK(names.diagnostics.errors() == 1);
        CHECK(names.says("there is a device ap already\n  --> inventory/b.csv:3:1"));
        CHECK(names.says("it stands first at inventory/a.csv:2:1"));

        struct Row {
            std::string_view table;
            std::size_t errors;
        };
        const Row rows[] = {
            {"a,10.0.0.1,,,,,\nb,10.0.0.1,161,,,,\n", 1},
            {"a,10.0.0.1,161,,,,\nb,10.0.0.1,162,,,,\n", 0},
            {"a,FD00:0::1,,,,,\nb,fd00::1,,,,,\n", 1},
            {"a,AP.example,,,,,\nb,ap.example,,,,,\n", 1},
        };
        for (const Row& row : rows) {
            CAPTURE(row.table);
            const Loaded loaded(std::string(head) + std::string(row.table));
            CHECK(loaded.diagnostics.errors() == row.errors);
            CHECK(loaded.says("is the address of a already\n  --> inventory/a.csv:3:3") ==
                  (row.errors != 0));
            CHECK(loaded.says("it stands first at inventory/a.csv:2:3") == (row.errors != 0));
        }
    }

    TEST_CASE("credentials are tried in the order they are named; none means no SNMP") {
        const Loaded loaded(std::string(head) +
                            "a,10.0.0.1,,second  city old city,,,\n"
                            "b,10.0.0.2,,none,,,http://b/\n"
                            "c,10.0.0.3,,,,,\n");
        CHECK(loaded.said().empty());
        std::string order;
        for (const auto& credential : loaded.device("a").credentials)
            order += credential->name + " ";
        CHECK(order == "second city old ");
        CHECK(loaded.device("b").credentials.empty());
        CHECK(loaded.device("c").credentials.at(0)->name == "city");
    }

    TEST_CASE("a wrong cell of a device is told at its place") {
        struct Row {
            std::string_view cells;
            std::string_view place;
            std::string_view said;
        };
        const Row rows[] = {
            {"10.0.0.1,,cty,,,", ":2:14", "did you mean \"city\"?"},
            {"10.0.0.1,,city none,,,", ":2:14", "\"none\" stands beside other credentials"},
            {"10.0.0.1,,none,,,", ":2:1", "nobody would visit ap"},
            {"10.0.0.1,,,mikrotic,,", ":2:15", "did you mean \"mikrotik\"?"},
            {"10.0.0.1,,,Auto,,", ":2:15", "did you mean \"auto\"?"},
            {"10.0.0.1,0,,,,", ":2:13", "0 is not from 1 to 65535"},
            {"10.0.0.1,,,,,ftp://x", ":2:17", "this is no URL"},
            {"10.0.0,,,,,", ":2:4", "four numbers"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.cells);
            const Loaded loaded(
                usual_settings,
                {{"inventory/a.csv", std::string(head) + "ap," + std::string(row.cells) + "\n"}},
                {"generic", "mikrotik"});
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place)));
            CHECK(loaded.says(row.said));
        }
        const Loaded any(std::string(head) + "ap,10.0.0.1,,,anything,,\n");
        CHECK(any.device("ap").profile == "anything");
    }

    TEST_CASE("a check that is switched off visits nobody") {
        const Loaded loaded("credentials: {}\ndefaults: {web: {page: /}}\ninventory: a.yml\n",
                            {{"a.yml",
                              "devices:\n- {name: a, address: 10.0.0.1}\n"
                              "- {name: b, address: 10.0.0.2, web: {enabled: false}}\n"}});
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 1);
        CHECK(loaded.says("nobody would visit b"));
    }

    TEST_CASE("devices that nobody would visit are told once, with their number") {
        const Loaded loaded("credentials: {}\ninventory: a.csv\n",
                            {{"a.csv", "name,address\na,10.0.0.1\nb,10.0.0.2\nc,10.0.0.3\n"}});
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 1);
        CHECK(loaded.says("the same holds for 2 more"));
    }

    TEST_CASE("all mistakes of all files come in one run") {
        const Loaded loaded(
            std::string(usual_settings) + "groups: [{match: {name: x}, set: {prot: 1}}]\n",
            {{"inventory/a.csv", std::string(head) + "ap,10.0.0.256,,,,,\nb,,,,,zzz,\n"},
             {"inventory/b.csv", "name,adress\nx,10.0.0.1\n"},
             {"inventory/c.yml", "devices:\n- {name: c, address: 10.0.0.5, prot: 1}\n"},
             {"inventory/d.yml", "devices: [\n"}});
        CHECK_FALSE(loaded.configuration);
        CAPTURE(loaded.said());
        for (const std::string_view said :
             {"--> pantau.yml:", "10.0.0.256", "b has no address", "unknown column \"adress\"",
              "--> inventory/c.yml:2:32", "--> inventory/d.yml:2:1"})
            CHECK_MESSAGE(loaded.says(said), said);
    }

    TEST_CASE("no message shows what may be a secret in the wrong place") {
        const std::string secret(canary);
        const std::string tables[] = {
            std::string(head) + "ap,10.0.0.256,99999," + secret + ",x,zzz,ftp\n",
            std::string(head) + "ap,10.0.0.256,,city " + secret + ",,,http://ap:80/\n",
            "name,address,community\nap,10.0.0.256," + secret + "\n",
            "name,address,comunity\nap,10.0.0.256," + secret + "\nb," + secret + "\n",
            "name,address,kunci\nap,10.0.0.256," + secret + "\n",
            "ap,10.0.0.1," + secret + "\n",
            "name,address,port,community\nap,10.0.0.1,1," + secret + ",\"x\n",
        };
        for (const std::string& table : tables) {
            CAPTURE(table);
            const Loaded loaded(table);
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.says("inventory/a.csv:"));
            CHECK_FALSE(loaded.says(secret));
            CHECK_FALSE(loaded.says(secret.substr(0, 6)));
        }
        const std::string lists[] = {
            "devices:\n- {name: a, address: 10.0.0.256, credential: " + secret +
                ", web: {pag: /}}\n",
            "devices:\n- {name: a, address: 10.0.0.1, community: " + secret + "}\n",
            "devices:\n- name: a\n  address: 10.0.0.1\n  credential: " + secret + "\n",
            "devices:\n- {name: a, address: 10.0.0.1, credential: [" + secret + "]}\n",
        };
        for (const std::string& list : lists) {
            CAPTURE(list);
            const Loaded loaded(usual_settings, {{"inventory/a.yml", list}});
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.says("inventory/a.yml:"));
            CHECK_FALSE(loaded.says(secret));
        }
    }

    TEST_CASE("nothing that a file holds ends the process") {
        const std::string_view seeds[] = {
            "name,address,port,kecamatan,kelurahan,rw,lat,lon,credential,parent,web_url\n"
            "ap,10.0.0.1,161,Klojen,\"Oro-oro \"\"Dowo\",RW IX,-7.5,112.5,city,sw|b c,http://x\n",
            "sep=;\r\nnama;ip;rw;lintang;bujur\r\na;::1;8;-7,5;112,5\r\n",
            "devices:\n- {name: a, address: 10.0.0.1, web: {page: /}, poll: {interval: 3s}}\n",
        };
        std::mt19937 random(20261124);
        const auto below = [&](std::size_t most) {
            return static_cast<std::size_t>(random() % std::max<std::size_t>(most, 1));
        };
        constexpr std::string_view signs = "\",;|\n\r\t#-0:{}[]'\\ \xC2\xA0\xFF";
        for (int round = 0; round < 600; ++round) {
            std::string text(seeds[below(3)]);
            for (std::size_t changes = 1 + below(8); changes > 0 && !text.empty(); --changes) {
                const std::size_t at = below(text.size());
                switch (below(4)) {
                    case 0:
                        text[at] = signs[below(signs.size())];
                        break;
                    case 1:
                        text.insert(at, 1, static_cast<char>(below(256)));
                        break;
                    case 2:
                        text.erase(at, 1 + below(9));
                        break;
                    default:
                        text.insert(at, text.substr(below(text.size()), below(30)));
                }
            }
            CAPTURE(round);
            const std::string name = below(2) == 0 ? "inventory/a.csv" : "inventory/a.yml";
            const bool is_area_book = below(4) == 0;
            const Loaded loaded(
                std::string(usual_settings) + (is_area_book ? "areas: areas.csv\n" : ""),
                {{name, text}, {"areas.csv", text}});
            CHECK((loaded.configuration.has_value() || loaded.diagnostics.has_errors()));
            CHECK(loaded.said().size() < 1'000'000);
        }
    }

    TEST_CASE("the starter file loads as it is, without a word") {
        config::Diagnostics diagnostics;
        const std::string path = std::string(PANTAU_SOURCE_DIR) + "/etc/pantau.yml";
        std::optional<config::Settings> settings = config::load_settings(path, diagnostics);
        REQUIRE(settings);
        const auto loaded = load_inventory(std::move(*settings), real_kinds(), {}, diagnostics);
        CHECK(diagnostics.entries().empty());
        REQUIRE(loaded);
        CHECK(loaded->inventory->devices.empty());
        CHECK(std::ranges::any_of(loaded->files, [](const std::string& file) {
            return file.ends_with("/inventory/example.csv");
        }));
    }

    TEST_CASE("the example table and settings are good once the signs of a comment are gone") {
        const std::string folder = std::string(PANTAU_SOURCE_DIR) + "/etc";
        std::string settings = read_file(folder + "/pantau.yml");
        std::string table = read_file(folder + "/inventory/example.csv");
        const auto uncomment = [](std::string& text, std::string_view beginning) {
            const std::size_t at = text.find("\n# " + std::string(beginning));
            CAPTURE(beginning);
            REQUIRE(at != std::string::npos);
            text.erase(at + 1, 2);
        };
        for (const char* const line : {"credentials:", "  city-v2:", "  city-v3:", "defaults:",
                                       "groups:", "  - {match: {kel", "  - {match: {name"})
            uncomment(settings, line);
        for (const char* const line : {"rw08-", "sw-"})
            uncomment(table, line);
        const Loaded loaded(settings,
                            {{"inventory/example.csv", table},
                             {"credentials/city-v2", "long-enough"},
                             {"credentials/v3.auth", "long-enough"},
                             {"credentials/v3.priv", "long-enough"}},
                            {}, real_kinds());
        CAPTURE(loaded.said());
        CHECK(loaded.count() == 2);
        CHECK(loaded.device("rw08-sumbersari-1").parents ==
              std::vector<ParentGroup>{{"sw-sumbersari"}});
        CHECK(loaded.device("sw-sumbersari").parents.empty());
    }
}
