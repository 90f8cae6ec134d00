#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tests/bench/child.hpp"
#include "tests/bench/polling.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/standard_poll.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// Medians of three spans.
struct Scale {
    double requests_per_cpu_second = 0;
    double cpu_per_thousand = 0;
    double polls_per_second = 0;
    double requests_per_poll = 0;
    double retries_share = 0;
    bool is_polling = false;  ///< Everybody was visited twice before.
};

template <class Polls>
Scale measured(Polls& polling, const Simulator& simulator, std::size_t devices, Duration time) {
    // Twice each: profiles and rows are known.
    const MonoTime end = system_clock().mono() + 60s;
    while (polling.polls() < 3 * devices && system_clock().mono() < end)
        static_cast<void>(measure(polling, simulator, 500ms));
    Scale scale;
    scale.is_polling = polling.polls() >= 3 * devices;
    std::vector<double> requests;
    std::vector<double> cpu;
    std::vector<double> polls;
    double sent = 0;
    double done = 0;
    double again = 0;
    for (int round = 0; round < 3; ++round) {
        const Span span = measure(polling, simulator, time);
        requests.push_back(span.requests_per_cpu_second());
        cpu.push_back(span.cpu_per_thousand());
        polls.push_back(span.polls_per_second());
        sent += span.requests;
        done += span.polls;
        again += span.retries;
    }
    scale.requests_per_cpu_second = median(requests);
    scale.cpu_per_thousand = median(cpu);
    scale.polls_per_second = median(polls);
    scale.requests_per_poll = sent / done;
    scale.retries_share = again / sent;
    return scale;
}

void print_rest(const Scale& scale) {
    fmt::print("{:.3f} CPU-s per 1,000 polls, {:.2f} requests a poll, {:.1f} % of them again{}\n",
               scale.cpu_per_thousand, scale.requests_per_poll, 100 * scale.retries_share,
               scale.is_polling ? "" : "; NOT ALL OF THEM VISITED TWICE");
}

}  // namespace

void scale_part(const SnmpArguments& arguments) {
    double first = 0;
    for (const std::size_t devices : {arguments.devices / 50, arguments.devices / 5,
                                      2 * arguments.devices, 10 * arguments.devices}) {
        Child<Scale> child([&] {
            const Scene scene(arguments, devices);
            Polling polling(inventory_of(scene.layout, scene.simulator.snmp_port(),
                                         full_speed(devices), device_of),
                            scene.profiles);
            return measured(polling, scene.simulator, devices,
                            std::chrono::seconds(arguments.seconds));
        });
        const Scale scale = child.get();
        if (first == 0) first = scale.requests_per_cpu_second;
        fmt::print("{:<36}{:.0f} requests per CPU-second, {:.2f} of the first; ",
                   fmt::format("{} devices, full speed", devices), scale.requests_per_cpu_second,
                   scale.requests_per_cpu_second / first);
        print_rest(scale);
    }
    fmt::print(
        "{:<36}goal: it does not fall off; medians of three, each number in its own "
        "process\n",
        "");
}

void most_part(const SnmpArguments& arguments) {
    const std::size_t devices = 2000;
    const Scene scene(arguments, devices);
    ThreadedPolling polling(
        inventory_of(scene.layout, scene.simulator.snmp_port(), full_speed(devices), device_of),
        scene.profiles, 2);
    const Scale scale =
        measured(polling, scene.simulator, devices, std::chrono::seconds(arguments.seconds));
    fmt::print("{:<36}{:.0f} polls/s, goal 8,000; {} Observations lost; ", "most, 2 Workers",
               scale.polls_per_second, polling.dropped());
    print_rest(scale);
}

}  // namespace pantau::bench
