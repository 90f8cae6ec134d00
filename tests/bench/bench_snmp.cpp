/// What a standard poll costs: an access point with 8 interfaces, 2 radios and 4 networks, asked by
/// the shipped UniFi profile, from the schedule to the snapshot that scrapes read. Beside it the
/// same objects by net-snmp's own asynchronous sessions, in the same run.
///
///   bench_snmp [--devices 5000] [--interval 30] [--seconds 4] [--profiles etc/profiles]
///
/// The city answers from a process of its own; CPU is user and system time of this process alone.
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/kind.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "normalise/profile_set.hpp"
#include "profile_interpreter.hpp"
#include "schedule/shard.hpp"
#include "state/fleet.hpp"
#include "tests/bench/net_snmp_poller.hpp"
#include "tests/bench/request_cost.hpp"
#include "tests/bench/simulator.hpp"
#include "tests/bench/standard_poll.hpp"

using namespace pantau;
using namespace std::chrono_literals;

namespace {

struct Arguments {
    std::size_t devices = 5000;
    int interval = 30;  ///< Seconds, of the paced part.
    int seconds = 4;    ///< Of each part at full speed; 0: without it.
    std::string profiles = "etc/profiles";
};

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "bench_snmp: {}\n", what);
    std::exit(EXIT_FAILURE);
}

Arguments read(int count, char** words) {
    Arguments arguments;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string word = words[i];
        if (word == "--devices") {
            arguments.devices = std::strtoul(words[i + 1], nullptr, 10);
        } else if (word == "--interval") {
            arguments.interval = std::atoi(words[i + 1]);
        } else if (word == "--seconds") {
            arguments.seconds = std::atoi(words[i + 1]);
        } else if (word == "--profiles") {
            arguments.profiles = words[i + 1];
        } else {
            give_up("there is no " + word);
        }
    }
    if (count % 2 == 0 || arguments.devices == 0 || arguments.interval < 1 || arguments.seconds < 0)
        give_up("[--devices N] [--interval S] [--seconds S] [--profiles FOLDER]");
    return arguments;
}

using MakeDevice = std::shared_ptr<const Device> (*)(const city::Site&, std::uint16_t, Duration);

std::shared_ptr<const Inventory> inventory(const city::Layout& layout, std::uint16_t port,
                                           Duration interval, MakeDevice make = bench::device_of) {
    auto made = std::make_shared<Inventory>();
    made->hierarchy = {"kecamatan", "kelurahan", "rw"};
    for (const city::Site& site : layout.access_points)
        made->devices.push_back(make(site, port, interval));
    std::ranges::sort(made->devices, {}, [](const auto& each) { return each->id; });
    return made;
}

/// Schedule, collector, interpreter and fleet as the daemon joins them, on one loop.
class Polling {
public:
    Polling(std::shared_ptr<const Inventory> inventory,
            const std::shared_ptr<const ProfileSet>& profiles)
        : counts_(snmp_kind().make_counts()),
          interpreter_(std::make_shared<ProfileInterpreter>(profiles)),
          fleet_(inventory) {
        std::vector<std::unique_ptr<Collector>> collectors;
        collectors.push_back(snmp_kind().make(loop_, counts_));
        shard_ = std::make_unique<Shard>(
            loop_, std::move(collectors), interpreter_,
            [this](auto seen) { static_cast<void>(fleet_.apply(std::move(seen))); }, stats_,
            system_clock());
        shard_->apply(inventory->devices, {});
    }
    /// Lets the loop run, with a new snapshot every second as the daemon makes them.
    void run(Duration time) {
        const MonoTime end = system_clock().mono() + time;
        while (system_clock().mono() < end) {
            loop_.run_for(std::min<Duration>(1s, end - system_clock().mono()));
            latest_ = fleet_.snapshot(system_clock().wall(), system_clock().mono());
        }
    }
    [[nodiscard]] const Fleet& fleet() const { return fleet_; }
    [[nodiscard]] const Snapshot& snapshot() const { return *latest_; }
    [[nodiscard]] const PollStats& stats() const { return stats_; }
    [[nodiscard]] std::uint64_t requests() const { return counts_->value(0); }
    [[nodiscard]] std::uint64_t retries() const { return counts_->value(1); }

private:
    boost::asio::io_context loop_{1};
    std::shared_ptr<CollectorCounts> counts_;
    std::shared_ptr<const ProfileInterpreter> interpreter_;
    Fleet fleet_;
    PollStats stats_;
    std::unique_ptr<Shard> shard_;
    std::shared_ptr<const Snapshot> latest_;
};

