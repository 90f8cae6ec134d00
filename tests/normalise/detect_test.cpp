#include <doctest/doctest.h>
#include <fmt/format.h>

#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

const std::string generic = R"(
profile: generic
snmp: {scalars: {identity.object_id: 1.3.6.1.2.1.1.2.0, identity.description: 1.3.6.1.2.1.1.1.0}}
)";

std::string detected(const ProfileSet& set, std::string_view walk) {
    const Answer answer = Recording::parse(walk).answer(set.detection_ask("snmp").get());
    const auto profile = set.detect({&answer, 1});
    return profile ? profile->name() : "-";
}

}  // namespace

TEST_SUITE("normalise/detect") {
    TEST_CASE("the signs that say most win, whatever the order of the files") {
        const Loaded loaded =
            load_texts({generic, "profile: net-snmp\ndetect: [{object_id: 1.3.8072}]\n",
                        "profile: by-text\ndetect: [{object_id: [1.3.8072, 1.3.9],"
                        " description: '^(UAP|U6)'}]\n",
                        "profile: by-probe\ndetect:\n"
                        "  - object_id: 1.3.8072\n"
                        "    description: ^Linux\n"
                        "    probe: {oid: 1.3.77, column: true, match: ^GWN}\n",
                        "profile: deeper\ndetect: [{object_id: 1.3.8072.5}]\n",
                        "profile: urgent\npriority: 10\n"
                        "detect: [{description: 'U6-Special'}]\n"});
        REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
        const std::string id = "1.3.6.1.2.1.1.2.0|6|";
        const std::string text = "\n1.3.6.1.2.1.1.1.0|4|";
        CHECK(detected(*loaded.set, id + "1.3.8072.3" + text + "Linux") == "net-snmp");
        CHECK(detected(*loaded.set, id + ".1.3.8072.3" + text + "UAP-AC") == "by-text");
        CHECK(detected(*loaded.set, id + "1.3.9" + text + "U6-LR") == "by-text");
        CHECK(detected(*loaded.set, id + "1.3.9" + text + "USW switch") == "generic");
        CHECK(detected(*loaded.set, id + "1.3.9" + text + "U6-Special") == "urgent");
        CHECK(detected(*loaded.set, id + "1.3.8072.5.1" + text + "x") == "deeper");
        CHECK(detected(*loaded.set, id + "1.3.80720" + text + "x") == "generic");
        CHECK(detected(*loaded.set, id + "1.3.8072" + text + "Linux\n1.3.77.4|4|GWN7630") ==
              "by-probe");
        CHECK(detected(*loaded.set, id + "1.3.8072" + text + "Linux\n1.3.77.4|4|other") ==
              "net-snmp");
        CHECK(detected(*loaded.set, "") == "generic");
    }

    TEST_CASE("addresses below the device's own object identifier are made for each model") {
        const Loaded loaded = load_texts({generic, R"(
profile: dap
role: access_point
detect: [{object_id: 1.3.6.1.4.1.9}]
snmp:
  scalars:
    system.cpu_ratio: {oid: object_id.5.0, unit: percent}
    identity.serial: object_id.6.0
  tables: {ssid: {ssid: object_id.7.1}}
)"});
        REQUIRE(loaded.told() == "");
        const auto read = [&](const std::string& model) {
            const Recording walk = Recording::parse(
                fmt::format("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.{0}\n1.3.6.1.4.1.9.1.5.0|2|10\n"
                            "1.3.6.1.4.1.9.2.5.0|2|20\n1.3.6.1.4.1.9.{0}.7.1.4|4|net{0}\n",
                            model));
            const Answer answer = walk.answer(loaded.set->detection_ask("snmp").get());
            const auto profile = loaded.set->detect(std::span(&answer, 1));
            REQUIRE(profile != nullptr);
            CHECK(profile->name() == "dap");
            CHECK(loaded.set->detect(std::span(&answer, 1)) == profile);
            return observe(*profile, walk);
        };
        CHECK(shown(read("1"), "system.cpu_ratio") == "0.1");
        CHECK(shown(read("2"), "system.cpu_ratio") == "0.2");
        CHECK(shown(read("2"), "ssid.ssid") == "net2");
        CHECK(shown(read("3"), "system.cpu_ratio") == "-");
        // Whoever names the profile says nothing of the model.
        REQUIRE(loaded.set->find("dap") != nullptr);
        CHECK(loaded.set->find("dap")->ask("snmp") == nullptr);
    }

    TEST_CASE("a device that did not answer has no profile") {
        const Loaded loaded = load_texts({generic});
        CHECK(loaded.set->detect({}) == nullptr);
        Answer silent;
        silent.collector = &snmp_info();
        silent.error = Error{Reason::timeout, "no answer", ""};
        CHECK(loaded.set->detect({&silent, 1}) == nullptr);
        CHECK(loaded.set->detection_ask("http") == nullptr);
    }

    TEST_CASE("without a generic profile nothing is claimed") {
        const Loaded loaded = load_texts({"profile: a\ndetect: [{description: x}]\n"});
        Answer answer;
        answer.collector = &snmp_info();
        CHECK(loaded.set->detect({&answer, 1}) == nullptr);
    }
}
