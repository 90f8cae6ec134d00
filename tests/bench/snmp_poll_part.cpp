#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tests/bench/polling.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/standard_poll.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t device_count = 1000;
/// A loop that rested begins with the time-outs of what was under way: they are no part of a poll.
constexpr Duration settle = 500ms;

std::size_t whole_requests(const Span& span) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(span.requests / span.polls));
}

/// A poll as soon as the device's last one is over; each side in turn, three times.
void beside_sessions(const Scene& scene, Duration time) {
    Polling polling(inventory_of(scene.layout, scene.simulator.snmp_port(),
                                 full_speed(device_count), device_of),
                    scene.profiles);
    polling.run(3s);  // finds profiles and rows
    std::optional<NetSnmpPoller> sessions;
    std::vector<double> ratios;
    std::vector<double> ours;
    for (int round = 0; round < 3; ++round) {
        polling.run(settle);
        const Span pantau = measure(polling, scene.simulator, time);
        print("pantau, full speed", pantau);
        // As many at once as select looks at without effort.
        if (!sessions)
            sessions.emplace(scene.peers(256), dealt(scene.objects, whole_requests(pantau)));
        const Span net_snmp = measure(*sessions, scene.simulator, 0ms, time);
        print("net-snmp sessions, SNMP alone", net_snmp);
        ours.push_back(pantau.cpu_per_thousand());
        ratios.push_back(net_snmp.cpu_per_thousand() / pantau.cpu_per_thousand());
    }
    fmt::print(
        "{:<36}{:.3f} CPU-s per 1,000 polls, goal 0.12; net-snmp sessions {:.2f} times that\n",
        "median", median(ours), median(ratios));
}

/// The same polls signed and encrypted, each side in turn, three times.
void encrypted(const Scene& scene, Duration time) {
    const Simulator& simulator = scene.simulator;
    if (simulator.v3_port() == 0) give_up("the simulator has no socket for v3");
    const Duration interval = full_speed(device_count);
    Polling plain(inventory_of(scene.layout, simulator.snmp_port(), interval, device_of),
                  scene.profiles);
    Polling safe(inventory_of(scene.layout, simulator.v3_port(), interval, v3_device_of),
                 scene.profiles);
    plain.run(3s);  // finds profiles and rows
    safe.run(6s);   // and engines
    std::vector<double> ratios;
    for (int round = 0; round < 3; ++round) {
        plain.run(settle);
        const Span v2c = measure(plain, simulator, time);
        print("v2c, full speed", v2c);
        safe.run(settle);
        const Span v3 = measure(safe, simulator, time);
        print("v3 SHA-256 AES-128, full speed", v3);
        ratios.push_back(v3.cpu_per_thousand() / v2c.cpu_per_thousand());
    }
    fmt::print("{:<36}v3 {:.2f} times v2c, goal 2\n", "median", median(ratios));
}

}  // namespace

void poll_part(const SnmpArguments& arguments) {
    const Scene scene(arguments, device_count);
    const Duration time = std::chrono::seconds(arguments.seconds);
    beside_sessions(scene, time);
    encrypted(scene, time);
}

}  // namespace pantau::bench
