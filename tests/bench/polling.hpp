#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "model/inventory.hpp"
#include "model/observation.hpp"
#include "normalise/profile_set.hpp"
#include "state/snapshot.hpp"
#include "tests/bench/net_snmp_poller.hpp"
#include "tests/bench/simulator.hpp"
#include "tests/bench/span.hpp"
#include "tests/fakes/city/layout.hpp"

namespace pantau::bench {

using MakeDevice = std::shared_ptr<const Device> (*)(const city::Site&, std::uint16_t, Duration);

/// The access points on these sites, asked this often.
[[nodiscard]] std::shared_ptr<const Inventory> inventory_of(const city::Layout& layout,
                                                            std::uint16_t port, Duration interval,
                                                            MakeDevice make);

/// Schedule, SNMP collector, interpreter and fleet as the daemon joins them, on one loop.
class Polling {
public:
    Polling(const std::shared_ptr<const Inventory>& inventory,
            const std::shared_ptr<const ProfileSet>& profiles);
    Polling(const Polling&) = delete;
    Polling& operator=(const Polling&) = delete;
    ~Polling();

    /// Sees each Observation before the fleet does.
    void watch(std::function<void(const Observation&)> watcher);
    /// Lets the loop run, with a new snapshot every second as the daemon makes them.
    void run(Duration time);

    [[nodiscard]] const Snapshot& snapshot() const;
    [[nodiscard]] std::uint64_t polls() const;
    [[nodiscard]] std::uint64_t requests() const;
    [[nodiscard]] std::uint64_t retries() const;
    /// Seconds below which 99 of 100 polls began after they were due: a bound of the histogram.
    [[nodiscard]] double lateness_p99() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same on the daemon's own threads: so many Workers, and the fleet's stage.
class ThreadedPolling {
public:
    ThreadedPolling(const std::shared_ptr<const Inventory>& inventory,
                    const std::shared_ptr<const ProfileSet>& profiles, unsigned workers);
    ThreadedPolling(const ThreadedPolling&) = delete;
    ThreadedPolling& operator=(const ThreadedPolling&) = delete;
    ~ThreadedPolling();

    [[nodiscard]] std::uint64_t polls() const;
    [[nodiscard]] std::uint64_t requests() const;
    [[nodiscard]] std::uint64_t retries() const;
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Runs them for a time.
[[nodiscard]] Span measure(Polling& polling, const Simulator& simulator, Duration time);
[[nodiscard]] Span measure(NetSnmpPoller& poller, const Simulator& simulator,
                           std::chrono::milliseconds interval, Duration time);
[[nodiscard]] Span measure(ThreadedPolling& polling, const Simulator& simulator, Duration time);

}  // namespace pantau::bench
