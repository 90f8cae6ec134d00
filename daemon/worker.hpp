#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectors/collector.hpp"
#include "runtime/loop_thread.hpp"
#include "schedule/interpreter.hpp"
#include "schedule/poll_stats.hpp"
#include "schedule/shard.hpp"

namespace pantau {

/// What the collectors of all Workers count together, one entry per row of the registry.
using CollectorTotals = std::vector<std::shared_ptr<CollectorCounts>>;

[[nodiscard]] CollectorTotals make_collector_totals();

/// A thread with the Devices it owns. Built and destroyed by the main thread while its loop does
/// not run.
class Worker {
public:
    /// `workers` is how many there are.
    Worker(std::string name, const CollectorTotals& totals,
           std::shared_ptr<const Interpreter> interpreter, Shard::Sink sink, unsigned workers,
           const Clock& clock);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    void start() { thread_.start(); }
    /// Drops the visits under way and ends the thread.
    void stop();

    /// Changes what it visits, later, on its loop. Any thread.
    void apply(std::vector<std::shared_ptr<const Device>> added_or_changed,
               std::vector<DeviceId> removed);
    void set_interpreter(std::shared_ptr<const Interpreter> interpreter);

    /// Comes back when everything asked for before is in force. Not from a loop's own thread.
    void settle() {
        thread_.call([] {});
    }

    [[nodiscard]] const PollStats& stats() const { return stats_; }
    [[nodiscard]] LoopThread& thread() { return thread_; }
    [[nodiscard]] const LoopThread& thread() const { return thread_; }

private:
    LoopThread thread_;  // outlives the Shard, whose timers and sockets are on its loop
    PollStats stats_;
    std::unique_ptr<Shard> shard_;
    bool is_stopped_ = false;
};

}  // namespace pantau
