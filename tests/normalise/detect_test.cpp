#include <doctest/doctest.h>

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
