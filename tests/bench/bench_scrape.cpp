// What a scrape of a city costs: 90,000, 300,000 and 900,000 series as text and packed, beside
// prometheus-cpp with the same series, and beside the least that anybody could do. And what two
// scrapers that never pause do to the polls of a living pantaud.

#include <fmt/format.h>
#include <malloc.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/prometheus/fleet_writer.hpp"
#include "exporters/prometheus/gzip.hpp"
#include "tests/bench/scrape_fleet.hpp"
#include "tests/bench/scrape_living.hpp"
#include "tests/bench/watched_daemon.hpp"

namespace {

using namespace pantau;

constexpr std::size_t series_to_reach = 300'000;

// --- those to compare with ------------------------------------------------------------------

/// A rendering taken apart line by line.
struct Line {
    std::string_view name;
    std::string_view start;  ///< Name, labels and the blank behind them.
    std::string_view value;
};

template <class OnHead, class OnLine>
void for_each_line(std::string_view rendered, const OnHead& on_head, const OnLine& on_line) {
    while (!rendered.empty()) {
        const std::string_view line = rendered.substr(0, rendered.find('\n'));
        rendered.remove_prefix(line.size() + 1);
        if (line.starts_with('#')) {
            on_head(line);
            continue;
        }
        const std::size_t blank = line.rfind(' ');
        on_line(Line{line.substr(0, line.find('{')), line.substr(0, blank + 1),
                     line.substr(blank + 1)});
    }
}

/// The least: all that stands before the values is there already, one copy and one number a line.
class Floor {
public:
    explicit Floor(std::string_view rendered) {
        for_each_line(
            rendered, [](std::string_view) {},
            [&](const Line& line) {
                starts_.append(line.start);
                Entry entry{};
                entry.size = static_cast<std::uint32_t>(line.start.size());
                const char* const end = line.value.data() + line.value.size();
                entry.is_whole = std::from_chars(line.value.data(), end, entry.whole).ptr == end;
                std::from_chars(line.value.data(), end, entry.real);
                entries_.push_back(entry);
            });
        size_most_ = starts_.size() + entries_.size() * 26;
    }

    struct Text {
        std::unique_ptr<char[]> buffer;
        std::size_t size = 0;
        [[nodiscard]] std::string_view view() const { return {buffer.get(), size}; }
    };

