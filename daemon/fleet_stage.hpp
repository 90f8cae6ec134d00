#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "change_log.hpp"
#include "model/inventory.hpp"
#include "model/observation.hpp"
#include "runtime/loop_thread.hpp"
#include "state/fleet.hpp"
#include "state/silence.hpp"
#include "state/snapshot.hpp"

namespace pantau {

/// The Fleet on its thread: takes Observations in through a queue, gives Snapshots out whole.
class FleetStage {
public:
    /// A Snapshot costs a pointer per device, so that not every Observation makes one; until the
    /// next one nobody sees what waits in the queue, so that no Observation wakes this thread.
    static constexpr Duration publish_interval = std::chrono::milliseconds(500);
    /// Ten seconds of the most polls a machine of today can do; an Observation has some 4 kB.
    static constexpr std::size_t queue_limit = 100'000;

    FleetStage(std::shared_ptr<const Inventory> inventory, const Clock& clock);
    FleetStage(const FleetStage&) = delete;
    FleetStage& operator=(const FleetStage&) = delete;
    ~FleetStage() { stop(); }

    /// Who gets each Snapshot when it is published, on the fleet's thread, and gives back what it
    /// found out about silent access points. Before the start.
    using Follower =
        std::function<std::vector<SilenceWord>(const std::shared_ptr<const Snapshot>&)>;
    void set_follower(Follower follower) { follower_ = std::move(follower); }
    void start();
    void stop() { thread_.stop(); }

    /// Any thread. What does not fit into the queue is lost and counted.
    void push(std::shared_ptr<const Observation> observation);
    /// Comes back when the new Inventory is in force and in the Snapshot. Any thread but this one.
    void set_inventory(std::shared_ptr<const Inventory> inventory);

    /// Never null. Any thread.
    [[nodiscard]] std::shared_ptr<const Snapshot> newest() const;
    /// Devices visited at least once. Any thread.
    [[nodiscard]] std::size_t visited() const { return visited_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t dropped() const { return queue_.dropped(); }
    [[nodiscard]] LoopThread& thread() { return thread_; }
    [[nodiscard]] const LoopThread& thread() const { return thread_; }

private:
    void drain();
    void publish();
    void tick();

    const Clock& clock_;
    Fleet fleet_;
    ChangeLog changes_;
    Follower follower_;
    Guarded<std::shared_ptr<const Snapshot>> newest_;
    std::atomic<std::size_t> visited_{0};
    std::atomic<bool> is_full_{false};
    bool first_cycle_told_ = false;
    LoopThread thread_{"fleet"};
    boost::asio::steady_timer timer_;
    BoundedQueue<std::shared_ptr<const Observation>> queue_;
};

}  // namespace pantau
