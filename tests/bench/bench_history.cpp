// What two years of history of 10,000 access points take on the disk, and what writing and reading
// them costs. Each day is written as the daemon does it: every access point several times while the
// day lasts, in no order, then the day is laid to those that are over.
//
// bench_history [ACCESS-POINTS [DAYS]]
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "state/history.hpp"
#include "state/silence.hpp"
#include "storage/history_store.hpp"
#include "support/process.hpp"

namespace {

using namespace pantau;
using namespace std::chrono_literals;

constexpr std::int32_t first_day = 20'000;
constexpr int writes_a_day = 3;
constexpr double goal_megabytes = 500;

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class T>
T must(Result<T> result) {
    if (result) return std::move(*result);
    fmt::print(stderr, "bench_history: {}\n", result.error().detail);
    std::exit(1);
}

void must(const Result<void>& result) {
    if (result) return;
    fmt::print(stderr, "bench_history: {}\n", result.error().detail);
    std::exit(1);
}

/// The days of a city, 85 % of them without trouble.
class City {
public:
    explicit City(const TimeZone& zone) : zone_(zone) {}

    /// The whole day of an access point.
    DayRecord day_of(unsigned ap, std::int32_t day) {
        DayRecord record;
        record.ap = fmt::format("rw{:02}-kelurahan{}-{}", ap % 17 + 1, ap / 18, ap % 18);
        record.area =
            fmt::format("Kecamatan{}\tKelurahan{}\t{:02}", ap / 2000, ap / 18, ap % 17 + 1);
        record.day = day;
        record.until = zone_.day_numbered(day).end;
        const unsigned kind = below(100);
        if (kind < 85) {
            spend(record, Spent::up, 288, {});
        } else if (kind < 95) {
            cut(record, 1 + below(3), Spent::down, Reason::timeout);
        } else if (kind < 98) {
            cut(record, 5 + below(16), Spent::degraded, Reason::status);
        } else {
            spend(record, Spent::down, 288, Reason::timeout);
        }
        const Duration served = record.of(Spent::up) + record.of(Spent::degraded);
        record.client_seconds = to_seconds(served) * below(3000) / 100;
        record.clients_measured = served;
        record.clients_peak = below(120);
        record.rx_bytes = std::uint64_t{below(1'000'000)} * 10'000;
        record.tx_bytes = std::uint64_t{below(1'000'000)} * 100'000;
        record.reboots = below(50) == 0 ? 1 : 0;
        return record;
    }

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    std::mt19937& random() { return random_; }

private:
    void spend(DayRecord& record, Spent kind, std::size_t steps, std::optional<Reason> reason) {
        // Outages begin and end at any second.
        const Duration time = bar_step * steps - std::chrono::seconds(reason ? below(200) : 0);
        record.of(kind) += time;
        record.bar.append(static_cast<std::uint8_t>(kind), steps);
        if (!reason) return;
        if (record.reasons.empty()) record.reasons.push_back({kind, *reason, {}});
        record.reasons.front().time += time;
    }

    void cut(DayRecord& record, unsigned times, Spent kind, Reason reason) {
        std::size_t left = 288;
        for (unsigned i = 0; i < times && left > 40; ++i) {
            const std::size_t good = 1 + below(static_cast<unsigned>(left / (times - i + 1)));
            const std::size_t bad = 1 + below(12);
            spend(record, Spent::up, good, {});
            spend(record, kind, bad, reason);
            left -= good + bad;
        }
        spend(record, Spent::up, left, {});
    }

    const TimeZone& zone_;
    std::mt19937 random_{551};
};

/// Access points of two radios that are watched, as the fleet does it.
class Watched {
public:
    Watched(const TimeZone& zone, unsigned aps)
        : history_(zone),
          silence_(zone),
          wall_(zone.day_numbered(first_day).begin + 6h),
          empty_(bytes_in_use()) {
        for (unsigned ap = 0; ap < aps; ++ap) {
            auto device = std::make_shared<Device>();
            device->id = fmt::format("rw{:02}-kelurahan{}-{}", ap % 17 + 1, ap / 18, ap % 18);
            // Of a city of 57 kelurahan and 550 RW.
            device->area = {fmt::format("Kecamatan{}", ap / 2000),
                            fmt::format("Kelurahan{}", ap / 180), fmt::format("{:02}", ap / 18)};
            devices_.push_back(std::move(device));
        }
        empty_ = bytes_in_use();
    }