/// What happened between two moments.
struct Span {
    double cpu = 0;
    double seconds = 0;
    double polls = 0;
    double requests = 0;
    double varbinds = 0;

    [[nodiscard]] double cpu_per_thousand() const { return cpu * 1000 / polls; }
    [[nodiscard]] double polls_per_second() const { return polls / seconds; }
};

Span measure(Polling& polling, const bench::Simulator& simulator, Duration time) {
    const auto polls = polling.stats().polls.load();
    const auto requests = polling.requests();
    const auto heard = simulator.counts();
    const double cpu = bench::cpu_seconds();
    const MonoTime start = system_clock().mono();
    polling.run(time);
    Span span;
    span.cpu = bench::cpu_seconds() - cpu;
    span.seconds = to_seconds(system_clock().mono() - start);
    span.polls = static_cast<double>(polling.stats().polls.load() - polls);
    span.requests = static_cast<double>(polling.requests() - requests);
    span.varbinds = static_cast<double>(simulator.counts().varbinds - heard.varbinds);
    return span;
}

Span measure(bench::NetSnmpPoller& poller, const bench::Simulator& simulator,
             std::chrono::milliseconds interval, Duration time) {
    const auto polls = poller.polls();
    const auto heard = simulator.counts();
    const double cpu = bench::cpu_seconds();
    const MonoTime start = system_clock().mono();
    poller.run(interval, start + time);
    Span span;
    span.cpu = bench::cpu_seconds() - cpu;
    span.seconds = to_seconds(system_clock().mono() - start);
    span.polls = static_cast<double>(poller.polls() - polls);
    const auto now = simulator.counts();
    span.requests = static_cast<double>(now.requests - heard.requests);
    span.varbinds = static_cast<double>(now.varbinds - heard.varbinds);
    return span;
}

void print(const std::string& name, const Span& span) {
    fmt::print(
        "{:<36}{:6.3f} CPU-s per 1,000 polls, {:6.0f} polls/s, {:.2f} requests and {:.1f} "
        "varbinds a poll\n",
        name, span.cpu_per_thousand(), span.polls_per_second(), span.requests / span.polls,
        span.varbinds / span.polls);
}

std::size_t whole_requests(const Span& span) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(span.requests / span.polls));
}

std::size_t series_of(const std::string& exposition, const std::string& name) {
    const std::string label = "ap=\"" + name + "\"";
    std::size_t count = 0;
    for (std::size_t at = exposition.find(label); at != std::string::npos;
         at = exposition.find(label, at + 1))
        ++count;
    return count;
}

void print_rendering(const Polling& polling, const std::string& name) {
    const CollectorInfo* const collectors[] = {snmp_kind().info};
    const exposition::FleetWriter writer(collectors);
    const double cpu = bench::cpu_seconds();
    const std::string text = writer.render(polling.snapshot());
    const double used = bench::cpu_seconds() - cpu;
    const auto lines = std::ranges::count(text, '\n');
    fmt::print("{:<36}{} of one access point; all {} lines: {:.3f} CPU-s, {:.1f} MB\n", "series",
               series_of(text, name), lines, used, static_cast<double>(text.size()) / 1e6);
}

double p99_lateness(const PollStats& stats) {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i <= PollStats::lateness_bounds.size(); ++i)
        all += stats.lateness.count(i);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < PollStats::lateness_bounds.size(); ++i) {
        below += stats.lateness.count(i);
        if (static_cast<double>(below) >= 0.99 * static_cast<double>(all))
            return PollStats::lateness_bounds[i];
    }
    return 1e9;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The parts that both sections need.
struct Scene {
    const Arguments& arguments;
    const bench::Simulator& simulator;
    const city::Layout& layout;
    std::shared_ptr<const ProfileSet> profiles;
    std::vector<Oid> objects;

    [[nodiscard]] std::vector<std::string> peers(std::size_t most) const {
        std::vector<std::string> peers;
        for (const city::Site& site : layout.access_points) {
            if (peers.size() == most) break;
            peers.push_back(bench::peer_of(site, simulator.snmp_port()));
        }
        return peers;
    }
};

