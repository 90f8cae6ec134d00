#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/watched_daemon.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// So often that two polls of each take no time, and each poll has its time.
constexpr int interval = 10;

void print_line(const char* what, const std::array<double, 2>& kb,
                const std::array<std::size_t, 2>& counts) {
    const double slope = (kb[1] - kb[0]) / static_cast<double>(counts[1] - counts[0]);
    const double base = kb[0] - slope * static_cast<double>(counts[0]);
    fmt::print(
        "{:<36}{:.1f} MB at {}, {:.1f} MB at {}: {:.1f} MB + {:.2f} kB each, goal 25 MB + 8 kB\n",
        what, kb[0] / 1024, counts[0], kb[1] / 1024, counts[1], base / 1024, slope);
}

}  // namespace

void memory_part(const SnmpArguments& arguments) {
    city::CityOptions options = standard_city(arguments.devices);
    // Names in the inventory carry the port: it has to be known before.
    options.snmp_port = free_ports(1);
    const Simulator simulator(options);
    const auto sites = city::plan(options).access_points;
    const std::array<std::size_t, 2> counts{arguments.devices / 5, arguments.devices};
    const WatchedDaemon::Options settings{WatchedDaemon::built(), arguments.profiles, interval};
    std::vector<std::unique_ptr<WatchedDaemon>> daemons;
    for (const std::size_t count : counts)
        daemons.push_back(std::make_unique<WatchedDaemon>(
            settings, std::vector(sites.begin(), sites.begin() + static_cast<long>(count))));
    for (const auto& daemon : daemons)
        static_cast<void>(daemon->wait_until_ready(60s));
    let_pass(std::chrono::seconds(interval + 1));
    std::array<double, 2> quiet{};
    std::array<double, 2> scraped{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        quiet[i] = daemons[i]->usage().resident_kb;
        const std::string page = daemons[i]->get("/metrics");
        const auto lines = std::ranges::count(page, '\n');
        if (lines < static_cast<long>(100 * counts[i]))
            give_up(fmt::format("{} access points have only {} lines", counts[i], lines));
        let_pass(1s);
        scraped[i] = daemons[i]->usage().resident_kb;
    }
    print_line("memory, two polls each", quiet, counts);
    print_line("memory, after a scrape, too", scraped, counts);
}

}  // namespace pantau::bench
