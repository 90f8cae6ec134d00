// One check as events in and words out; time is an argument.
#include "collectors/icmp/check.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace pantau;
using namespace pantau::icmp;
using namespace std::chrono_literals;

namespace {

const MonoTime start{1h};
constexpr Check::Plan five{5, 100ms, 2s};
const Error no_way{Reason::unreachable, "no way", {}};
const Error full{Reason::local, "full", {}};

/// Sends every request at its time; `fate` says what becomes of each: a number of milliseconds is
/// its round trip, -1 silence, -2 a router's refusal, -3 it never left.
Check play(const std::vector<int>& fates, const Check::Plan& plan = five) {
    Check check(plan, start, start + 30s);
    for (MonoTime now = start; !check.is_over(now); now += 1ms) {
        while (check.take_expired(now)) {
        }
        for (unsigned number = 0; number < fates.size(); ++number) {
            const bool is_due = check.is_waiting(number) && fates[number] >= 0 &&
                                now - check.sent_at(number) >= fates[number] * 1ms;
            if (is_due) check.answered(number, now, fates[number] * 1ms);
        }
        const auto number = check.take_due(now);
        if (!number) continue;
        if (fates[*number] == -3) {
            check.not_sent(*number, now, full);
            continue;
        }
        check.sent(*number, now);
        if (fates[*number] == -2) check.unreachable(*number, no_way);
    }
    return check;
}

double milliseconds(const std::optional<Duration>& duration) {
    return duration ? to_seconds(*duration) * 1000 : -1;
}

}  // namespace

