#include "tests/bench/polling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <utility>
#include <vector>

#include "collectors/snmp/kind.hpp"
#include "fleet_stage.hpp"
#include "profile_interpreter.hpp"
#include "schedule/shard.hpp"
#include "state/fleet.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/bench/watched_daemon.hpp"
#include "worker.hpp"

namespace pantau::bench {

using namespace std::chrono_literals;

std::shared_ptr<const Inventory> inventory_of(const city::Layout& layout, std::uint16_t port,
                                              Duration interval, MakeDevice make) {
    auto made = std::make_shared<Inventory>();
    made->hierarchy = {"kecamatan", "kelurahan", "rw"};
    for (const city::Site& site : layout.access_points)
        made->devices.push_back(make(site, port, interval));
    std::ranges::sort(made->devices, {}, [](const auto& each) { return each->id; });
    return made;
}

// ---- on one loop -------------------------------------------------------------------------------

struct Polling::Impl {
    explicit Impl(std::shared_ptr<const Inventory> inventory) : fleet(std::move(inventory)) {}

    boost::asio::io_context loop{1};
    std::shared_ptr<CollectorCounts> counts = snmp_kind().make_counts();
    Fleet fleet;
    PollStats stats;
    std::unique_ptr<Shard> shard;
    std::shared_ptr<const Snapshot> latest;
    std::function<void(const Observation&)> watcher;
};

Polling::Polling(const std::shared_ptr<const Inventory>& inventory,
                 const std::shared_ptr<const ProfileSet>& profiles)
    : impl_(std::make_unique<Impl>(inventory)) {
    std::vector<std::unique_ptr<Collector>> collectors;
    collectors.push_back(snmp_kind().make(impl_->loop, impl_->counts));
    impl_->shard = std::make_unique<Shard>(
        impl_->loop, std::move(collectors), std::make_shared<ProfileInterpreter>(profiles),
        [&impl = *impl_](auto seen) {
            if (impl.watcher) impl.watcher(*seen);
            static_cast<void>(impl.fleet.apply(std::move(seen)));
        },
        impl_->stats, system_clock());
    impl_->shard->apply(inventory->devices, {});
}

Polling::~Polling() = default;

void Polling::watch(std::function<void(const Observation&)> watcher) {
    impl_->watcher = std::move(watcher);
}

void Polling::run(Duration time) {
    const MonoTime end = system_clock().mono() + time;
    while (system_clock().mono() < end) {
        impl_->loop.run_for(std::min<Duration>(1s, end - system_clock().mono()));
        impl_->latest = impl_->fleet.snapshot(system_clock().wall(), system_clock().mono());
    }
}

const Snapshot& Polling::snapshot() const {
    return *impl_->latest;
}

std::uint64_t Polling::polls() const {
    return impl_->stats.polls.load();
}

std::uint64_t Polling::requests() const {
    return impl_->counts->value(0);
}

std::uint64_t Polling::retries() const {
    return impl_->counts->value(1);
}

double Polling::lateness_p99() const {
    const auto& lateness = impl_->stats.lateness;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i <= PollStats::lateness_bounds.size(); ++i)
        all += lateness.count(i);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < PollStats::lateness_bounds.size(); ++i) {
        below += lateness.count(i);
        if (static_cast<double>(below) >= 0.99 * static_cast<double>(all))
            return PollStats::lateness_bounds[i];
    }
    return 1e9;
}

// ---- on the daemon's threads -------------------------------------------------------------------

struct ThreadedPolling::Impl {
    explicit Impl(const std::shared_ptr<const Inventory>& inventory)
        : fleet(inventory, system_clock()) {}

    FleetStage fleet;
    CollectorTotals totals = make_collector_totals();
    std::vector<std::unique_ptr<Worker>> workers;
};

