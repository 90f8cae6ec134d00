#include <doctest/doctest.h>

#include <chrono>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view head = "name,address,parent\n";

}  // namespace

TEST_SUITE("inventory/parents") {
    TEST_CASE("parents are devices of any file, whatever the order, and know that they are") {
        const Loaded loaded(
            usual_settings,
            {{"inventory/a.csv",
              std::string(head) + "ap,10.0.0.1,sw gw-a|gw-b\nsw,10.0.0.2,gw-a\ngw-a,10.0.0.3,\n"},
             {"inventory/b.yml", "devices:\n- {name: gw-b, address: 10.0.0.4, parent: none}\n"}});
        CHECK(loaded.said().empty());
        CHECK(loaded.device("ap").parents == std::vector<ParentGroup>{{"sw"}, {"gw-a", "gw-b"}});
        CHECK_FALSE(loaded.device("ap").is_parent);
        CHECK(loaded.device("sw").is_parent);
        CHECK(loaded.device("gw-a").is_parent);
        CHECK(loaded.device("gw-b").is_parent);
        CHECK(loaded.device("gw-b").parents.empty());
    }

    TEST_CASE("a parent that is none is an error at its cell") {
        struct Row {
            std::string_view table;
            std::string_view place;
            std::string_view said;
        };
        const Row rows[] = {
            {"ap,10.0.0.1,sw-sumbersri\nsw-sumbersari,10.0.0.2,\n", ":2:13",
             "did you mean \"sw-sumbersari\"?"},
            {"ap,10.0.0.1,b zzzzzzz\nb,10.0.0.2,\n", ":2:13", "unknown parent \"zzzzzzz\""},
            {"ap,10.0.0.1,ap\n", ":2:13", "ap is its own parent"},
            {"ap,10.0.0.1,b|\nb,10.0.0.2,\n", ":2:13", "| stands between two names"},
            {"a,10.0.0.1,b\nb,10.0.0.2,a\n", ":3:12", "in a circle: a -> b -> a"},
            {"a,10.0.0.1,b\nb,10.0.0.2,c|d\nc,10.0.0.3,\nd,10.0.0.4,b\n", ":5:12",
             "in a circle: b -> d -> b"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.table);
            const Loaded loaded(std::string(head) + std::string(row.table));
            CAPTURE(loaded.said());
            CHECK_FALSE(loaded.configuration);
            CHECK(loaded.diagnostics.errors() == 1);
            CHECK(loaded.says("--> inventory/a.csv" + std::string(row.place)));
            CHECK(loaded.says(row.said));
        }
    }

    TEST_CASE("two ways to one parent are no circle") {
        const Loaded loaded(std::string(head) +
                            "a,10.0.0.1,b c\nb,10.0.0.2,d\nc,10.0.0.3,d\nd,10.0.0.4,\n");
        CHECK(loaded.said().empty());
    }

    TEST_CASE("the parent that a group sets is not its own parent") {
        const Loaded loaded(
            std::string(usual_settings) +
                "groups:\n  - {match: {kelurahan: X}, set: {parent: sw}}\n",
            {{"inventory/a.csv",
              "name,address,kelurahan,parent\nap,10.0.0.1,X,\nsw,10.0.0.2,X,\nap2,10.0.0.3,X,ap\n"
              "ap3,10.0.0.4,X,none\n"}});
        CHECK(loaded.said().empty());
        CHECK(loaded.device("ap").parents == std::vector<ParentGroup>{{"sw"}});
        CHECK(loaded.device("sw").parents.empty());
        CHECK(loaded.device("ap2").parents == std::vector<ParentGroup>{{"ap"}});
        CHECK(loaded.device("ap3").parents.empty());
    }

    TEST_CASE("when a file cannot be read its devices may be parents all the same") {
        const Loaded loaded(usual_settings,
                            {{"inventory/a.csv", std::string(head) + "ap,10.0.0.1,sw\n"},
                             {"inventory/b.csv", "name,address\nsw,10.0.0.2,extra\n"},
                             {"inventory/c.csv", ""}});
        CAPTURE(loaded.said());
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 2);
        CHECK_FALSE(loaded.says("unknown parent"));
    }

    TEST_CASE("a chain as long as a large inventory is followed, and its circle is found") {
        constexpr int length = 50'000;
        std::string table(head);
        for (int i = 0; i < length; ++i) {
            table += "d" + std::to_string(i) + ",10." + std::to_string(i / 65536) + "." +
                     std::to_string(i / 256 % 256) + "." + std::to_string(i % 256) + ",d" +
                     std::to_string((i + 1) % length) + "\n";
        }
        const Loaded loaded(table);
        CAPTURE(loaded.said());
        CHECK_FALSE(loaded.configuration);
        CHECK(loaded.diagnostics.errors() == 1);
        CHECK(loaded.says("(49994 more) ->"));
    }

    TEST_CASE("thousands of unknown parents are answered quickly") {
        std::string table(head);
        for (int i = 0; i < 20'000; ++i)
            table += "some-device-" + std::to_string(i) + ",10.0." + std::to_string(i / 256) + "." +
                     std::to_string(i % 256) + ",some-devise\n";
        const auto start = std::chrono::steady_clock::now();
        const Loaded loaded(table);
        const auto taken = std::chrono::steady_clock::now() - start;
        CHECK(loaded.diagnostics.errors() == 20'000);
        CHECK(loaded.says("and 19800 more errors"));
        // Takes 0.2 s here; a search for each of them took minutes.
        CHECK(taken < std::chrono::seconds(20));
    }
}
