#include "collectors/snmp/walker.hpp"

#include <doctest/doctest.h>

#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "collectors_snmp/visit.hpp"

namespace pantau::snmp::test {
namespace {

const std::string column = "1.3.6.1.2.1.2.2.1.10";

/// A Walker and an agent on one loop.
struct WalkBench {
    FakeAgent agent;
    Bench bench;
    std::size_t silent_after = SIZE_MAX;  ///< Requests.
    UdpAgent port{bench.loop, "127.0.0.1", [this](UdpAgent& self, const std::string& datagram) {
                      const auto request = ber::decode(datagram);
                      if (!request || self.requests() > silent_after) return;
                      if (const auto reply = agent.answer(*request.message))
                          self.send(ber::encode(*reply));
                  }};
    std::vector<std::string> names;
    std::vector<ValueType> types;

    WalkBench() { agent.set("1.3.6.1.2.1.1.3.0", ber::Value::time_ticks(500)); }

    std::optional<Walker::Outcome> walk(const std::string& subtree,
                                        Credential::Version version = Credential::Version::v2c) {
        auto who = device("127.0.0.1", port.port());
        who->credentials = {credential("public", version)};
        who->poll.timeout = 50ms;
        who->poll.retries = 1;
        names.clear();
        types.clear();
        Walker walker(who, bench.loop, [this](const Varbind& value) {
            names.push_back(Oid(value.name).to_string());
            types.push_back(value.value.type);
        });
        std::optional<Walker::Outcome> outcome;
        walker.walk(*Oid::parse(subtree), std::chrono::steady_clock::now() + 10s,
                    [&](const Walker::Outcome& told) { outcome = told; });
        bench.run_until([&] { return outcome.has_value(); });
        return outcome;
    }
    [[nodiscard]] std::vector<std::string> rows(std::uint32_t count) const {
        std::vector<std::string> all;
        for (std::uint32_t row = 1; row <= count; ++row)
            all.push_back(column + "." + std::to_string(row));
        return all;
    }
};

}  // namespace

TEST_SUITE("collectors/snmp/walker") {
    TEST_CASE("each value of the subtree comes once, in order, with its type") {
        WalkBench walk;
        walk.agent.set("1.3.6.1.2.1.1.1.0", ber::Value::octets("before"));
        walk.agent.set("1.3.6.1.2.1.2.1.0", ber::Value::integer(-1));
        walk.agent.set("1.3.6.1.2.1.2.2.1.1.1", ber::Value::counter64(1ull << 63));
        walk.agent.set("1.3.6.1.2.1.2.2.1.2.1", ber::Value::octets("eth0"));
        walk.agent.set("1.3.6.1.2.1.2.2.1.3.1", ber::Value::ip_address("\x0A\x01\x02\x03"));
        walk.agent.set("1.3.6.1.2.1.2.2.1.4.1", ber::Value::oid({1, 3, 6}));
        walk.agent.set("1.3.6.1.2.1.2.2.1.5.1", ber::Value::none());
        walk.agent.set("1.3.6.1.2.1.20.1.0", ber::Value::octets("behind"));
        for (const auto version : {Credential::Version::v1, Credential::Version::v2c}) {
            const auto outcome = walk.walk("1.3.6.1.2.1.2", version);
            REQUIRE(outcome);
            CHECK(!outcome->error);
            CHECK(outcome->values == 6);
            CHECK(walk.names ==
                  std::vector<std::string>{"1.3.6.1.2.1.2.1.0", "1.3.6.1.2.1.2.2.1.1.1",
                                           "1.3.6.1.2.1.2.2.1.2.1", "1.3.6.1.2.1.2.2.1.3.1",
                                           "1.3.6.1.2.1.2.2.1.4.1", "1.3.6.1.2.1.2.2.1.5.1"});
            CHECK(walk.types == std::vector<ValueType>{ValueType::integer, ValueType::counter64,
                                                       ValueType::octets, ValueType::ip_address,
                                                       ValueType::oid, ValueType::null});
        }
    }

    TEST_CASE("one value is asked for by its own name when nothing is below it") {
        WalkBench walk;
        for (const auto version : {Credential::Version::v1, Credential::Version::v2c}) {
            const auto outcome = walk.walk("1.3.6.1.2.1.1.3.0", version);
            REQUIRE(outcome);
            CHECK(!outcome->error);
            CHECK(walk.names == std::vector<std::string>{"1.3.6.1.2.1.1.3.0"});
            CHECK(walk.types == std::vector<ValueType>{ValueType::time_ticks});
        }
        const auto none = walk.walk("1.3.6.1.2.1.1.4.0");
        REQUIRE(none);
        CHECK(none->was_heard);
        CHECK(!none->error);
        CHECK(none->values == 0);
    }

    TEST_CASE("a walk bears what visits bear: tooBig, silence on size, no GETBULK") {
        struct Case {
            std::string name;
            void (*spoil)(FakeAgent&);
        };
        const Case cases[] = {
            {"tooBig", [](FakeAgent& agent) { agent.reply_most = 200; }},
            {"silent on large",
             [](FakeAgent& agent) {
                 agent.reply_most = 200;
                 agent.is_silent_on_large = true;
             }},
            {"no GETBULK: silence",
             [](FakeAgent& agent) { agent.bulk = FakeAgent::Bulk::silence; }},
            {"no GETBULK: genErr", [](FakeAgent& agent) { agent.bulk = FakeAgent::Bulk::gen_err; }},
            {"noSuchName at the end", [](FakeAgent& agent) { agent.says_no_such_name = true; }},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            WalkBench walk;
            walk.agent.add_table({column}, 100);
            c.spoil(walk.agent);
            const auto outcome = walk.walk("1.3.6.1.2.1.2");
            REQUIRE(outcome);
            CHECK(!outcome->error);
            CHECK(walk.names.size() == 100);
            CHECK(walk.names == walk.rows(100));
        }
    }

    TEST_CASE("a walk is not held to the rows and octets of a visit") {
        WalkBench walk;
        const std::uint32_t many = 12'000;  // a visit ends at 10,000 rows of a column
        walk.agent.add_table({column}, many);
        const auto outcome = walk.walk(column);
        REQUIRE(outcome);
        CHECK(!outcome->error);
        CHECK(walk.names == walk.rows(many));
    }

    TEST_CASE("silence in the middle ends the walk, and what came until then was given") {
        WalkBench walk;
        walk.agent.add_table({column}, 500);
        walk.silent_after = 5;
        const auto outcome = walk.walk(column);
        REQUIRE(outcome);
        CHECK(outcome->was_heard);
        REQUIRE(outcome->error);
        CHECK(outcome->error->reason == Reason::timeout);
        CHECK(outcome->values > 10);
        CHECK(outcome->values < 500);
        CHECK(walk.names == walk.rows(static_cast<std::uint32_t>(outcome->values)));
    }

    TEST_CASE("an agent that goes back, or that never answered, is an error") {
        WalkBench walk;
        walk.agent.add_table({column}, 5);
        walk.agent.goes_backwards = true;
        const auto back = walk.walk(column);
        REQUIRE(back);
        REQUIRE(back->error);
        CHECK(back->error->reason == Reason::malformed);
        CHECK(walk.names == walk.rows(1));

        walk.agent.is_deaf = true;
        const auto deaf = walk.walk(column);
        REQUIRE(deaf);
        CHECK(!deaf->was_heard);
        REQUIRE(deaf->error);
        CHECK(deaf->error->reason == Reason::timeout);
        CHECK(walk.names.empty());
    }
}

}  // namespace pantau::snmp::test