TEST_SUITE("collectors/icmp check") {
    TEST_CASE("loss, round trips, jitter and the reason follow from what became of each request") {
        struct Row {
            const char* name;
            std::vector<int> fates;
            unsigned sent, received;
            double loss, least, mean, most, jitter;  ///< Of milliseconds; -1: absent.
            std::optional<Reason> reason;
        };
        const Row rows[] = {
            {"all the same", {4, 4, 4, 4, 4}, 5, 5, 0, 4, 4, 4, 0, {}},
            {"all different", {10, 20, 10, 30, 30}, 5, 5, 0, 10, 20, 30, 10, {}},
            {"one lost between two", {10, -1, 14, 12, 16}, 5, 4, 0.2, 10, 13, 16, 10.0 / 3, {}},
            {"one came back", {-1, -1, -1, 7, -1}, 5, 1, 0.8, 7, 7, 7, -1, {}},
            {"silence", {-1, -1, -1, -1, -1}, 5, 0, 1, -1, -1, -1, -1, Reason::timeout},
            {"a router says no",
             {-1, -2, -1, -2, -1},
             5,
             0,
             1,
             -1,
             -1,
             -1,
             -1,
             Reason::unreachable},
            {"a router said no to some", {-2, 5, 5, -2, 5}, 5, 3, 0.4, 5, 5, 5, 0, {}},
            {"nothing left", {-3, -3, -3, -3, -3}, 0, 0, -1, -1, -1, -1, -1, Reason::local},
            {"what did not leave is not lost", {-3, 6, -3, 6, 6}, 3, 3, 0, 6, 6, 6, 0, {}},
            {"silence while some could not leave",
             {-1, -1, -1, -1, -3},
             4,
             0,
             1,
             -1,
             -1,
             -1,
             -1,
             Reason::local},
            {"a router's no beside some that could not leave",
             {-3, -2, -1, -3, -3},
             2,
             0,
             1,
             -1,
             -1,
             -1,
             -1,
             Reason::unreachable},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            const Check check = play(row.fates);
            const Summary found = check.summary();
            CHECK(found.sent == row.sent);
            CHECK(found.received == row.received);
            CHECK(found.loss.value_or(-1) == doctest::Approx(row.loss));
            CHECK(milliseconds(found.rtt_min) == doctest::Approx(row.least));
            CHECK(milliseconds(found.rtt_mean) == doctest::Approx(row.mean));
            CHECK(milliseconds(found.rtt_max) == doctest::Approx(row.most));
            CHECK(milliseconds(found.jitter) == doctest::Approx(row.jitter));
            const auto failure = check.failure();
            CHECK(failure.has_value() == row.reason.has_value());
            if (failure && row.reason) CHECK(name_of(failure->reason) == name_of(*row.reason));
        }
    }

    TEST_CASE("requests are an interval apart, and being late makes no burst") {
        Check check(five, start, start + 30s);
        CHECK(check.next() == start);
        REQUIRE(check.take_due(start) == 0u);
        CHECK_FALSE(check.take_due(start + 10s));  // it waits in the queue still
        check.sent(0, start + 500ms);
        CHECK_FALSE(check.take_due(start + 599ms));
        CHECK(check.next() == start + 600ms);
        REQUIRE(check.take_due(start + 1500ms) == 1u);
        check.sent(1, start + 1500ms);
        CHECK_FALSE(check.take_due(start + 1500ms));
        CHECK(check.take_due(start + 1600ms) == 2u);
    }

    TEST_CASE("a living device is done with its last reply, a silent one with its last time-out") {
        Check alive(Check::Plan{2, 100ms, 2s}, start, start + 30s);
        for (unsigned number = 0; number < 2; ++number) {
            const MonoTime now = start + number * 100ms;
            REQUIRE(alive.take_due(now) == number);
            alive.sent(number, now);
            CHECK_FALSE(alive.is_over(now));
            CHECK(alive.answered(number, now + 3ms, 3ms));
        }
        CHECK(alive.is_over(start + 103ms));
        CHECK(alive.next() <= start);
        CHECK(alive.duration(start + 1s) == Duration(103ms));

        Check silent(Check::Plan{2, 100ms, 2s}, start, start + 30s);
        for (unsigned number = 0; number < 2; ++number) {
            REQUIRE(silent.take_due(start + number * 100ms) == number);
            silent.sent(number, start + number * 100ms);
        }
        CHECK(silent.next() == start + 2s);
        CHECK_FALSE(silent.take_expired(start + 1999ms));
        CHECK(silent.take_expired(start + 2s) == 0u);
        CHECK_FALSE(silent.take_expired(start + 2s));
        CHECK(silent.next() == start + 2100ms);
        CHECK(silent.take_expired(start + 2100ms) == 1u);
        CHECK(silent.is_over(start + 2100ms));
        CHECK(silent.duration(start + 2100ms) == Duration(2100ms));
    }

    TEST_CASE("a second word about one request changes nothing") {
        Check check(Check::Plan{3, 100ms, 2s}, start, start + 30s);
        REQUIRE(check.take_due(start) == 0u);
        CHECK_FALSE(check.answered(0, start, 1ms));  // not sent yet
        check.sent(0, start);
        CHECK(check.answered(0, start + 1ms, 1ms));
        CHECK_FALSE(check.answered(0, start + 2ms, 2ms));
        CHECK_FALSE(check.unreachable(0, no_way));
        CHECK(check.summary().received == 1);
        CHECK(check.summary().rtt_max == Duration(1ms));
    }

    TEST_CASE("the deadline ends everything, and what found no turn before it is our overload") {
        Check late(five, start, start + 1s);
        REQUIRE(late.take_due(start) == 0u);
        CHECK(late.next() == start + 1s);
        CHECK(late.is_over(start + 1s));
        REQUIRE(late.failure());
        CHECK(late.failure()->reason == Reason::overload);
        CHECK(late.summary().sent == 0);
        CHECK_FALSE(late.summary().loss);

        Check cut(five, start, start + 150ms);
        REQUIRE(cut.take_due(start) == 0u);
        cut.sent(0, start);
        CHECK(cut.take_expired(start + 150ms) == 0u);
        CHECK_FALSE(cut.take_due(start + 150ms));
        CHECK(cut.summary().sent == 1);
        CHECK(cut.failure()->reason == Reason::timeout);
    }

    TEST_CASE("a check that is stopped waits for what it has sent and sends no more") {
        Check check(five, start, start + 30s);
        check.stop(full);
        CHECK(check.is_over(start));
        CHECK(check.failure() == full);

        Check begun(five, start, start + 30s);
        REQUIRE(begun.take_due(start) == 0u);
        begun.sent(0, start);
        REQUIRE(begun.take_due(start + 100ms) == 1u);
        begun.stop(full);
        CHECK_FALSE(begun.take_due(start + 1s));
        CHECK_FALSE(begun.is_over(start + 1s));
        CHECK(begun.answered(0, start + 1s, 1s));
        CHECK(begun.is_over(start + 1s));
        CHECK_FALSE(begun.failure());
    }
}
