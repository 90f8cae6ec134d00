#include "state/silence.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace pantau;
using namespace std::chrono_literals;

namespace {

const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();
constexpr std::int32_t monday = 20'780;  // 2026-11-23

const Health up{HealthState::up, {}};
const Health down{HealthState::down, Reason::timeout};
const Health unknown{HealthState::unknown, Reason::local};

std::shared_ptr<const Device> access_point(const std::string& id, const std::string& rw) {
    auto device = std::make_shared<Device>();
    device->id = id;
    device->area = {"Lowokwaru", "Sumbersari", rw};
    return device;
}

/// Access points of two neighbourhoods that are looked at every ten minutes.
class City {
public:
    static constexpr Duration step = 10min;

    explicit City(std::vector<std::shared_ptr<const Device>> devices)
        : access_points(std::move(devices)), words(access_points.size()) {}

    /// 7 to 22 h eight people at each, at night nobody.
    std::uint32_t usual() const {
        const int hour = jakarta.hour_of_week(wall) % 24;
        return hour >= 7 && hour < 22 ? 8 : 0;
    }
    std::optional<bool> look(std::size_t ap, const Health& health,
                             std::optional<std::uint32_t> clients) {
        Look made;
        made.device = access_points[ap];
        made.wall = wall;
        made.mono = mono;
        made.every = step;
        made.health = health;
        made.clients = clients;
        words[ap] = silence.see(made);
        return words[ap];
    }
    void pass() {
        mono += step;
        wall += std::chrono::duration_cast<WallTime::duration>(step);
    }
    /// As ever, for so long; `special` does what is different.
    template <class Special>
    void live(Duration length, Special&& special) {
        for (Duration done{}; done < length; done += step) {
            pass();
            for (std::size_t ap = 0; ap < access_points.size(); ++ap) {
                if (!special(ap)) look(ap, up, usual());
            }
        }
    }
    void live(Duration length) {
        live(length, [](std::size_t) { return false; });
    }
    void go_to_day(std::int32_t day, Duration into) {
        live(jakarta.day_numbered(day).begin +
             std::chrono::duration_cast<WallTime::duration>(into) - wall);
    }

    Silence silence{jakarta};
    std::vector<std::shared_ptr<const Device>> access_points;
    std::vector<std::optional<bool>> words;
    MonoTime mono{100h};
    WallTime wall = jakarta.day_numbered(monday).begin;
};

City small_city() {
    return City({access_point("rw08-1", "08"), access_point("rw08-2", "08"),
                 access_point("rw08-3", "08"), access_point("rw09-1", "09")});
}

constexpr std::size_t broken = 0;

/// `ap` has nobody, the others are as ever.
auto nobody_at(City& city, std::size_t ap) {
    return [&city, ap](std::size_t each) {
        if (each != ap) return false;
        city.look(ap, up, 0);
        return true;
    };
}

}  // namespace

