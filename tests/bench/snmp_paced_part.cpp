#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/snmp/kind.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "schedule/schedule.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/polling.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/fakes/city/device.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// What is asked for: so many, this often, so many of them dead.
struct Pace {
    std::size_t devices = 0;
    int interval = 0;  ///< Seconds.
    double dead = 0;
    int windows = 1;  ///< Of one interval each.
};

constexpr int windows_most = 3;

struct Paced {
    std::array<Span, windows_most> windows;
    std::array<double, windows_most> answers;  ///< Polls of the living in each window.
    double gap_p99 = 0;                        ///< Between answers of one living device.
    double gap_most = 0;
    double answered_p99 = 0;  ///< From the point of its phase to the answer of a living device.
    double lateness_p99 = 0;  ///< From due to begun, all devices; a bound of the histogram.
    double largest_reply = 0;
    double living = 0;
    double series = 0;  ///< Of one access point.
    double series_all = 0;
    double render_cpu = 0;
    double text_mb = 0;
};

std::shared_ptr<const Device> patient_device(const city::Site& site, std::uint16_t port,
                                             Duration interval) {
    auto made = std::make_shared<Device>(*device_of(site, port, interval));
    made->poll.timeout = 3s;
    return made;
}

/// Notes when the living answered.
class Answers {
public:
    explicit Answers(Duration interval) : interval_(interval) {}

    void note(const Observation& seen) {
        if (!seen.any_answer()) return;
        ++count_;
        const auto [last, is_first] = last_.try_emplace(seen.device, seen.mono);
        if (is_first) return;
        if (is_noting_) {
            gaps_.push_back(to_seconds(seen.mono - last->second));
            const Duration since = seen.mono.time_since_epoch() - phase_of(seen.device, interval_);
            answered_.push_back(to_seconds(since % interval_));
        }
        last->second = seen.mono;
    }
    void begin() { is_noting_ = true; }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const std::vector<double>& gaps() const { return gaps_; }
    [[nodiscard]] const std::vector<double>& answered() const { return answered_; }

private:
    Duration interval_;
    std::unordered_map<DeviceId, MonoTime> last_;
    std::vector<double> gaps_;
    std::vector<double> answered_;
    std::size_t count_ = 0;
    bool is_noting_ = false;
};

void render(const Polling& polling, const std::string& name, Paced& paced) {
    const CollectorInfo* const collectors[] = {snmp_kind().info};
    const exposition::FleetWriter writer(collectors);
    const double cpu = cpu_seconds();
    const std::string text = writer.render(polling.snapshot());
    paced.render_cpu = cpu_seconds() - cpu;
    paced.text_mb = static_cast<double>(text.size()) / 1e6;
    paced.series_all = static_cast<double>(std::ranges::count(text, '\n'));
    const std::string label = "ap=\"" + name + "\"";
    for (std::size_t at = text.find(label); at != std::string::npos; at = text.find(label, at + 1))
        ++paced.series;
}

Paced run(const SnmpArguments& arguments, const Pace& pace) {
    const Duration interval = std::chrono::seconds(pace.interval);
    city::CityOptions options = standard_city(pace.devices);
    options.faults.dead = pace.dead;
    const Simulator simulator(options);
    const city::Layout layout = city::plan(options);
    const auto profiles = load_profiles(arguments.profiles);
    Answers answers(interval);
    Polling polling(inventory_of(layout, simulator.snmp_port(), interval, patient_device),
                    profiles);
    polling.watch([&](const Observation& seen) { answers.note(seen); });
    polling.run(interval + 3s);  // finds profiles and rows
    answers.begin();
    Paced paced;
    for (std::size_t i = 0; i < static_cast<std::size_t>(pace.windows); ++i) {
        const std::size_t before = answers.count();
        paced.windows[i] = measure(polling, simulator, interval);
        paced.answers[i] = static_cast<double>(answers.count() - before);
    }
    paced.gap_p99 = quantile(answers.gaps(), 0.99);
    paced.gap_most = quantile(answers.gaps(), 1);
    paced.answered_p99 = quantile(answers.answered(), 0.99);
    paced.lateness_p99 = polling.lateness_p99();
    paced.largest_reply = static_cast<double>(simulator.counts().reply_octets_max);
    paced.living =
        static_cast<double>(std::ranges::count_if(layout.access_points, [](const city::Site& site) {
            return (site.conditions & static_cast<std::uint32_t>(city::Condition::dead)) == 0;
        }));
    if (pace.dead == 0 && pace.windows > 1) render(polling, layout.access_points[0].name, paced);
    return paced;
}

double requests_per_poll(const Paced& paced) {
    double requests = 0;
    double polls = 0;
    for (const Span& window : paced.windows) {
        requests += window.requests;
        polls += window.polls;
    }
    return requests / polls;
}