/// A poll as soon as the device's last one is over; each side in turn, three times.
void full_speed(const Scene& scene) {
    city::Layout part = scene.layout;
    part.access_points.resize(std::min<std::size_t>(1000, part.access_points.size()));
    // Far more often than can be done: what is too much is shed.
    Polling polling(inventory(part, scene.simulator.snmp_port(), 20ms), scene.profiles);
    polling.run(3s);  // finds profiles and rows
    std::optional<bench::NetSnmpPoller> sessions;
    std::vector<double> ratios;
    std::vector<double> ours;
    const Duration time = std::chrono::seconds(scene.arguments.seconds);
    for (int round = 0; round < 3; ++round) {
        const Span pantau = measure(polling, scene.simulator, time);
        print("pantau, full speed", pantau);
        // As many at once as select looks at without effort.
        if (!sessions)
            sessions.emplace(scene.peers(256), bench::dealt(scene.objects, whole_requests(pantau)));
        const Span net_snmp = measure(*sessions, scene.simulator, 0ms, time);
        print("net-snmp sessions, SNMP alone", net_snmp);
        ours.push_back(pantau.cpu_per_thousand());
        ratios.push_back(net_snmp.cpu_per_thousand() / pantau.cpu_per_thousand());
    }
    fmt::print("{:<36}{:.3f} CPU-s per 1,000 polls; net-snmp sessions {:.2f} times that\n",
               "median", median(ours), median(ratios));
}

/// The same polls signed and encrypted, each side in turn, three times.
void encrypted(const Scene& scene) {
    city::Layout part = scene.layout;
    part.access_points.resize(std::min<std::size_t>(1000, part.access_points.size()));
    const bench::Simulator& simulator = scene.simulator;
    if (simulator.v3_port() == 0) give_up("the simulator has no socket for v3");
    Polling plain(inventory(part, simulator.snmp_port(), 20ms), scene.profiles);
    Polling safe(inventory(part, simulator.v3_port(), 20ms, bench::v3_device_of), scene.profiles);
    plain.run(3s);  // finds profiles and rows
    safe.run(6s);   // and engines
    std::vector<double> ratios;
    const Duration time = std::chrono::seconds(scene.arguments.seconds);
    for (int round = 0; round < 3; ++round) {
        const Span v2c = measure(plain, simulator, time);
        print("v2c, full speed", v2c);
        const Span v3 = measure(safe, simulator, time);
        print("v3 SHA-256 AES-128, full speed", v3);
        ratios.push_back(v3.cpu_per_thousand() / v2c.cpu_per_thousand());
    }
    fmt::print("{:<36}v3 {:.2f} times v2c; goal 2\n", "median", median(ratios));
}

/// What one request costs, each side in turn, three times.
void one_request(const Scene& scene, const std::string& name, const snmp::RequestBody& body) {
    const std::vector<std::string> peers = scene.peers(100);
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < peers.size(); ++i)
        addresses.push_back(city::dotted(scene.layout.access_points[i].address));
    std::vector<double> ours;
    std::vector<double> ratios;
    double varbinds = 0;
    for (int round = 0; round < 3; ++round) {
        const bench::Carried engine =
            bench::carry_by_engine(addresses, scene.simulator.snmp_port(), body, 1s);
        const bench::Carried sessions = bench::carry_by_sessions(peers, body, 1s);
        if (engine.failures != 0 || sessions.failures != 0) give_up("requests were lost");
        if (engine.varbinds / engine.requests != sessions.varbinds / sessions.requests)
            give_up("the two did not get the same");
        varbinds = engine.varbinds / engine.requests;
        ours.push_back(engine.microseconds());
        ratios.push_back(sessions.microseconds() / engine.microseconds());
    }
    fmt::print(
        "{:<36}{:.1f} us of CPU a request, {:.0f} varbinds; net-snmp sessions {:.1f} times\n", name,
        median(ours), varbinds, median(ratios));
}

void requests_alone(const Scene& scene) {
    const std::vector<Oid> ten(scene.objects.begin(), scene.objects.begin() + 10);
    one_request(scene, "GET of 10 varbinds", {snmp::PduType::get, 0, ten});
    const std::vector<Oid> column{*Oid::parse("1.3.6.1.2.1.2.2.1.2")};
    one_request(scene, "GETBULK of 25 rows", {snmp::PduType::get_bulk, 25, column});
}

