#include "tests/bench/scrape_living.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <map>
#include <sstream>
#include <thread>

#include "tests/bench/simulator.hpp"
#include "tests/bench/watched_daemon.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t access_points = 2000;
constexpr int interval = 10;  // Seconds.

/// Polls by the upper bound of how late they were, cumulated. From the short set: a reading should
/// not be what it measures.
std::map<double, double> lateness(const WatchedDaemon& daemon) {
    std::map<double, double> polls;
    std::istringstream body(daemon.get("/metrics?level=basic"));
    constexpr std::string_view start = "pantau_poll_lateness_seconds_bucket{le=\"";
    for (std::string line; std::getline(body, line);) {
        if (!line.starts_with(start)) continue;
        const bool is_last = line.compare(start.size(), 4, "+Inf") == 0;
        const double bound = is_last ? std::numeric_limits<double>::infinity()
                                     : std::strtod(line.c_str() + start.size(), nullptr);
        polls[bound] = std::strtod(line.c_str() + line.rfind(' ') + 1, nullptr);
    }
    if (polls.empty()) {
        fmt::print(stderr, "bench_scrape: pantaud does not answer a scrape\n");
        std::exit(EXIT_FAILURE);
    }
    return polls;
}

/// Scrapes in a thread, one after the other.
class Scraper {
public:
    Scraper(const WatchedDaemon& daemon, Encoding encoding)
        : thread_([this, &daemon, encoding] {
              while (!is_over_.load()) {
                  const MonoTime start = system_clock().mono();
                  bytes_ = daemon.get("/metrics", encoding).size();
                  slowest_ = std::max(slowest_, to_seconds(system_clock().mono() - start));
                  ++scrapes_;
              }
          }) {}
    Scraper(const Scraper&) = delete;
    Scraper& operator=(const Scraper&) = delete;
    ~Scraper() { stop(); }

    void stop() {
        is_over_ = true;
        if (thread_.joinable()) thread_.join();
    }
    /// After stop.
    void print(std::string_view name) const {
        fmt::print("  scraper, {}: {} scrapes of {:.1f} MB, the slowest took {:.3f} s\n", name,
                   scrapes_, static_cast<double>(bytes_) / 1e6, slowest_);
    }

private:
    std::atomic<bool> is_over_{false};
    std::size_t scrapes_ = 0;
    std::size_t bytes_ = 0;
    double slowest_ = 0;
    std::thread thread_;
};

void print_lateness(std::string_view when, const std::map<double, double>& before,
                    const std::map<double, double>& after) {
    const auto polls = [&](double bound) { return after.at(bound) - before.at(bound); };
    const double all = polls(std::numeric_limits<double>::infinity());
    fmt::print("{:<28}{:.0f} polls, late by more than", when, all);
    for (const double bound : {0.01, 0.05, 0.1, 0.25, 1.0})
        fmt::print("  {:g} s: {:.0f}", bound, all - polls(bound));
    fmt::print("\n");
}

}  // namespace

void scrape_living(const ScrapedDaemon& what) {
    city::CityOptions options;
    options.access_points = access_points;
    options.only_vendor = city::Vendor::unifi;
    options.snmp_port = free_ports(1);
    options.http_port = static_cast<std::uint16_t>(options.snmp_port + 1);
    const city::Layout layout = city::plan(options);
    const Simulator simulator(options);
    const WatchedDaemon daemon({what.pantaud, what.profiles, interval}, layout.access_points);
    static_cast<void>(daemon.wait_until_ready(std::chrono::seconds(6 * interval)));
    const auto period = std::chrono::seconds(what.seconds);

    auto before = lateness(daemon);
    let_pass(period);
    auto after = lateness(daemon);
    fmt::print("a living pantaud, {} access points every {} s\n", access_points, interval);
    print_lateness("nobody scrapes", before, after);

    before = after;
    const Usage usage = daemon.usage();
    {
        Scraper plain(daemon, Encoding::identity);
        Scraper packed(daemon, Encoding::gzip);
        let_pass(period);
        plain.stop();
        packed.stop();
        after = lateness(daemon);
        print_lateness("two scrape without a pause", before, after);
        plain.print("plain");
        packed.print("gzip");
    }
    const double all = after.at(std::numeric_limits<double>::infinity()) -
                       before.at(std::numeric_limits<double>::infinity());
    const double late = all - (after.at(0.1) - before.at(0.1));
    fmt::print("  {:.2f} of a core all in all; no poll later than 0.2 s: {}\n\n",
               (daemon.usage().cpu - usage.cpu) / what.seconds,
               late == 0 ? "yes (none later than 0.1 s)" : "NOT SHOWN, see above");
}

}  // namespace pantau::bench
