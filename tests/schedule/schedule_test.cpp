#include "schedule/schedule.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const MonoTime start{100s};

/// Lets time pass in steps; every visit takes `takes` and ends as `outcome` says.
struct Run {
    Schedule schedule;
    MonoTime now = start;
    std::map<Schedule::Slot, std::vector<Duration>> visits;  // since start

    void until(MonoTime end, Duration takes, auto outcome) {
        const auto same = [takes](Schedule::Slot) { return takes; };
        until_each(end, same, outcome);
    }
    /// The same with a duration of its own for each device.
    void until_each(MonoTime end, auto takes, auto outcome) {
        std::multimap<MonoTime, Schedule::Slot> under_way;
        while (now < end) {
            while (!under_way.empty() && under_way.begin()->first <= now) {
                const Schedule::Slot slot = under_way.begin()->second;
                under_way.erase(under_way.begin());
                schedule.finished(slot, outcome(slot), now);
            }
            while (const auto visit = schedule.pop(now)) {
                CHECK(visit->due <= now);
                visits[visit->slot].push_back(now - start);
                under_way.emplace(now + takes(visit->slot), visit->slot);
            }
            now += 10ms;
        }
    }
};

constexpr auto answered = [](Schedule::Slot) { return Schedule::Outcome::answered; };

}  // namespace

