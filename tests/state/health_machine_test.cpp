#include "state/health_machine.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace pantau;

namespace {

using Kind = VisitOutcome::Kind;

const CollectorInfo snmp{"snmp", {}};
const CollectorInfo http{"http", {}};
const CollectorInfo icmp{"icmp", {}, Witness::reach};
const CollectorInfo citizen{"citizen", {}, Witness::service};

CollectorReport report(const CollectorInfo& collector, std::optional<Reason> failure) {
    CollectorReport made;
    made.collector = &collector;
    made.ok = !failure;
    made.reason = failure;
    return made;
}

VisitOutcome outcome_for(char sign) {
    switch (sign) {
        case 'a':
            return {Kind::answered, {}};
        case 'p':
            return {Kind::partly, Reason::status};
        case 'l':
            return {Kind::lost, Reason::timeout};
        case 'r':
            return {Kind::reached, Reason::auth};
        case 'o':
            return {Kind::own_fault, Reason::overload};
        default:
            return {Kind::nothing, {}};
    }
}

/// Plays polls, one letter each, and gives the health after the last.
HealthMemory play(const std::string& polls) {
    HealthMemory memory;
    MonoTime now{};
    for (const char sign : polls)
        step(memory, outcome_for(sign), now += std::chrono::seconds(1));
    return memory;
}

}  // namespace

