#include "state/history.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();

/// A moment as people in that zone write it.
WallTime at(const TimeZone& zone, std::int32_t day, Duration into) {
    return zone.day_numbered(day).begin + std::chrono::duration_cast<WallTime::duration>(into);
}

constexpr std::int32_t tuesday = 20'781;  // 2026-11-24

const Health up{HealthState::up, {}};
const Health down{HealthState::down, Reason::timeout};

/// One run of pantaud that watches access points with a poll every 30 s.
class Run {
public:
    explicit Run(WallTime start, const TimeZone& zone = jakarta, HistoryLeft left = {})
        : history(zone), wall(start) {
        history.restore(std::move(left));
    }

    void pass(Duration by) {
        mono += by;
        wall += std::chrono::duration_cast<WallTime::duration>(by);
    }

    Look look(const Health& health) const {
        Look made;
        made.device = device;
        made.wall = wall;
        made.mono = mono;
        made.every = device->poll.interval;
        made.health = health;
        made.reboots = reboots;
        return made;
    }

    void poll(const Health& health, std::optional<std::uint32_t> clients = {}) {
        Look made = look(health);
        made.clients = clients;
        history.see(made);
    }

    /// Polls every 30 s for that long, the first one now and the last at the end.
    void poll_for(Duration length, const Health& health,
                  std::optional<std::uint32_t> clients = {}) {
        poll(health, clients);
        for (Duration done{}; done < length; done += 30s) {
            pass(30s);
            poll(health, clients);
        }
    }

    /// All records so far, the newest of each, as the store would hold them.
    const std::map<std::pair<std::int32_t, std::uint32_t>, DayRecord>& records() {
        history.settle(wall, mono);
        for (DayRecord& record : history.take_changed())
            kept[{record.day, record.part}] = std::move(record);
        return kept;
    }

    DayRecord day(std::int32_t number, std::uint32_t part = 0) {
        const auto found = records().find({number, part});
        return found == records().end() ? DayRecord{} : found->second;
    }

    void move_to(std::vector<std::string> area) {
        auto other = std::make_shared<Device>(*device);
        other->area = std::move(area);
        device = other;
        apply_inventory();
    }

    void apply_inventory(bool is_in_it = true) {
        Inventory inventory;
        if (is_in_it) inventory.devices.push_back(device);
        history.set_inventory(inventory, wall, mono);
    }

    static std::shared_ptr<const Device> made() {
        auto device = std::make_shared<Device>();
        device->id = "rw08-1";
        device->area = {"Lowokwaru", "Sumbersari", "08"};
        return device;
    }

    History history;
    std::shared_ptr<const Device> device = made();
    MonoTime mono{100h};
    WallTime wall;
    std::uint64_t reboots = 0;
    std::map<std::pair<std::int32_t, std::uint32_t>, DayRecord> kept;
};

Duration sum_of(const DayRecord& record) {
    Duration sum{};
    for (const Duration part : record.spent)
        sum += part;
    return sum;
}

}  // namespace