TEST_SUITE("schedule/schedule") {
    TEST_CASE("a device is visited at its own point of every interval") {
        Run run;
        run.schedule.add(0, 30s, 7s, start);
        run.until(start + 100s, 100ms, answered);
        // 100 s is 10 s into an interval: the next point 7 s is at 127 s.
        CHECK(run.visits[0] == std::vector<Duration>{27s, 57s, 87s});
        CHECK(run.schedule.shed() == 0);
    }

    TEST_CASE("a thousand devices are spread evenly, whatever their names look like") {
        std::map<long, int> per_second;
        for (int i = 0; i < 3000; ++i) {
            const Duration phase = phase_of("rw" + std::to_string(i) + "-sumbersari-1", 30s);
            CHECK(phase >= 0s);
            CHECK(phase < 30s);
            ++per_second[std::chrono::floor<std::chrono::seconds>(phase).count()];
        }
        REQUIRE(per_second.size() == 30);
        for (const auto& [second, count] : per_second) {
            const auto at = second;
            CAPTURE(at);
            CHECK(count > 60);
            CHECK(count < 140);
        }
        CHECK(phase_of("ap-1", 30s) == phase_of("ap-1", 30s));
    }

    TEST_CASE("two lost visits are confirmed quickly, then the device keeps its normal pace") {
        Run run;
        run.schedule.add(0, 60s, 0s, start);
        run.until(start + 200s, 2s, [](Schedule::Slot) { return Schedule::Outcome::lost; });
        // Due at 120 s; lost at +2 s, again half a second later, again a second later; then at 180
        // s, 240 s.
        CHECK(run.visits[0] == std::vector<Duration>{20s, 22500ms, 25500ms, 80s, 140s});
    }

    TEST_CASE("a visit that answers after a loss ends the confirmations") {
        Run run;
        run.schedule.add(0, 60s, 0s, start);
        int visit = 0;
        run.until(start + 100s, 1s, [&](Schedule::Slot) {
            return ++visit == 1 ? Schedule::Outcome::lost : Schedule::Outcome::answered;
        });
        CHECK(run.visits[0] == std::vector<Duration>{20s, 21500ms, 80s});
    }

    TEST_CASE("a visit longer than the interval never piles up, and is no overload of ours") {
        Run run;
        run.schedule.add(0, 10s, 0s, start);
        run.until(start + 100s, 25s, answered);
        CHECK(run.visits[0] == std::vector<Duration>{10s, 40s, 70s});
        CHECK(run.schedule.shed() == 0);
    }

    TEST_CASE("points that pass because nothing could be started are shed and counted") {
        Schedule schedule;
        schedule.add(0, 10s, 0s, start);
        const MonoTime due = *schedule.next();
        REQUIRE(schedule.pop(due + 35s));
        CHECK(schedule.shed() == 3);
        schedule.finished(0, Schedule::Outcome::answered, due + 36s);
        CHECK(schedule.next() == due + 40s);
        REQUIRE(schedule.pop(due + 40s));
        CHECK(schedule.shed() == 3);
    }

    TEST_CASE("the window bounds what is under way; the earliest due goes first") {
        Schedule::Options options;
        options.window = 2;
        Schedule schedule(options);
        for (Schedule::Slot slot = 0; slot < 4; ++slot)
            schedule.add(slot, 60s, 25s - slot * 1s, start);
        const MonoTime late = start + 90s;
        REQUIRE(schedule.pop(late)->slot == 3);
        REQUIRE(schedule.pop(late)->slot == 2);
        CHECK_FALSE(schedule.pop(late).has_value());
        CHECK(schedule.next() == late + options.lost_after);
        CHECK(schedule.in_flight() == 2);
        schedule.finished(3, Schedule::Outcome::answered, late);
        CHECK(schedule.pop(late)->slot == 1);
    }

    TEST_CASE(
        "behind one parent only so many are visited at once; the others do not wait for them") {
        Schedule::Options options;
        options.link_window = 2;
        Schedule schedule(options);
        for (Schedule::Slot slot = 0; slot < 4; ++slot)
            schedule.add(slot, 60s, 20s + slot * 1s, start, 7);
        schedule.add(4, 60s, 25s, start, 8);
        schedule.add(5, 60s, 26s, start);
        const MonoTime now = start + 90s;  // all are due
        std::vector<Schedule::Slot> started;
        while (const auto visit = schedule.pop(now))
            started.push_back(visit->slot);
        CHECK(started == std::vector<Schedule::Slot>{0, 1, 4, 5});
        CHECK(schedule.next() == now + options.lost_after);

        schedule.finished(1, Schedule::Outcome::answered, now);
        REQUIRE(schedule.next() <= now);
        const auto visit = schedule.pop(now);
        REQUIRE(visit);
        CHECK(visit->slot == 2);
        CHECK(now - visit->due == 48s);
        CHECK_FALSE(schedule.pop(now));
    }

    TEST_CASE("visits behind one parent that find silence do not hold up the living there") {
        Schedule::Options options;
        options.link_window = 1;
        Schedule schedule(options);
        schedule.add(0, 60s, 20s, start, 0);
        schedule.add(1, 60s, 21s, start, 0);
        const MonoTime now = start + 90s;
        REQUIRE(schedule.pop(now)->slot == 0);
        CHECK_FALSE(schedule.pop(now));
        CHECK_FALSE(schedule.pop(now + options.lost_after - 1ms));
        CHECK(schedule.pop(now + options.lost_after)->slot == 1);
    }

    TEST_CASE("who queues for a link and is removed, hurried or moved leaves the queue") {
        Schedule::Options options;
        options.link_window = 1;
        Schedule schedule(options);
        for (Schedule::Slot slot = 0; slot < 4; ++slot)
            schedule.add(slot, 60s, 20s + slot * 1s, start, 0);
        const MonoTime now = start + 90s;
        REQUIRE(schedule.pop(now)->slot == 0);
        CHECK_FALSE(schedule.pop(now));
        schedule.remove(1);
        schedule.add(2, 60s, 22s, now, 1);  // behind another parent now; due at its next point
        schedule.finished(0, Schedule::Outcome::answered, now);
        REQUIRE(schedule.pop(now)->slot == 3);
        CHECK_FALSE(schedule.pop(now));
        CHECK(schedule.in_flight() == 1);
        CHECK(schedule.size() == 3);
    }

    TEST_CASE("a confirmation goes before what is due later, also when the window is full") {
        Schedule::Options options;
        options.window = 1;
        Schedule schedule(options);
        schedule.add(0, 60s, 20s, start);  // due at 140 s
        schedule.add(1, 60s, 21s, start);
        schedule.add(2, 60s, 22s, start);
        const MonoTime lost = start + 40s;
        REQUIRE(schedule.pop(lost)->slot == 0);
        schedule.finished(0, Schedule::Outcome::lost, lost);
        REQUIRE_FALSE(schedule.pop(lost).has_value());
        REQUIRE(schedule.pop(start + 41s)->slot == 0);  // its confirmation, due at 140.5 s
        schedule.finished(0, Schedule::Outcome::answered, start + 43s);
        CHECK(schedule.pop(start + 43s)->slot == 1);
    }

    TEST_CASE("visits to devices that are gone leave the window after a while") {
        Schedule::Options options;
        options.window = 3;
        Schedule schedule(options);
        for (Schedule::Slot slot = 0; slot < 10; ++slot)
            schedule.add(slot, 60s, 21s, start);
        MonoTime now = start + 41s;
        for (int i = 0; i < 3; ++i)
            REQUIRE(schedule.pop(now).has_value());
        REQUIRE_FALSE(schedule.pop(now).has_value());
        schedule.finished(1, Schedule::Outcome::answered, now);  // this one lives
        REQUIRE(schedule.pop(now + 1ms)->slot == 3);
        REQUIRE_FALSE(schedule.pop(now + 999ms).has_value());
        CHECK(schedule.next() == now + 1s);
        now += 1s;
        for (const Schedule::Slot slot : {4u, 5u})  // 0 and 2 have left the window, not 3
            CHECK(schedule.pop(now)->slot == slot);
        CHECK_FALSE(schedule.pop(now).has_value());
        CHECK(schedule.in_flight() == 5);
        // Those that end after all, or are removed, are not taken out twice.
        schedule.finished(0, Schedule::Outcome::lost, now);
        schedule.remove(2);
        CHECK_FALSE(schedule.pop(now).has_value());
        CHECK(schedule.in_flight() == 3);
    }

    TEST_CASE("phases stand on a grid, so that devices share wake-ups, in short intervals too") {
        for (const Duration interval : {Duration(1ms), Duration(1s), Duration(7s), Duration(60s)}) {
            CAPTURE(interval.count());
            const Duration grid = std::max(Duration(1), std::min(phase_grid, interval / 100));
            std::set<Duration> phases;
            for (int i = 0; i < 1000; ++i) {
                const Duration phase = phase_of("ap-" + std::to_string(i), interval);
                CHECK(phase >= 0s);
                CHECK(phase < interval);
                CHECK(phase % grid == 0s);
                phases.insert(phase);
            }
            CHECK(phases.size() > 90);
        }
    }

    TEST_CASE("a dead half does not move the visits of the living half, whatever the window") {
        const auto run_with = [](bool dead_half) {
            // A tenth of what the dead half alone has under way in its confirmations.
            Schedule::Options options;
            options.window = 10;
            options.lost_after = 300ms;
            Run run;
            run.schedule = Schedule(options);
            for (Schedule::Slot slot = 0; slot < 200; ++slot)
                run.schedule.add(slot, 30s, phase_of("ap-" + std::to_string(slot), 30s), start);
            const auto is_dead = [&](Schedule::Slot slot) { return dead_half && slot % 2 == 1; };
            const auto takes = [&](Schedule::Slot slot) -> Duration {
                return is_dead(slot) ? 4s : 50ms;
            };
            run.until_each(start + 120s, takes, [&](Schedule::Slot slot) {
                return is_dead(slot) ? Schedule::Outcome::lost : Schedule::Outcome::answered;
            });
            std::map<Schedule::Slot, std::vector<Duration>> living;
            for (Schedule::Slot slot = 0; slot < 200; slot += 2)
                living[slot] = run.visits[slot];
            return living;
        };
        CHECK(run_with(true) == run_with(false));
    }

    TEST_CASE("adding the same again moves nothing; a new interval moves only that device") {
        Schedule schedule;
        schedule.add(0, 30s, 3s, start);
        schedule.add(1, 30s, 4s, start);
        const auto before = schedule.next();
        schedule.add(0, 30s, 3s, start + 1s);
        CHECK(schedule.next() == before);
        schedule.add(0, 90s, 3s, start + 1s);
        CHECK(schedule.next() == MonoTime(124s));
        CHECK(schedule.size() == 2);
    }

    TEST_CASE("a removed device is never visited again, its slot can be used anew") {
        Schedule schedule;
        schedule.add(0, 10s, 0s, start);
        const auto visit = schedule.pop(start + 10s);
        REQUIRE(visit.has_value());
        schedule.remove(0);
        CHECK(schedule.in_flight() == 0);
        CHECK_FALSE(schedule.next().has_value());
        schedule.finished(0, Schedule::Outcome::answered, start + 11s);
        CHECK_FALSE(schedule.next().has_value());
        schedule.add(0, 10s, 5s, start + 11s);
        CHECK(schedule.next() == MonoTime(115s));
        CHECK(schedule.size() == 1);
    }

    TEST_CASE("a hurried device goes now, and keeps its phase afterwards") {
        Schedule schedule;
        schedule.add(0, 60s, 0s, start);
        schedule.hurry(0, start + 1s);
        REQUIRE(schedule.pop(start + 1s).has_value());
        schedule.finished(0, Schedule::Outcome::answered, start + 2s);
        CHECK(schedule.next() == MonoTime(120s));
    }
}