    /// One poll of each; of one in seven without an answer when `is_bad`.
    void poll(bool is_bad) {
        constexpr Duration every = 5min;
        mono_ += every;
        wall_ += every;
        for (std::size_t ap = 0; ap < devices_.size(); ++ap) {
            Look look;
            look.device = devices_[ap];
            look.wall = wall_;
            look.mono = mono_;
            look.every = every;
            look.health = {HealthState::up, {}};
            if (is_bad && ap % 7 == 0) {
                look.health = {HealthState::down, Reason::timeout};
            } else {
                look.clients = ap % 40;
                look.carried = {{2, traffic_, traffic_}, {4, traffic_, traffic_}};
            }
            history_.see(look);
            silence_.see(look);
        }
        traffic_ += 1'000'000;
        (void)history_.take_changed();
        (void)silence_.take_changed();
    }

    /// Beside the devices themselves.
    [[nodiscard]] double bytes_each() const {
        return (bytes_in_use() - empty_) / static_cast<double>(devices_.size());
    }

private:
    static double bytes_in_use() {
        const struct mallinfo2 info = ::mallinfo2();
        return static_cast<double>(info.uordblks + info.hblkhd);
    }

    History history_;
    Silence silence_;
    std::vector<std::shared_ptr<const Device>> devices_;
    MonoTime mono_{100h};
    WallTime wall_;
    std::uint64_t traffic_ = 0;
    double empty_;
};

void print_memory(const TimeZone& zone, unsigned aps) {
    Watched watched(zone, aps);
    for (int i = 0; i < 3; ++i)
        watched.poll(false);
    const double at_first = watched.bytes_each();
    for (int i = 3; i < 12 * 16; ++i)
        watched.poll(i % 60 == 50);
    fmt::print(
        "history in memory, bytes each {:.0f} after the first polls, {:.0f} after 16 hours of "
        "which "
        "the usual is known, some with outages\n",
        at_first, watched.bytes_each());
}

void write(const Database& database, HistoryStore& store, const std::vector<DayRecord>& records) {
    must(database.execute("BEGIN IMMEDIATE"));
    must(store.write(records));
    must(database.execute("COMMIT"));
}

}  // namespace

int main(int count, char** arguments) {
    const unsigned aps = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 10'000;
    const int days = count > 2 ? std::atoi(arguments[2]) : 731;
    const test::TemporaryDirectory folder;
    const std::string path = folder.path() + "/history.db";
    const TimeZone zone = TimeZone::named("Asia/Jakarta").value();
    print_memory(zone, aps);
    City city(zone);

    const auto begin = std::chrono::steady_clock::now();
    const double cpu_begin = cpu_seconds();
    {
        const Database database = must(Database::open(path));
        HistoryStore store(database, zone);
        for (std::int32_t day = first_day; day < first_day + days; ++day) {
            std::vector<DayRecord> records;
            for (unsigned ap = 0; ap < aps; ++ap)
                records.push_back(city.day_of(ap, day));
            std::ranges::shuffle(records, city.random());
            for (int i = 0; i < writes_a_day; ++i)
                write(database, store, records);
            must(store.close_days(day + 1));
        }
    }
    const double rows = double{1} * aps * days;
    const auto bytes = static_cast<double>(std::filesystem::file_size(path));
    fmt::print("{} access points, {} days, 15 % of the days with trouble, 2 % down all day\n", aps,
               days);
    fmt::print(
        "file                     {:8.1f} MB  {:.1f} bytes a row (goal {:.0f} MB for 10,000 x "
        "731)\n",
        bytes / 1e6, bytes / rows, goal_megabytes);
    fmt::print("writing                  {:8.1f} s   {:.1f} CPU-s, {:.1f} us CPU a row written\n",
               seconds_since(begin), cpu_seconds() - cpu_begin,
               1e6 * (cpu_seconds() - cpu_begin) / (rows * writes_a_day));

    const auto opening = std::chrono::steady_clock::now();
    const Database database = must(Database::open(path));
    HistoryStore store(database, zone);
    const WallTime now = zone.day_numbered(first_day + days).begin;
    const HistoryLeft left = must(store.left(now));
    fmt::print("opening after a restart  {:8.2f} s   {} access points go on\n",
               seconds_since(opening), left.latest.size());

    const auto reading = std::chrono::steady_clock::now();
    const auto month = must(store.days(first_day + days - 30, first_day + days - 1));
    fmt::print("reading 30 days          {:8.2f} s   {} records\n", seconds_since(reading),
               month.size());

    const auto pruning = std::chrono::steady_clock::now();
    must(database.execute("BEGIN IMMEDIATE"));
    must(store.prune(first_day + 1));
    must(database.execute("COMMIT"));
    fmt::print("throwing a day away      {:8.3f} s\n", seconds_since(pruning));
    const bool is_small = aps < 10'000 || days < 731 || bytes <= goal_megabytes * 1e6;
    if (!is_small) fmt::print("MISSED: more than {:.0f} MB\n", goal_megabytes);
    return is_small ? 0 : 1;
}