    [[nodiscard]] Text render() const {
        std::unique_ptr<char[]> buffer(new char[size_most_]);  // Not zeroed.
        const char* from = starts_.data();
        char* at = buffer.get();
        for (const Entry& entry : entries_) {
            std::memcpy(at, from, entry.size);
            from += entry.size;
            at += entry.size;
            at = entry.is_whole ? std::to_chars(at, at + 25, entry.whole).ptr
                                : std::to_chars(at, at + 25, entry.real).ptr;
            *at++ = '\n';
        }
        const auto size = static_cast<std::size_t>(at - buffer.get());
        return {std::move(buffer), size};
    }

private:
    struct Entry {
        std::int64_t whole;
        double real;
        std::uint32_t size;
        bool is_whole;
    };
    std::string starts_;
    std::vector<Entry> entries_;
    std::size_t size_most_ = 0;
};

using Family = prometheus::MetricFamily;

/// The labels and values of the same series, ready to be made into families.
std::vector<Family> reference_families(std::string_view rendered) {
    std::vector<Family> families;
    for_each_line(
        rendered,
        [&](std::string_view head) {
            const std::string_view rest = head.substr(7);
            const std::size_t blank = rest.find(' ');
            if (head.starts_with("# HELP ")) {
                families.emplace_back().name = rest.substr(0, blank);
                families.back().help = rest.substr(blank + 1);
            } else {
                families.back().type = rest.substr(blank + 1) == "counter"
                                           ? prometheus::MetricType::Counter
                                           : prometheus::MetricType::Gauge;
            }
        },
        [&](const Line& line) {
            prometheus::ClientMetric& metric = families.back().metric.emplace_back();
            for (std::size_t at = line.name.size() + 1; at < line.start.size() - 2;) {
                const std::size_t equals = line.start.find("=\"", at);
                const std::size_t end = line.start.find('"', equals + 2);
                metric.label.push_back(
                    {std::string(line.start.substr(at, equals - at)),
                     std::string(line.start.substr(equals + 2, end - equals - 2))});
                at = end + 2;
            }
            double value = 0;
            std::from_chars(line.value.data(), line.value.data() + line.value.size(), value);
            metric.gauge.value = metric.counter.value = value;
        });
    return families;
}

/// What a Collectable does at each scrape: labels and values into MetricFamilies.
std::vector<Family> build_again(const std::vector<Family>& ready) {
    std::vector<Family> families;
    for (const Family& family : ready) {
        Family& made = families.emplace_back();
        made.name = family.name;
        made.help = family.help;
        made.type = family.type;
        for (const prometheus::ClientMetric& metric : family.metric) {
            prometheus::ClientMetric& copy = made.metric.emplace_back();
            copy.label.reserve(metric.label.size());
            for (const auto& label : metric.label)
                copy.label.push_back({label.name, label.value});
            copy.gauge.value = copy.counter.value = metric.gauge.value;
        }
    }
    return families;
}

// --- measuring ------------------------------------------------------------------------------

/// User and system time of this process.
double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Cost {
    std::string name;
    std::function<std::size_t()> work;  ///< Gives the size of what it made.
    std::vector<double> cpu{};
    std::vector<double> wall{};
    std::size_t bytes = 0;

    void run() {
        const auto start = std::chrono::steady_clock::now();
        const double before = processor_seconds();
        bytes = work();
        cpu.push_back(processor_seconds() - before);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        wall.push_back(taken.count());
    }
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// What this process has most held in memory since the last call, in MB; 0 when /proc does not
/// tell.
double memory_most() {
    ::malloc_trim(0);  // What was given back is not held.
    std::ifstream status("/proc/self/status");
    double kilobytes = 0;
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") status >> kilobytes;
    }
    std::ofstream("/proc/self/clear_refs") << 5;  // Forgets it.
    return kilobytes / 1024;
}

std::size_t series_in(std::string_view rendered) {
    std::size_t series = 0;
    for_each_line(
        rendered, [](std::string_view) {}, [&](const Line&) { ++series; });
    return series;
}

std::size_t access_points_for(const exposition::FleetWriter& writer, std::size_t series) {
    // The areas are 551 RW whatever the number of access points.
    const std::size_t few = series_in(writer.render(bench::fleet_of(551)));
    // Of fewer than 551 each has an RW of its own.
    if (series < few) return 551 * series / few + 1;
    const std::size_t twice = series_in(writer.render(bench::fleet_of(1102)));
    const std::size_t per_ap = (twice - few) / 551;
    return 551 + (series - few + per_ap - 1) / per_ap;
}

std::string packed_by(const exposition::FleetWriter& writer, const Snapshot& snapshot) {
    exposition::Gzip packed;
    writer.render(packed, snapshot);
    return packed.finish();
}

std::string verdict(double is, double most) {
    return fmt::format("{:.3f} CPU-s, to reach {:.2f}: {}", is, most, is <= most ? "yes" : "NO");
}

/// What a scrape of so many series costs, beside the others.
void measure(std::size_t wanted, int rounds) {
    const exposition::FleetWriter writer(bench::fleet_collectors());
    const Snapshot snapshot = bench::fleet_of(access_points_for(writer, wanted));
    memory_most();
    const double before = memory_most();
    const std::size_t packed_size = packed_by(writer, snapshot).size();
    const double at_packed = memory_most();
    const std::string rendered = writer.render(snapshot);
    const double at_plain = memory_most();
    const std::size_t series = series_in(rendered);
    fmt::print("{} access points, {} series ({} each), {:.1f} MB of text, {} rounds each\n",
               snapshot.devices.size(), series, series / snapshot.devices.size(),
               static_cast<double>(rendered.size()) / 1e6, rounds);
    fmt::print(
        "memory at the height of a rendering: gzip {:.0f} MB (of that {:.0f} MB to send), "
        "plain {:.0f} MB\n\n",
        at_packed - before, static_cast<double>(packed_size) / 1e6, at_plain - before);

    const Floor floor(rendered);
    const std::vector<Family> ready = reference_families(rendered);
    std::vector<Family> built;
    std::array<Cost, 6> costs{{
        {"pantau, plain", [&] { return writer.render(snapshot).size(); }},
        {"pantau, gzip", [&] { return packed_by(writer, snapshot).size(); }},
        {"floor: labels ready, copy + to_chars", [&] { return floor.render().size; }},
        {"floor, gzip by zlib -1", [&] { return exposition::gzip(floor.render().view()).size(); }},
        {"prometheus-cpp: build families",
         [&] {
             built = build_again(ready);
             return built.size();
         }},
        {"prometheus-cpp: TextSerializer",
         [&] {
             std::ostringstream out;
             prometheus::TextSerializer().Serialize(out, built);
             return out.str().size();
         }},
    }};
    // In turns, so that a neighbour on this machine disturbs all alike.
    for (int round = 0; round < rounds; ++round) {
        for (Cost& cost : costs)
            cost.run();
    }

    const double plain = median(costs[0].cpu);
    const double packed = median(costs[1].cpu);
    const double reference = median(costs[4].cpu) + median(costs[5].cpu);
    fmt::print("{:38} {:>9} {:>9} {:>9} {:>9}\n", "", "CPU-s", "least", "wall s", "MB");
    for (const Cost& cost : costs) {
        fmt::print("{:38} {:9.3f} {:9.3f} {:9.3f} {:9.2f}\n", cost.name, median(cost.cpu),
                   *std::ranges::min_element(cost.cpu), median(cost.wall),
                   static_cast<double>(cost.bytes) / 1e6);
    }
    fmt::print("\nplain: {:.2f} x the floor, 1/{:.1f} of prometheus-cpp ({:.3f})\n",
               plain / median(costs[2].cpu), reference / plain, reference);
    fmt::print("gzip:  {:.2f} x the floor packed by zlib\n", packed / median(costs[3].cpu));
    if (wanted == series_to_reach)
        fmt::print("plain: {}\ngzip:  {}\n", verdict(plain, 0.15), verdict(packed, 0.22));
    fmt::print("\n");
}

[[noreturn]] void give_up() {
    fmt::print(stderr,
               "bench_scrape: [--series N] [--rounds N] [--seconds S of scraping a living pantaud, "
               "0: not] [--profiles FOLDER] [--pantaud FILE]\n");
    std::exit(EXIT_FAILURE);
}

}  // namespace

int main(int count, char** words) {
    std::vector<std::size_t> sizes{90'000, series_to_reach, 900'000};
    int rounds = 9;
    bench::ScrapedDaemon scraped{bench::WatchedDaemon::built(), "etc/profiles", 20};
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string word = words[i];
        const std::string value = words[i + 1];
        if (word == "--series")
            sizes = {std::strtoul(value.c_str(), nullptr, 10)};
        else if (word == "--rounds")
            rounds = std::max(1, std::atoi(value.c_str()));
        else if (word == "--seconds")
            scraped.seconds = std::atoi(value.c_str());
        else if (word == "--profiles")
            scraped.profiles = value;
        else if (word == "--pantaud")
            scraped.pantaud = value;
        else
            give_up();
    }
    if (count % 2 == 0) give_up();
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    // First, while this process has one thread and little memory.
    if (scraped.seconds > 0) bench::scrape_living(scraped);
    for (const std::size_t size : sizes)
        measure(size, size > series_to_reach ? (rounds + 2) / 3 : rounds);
    return EXIT_SUCCESS;
}
