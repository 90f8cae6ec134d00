#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <vector>

#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/watched_daemon.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// So often that two polls of each take no time, and each poll has its time.
constexpr int interval = 10;
constexpr int more_scrapes = 10;

void print_line(const char* what, const std::array<double, 2>& kb,
                const std::array<std::size_t, 2>& counts) {
    const double slope = (kb[1] - kb[0]) / static_cast<double>(counts[1] - counts[0]);
    const double base = kb[0] - slope * static_cast<double>(counts[0]);
    fmt::print(
        "{:<36}{:.1f} MB at {}, {:.1f} MB at {}: {:.1f} MB + {:.2f} kB each, goal 25 MB + 8 kB\n",
        what, kb[0] / 1024, counts[0], kb[1] / 1024, counts[1], base / 1024, slope);
}

void scrape(const WatchedDaemon& daemon, std::size_t count, const std::vector<Encoding>& at_once) {
    std::vector<std::future<std::string>> pages;
    pages.reserve(at_once.size());
    for (const Encoding encoding : at_once)
        pages.push_back(std::async(
            std::launch::async, [&daemon, encoding] { return daemon.get("/metrics", encoding); }));
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const std::string page = pages[i].get();
        // A packed line takes some seven octets.
        const auto lines = at_once[i] == Encoding::identity
                               ? std::ranges::count(page, '\n')
                               : static_cast<std::ptrdiff_t>(page.size() / 7);
        if (lines < static_cast<std::ptrdiff_t>(100 * count))
            give_up(fmt::format("{} access points have only {} lines", count, lines));
    }
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
    const auto print_now = [&](const char* what) {
        std::array<double, 2> kb{};
        for (std::size_t i = 0; i < counts.size(); ++i)
            kb[i] = daemons[i]->usage().resident_kb;
        print_line(what, kb, counts);
    };
    const auto scrape_all = [&](const std::vector<Encoding>& at_once) {
        for (std::size_t i = 0; i < counts.size(); ++i)
            scrape(*daemons[i], counts[i], at_once);
        let_pass(1s);
    };
    print_now("memory, two polls each");
    scrape_all({Encoding::identity});
    print_now("1 s after a plain scrape");
    scrape_all({Encoding::gzip});
    print_now("1 s after a packed one");
    scrape_all({Encoding::identity, Encoding::gzip});
    print_now("1 s after two at the same time");
    let_pass(std::chrono::seconds(2 * interval));
    print_now("two more polls later");
    for (int i = 0; i < more_scrapes; ++i)
        scrape_all({Encoding::gzip});
    print_now("after ten more scrapes");
}

}  // namespace pantau::bench
