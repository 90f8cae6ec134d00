#include "collectors/icmp/settings.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "collectors/icmp/kind.hpp"
#include "config/yaml_reader.hpp"

using namespace pantau;
using namespace std::chrono_literals;

namespace {

struct Read {
    std::shared_ptr<const icmp::Settings> settings;
    std::string messages;
};

/// The node `icmp:` of a device.
Read read(const std::string& yaml) {
    auto source =
        std::make_shared<config::Source>(config::Source{"pantau.yml", "icmp: " + yaml + "\n"});
    config::Diagnostics diagnostics;
    Read result;
    const std::optional<config::Node> root = config::parse_yaml(source, diagnostics);
    if (root) {
        result.settings = std::dynamic_pointer_cast<const icmp::Settings>(
            icmp_kind().read_settings(*root->find("icmp"), diagnostics));
    }
    std::ostringstream words;
    diagnostics.print(words, false);
    result.messages = words.str();
    return result;
}

}  // namespace

TEST_SUITE("collectors/icmp settings") {
    TEST_CASE("every key is read, and what is left out stays as built in") {
        const Read whole =
            read("{enabled: true, count: 3, interval: 250ms, size: 1200, timeout: 800ms}");
        REQUIRE_MESSAGE(whole.settings, whole.messages);
        CHECK(whole.settings->enabled);
        CHECK(whole.settings->count == 3);
        CHECK(whole.settings->interval == Duration(250ms));
        CHECK(whole.settings->size == 1200);
        CHECK(whole.settings->timeout == Duration(800ms));

        const Read usual = read("{}");
        REQUIRE(usual.settings);
        CHECK(usual.settings->enabled);
        CHECK(usual.settings->count == 5);
        CHECK(usual.settings->interval == Duration(100ms));
        CHECK(usual.settings->size == 56);
        CHECK_FALSE(usual.settings->timeout);
    }

    TEST_CASE("true and false stand for the whole map") {
        const Read on = read("true");
        const Read off = read("false");
        REQUIRE(on.settings);
        REQUIRE(off.settings);
        CHECK(on.settings->is_enabled());
        CHECK_FALSE(off.settings->is_enabled());
        CHECK(on.settings->equals(*read("{}").settings));
        CHECK_FALSE(on.settings->equals(*off.settings));
        CHECK_FALSE(on.settings->equals(*read("{count: 4}").settings));
    }

    TEST_CASE("mistakes are told where they are") {
        struct Row {
            const char* yaml;
            const char* place;
            const char* message;
        };
        const Row rows[] = {
            {"{count: 0}", ":1:15", "not from 1 to 20"},
            {"{count: 21}", ":1:15", "not from 1 to 20"},
            {"{interval: 1ms}", ":1:18", "from 10ms to 10s"},
            {"{interval: 100}", ":1:18", "add a unit"},
            {"{size: 4}", ":1:14", "not from 8 to 1452"},
            {"{size: 1453}", ":1:14", "not from 8 to 1452"},
            {"{timeout: 61s}", ":1:17", "from 10ms to 60s"},
            {"{cuont: 5}", ":1:8", "did you mean \"count\"?"},
            {"on", ":1:7", "neither true nor false"},
            {"5", ":1:7", "neither true nor false"},
            {"[5]", ":1:7", "a map (key: value) is expected"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.yaml);
            const Read got = read(row.yaml);
            CAPTURE(got.messages);
            CHECK(got.settings == nullptr);
            CHECK(got.messages.find(row.place) != std::string::npos);
            CHECK(got.messages.find(row.message) != std::string::npos);
        }
    }

    TEST_CASE("a profile can ask nothing of it") {
        CHECK(icmp_kind().address_key.empty());
    }
}