/// The same number of polls a second from few devices and from many, and what a device takes up.
void numbers_of_devices(const Scene& scene) {
    constexpr double polls_per_second = 2500;
    for (const std::size_t count :
         {std::size_t{100}, std::size_t{1000}, std::size_t{10'000}, std::size_t{50'000}}) {
        city::CityOptions options;
        options.access_points = count;
        options.only_vendor = city::Vendor::unifi;
        options.snmp_port = 0;
        options.http_port = 0;
        const bench::Simulator simulator(options);
        const auto interval = std::chrono::duration_cast<Duration>(
            std::chrono::duration<double>(static_cast<double>(count) / polls_per_second));
        const auto devices = inventory(city::plan(options), simulator.snmp_port(), interval);
        ::malloc_trim(0);
        const auto before = ::mallinfo2();
        Polling polling(devices, scene.profiles);
        polling.run(2 * interval + 2s);  // finds profiles and rows
        const Span span = measure(polling, simulator, std::max<Duration>(interval, 2s));
        const auto after = ::mallinfo2();
        const double taken = static_cast<double>(after.uordblks + after.hblkhd) -
                             static_cast<double>(before.uordblks + before.hblkhd);
        fmt::print(
            "{:<36}{:6.0f} requests a CPU-second; {:.1f} kB of heap a device; {:.0f} polls/s, "
            "{:.2f} requests each; {} sent again\n",
            fmt::format("{} devices", count), span.requests / span.cpu,
            taken / 1000 / static_cast<double>(count), span.polls_per_second(),
            span.requests / span.polls, polling.retries());
    }
}

/// All devices at their interval: most wake-ups are for one device alone.
void in_use(const Scene& scene) {
    const Duration interval = std::chrono::seconds(scene.arguments.interval);
    const std::string pace =
        fmt::format("{} devices at {} s", scene.arguments.devices, scene.arguments.interval);
    Polling polling(inventory(scene.layout, scene.simulator.snmp_port(), interval), scene.profiles);
    polling.run(interval + 3s);  // finds profiles and rows
    const auto largest = scene.simulator.counts().reply_octets_max;
    const Span pantau = measure(polling, scene.simulator, interval);
    print("pantau, " + pace, pantau);
    fmt::print("{:<36}{:.2f} % of a core; lateness p99 {} s; {} sent again\n", "",
               100 * pantau.cpu / pantau.seconds, p99_lateness(polling.stats()), polling.retries());
    fmt::print("{:<36}{} objects in an answer; largest reply {} octets\n", "size",
               scene.objects.size(), largest);
    print_rendering(polling, scene.layout.access_points[0].name);
    bench::NetSnmpPoller sessions(scene.peers(scene.arguments.devices),
                                  bench::dealt(scene.objects, whole_requests(pantau)));
    const Span net_snmp =
        measure(sessions, scene.simulator,
                std::chrono::duration_cast<std::chrono::milliseconds>(interval), interval);
    print("net-snmp, " + pace, net_snmp);
    fmt::print("{:<36}net-snmp sessions {:.2f} times that: select looks at each of them\n", "",
               net_snmp.cpu_per_thousand() / pantau.cpu_per_thousand());
}

}  // namespace

int main(int count, char** words) {
    const Arguments arguments = read(count, words);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    set_log(LogLevel::error, LogFormat::logfmt);
    city::CityOptions options;
    options.access_points = arguments.devices;
    options.only_vendor = city::Vendor::unifi;
    options.snmp_port = 0;
    options.http_port = 0;
    const bench::Simulator simulator(options);
    const city::Layout layout = city::plan(options);
    Scene scene{arguments, simulator, layout, bench::load_profiles(arguments.profiles), {}};
    scene.objects = bench::objects_of(
        *scene.profiles, bench::device_of(layout.access_points[0], simulator.snmp_port(), 30s));
    fmt::print("goal 0.12 CPU-s per 1,000 polls; CPU without that of the simulated devices\n");
    requests_alone(scene);
    numbers_of_devices(scene);
    in_use(scene);
    if (arguments.seconds != 0) full_speed(scene);
    if (arguments.seconds != 0) encrypted(scene);
    return EXIT_SUCCESS;
}