TEST_SUITE("state/history") {
    TEST_CASE("time is booked under what was known until the next poll, with its cause") {
        Run run(at(jakarta, tuesday, 8h));
        run.poll_for(10min, up, 4);
        run.poll_for(2min, down);
        run.poll(up, 6);
        run.pass(30s);
        run.poll(up, 6);
        const DayRecord day = run.day(tuesday);
        CHECK(day.ap == "rw08-1");
        CHECK(day.area == "Lowokwaru\tSumbersari\t08");
        CHECK(day.of(Spent::up) == 10min + 30s);
        CHECK(day.of(Spent::down) == 2min);
        CHECK(sum_of(day) == 12min + 30s);
        CHECK(day.reasons == std::vector<ReasonTime>{{Spent::down, Reason::timeout, 2min}});
        CHECK(day.clients_peak == 6);
    }

    TEST_CASE("client-hours are counted only over the time for which clients are known") {
        Run run(at(jakarta, tuesday, 8h));
        run.poll_for(1h, up, 10);
        run.poll_for(1h, up);  // answers, but not to that question
        run.poll_for(1h, up, 0);
        run.poll_for(1h, down);
        const DayRecord day = run.day(tuesday);
        CHECK(day.client_seconds == doctest::Approx(10 * 3600.0));
        CHECK(day.clients_measured == 2h);
        CHECK(day.clients_peak == 10);

        Run blind(at(jakarta, tuesday, 8h));
        blind.poll_for(1h, up);
        CHECK_FALSE(blind.day(tuesday).clients_peak);
        Run empty(at(jakarta, tuesday, 8h));
        empty.poll_for(1h, up, 0);
        CHECK(empty.day(tuesday).clients_peak == 0);
    }

    TEST_CASE("midnight of the place divides what crosses it, to the second") {
        Run run(at(jakarta, tuesday, 24h - 100s));
        run.poll(up, 2);
        run.pass(90s);
        run.poll(down);
        run.pass(40s);
        run.poll(down);
        CHECK(run.day(tuesday).of(Spent::up) == 90s);
        CHECK(run.day(tuesday).of(Spent::down) == 10s);
        CHECK(run.day(tuesday + 1).of(Spent::down) == 30s);
        CHECK(run.day(tuesday).client_seconds == doctest::Approx(180));
        CHECK(run.day(tuesday + 1).client_seconds == doctest::Approx(0));
        CHECK_FALSE(run.day(tuesday + 1).clients_peak);
    }

    TEST_CASE("days are as long as their place makes them") {
        struct Row {
            const char* zone;
            std::int32_t day;
            Duration length;
            std::size_t steps;
        };
        const std::vector<Row> rows{
            {"Asia/Jakarta", tuesday, 24h, 288},
            {"Europe/Berlin", 20'541, 23h, 276},  // 2026-03-29
            {"Europe/Berlin", 20'751, 25h, 300},  // 2026-10-25
            {"Asia/Kathmandu", tuesday, 24h, 288},
        };
        for (const Row& row : rows) {
            CAPTURE(row.zone);
            CAPTURE(row.day);
            const TimeZone zone = TimeZone::named(row.zone).value();
            Run run(at(zone, row.day, -1h), zone);
            run.poll_for(27h, up, 1);
            const DayRecord day = run.day(row.day);
            CHECK(day.of(Spent::up) == row.length);
            CHECK(sum_of(day) == row.length);
            CHECK(day.bar.size() == row.steps);
        }
    }

    TEST_CASE("what a poll found holds for three intervals; after that nobody watched") {
        Run run(at(jakarta, tuesday, 8h));
        run.poll(up, 3);
        run.pass(1h);
        run.poll(up, 3);
        const DayRecord day = run.day(tuesday);
        CHECK(day.of(Spent::up) == 100s);
        CHECK(day.of(Spent::unmonitored) == 1h - 100s);
        CHECK(day.clients_measured == 100s);
    }

    TEST_CASE("a fault of ours is time that nobody watched, never downtime") {
        struct Row {
            Health health;
            Spent spent;
        };
        const std::vector<Row> rows{
            {{HealthState::unknown, Reason::overload}, Spent::unmonitored},
            {{HealthState::unknown, Reason::local}, Spent::unmonitored},
            {{HealthState::unknown, Reason::timeout}, Spent::unknown},
            {{HealthState::unknown, {}}, Spent::unknown},
            {{HealthState::maintenance, {}}, Spent::maintenance},
            {{HealthState::unreachable, Reason::timeout}, Spent::unreachable},
            {{HealthState::degraded, Reason::status}, Spent::degraded},
        };
        for (const Row& row : rows) {
            CAPTURE(name_of(row.spent));
            Run run(at(jakarta, tuesday, 8h));
            run.poll_for(5min, row.health);
            CHECK(run.day(tuesday).of(row.spent) == 5min);
            CHECK(sum_of(run.day(tuesday)) == 5min);
        }
    }

    TEST_CASE("a clock that jumps neither makes nor loses a second of an outage") {
        for (const Duration jump : {Duration(6h), Duration(-6h), Duration(24h * 365)}) {
            CAPTURE(jump.count());
            Run run(at(jakarta, tuesday, 12h));
            run.poll_for(10min, down);
            run.wall += std::chrono::duration_cast<WallTime::duration>(jump);
            run.poll_for(10min, down);
            run.wall -= std::chrono::duration_cast<WallTime::duration>(jump);
            run.poll_for(10min, down);
            Duration sum{};
            for (const auto& [key, record] : run.records()) {
                CHECK(sum_of(record) == record.of(Spent::down));
                sum += record.of(Spent::down);
            }
            CHECK(sum == 30min);
        }
    }

    TEST_CASE("a clock set back over midnight opens another part of the day that was over") {
        Run run(at(jakarta, tuesday, 24h - 10min));
        run.poll_for(20min, up, 1);
        run.wall -= 3h;
        run.poll_for(3h, up, 1);
        CHECK(run.day(tuesday).of(Spent::up) == 10min);
        CHECK(run.day(tuesday + 1).of(Spent::up) == 10min);
        CHECK(run.day(tuesday, 1).of(Spent::up) == 3h - 10min);
        CHECK(run.day(tuesday + 1, 1).of(Spent::up) == 10min);
    }

    TEST_CASE("a clock set back by seconds at midnight opens nothing") {
        Run run(at(jakarta, tuesday, 24h - 1min));
        run.poll_for(2min, up);
        run.wall -= 90s;
        run.poll_for(2min, up);
        CHECK(run.records().size() == 2);
        CHECK(run.day(tuesday).of(Spent::up) + run.day(tuesday + 1).of(Spent::up) == 4min);
    }

    TEST_CASE("a restart in the middle of a day goes on with its record; the gap is ours") {
        Run before(at(jakarta, tuesday, 8h));
        before.poll_for(1h, up, 5);
        before.reboots = 1;
        before.poll(up, 5);
        const DayRecord left = before.day(tuesday);

        Run after(before.wall + 10min, jakarta, {.latest = {left}, .part = 0});
        after.poll_for(1h, up, 1);
        const DayRecord day = after.day(tuesday);
        CHECK(after.records().size() == 1);
        CHECK(day.of(Spent::up) == 2h);
        CHECK(day.of(Spent::unmonitored) == 10min);
        CHECK(day.client_seconds == doctest::Approx(6 * 3600));
        CHECK(day.clients_peak == 5);
        CHECK(day.reboots == 1);
        CHECK(day.bar[8 * 12] == static_cast<std::uint8_t>(Spent::up));
        CHECK(day.bar[9 * 12 + 1] == static_cast<std::uint8_t>(Spent::unmonitored));
    }

    TEST_CASE("a stop over days leaves a record of each, unmonitored as long as it was") {
        Run before(at(jakarta, tuesday, 20h));
        before.poll_for(1h, up);
        Run after(at(jakarta, tuesday + 3, 6h), jakarta, {.latest = {before.day(tuesday)}});
        after.poll_for(1h, up);
        CHECK(after.day(tuesday).of(Spent::up) == 1h);
        CHECK(after.day(tuesday).of(Spent::unmonitored) == 3h);
        CHECK(after.day(tuesday + 1).of(Spent::unmonitored) == 24h);
        CHECK(after.day(tuesday + 2).of(Spent::unmonitored) == 24h);
        CHECK(after.day(tuesday + 3).of(Spent::unmonitored) == 6h);
        CHECK(after.day(tuesday + 3).of(Spent::up) == 1h);
    }

    TEST_CASE("after more than a month without pantaud nothing is booked for the time between") {
        Run before(at(jakarta, tuesday, 20h));
        before.poll_for(1h, up);
        Run after(at(jakarta, tuesday + 60, 6h), jakarta, {.latest = {before.day(tuesday)}});
        after.poll_for(1h, up);
        CHECK(after.records().size() == 1);
        CHECK(sum_of(after.day(tuesday + 60)) == 1h);
    }

    TEST_CASE("an access point that leaves the inventory and comes back was nobody's meanwhile") {
        Run run(at(jakarta, tuesday, 8h));
        run.poll_for(1h, up);
        run.apply_inventory(false);
        CHECK_FALSE(run.day(tuesday).until);
        run.pass(2h);
        run.poll_for(1h, up);
        CHECK(run.day(tuesday).of(Spent::up) == 2h);
        CHECK(sum_of(run.day(tuesday)) == 2h);
        CHECK(run.records().size() == 1);
    }

    TEST_CASE("a day belongs to the place where the access point was seen last that day") {
        Run run(at(jakarta, tuesday, 23h));
        run.poll_for(2h, up);
        run.move_to({"Klojen", "Kauman", "02"});
        run.poll_for(1h, up);
        CHECK(run.day(tuesday).area == "Lowokwaru\tSumbersari\t08");
        CHECK(run.day(tuesday + 1).area == "Klojen\tKauman\t02");
        CHECK(run.day(tuesday + 1).of(Spent::up) == 2h);
    }

    TEST_CASE("a day that ended while pantau was stopped belongs to the place of that day") {
        Run before(at(jakarta, tuesday, 23h));
        before.poll_for(30min, up);
        Run after(at(jakarta, tuesday + 1, 0h) + 10min, jakarta, {{before.day(tuesday)}, 0});
        after.move_to({"Klojen", "Kauman", "02"});
        after.poll_for(1h, up);
        CHECK(after.day(tuesday).area == "Lowokwaru\tSumbersari\t08");
        CHECK(after.day(tuesday).of(Spent::unmonitored) == 30min);
        CHECK(after.day(tuesday + 1).area == "Klojen\tKauman\t02");
        CHECK(after.day(tuesday + 1).of(Spent::unmonitored) == 10min);
    }

    TEST_CASE("traffic is the growth of counters, from 0 after a restart of the device") {
        struct Row {
            const char* name;
            std::vector<std::vector<Carried>> polls;
            std::uint64_t rx, tx;
        };
        const std::vector<Row> rows{
            {"the first poll is where counting begins", {{{1, 1000, 5000}}}, 0, 0},
            {"growth", {{{1, 1000, 5000}}, {{1, 1010, 5500}}}, 10, 500},
            {"restart", {{{1, 1000, 5000}}, {{1, 7, 20}}, {{1, 9, 30}}}, 9, 30},
            {"two radios", {{{1, 10, 10}, {2, 90, 90}}, {{2, 92, 93}, {1, 11, 11}}}, 3, 4},
            {"a radio that appears", {{{1, 10, 10}}, {{1, 11, 12}, {2, 900, 900}}}, 1, 2},
            {"a radio that goes", {{{1, 10, 10}, {2, 900, 900}}, {{1, 11, 12}}}, 1, 2},
            {"a poll without them", {{{1, 10, 10}}, {}, {{1, 15, 16}}}, 5, 6},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            Run run(at(jakarta, tuesday, 8h));
            for (const auto& carried : row.polls) {
                Look seen = run.look(up);
                seen.carried = carried;
                run.history.see(seen);
                run.pass(30s);
            }
            CHECK(run.day(tuesday).rx_bytes == row.rx);
            CHECK(run.day(tuesday).tx_bytes == row.tx);
        }
    }

    TEST_CASE("a step of the bar shows what most of it was, the worse of two halves") {
        Run run(at(jakarta, tuesday, 0h));
        run.poll_for(5min, up);
        run.poll_for(2min, down);
        run.poll_for(3min, up);
        run.poll_for(150s, down);
        run.poll_for(150s, up);
        const auto step = [&](std::size_t i) {
            return static_cast<Spent>(run.day(tuesday).bar[i]);
        };
        CHECK(step(0) == Spent::up);
        CHECK(step(1) == Spent::up);
        CHECK(step(2) == Spent::down);
    }

    TEST_CASE("only what changed is handed out, and the same polls give the same records") {
        const auto play = [] {
            Run run(at(jakarta, tuesday, 8h));
            run.poll_for(1h, up, 3);
            run.poll_for(1h, down);
            return run.day(tuesday);
        };
        CHECK(play() == play());
        Run run(at(jakarta, tuesday, 8h));
        run.poll(up);
        CHECK(run.history.take_changed().size() == 1);
        CHECK(run.history.take_changed().empty());
        run.pass(10s);
        run.history.settle(run.wall, run.mono);
        CHECK(run.history.take_changed().size() == 1);
    }

    TEST_CASE("a bar is what was set, in whatever order") {
        Bar bar;
        std::vector<std::uint8_t> plain;
        const std::vector<std::size_t> steps{0, 1, 2, 5, 5, 3, 1, 9, 0, 9, 4, 2, 2, 8, 7, 6};
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto kind = static_cast<std::uint8_t>(1 + i * i % 3);
            bar.set(steps[i], kind);
            if (plain.size() <= steps[i]) plain.resize(steps[i] + 1, 0);
            plain[steps[i]] = kind;
            REQUIRE(bar.size() == plain.size());
            for (std::size_t step = 0; step < plain.size(); ++step)
                CHECK(bar[step] == plain[step]);
            for (std::size_t run = 1; run < bar.runs().size(); ++run)
                CHECK(bar.runs()[run].kind != bar.runs()[run - 1].kind);
        }
    }

    TEST_CASE("bars and times come back from their bytes; foreign bytes are refused") {
        Bar bar;
        bar.append(2, 100);
        bar.append(7, 2);
        bar.append(2, 186);
        CHECK(pack_bar(bar).size() <= 6);
        CHECK(unpack_bar(pack_bar(bar)) == bar);
        CHECK(unpack_bar({}) == Bar{});
        DayRecord record;
        record.of(Spent::unknown) = 40s;
        record.of(Spent::degraded) = 5s;
        record.of(Spent::unmonitored) = 7000s;
        record.reasons = {{Spent::down, Reason::timeout, 3600s},
                          {Spent::degraded, Reason::status, 5s},
                          {Spent::down, Reason::unlisted, 5s}};
        DayRecord read;
        CHECK(unpack_spent(pack_spent(record), read));
        CHECK(read == record);
        const std::vector<std::uint8_t> endless(40, 0xFF);
        const std::vector<std::uint8_t> half{0x17};
        const std::vector<std::uint8_t> no_such_reason{0xFF, 0x7F, 0x01};
        CHECK_FALSE(unpack_bar(endless));
        for (const auto& bytes : {endless, half, no_such_reason}) {
            CHECK_FALSE(unpack_spent(bytes, read));
            CHECK(read == record);
        }
    }

    TEST_CASE("a zone is a name of the database and nothing else") {
        CHECK(TimeZone::named("Asia/Jakarta"));
        CHECK(TimeZone::named("UTC"));
        for (const char* name : {"", "WIB ", "Asia/Jakrta", "/etc/localtime", "../UTC", "libc:x"}) {
            CAPTURE(name);
            CHECK_FALSE(TimeZone::named(name));
        }
        CHECK(date_text(tuesday) == "2026-11-24");
        CHECK(jakarta.hour_of_week(at(jakarta, tuesday, 8h)) == 32);
    }
}