ThreadedPolling::ThreadedPolling(const std::shared_ptr<const Inventory>& inventory,
                                 const std::shared_ptr<const ProfileSet>& profiles,
                                 unsigned workers)
    : impl_(std::make_unique<Impl>(inventory)) {
    const auto interpreter = std::make_shared<ProfileInterpreter>(profiles);
    impl_->fleet.start();
    std::vector<std::vector<std::shared_ptr<const Device>>> parts(workers);
    for (const auto& device : inventory->devices)
        parts[stable_hash(device->id) % workers].push_back(device);
    for (unsigned i = 0; i < workers; ++i) {
        impl_->workers.push_back(std::make_unique<Worker>(
            fmt::format("worker-{}", i), impl_->totals, interpreter,
            [&fleet = impl_->fleet](auto seen) { fleet.push(std::move(seen)); }, workers,
            system_clock()));
        impl_->workers.back()->start();
        impl_->workers.back()->apply(std::move(parts[i]), {});
    }
}

ThreadedPolling::~ThreadedPolling() {
    for (const auto& worker : impl_->workers)
        worker->stop();
}

std::uint64_t ThreadedPolling::polls() const {
    std::uint64_t polls = 0;
    for (const auto& worker : impl_->workers)
        polls += worker->stats().polls.load();
    return polls;
}

// The registry's first row is SNMP.
std::uint64_t ThreadedPolling::requests() const {
    return impl_->totals[0]->value(0);
}

std::uint64_t ThreadedPolling::retries() const {
    return impl_->totals[0]->value(1);
}

std::uint64_t ThreadedPolling::dropped() const {
    return impl_->fleet.dropped();
}

// ---- measuring ---------------------------------------------------------------------------------

namespace {

/// `run` does the work for a time; what `polling` counts of itself comes from before and after.
template <class Counting, class Run>
Span measure_while(const Counting& polling, const Simulator& simulator, const Run& run) {
    Span span;
    span.polls = -static_cast<double>(polling.polls());
    span.requests = -static_cast<double>(polling.requests());
    span.retries = -static_cast<double>(polling.retries());
    span.varbinds = -static_cast<double>(simulator.counts().varbinds);
    const double cpu = cpu_seconds();
    const MonoTime start = system_clock().mono();
    run();
    span.cpu = cpu_seconds() - cpu;
    span.seconds = to_seconds(system_clock().mono() - start);
    span.polls += static_cast<double>(polling.polls());
    span.requests += static_cast<double>(polling.requests());
    span.retries += static_cast<double>(polling.retries());
    span.varbinds += static_cast<double>(simulator.counts().varbinds);
    return span;
}

}  // namespace

Span measure(Polling& polling, const Simulator& simulator, Duration time) {
    return measure_while(polling, simulator, [&] { polling.run(time); });
}

Span measure(ThreadedPolling& polling, const Simulator& simulator, Duration time) {
    return measure_while(polling, simulator, [&] { let_pass(time); });
}

Span measure(NetSnmpPoller& poller, const Simulator& simulator, std::chrono::milliseconds interval,
             Duration time) {
    const auto polls = poller.polls();
    const auto heard = simulator.counts();
    const double cpu = cpu_seconds();
    const MonoTime start = system_clock().mono();
    poller.run(interval, start + time);
    Span span;
    span.cpu = cpu_seconds() - cpu;
    span.seconds = to_seconds(system_clock().mono() - start);
    span.polls = static_cast<double>(poller.polls() - polls);
    const auto counts = simulator.counts();
    span.requests = static_cast<double>(counts.requests - heard.requests);
    span.varbinds = static_cast<double>(counts.varbinds - heard.varbinds);
    return span;
}

void print(const std::string& name, const Span& span) {
    fmt::print(
        "{:<36}{:6.3f} CPU-s per 1,000 polls, {:6.0f} polls/s, {:.2f} requests and {:.1f} "
        "varbinds a poll\n",
        name, span.cpu_per_thousand(), span.polls_per_second(), span.requests / span.polls,
        span.varbinds / span.polls);
}

}  // namespace pantau::bench
