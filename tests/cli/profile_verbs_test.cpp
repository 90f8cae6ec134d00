// The verbs about profiles, by the built program.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/process.hpp"

using namespace pantau::test;

namespace {

namespace json = boost::json;

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";

Finished with_profiles(const std::string& folders, std::vector<std::string> words) {
    words.insert(words.begin(), {"env", "LC_ALL=C", "PANTAU_PROFILES=" + folders, program});
    return run(words);
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

constexpr const char* good_profile = R"(profile: example-ap
vendor: Example
role: access_point
detect:
  - {object_id: 1.3.6.1.4.1.99999}
snmp:
  scalars:
    identity.model: 1.3.6.1.4.1.99999.1.1.0
  tables:
    radio:
      channel: {oid: 1.3.6.1.4.1.99999.2.1.3, none: 0}
)";

}  // namespace

TEST_SUITE("cli/profile") {
    TEST_CASE("every shipped profile is listed, with its maker and whether it was checked") {
        const Finished done = run({program, "profile", "list", "-o", "json"});
        REQUIRE(done.status == 0);
        const json::value all = json::parse(done.out);
        std::size_t files = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(PANTAU_SOURCE_DIR "/etc/profiles")) {
            const bool is_block = entry.path().parent_path().filename() == "base";
            files += entry.path().extension() == ".yml" && !is_block ? 1u : 0u;
        }
        CHECK(all.as_array().size() == files);
        const auto unifi = std::ranges::find_if(all.as_array(), [](const json::value& each) {
            return each.at("name") == "ubiquiti-unifi";
        });
        REQUIRE(unifi != all.as_array().end());
        CHECK(unifi->at("vendor") == "Ubiquiti");
        CHECK(unifi->at("role") == "access_point");
        const auto of_switches = std::ranges::find_if(all.as_array(), [](const json::value& each) {
            return each.at("name") == "mikrotik-switch";
        });
        REQUIRE(of_switches != all.as_array().end());
        CHECK(of_switches->at("role") == "switch");
        CHECK(of_switches->at("role_wireless") == "access_point");
        CHECK(unifi->at("verified") == true);
    }

    TEST_CASE("what a profile asks is shown with the quantity it is for") {
        const TemporaryDirectory folder;
        write(folder.path() + "/example.yml", good_profile);
        const Finished table = with_profiles(folder.path(), {"profile", "show", "example-ap"});
        REQUIRE(table.status == 0);
        CHECK(table.out.find("example-ap: Example, access point, not verified\n") == 0);
        CHECK(table.out.find("1.3.6.1.4.1.99999.2.1.3  snmp  radio.channel\n") !=
              std::string::npos);
        const Finished document =
            with_profiles(folder.path(), {"profile", "show", "example-ap", "-o", "json"});
        const json::value shown = json::parse(document.out);
        CHECK(shown.at("asks").as_array().size() == 2);
        CHECK(shown.at("asks").at(0).at("address") == "1.3.6.1.4.1.99999.1.1.0");
        CHECK(shown.at("asks").at(0).at("for") == "identity.model");
        CHECK(shown.at("asks").at(1).at("column") == true);
    }

    TEST_CASE("a wrong name is told with the one that was meant") {
        const Finished done = run({program, "profile", "show", "ubiquiti-unify"});
        CHECK(done.status == 2);
        CHECK(done.out.empty());
        CHECK(done.err.find("ubiquiti-unifi") != std::string::npos);
        CHECK(run({program, "profile", "show"}).status == 2);
        CHECK(run({program, "profile"}).status == 2);
    }

    TEST_CASE("a profile with a mistake is told with its place, and the others are listed") {
        const TemporaryDirectory folder;
        write(folder.path() + "/bad.yml", "profile: bad\nrole: toaster\n");
        write(folder.path() + "/example.yml", good_profile);
        const Finished done = with_profiles(folder.path(), {"profile", "list", "-o", "name"});
        CHECK(done.status == 0);
        CHECK(done.out == "example-ap\n");
        CHECK(done.err.find("bad.yml:2:7") != std::string::npos);
    }

    TEST_CASE("a recording is tried, what differs is named, and --write makes it expected") {
        const TemporaryDirectory folder;
        const std::string at = folder.path();
        write(at + "/example.yml", good_profile);
        write(at + "/a.snmprec",
              "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999\n1.3.6.1.4.1.99999.1.1.0|4|EX-1\n"
              "1.3.6.1.4.1.99999.2.1.3.1|2|36\n");
        const auto test = [&](std::vector<std::string> words) {
            words.insert(words.begin(), {"profile", "test"});
            return with_profiles(PANTAU_SOURCE_DIR "/etc/profiles", words);
        };
        const std::string profile = at + "/example.yml";
        Finished done = test({profile});
        CHECK(done.status == 1);
        CHECK(done.out.find("nothing expected") != std::string::npos);
        CHECK(done.err.find("--write") != std::string::npos);

        done = test({profile, "--write"});
        CHECK(done.status == 0);
        const json::value made = json::parse(read_file(at + "/a.expected.json"));
        CHECK(made.at("identity").at("model") == "EX-1");
        CHECK(made.at("access_points").at(0).at("radios").at(0).at("channel") == 36);
        CHECK(test({profile}).status == 0);

        write(at + "/a.expected.json", R"({"identity": {"profile": "example-ap", "model": "EX-2"},)"
                                       R"( "access_points": [{"radios": [{"channel": 40}]}]})");
        done = test({profile, "-o", "json"});
        CHECK(done.status == 1);
        const json::value trial = json::parse(done.out).at(0);
        CHECK(trial.at("result") == "differs");
        const json::array& differences = trial.at("differences").as_array();
        REQUIRE(differences.size() == 2);
        CHECK(differences[0].at("field") == "identity.model");
        CHECK(differences[0].at("expected") == "\"EX-2\"");
        CHECK(differences[0].at("found") == "\"EX-1\"");
        CHECK(differences[1].at("field") == "access_points[0].radios[0].channel");

        // What is expected keeps its selection; only the values are new.
        CHECK(test({profile, at, "--write"}).status == 0);
        const json::value renewed = json::parse(read_file(at + "/a.expected.json"));
        CHECK(renewed.as_object().size() == 2);
        CHECK(renewed.at("identity").at("model") == "EX-1");
        CHECK(renewed.at("identity").as_object().size() == 2);
        CHECK(renewed.at("access_points").at(0).at("radios").at(0).at("channel") == 36);
    }

    TEST_CASE("lines of a recording that are not looked at are told beside what comes of it") {
        const TemporaryDirectory folder;
        const std::string path = folder.write("odd.snmprec",
                                              "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1\n"
                                              "nonsense\n"
                                              "1.3.6.1.2.1.1.5.0|4|lama\n"
                                              "1.3.6.1.2.1.1.5.0|4|baru\n");
        const Finished done = with_profiles(PANTAU_SOURCE_DIR "/etc/profiles",
                                            {"profile", "test", path, "-o", "json"});
        INFO(done.err);
        CHECK(done.err.find("lines of " + path +
                            " that cannot be read are left out: 1; the first "
                            "is line 2: not OID|TYPE|VALUE") != std::string::npos);
        CHECK(done.err.find("and the last counts; lines left out: 1; 3\n") != std::string::npos);
        const json::value trial = json::parse(done.out).at(0);
        CHECK(trial.at("skipped_lines") == 1);
        CHECK(trial.at("contradicted_lines") == 1);
    }

    TEST_CASE("a profile file with mistakes is told with their places, and nothing is tried") {
        const TemporaryDirectory folder;
        write(folder.path() + "/bad.yml", "profile: bad\nrole: toaster\n");
        const Finished done = run({program, "profile", "test", folder.path() + "/bad.yml"});
        CHECK(done.status == 1);
        CHECK(done.err.find("bad.yml:2:7") != std::string::npos);
        CHECK(done.out.empty());
    }

    TEST_CASE("only recordings of the profile that is named are tried") {
        const std::string all = PANTAU_SOURCE_DIR "/tests/recordings/mikrotik";
        const Finished one =
            run({program, "profile", "test", "mikrotik-capsman", all, "-o", "name"});
        CHECK(one.status == 0);
        CHECK(std::ranges::count(one.out, '\n') == 3);
        CHECK(run({program, "profile", "test", "mikrotik-capsmann", all}).status == 2);
        const TemporaryDirectory empty;
        CHECK(run({program, "profile", "test", empty.path()}).status == 1);
        const Finished unreadable = run({program, "profile", "test", "mikrotik-capsman",
                                         empty.write("walk.snmprec", "SNMPv2-MIB::sysDescr.0\n")});
        CHECK(unreadable.status == 1);
        CHECK(unreadable.err.find("no line can be read; line 1: not OID|TYPE|VALUE") !=
              std::string::npos);
    }

    TEST_CASE("no profile at all is a failure that says where they are looked for") {
        const TemporaryDirectory folder;
        const Finished done = with_profiles(folder.path(), {"profile", "list"});
        CHECK(done.status == 1);
        CHECK(done.err.find("$PANTAU_PROFILES") != std::string::npos);
    }
}
