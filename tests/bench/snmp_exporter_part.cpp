#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "collectors/snmp/kind.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/polling.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/bench/watched_daemon.hpp"
#include "tests/support/process.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* exporter = "prometheus-snmp-exporter";
constexpr std::size_t device_count = 1000;

/// The entry of a table: a column's name without its last part.
std::string entry_of(const std::string& column) {
    return column.substr(0, column.rfind('.'));
}

/// A module for the exporter of what the shipped profile asks: its tables walked, its scalars got,
/// and a metric for each scalar and column that the access point has.
std::string module_of(const Visited& visited) {
    std::map<std::string, bool> scalars;  ///< Whether a text, by address.
    std::map<std::string, bool> columns;
    std::set<std::string> entries;
    for (const Cell& cell : visited.answer.cells()) {
        const Field& field = visited.ask->fields[cell.field];
        const bool is_text =
            cell.value.kind == RawValue::Kind::bytes || cell.value.kind == RawValue::Kind::oid;
        (field.is_column() ? columns : scalars)[field.address] = is_text;
        if (field.is_column()) entries.insert(entry_of(field.address));
    }
    std::string text = "standard:\n  walk:\n";
    for (const std::string& entry : entries)
        text += "  - " + entry + "\n";
    text += "  get:\n";
    for (const auto& [scalar, is_text] : scalars)
        text += "  - " + scalar + "\n";
    text += "  metrics:\n";
    const auto add = [&](const std::string& address, bool is_text, const char* indexes) {
        std::string name = "object_" + address;
        std::ranges::replace(name, '.', '_');
        text += fmt::format("  - {{name: {}, oid: {}, type: {}, help: standard{}}}\n", name,
                            address, is_text ? "DisplayString" : "gauge", indexes);
    };
    for (const auto& [scalar, is_text] : scalars)
        add(scalar, is_text, "");
    for (const auto& [column, is_text] : columns)
        add(column, is_text, ", indexes: [{labelname: row, type: gauge}]");
    text +=
        "  version: 2\n  max_repetitions: 25\n  retries: 1\n  timeout: 3s\n"
        "  auth: {community: public}\n";
    return text;
}

/// What Prometheus would do: a scrape for each access point, two at a time.
struct Scraped {
    std::size_t good = 0;
    std::size_t bad = 0;
    double cpu = 0;
    double seconds = 0;
    double requests = 0;
    double samples = 0;  ///< Of the first scrape.
};

Scraped scrape_all(const Program& program, std::uint16_t port, const Scene& scene, Duration time) {
    const auto page_of = [&](std::size_t i) {
        const city::Site& site = scene.layout.access_points[i % device_count];
        return get_page(port, fmt::format("/snmp?module=standard&target={}:{}",
                                          city::dotted(site.address), scene.simulator.snmp_port()));
    };
    Scraped scraped;
    const std::string first = page_of(0);
    std::size_t lines = 0;
    std::istringstream text(first);
    for (std::string line; std::getline(text, line);)
        lines += line.starts_with("object_") ? 1 : 0;
    scraped.samples = static_cast<double>(lines);
    std::atomic<std::size_t> next{1};
    std::atomic<std::size_t> good{0};
    std::atomic<std::size_t> bad{0};
    const auto before = scene.simulator.counts();
    const double cpu = program.usage().cpu;
    const MonoTime start = system_clock().mono();
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                while (system_clock().mono() < start + time)
                    ++(page_of(next++).find("object_") == std::string::npos ? bad : good);
            });
        }
    }
    scraped.good = good;
    scraped.bad = bad;
    scraped.seconds = to_seconds(system_clock().mono() - start);
    scraped.cpu = program.usage().cpu - cpu;
    scraped.requests = static_cast<double>(scene.simulator.counts().requests - before.requests);
    return scraped;
}

/// Ours with as many renderings as polls, because each scrape of the exporter is rendered.
double ours_per_thousand(const Scene& scene, Duration time) {
    Polling polling(inventory_of(scene.layout, scene.simulator.snmp_port(),
                                 full_speed(device_count), device_of),
                    scene.profiles);
    polling.run(3s);
    const Span span = measure(polling, scene.simulator, time);
    const CollectorInfo* const collectors[] = {snmp_kind().info};
    const exposition::FleetWriter writer(collectors);
    const double cpu = cpu_seconds();
    static_cast<void>(writer.render(polling.snapshot()));
    const double rendering = (cpu_seconds() - cpu) * 1000 / static_cast<double>(device_count);
    return span.cpu_per_thousand() + rendering;
}

}  // namespace

void exporter_part(const SnmpArguments& arguments) {
    if (!test::is_installed(exporter)) {
        fmt::print("{} is not installed: nothing beside pantau (apt-get install {})\n", exporter,
                   exporter);
        return;
    }
    const Scene scene(arguments, device_count);
    const Folder folder;
    folder.write("snmp.yml",
                 module_of(visit(*scene.profiles, device_of(scene.layout.access_points[0],
                                                            scene.simulator.snmp_port(), 30s))));
    const std::uint16_t port = free_ports(1);
    const Program program({exporter, "--config.file=" + (folder.path() / "snmp.yml").string(),
                           fmt::format("--web.listen-address=127.0.0.1:{}", port),
                           "--log.level=error"});
    const MonoTime patience = system_clock().mono() + 10s;
    while (get_page(port, "/").empty()) {
        if (system_clock().mono() > patience || !program.is_running())
            give_up(std::string(exporter) + " does not start");
        let_pass(100ms);
    }
    const Duration time = std::chrono::seconds(arguments.seconds);
    std::vector<double> theirs;
    std::vector<double> ratios;
    Scraped last;
    std::size_t bad = 0;
    for (int round = 0; round < 3; ++round) {
        Child<double> ours([&] { return ours_per_thousand(scene, time); });
        const double per_thousand = ours.get();
        last = scrape_all(program, port, scene, time);
        bad += last.bad;
        theirs.push_back(last.cpu * 1000 / static_cast<double>(last.good));
        ratios.push_back(theirs.back() / per_thousand);
    }
    fmt::print(
        "{:<36}{:.3f} CPU-s per 1,000 polls, {:.0f} polls/s, {:.1f} requests and {:.0f} samples a "
        "poll; {} failed\n",
        exporter, median(theirs), static_cast<double>(last.good) / last.seconds,
        last.requests / static_cast<double>(last.good), last.samples, bad);
    fmt::print("{:<36}{:.0f} times pantau with a rendering for each poll; medians of three\n", "",
               median(ratios));
}

}  // namespace pantau::bench