TEST_SUITE("state/health") {
    TEST_CASE("polls one after the other lead to the health a person would tell") {
        struct Row {
            /// a answered, p partly, r reached alone, l lost, o own fault, - nobody looked
            const char* polls;
            HealthState state;
            bool up;
            std::optional<Reason> reason;
        };
        const auto rows = std::to_array<Row>({
            {"", HealthState::unknown, false, {}},
            {"-", HealthState::unknown, false, {}},
            {"a", HealthState::up, true, {}},
            {"p", HealthState::degraded, true, Reason::status},
            {"pa", HealthState::up, true, {}},
            // An outage needs three lost polls in a row.
            {"al", HealthState::degraded, true, Reason::timeout},
            {"all", HealthState::degraded, true, Reason::timeout},
            {"alll", HealthState::down, false, Reason::timeout},
            {"allllllllllllllllllll", HealthState::down, false, Reason::timeout},
            {"pl", HealthState::degraded, true, Reason::timeout},
            {"allall", HealthState::degraded, true, Reason::timeout},
            {"allpll", HealthState::degraded, true, Reason::timeout},
            {"allplll", HealthState::down, false, Reason::timeout},
            // A device that never answered is not called degraded.
            {"l", HealthState::unknown, false, Reason::timeout},
            {"ll", HealthState::unknown, false, Reason::timeout},
            {"lll", HealthState::down, false, Reason::timeout},
            {"lla", HealthState::up, true, {}},
            // One good poll ends it.
            {"allla", HealthState::up, true, {}},
            {"alllp", HealthState::degraded, true, Reason::status},
            {"lllal", HealthState::degraded, true, Reason::timeout},
            // A fault of ours never moves towards down.
            {"ao", HealthState::up, true, {}},
            {"aoo", HealthState::up, true, {}},
            {"aooo", HealthState::unknown, true, Reason::overload},
            {"aooooooooo", HealthState::unknown, true, Reason::overload},
            {"aoooa", HealthState::up, true, {}},
            {"oo", HealthState::unknown, false, {}},
            {"ooo", HealthState::unknown, false, Reason::overload},
            {"alo", HealthState::degraded, true, Reason::timeout},
            {"alool", HealthState::degraded, true, Reason::timeout},
            {"alolol", HealthState::down, false, Reason::timeout},
            {"aooal", HealthState::degraded, true, Reason::timeout},
            {"aloaooo", HealthState::unknown, true, Reason::overload},
            // After a long blindness the count begins anew...
            {"allooo", HealthState::unknown, true, Reason::overload},
            {"alloool", HealthState::degraded, true, Reason::timeout},
            {"allooolll", HealthState::down, false, Reason::timeout},
            // ... but a device that was down before needs no new proof.
            {"allloo", HealthState::down, false, Reason::timeout},
            {"alllooo", HealthState::unknown, false, Reason::overload},
            {"alllooooool", HealthState::down, false, Reason::timeout},
            // Who is merely reached is degraded at once, never up by that, and never down.
            {"r", HealthState::degraded, false, Reason::auth},
            {"rrrrrrrr", HealthState::degraded, false, Reason::auth},
            {"ar", HealthState::degraded, true, Reason::auth},
            {"arr", HealthState::degraded, true, Reason::auth},
            {"arrr", HealthState::degraded, false, Reason::auth},
            {"arrra", HealthState::up, true, {}},
            {"arlr", HealthState::degraded, false, Reason::auth},
            {"ararar", HealthState::degraded, true, Reason::auth},
            // From there an outage needs three lost polls, too...
            {"rl", HealthState::degraded, false, Reason::timeout},
            {"arrrll", HealthState::degraded, false, Reason::timeout},
            {"arrrlll", HealthState::down, false, Reason::timeout},
            {"allrll", HealthState::degraded, false, Reason::timeout},
            {"arrrlrll", HealthState::degraded, false, Reason::timeout},
            {"arrrooool", HealthState::degraded, false, Reason::timeout},
            // ... and its end no more than one sign.
            {"alllr", HealthState::degraded, false, Reason::auth},
            {"alllrl", HealthState::degraded, false, Reason::timeout},
            // Nobody looked: nothing changes.
            {"a-", HealthState::up, true, {}},
            {"al-l", HealthState::degraded, true, Reason::timeout},
            {"all-l", HealthState::down, false, Reason::timeout},
        });
        for (const Row& row : rows) {
            CAPTURE(row.polls);
            const HealthMemory memory = play(row.polls);
            CHECK(name_of(memory.health.state) == name_of(row.state));
            CHECK(memory.up == row.up);
            CHECK(memory.health.reason == row.reason);
        }
    }

    TEST_CASE("the machine remembers when the state began, not when it was seen last") {
        const MonoTime zero{};
        CHECK(play("aaa").since == zero + std::chrono::seconds(1));
        CHECK(play("aaall").since == zero + std::chrono::seconds(4));
        CHECK(play("aaalll").since == zero + std::chrono::seconds(6));
    }

    TEST_CASE("a poll is lost only when everyone who looked failed through the device") {
        struct Row {
            const char* name;
            std::vector<CollectorReport> reports;
            VisitOutcome outcome;
        };
        const std::vector<Row> rows{
            {"nobody", {}, {Kind::nothing, {}}},
            {"snmp answers", {report(snmp, {})}, {Kind::answered, {}}},
            {"both answer", {report(snmp, {}), report(http, {})}, {Kind::answered, {}}},
            {"http fails",
             {report(snmp, {}), report(http, Reason::status)},
             {Kind::partly, Reason::status}},
            {"snmp fails",
             {report(snmp, Reason::timeout), report(http, {})},
             {Kind::partly, Reason::timeout}},
            {"both fail, http first in the list",
             {report(http, Reason::refused), report(snmp, Reason::timeout)},
             {Kind::lost, Reason::timeout}},
            {"wrong credential", {report(snmp, Reason::auth)}, {Kind::lost, Reason::auth}},
            {"overload", {report(snmp, Reason::overload)}, {Kind::own_fault, Reason::overload}},
            {"cancelled", {report(snmp, Reason::cancelled)}, {Kind::own_fault, Reason::cancelled}},
            {"snmp silent while we are overloaded",
             {report(snmp, Reason::timeout), report(http, Reason::overload)},
             {Kind::own_fault, Reason::overload}},
            {"a name without address did not look",
             {report(snmp, Reason::timeout), report(http, Reason::name_resolution)},
             {Kind::lost, Reason::timeout}},
            {"only a name without address",
             {report(http, Reason::name_resolution)},
             {Kind::own_fault, Reason::name_resolution}},
            {"snmp and ping answer", {report(snmp, {}), report(icmp, {})}, {Kind::answered, {}}},
            {"snmp answers, ping does not",
             {report(snmp, {}), report(icmp, Reason::timeout)},
             {Kind::partly, Reason::timeout}},
            {"ping answers, snmp does not",
             {report(snmp, Reason::auth), report(icmp, {})},
             {Kind::reached, Reason::auth}},
            {"ping answers, snmp and http do not",
             {report(snmp, Reason::timeout), report(http, Reason::status), report(icmp, {})},
             {Kind::reached, Reason::timeout}},
            {"ping and http answer, snmp does not",
             {report(snmp, Reason::timeout), report(http, {}), report(icmp, {})},
             {Kind::partly, Reason::timeout}},
            {"nobody answers, ping by a router",
             {report(snmp, Reason::timeout), report(icmp, Reason::unreachable)},
             {Kind::lost, Reason::timeout}},
            {"ping alone answers", {report(icmp, {})}, {Kind::answered, {}}},
            {"ping alone is lost",
             {report(icmp, Reason::unreachable)},
             {Kind::lost, Reason::unreachable}},
            {"ping alone is not permitted",
             {report(icmp, Reason::local)},
             {Kind::own_fault, Reason::local}},
            {"ping not permitted, snmp answers",
             {report(snmp, {}), report(icmp, Reason::local)},
             {Kind::answered, {}}},
            {"ping not permitted hides no outage",
             {report(snmp, Reason::timeout), report(icmp, Reason::local)},
             {Kind::lost, Reason::timeout}},
            {"ping answers while we could not ask by snmp",
             {report(snmp, Reason::overload), report(icmp, {})},
             {Kind::own_fault, Reason::overload}},
            {"ping is lost while we could not ask by snmp",
             {report(snmp, Reason::local), report(icmp, Reason::timeout)},
             {Kind::own_fault, Reason::local}},
            {"a page's name has no address, ping is lost",
             {report(http, Reason::name_resolution), report(icmp, Reason::timeout)},
             {Kind::lost, Reason::timeout}},
            {"a citizen gets nowhere through a device that answers",
             {report(snmp, {}), report(citizen, Reason::content)},
             {Kind::partly, Reason::content}},
            {"a page that fails is said first",
             {report(snmp, {}), report(http, Reason::status), report(citizen, Reason::content)},
             {Kind::partly, Reason::status}},
            {"and said before a ping",
             {report(snmp, {}), report(icmp, Reason::timeout), report(citizen, Reason::content)},
             {Kind::partly, Reason::content}},
            {"a citizen gets online on a way that need not be the device's",
             {report(snmp, Reason::timeout), report(citizen, {})},
             {Kind::lost, Reason::timeout}},
            {"a citizen check beside a page whose name has no address",
             {report(http, Reason::name_resolution), report(citizen, {})},
             {Kind::own_fault, Reason::name_resolution}},
            {"a fault of ours beside an answer degrades nobody",
             {report(snmp, {}), report(http, Reason::local)},
             {Kind::answered, {}}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            Observation seen;
            seen.collectors = row.reports;
            CHECK(outcome_of(seen) == row.outcome);
        }
    }

    TEST_CASE("a table that got lost does not degrade a device whose collectors answered") {
        Observation seen;
        seen.collectors = {report(snmp, {})};
        seen.problems.push_back({"snmp", "radios", Reason::timeout, ""});
        CHECK(outcome_of(seen) == VisitOutcome{Kind::answered, {}});
    }

    TEST_CASE("a failure without a reason is held against us, not against the device") {
        Observation seen;
        seen.collectors = {report(snmp, {})};
        seen.collectors[0].ok = false;
        CHECK(outcome_of(seen) == VisitOutcome{Kind::own_fault, Reason::local});
    }
}
