// What is left of the history when things go wrong around the real daemon.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "daemon_by_hand.hpp"
#include "storage/history_store.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t access_points = 5;

std::vector<DayRecord> records_in(const std::string& path) {
    const auto opened = Database::open_read_only(path);
    if (!opened) return {};
    const TimeZone zone = TimeZone::named("Asia/Jakarta").value();
    return HistoryStore(*opened, zone).days(0, 100'000).value_or(std::vector<DayRecord>{});
}

/// The time booked as that, of the access point that has least of it.
Duration least_of(const std::vector<DayRecord>& records, Spent kind) {
    if (records.size() < access_points) return {};
    Duration least = 24h;
    for (const DayRecord& record : records)
        least = std::min(least, record.of(kind));
    return least;
}

std::string history_of(const CityByHand& demo) {
    return (demo.files.state / "history.db").string();
}

double figure(const Daemon& daemon, std::string_view name) {
    return sum_of(daemon.metrics(), name);
}

}  // namespace

TEST_SUITE("daemon/history") {
    TEST_CASE("a daemon that is killed loses at most one write interval, and goes on after it") {
        const CityByHand demo(small_city(access_points), "1s", "history: {write_interval: 5s}\n");
        const std::string path = history_of(demo);
        WallTime killed;
        {
            Daemon daemon(demo.files.configuration.string(), demo.port);
            REQUIRE(eventually([&] { return least_of(records_in(path), Spent::up) >= 12s; }));
            CHECK(figure(daemon, "pantau_state_durable") == 1);
            CHECK(figure(daemon, "pantau_history_records_written_total") >= access_points);
            CHECK(figure(daemon, "pantau_history_file_bytes") > 0);
            daemon.process().signal(SIGKILL);
            killed = std::chrono::system_clock::now();
            CHECK(daemon.process().wait(10s) == 128 + SIGKILL);
        }
        const std::vector<DayRecord> left = records_in(path);
        REQUIRE(left.size() >= access_points);
        for (const DayRecord& record : left) {
            CAPTURE(record.ap);
            REQUIRE(record.until);
            CHECK(killed - *record.until <= 5s);
            CHECK(record.clients_peak.has_value());
            CHECK_FALSE(record.area.empty());
        }

        const WallTime begun = std::chrono::system_clock::now();
        Daemon again(demo.files.configuration.string(), demo.port);
        REQUIRE(eventually([&] {
            return least_of(records_in(path), Spent::up) >= least_of(left, Spent::up) + 5s;
        }));
        again.process().signal(SIGTERM);
        CHECK(again.process().wait(10s) == 0);
        const WallTime stopped = std::chrono::system_clock::now();
        const std::vector<DayRecord> after = records_in(path);
        CHECK(after.size() == left.size());
        for (const DayRecord& record : after) {
            CAPTURE(record.ap);
            CHECK(record.of(Spent::down) == 0s);
            // The file keeps whole seconds.
            const auto before = std::ranges::find(left, record.ap, &DayRecord::ap);
            REQUIRE(before != left.end());
            CHECK(record.of(Spent::unmonitored) + 1s > begun - before->until.value());
            // An orderly stop writes all there is.
            CHECK(stopped - record.until.value() <= 3s);
        }
    }

    TEST_CASE("what a dead access point costs is in the history, with its reason") {
        const CityByHand demo(small_city(access_points), "1s", "history: {write_interval: 5s}\n");
        demo.city->kill(0);
        Daemon daemon(demo.files.configuration.string(), demo.port);
        CHECK(eventually([&] {
            const auto records = records_in(history_of(demo));
            return std::ranges::count_if(records, [](const DayRecord& record) {
                       return record.of(Spent::down) >= 3s && !record.reasons.empty();
                   }) == 1;
        }));
    }

    TEST_CASE("with a file it cannot use the daemon polls on without history, and says so") {
        const CityByHand demo(small_city(access_points), "1s", "history: {path: evidence.db}\n");
        const std::string path = (demo.files.configuration.parent_path() / "evidence.db").string();
        std::ofstream(path) << std::string(8192, 'x');
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        CHECK(
            eventually([&] { return figure(daemon, "pantau_history_write_failures_total") > 0; }));
        CHECK(figure(daemon, "pantau_state_durable") == 0);
        CHECK(figure(daemon, "pantau_ap_up") == access_points);
        CHECK(daemon.process().wait_for_output("id=history_not_kept"));
        CHECK(daemon.process().wait_for_output("it is damaged"));

        std::filesystem::rename(path, path + ".aside");
        CHECK(daemon.process().wait_for_output("id=history_kept_again"));
        CHECK(figure(daemon, "pantau_state_durable") == 1);
        CHECK(eventually([&] { return least_of(records_in(path), Spent::up) >= 2s; }));
    }
}

}  // namespace pantau::test