TEST_SUITE("state/silence") {
    TEST_CASE("nobody where there are always people is silent after three hours, not before") {
        City city = small_city();
        city.go_to_day(monday + 15, 10h);
        CHECK(city.words[broken] == false);
        city.live(2h + 50min, nobody_at(city, broken));
        CHECK(city.words[broken] == false);
        city.live(20min, nobody_at(city, broken));
        CHECK(city.words[broken] == true);
        CHECK(city.words[1] == false);
        city.live(5 * 24h, nobody_at(city, broken));
        CHECK(city.words[broken] == true);  // It does not get used to it.
        city.look(broken, up, 1);
        CHECK(city.words[broken] == false);
    }

    TEST_CASE("an access point whose use is known for less than 14 days is never called silent") {
        City city = small_city();
        city.go_to_day(monday + 13, 10h);
        for (int i = 0; i < 13 * 6; ++i) {
            city.live(City::step, nobody_at(city, broken));
            REQUIRE_FALSE(city.words[broken]);
        }
    }

    TEST_CASE("when nobody is usual nobody is missed") {
        City city = small_city();
        city.go_to_day(monday + 15, 22h);
        city.live(9h, nobody_at(city, broken));
        CHECK(city.words[broken] == false);
    }

    TEST_CASE("clients that could not be counted are no zero, and no word") {
        City city = small_city();
        city.go_to_day(monday + 15, 10h);
        city.live(8h, [&](std::size_t ap) {
            if (ap != broken) return false;
            city.look(ap, up, std::nullopt);
            return true;
        });
        CHECK_FALSE(city.words[broken]);
        city.pass();
        CHECK(city.look(broken, up, 0) == false);
        // Nor does a count that fails make a silent one well.
        city.live(4h, nobody_at(city, broken));
        city.go_to_day(monday + 16, 10h);
        city.live(4h, nobody_at(city, broken));
        REQUIRE(city.words[broken] == true);
        city.look(broken, up, std::nullopt);
        CHECK_FALSE(city.words[broken]);
        city.pass();
        CHECK(city.look(broken, up, 0) == true);
    }

    TEST_CASE("an outage is no silence, and after it counting begins anew") {
        City city = small_city();
        city.go_to_day(monday + 15, 10h);
        city.live(4h, nobody_at(city, broken));
        REQUIRE(city.words[broken] == true);
        CHECK_FALSE(city.look(broken, down, std::nullopt));
        CHECK_FALSE(city.look(broken, down, 0));
        city.pass();
        CHECK(city.look(broken, up, 0) == false);
        city.live(2h, nobody_at(city, broken));
        CHECK(city.words[broken] == false);
    }

    TEST_CASE("on a day on which nobody is anywhere around nobody is missed") {
        struct Row {
            const char* name;
            bool is_area_empty;
            bool is_city_empty;
            bool is_silent;
        };
        const std::vector<Row> rows{
            {"it alone", false, false, true},
            {"its neighbourhood", true, false, false},
            {"everybody", true, true, false},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            City city = small_city();
            city.go_to_day(monday + 15, 7h);
            city.live(14h, [&](std::size_t ap) {
                const bool is_area = ap < 3;
                if (ap != broken && !(is_area ? row.is_area_empty : row.is_city_empty))
                    return false;
                city.look(ap, up, 0);
                return true;
            });
            CHECK(city.words[broken] == row.is_silent);
        }
    }

    TEST_CASE("what is usual outlives a restart") {
        City before = small_city();
        before.go_to_day(monday + 15, 7h);
        City after = small_city();
        after.silence.restore(before.silence.take_changed());
        after.wall = before.wall;
        after.live(4h, nobody_at(after, broken));
        CHECK(after.words[broken] == true);
        CHECK(before.silence.take_changed().empty());
    }

    TEST_CASE("a silent access point stays so over a restart, from the first look that is one") {
        City before = small_city();
        before.go_to_day(monday + 15, 7h);
        (void)before.silence.take_changed();
        before.live(4h, nobody_at(before, broken));
        REQUIRE(before.words[broken] == true);
        City after = small_city();
        after.silence.restore(before.silence.take_share(0, 1));
        after.wall = before.wall + 20min;
        CHECK(after.look(broken, unknown, {}) == std::nullopt);
        after.pass();
        CHECK(after.look(broken, up, 0) == true);
        CHECK(after.look(1, up, 0) == false);
        after.pass();
        CHECK(after.look(broken, up, 1) == false);
        after.pass();
        CHECK(after.look(broken, up, 0) == false);
    }

    TEST_CASE("counting goes on after a stop, as far as it had come") {
        City before = small_city();
        before.go_to_day(monday + 15, 7h);
        before.live(2h, nobody_at(before, broken));
        City after = small_city();
        after.silence.restore(before.silence.take_changed());
        after.wall = before.wall;
        // The looks before a stop and after it book ten minutes of theirs as what was there before.
        after.live(70min, nobody_at(after, broken));
        CHECK(after.words[broken] == false);
        after.live(10min, nobody_at(after, broken));
        CHECK(after.words[broken] == true);
    }

    TEST_CASE("who came back is not missed again after a restart") {
        City before = small_city();
        before.go_to_day(monday + 15, 7h);
        before.live(4h, nobody_at(before, broken));
        (void)before.silence.take_changed();
        before.live(10min);
        City after = small_city();
        after.silence.restore(before.silence.take_share(0, 1));
        after.wall = before.wall;
        after.pass();
        CHECK(after.look(broken, up, 0) == false);
    }

    TEST_CASE("what was counted is believed for a day without a look, not longer") {
        for (const Duration stop : {23h, 25h}) {
            City before = small_city();
            before.go_to_day(monday + 15, 7h);
            before.live(4h, nobody_at(before, broken));
            City after = small_city();
            after.silence.restore(before.silence.take_changed());
            after.wall = before.wall + std::chrono::duration_cast<WallTime::duration>(stop);
            CHECK(after.look(broken, up, 0) == (stop < 24h));
        }
    }

    TEST_CASE("polls that fail through this program bring nobody back") {
        City city = small_city();
        city.go_to_day(monday + 15, 7h);
        city.live(4h, nobody_at(city, broken));
        city.pass();
        CHECK(city.look(broken, unknown, {}) == std::nullopt);
        city.pass();
        CHECK(city.look(broken, up, 0) == true);
    }

    TEST_CASE("a usual week comes back from its two bytes an hour") {
        UsualWeek week;
        for (int i = 0; i < 3; ++i) {
            week.learn(5, 0.5);
            week.learn(167, 1'000'000);
        }
        week.learn(6, 3);
        CHECK(week.clients(5) == 0.5);
        CHECK(week.clients(167) > 250);
        CHECK_FALSE(week.clients(6));
        CHECK(UsualWeek::unpacked(week.packed()) == week);
    }

    TEST_CASE("a year of a city: nine of ten faults are found, hardly anything else") {
        // People come and go as in an M/M/infinity queue of 45 minutes. Rain and fairs make a whole
        // neighbourhood's day different, ten holidays the whole city's.
        constexpr std::size_t count = 24;
        constexpr std::size_t per_area = 4;
        constexpr int days = 365;
        constexpr int fault_days = 3;
        std::mt19937 random(551);
        std::vector<std::shared_ptr<const Device>> devices;
        std::array<double, count> busy{};
        for (std::size_t ap = 0; ap < count; ++ap) {
            devices.push_back(
                access_point("ap-" + std::to_string(ap), std::to_string(ap / per_area)));
            busy[ap] = std::exp(std::normal_distribution<>(1.0, 0.8)(random));
        }
        struct Fault {
            std::size_t ap;
            int day;
            bool found = false;
        };
        std::vector<Fault> faults;
        for (int i = 0; i < 60; ++i) {
            faults.push_back({random() % count, 20 + static_cast<int>(random() % (days - 30))});
        }
        City city(devices);
        std::array<std::uint32_t, count> people{};
        std::array<double, count / per_area> area_day{};
        double city_day = 1;
        int false_alarms = 0;
        std::array<bool, count> was_silent{};
        for (int day = 0; day < days; ++day) {
            city_day = random() % 36 == 0 ? 0.1 : 1;
            for (double& factor : area_day)
                factor = std::exp(std::normal_distribution<>(-0.1, 0.5)(random));
            for (int at = 0; at < 144; ++at) {
                city.pass();
                const int hour = at / 6;
                const double shape =
                    hour < 5 ? 0.05 : 1 + std::sin((hour - 10) / 24.0 * 2 * 3.14159265);
                for (std::size_t ap = 0; ap < count; ++ap) {
                    const double rate =
                        busy[ap] * shape * area_day[ap / per_area] * city_day * 10 / 45;
                    people[ap] = std::binomial_distribution<std::uint32_t>(
                                     people[ap], std::exp(-10.0 / 45))(random) +
                                 std::poisson_distribution<std::uint32_t>(rate)(random);
                    Fault* fault = nullptr;
                    bool is_after = false;
                    for (Fault& each : faults) {
                        if (each.ap != ap || day < each.day) continue;
                        if (day < each.day + fault_days) fault = &each;
                        is_after |= day == each.day + fault_days;
                    }
                    const std::uint32_t clients = fault != nullptr ? 0 : people[ap];
                    const bool is_silent = city.look(ap, up, clients).value_or(false);
                    if (is_silent) REQUIRE(clients == 0);
                    if (is_silent && fault != nullptr) fault->found = true;
                    const bool is_new = is_silent && !was_silent[ap];
                    if (is_new && fault == nullptr && !is_after) ++false_alarms;
                    was_silent[ap] = is_silent;
                }
            }
        }
        const auto found = std::ranges::count(faults, true, &Fault::found);
        const double false_share = 1000.0 * false_alarms / (count * days);
        CAPTURE(found);
        CAPTURE(false_share);
        CHECK(static_cast<double>(found) >= 0.9 * static_cast<double>(faults.size()));
        CHECK(false_share < 1);
    }
}