/// The median of what `figure` makes of each window.
template <class Figure>
double over(const Pace& pace, const Figure& figure) {
    std::vector<double> figures;
    for (std::size_t i = 0; i < static_cast<std::size_t>(pace.windows); ++i)
        figures.push_back(figure(i));
    return median(figures);
}

std::string words_of(const Pace& pace) {
    std::string words = fmt::format("{} at {} s", pace.devices, pace.interval);
    if (pace.dead > 0) words += fmt::format(", {:.0f} % dead", 100 * pace.dead);
    return words;
}

void print_alive(const Pace& pace, const Paced& paced, double goal_percent) {
    const auto core = [&](std::size_t i) {
        return 100 * paced.windows[i].cpu / paced.windows[i].seconds;
    };
    const auto cpu = [&](std::size_t i) { return paced.windows[i].cpu_per_thousand(); };
    fmt::print(
        "{:<36}{:.2f} % of a core, goal {}; {:.3f} CPU-s per 1,000 polls, goal 0.12; {:.0f} "
        "polls/s\n",
        words_of(pace), over(pace, core), goal_percent, over(pace, cpu),
        paced.windows[0].polls_per_second());
    fmt::print(
        "{:<36}late by {:g} s at p99 (bound of the histogram); answered {:.4f} s after due at "
        "p99\n",
        "", paced.lateness_p99, paced.answered_p99);
    fmt::print("{:<36}{:.2f} requests a poll, goal 5; largest reply {:.0f} octets, goal 1,472\n",
               "", requests_per_poll(paced), paced.largest_reply);
}

void print_dead(const Pace& pace, const Paced& paced, const Pace& alive_pace, const Paced& alive) {
    const auto cpu = [&](std::size_t i) {
        return (paced.windows[i].cpu / paced.answers[i]) /
               (alive.windows[i].cpu / alive.answers[i]);
    };
    fmt::print("{:<36}gaps of the {:.0f} living: p99 {:.3f} s, goal {:.1f}; most {:.3f} s\n",
               words_of(pace), paced.living, paced.gap_p99, pace.interval + 0.1, paced.gap_most);
    fmt::print(
        "{:<36}answered {:.4f} s after due at p99, {:+.3f} % of the interval against all alive, "
        "goal 1\n",
        "", paced.answered_p99,
        100 * (paced.answered_p99 - alive.answered_p99) / static_cast<double>(pace.interval));
    fmt::print(
        "{:<36}{:.2f} times the CPU for each poll of the living, goal 1.2; {:.2f} requests a "
        "visit\n",
        "", over(alive_pace, cpu), requests_per_poll(paced));
}

/// The same devices by net-snmp's sessions, one for each.
void beside_sessions(const SnmpArguments& arguments, double ours) {
    const Scene scene(arguments, arguments.devices);
    NetSnmpPoller sessions(scene.peers(arguments.devices), dealt(scene.objects, 3));
    const Span span = measure(sessions, scene.simulator, std::chrono::seconds(arguments.interval),
                              std::min<Duration>(10s, std::chrono::seconds(arguments.interval)));
    fmt::print(
        "{:<36}{:.3f} CPU-s per 1,000 polls, {:.1f} times pantau's: select looks at each of "
        "them (10 s of the interval)\n",
        "net-snmp sessions at that pace", span.cpu_per_thousand(), span.cpu_per_thousand() / ours);
}

}  // namespace

/// Side by side: together they take less than a core, and the dead are compared with the living of
/// the same seconds.
void paced_part(const SnmpArguments& arguments) {
    const Pace alive{arguments.devices, arguments.interval, 0, 3};
    const Pace third{arguments.devices, arguments.interval, 0.3, 3};
    const Pace half{arguments.devices, arguments.interval, 0.5, 3};
    const Pace many{10 * arguments.devices, 2 * arguments.interval, 0, 1};
    const auto start = [&](const Pace& pace) { return [&] { return run(arguments, pace); }; };
    Child<Paced> alive_run(start(alive));
    Child<Paced> third_run(start(third));
    Child<Paced> half_run(start(half));
    Child<Paced> many_run(start(many));
    const Paced all = alive_run.get();
    fmt::print("{:<36}all of these in the same {} s, time-out 3 s\n", "",
               4 * arguments.interval + 3);
    print_alive(alive, all, 2.5);
    fmt::print("{:<36}{:.0f} of one access point; all {:.0f} lines: {:.3f} CPU-s, {:.1f} MB\n",
               "series", all.series, all.series_all, all.render_cpu, all.text_mb);
    print_dead(third, third_run.get(), alive, all);
    print_dead(half, half_run.get(), alive, all);
    print_alive(many, many_run.get(), 12);
    const auto cpu = [&](std::size_t i) { return all.windows[i].cpu_per_thousand(); };
    beside_sessions(arguments, over(alive, cpu));
}

}  // namespace pantau::bench
