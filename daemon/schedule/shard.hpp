#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "collectors/collector.hpp"
#include "model/device.hpp"
#include "model/observation.hpp"
#include "schedule/interpreter.hpp"
#include "schedule/poll_stats.hpp"
#include "schedule/poller.hpp"
#include "schedule/schedule.hpp"

namespace pantau {

/// The Devices one Worker owns: asks the Schedule when, lets the pollers work, hands Observations
/// on. Lives on the Worker's loop; every function is called there.
class Shard {
public:
    using Sink = std::function<void(std::shared_ptr<const Observation>)>;

    /// `sink` gets every Observation, on this loop. Everything given by reference outlives the
    /// Shard.
    Shard(boost::asio::io_context& loop, std::vector<std::unique_ptr<Collector>> collectors,
          std::shared_ptr<const Interpreter> interpreter, Sink sink, PollStats& stats,
          const Clock& clock, Schedule::Options options = {});
    ~Shard();

    /// Adds devices, replaces those whose id is known (their phase stays; a visit under way is
    /// dropped and begun anew), forgets `removed`. All others go on undisturbed.
    void apply(const std::vector<std::shared_ptr<const Device>>& added_or_changed,
               const std::vector<DeviceId>& removed);
    void set_interpreter(std::shared_ptr<const Interpreter> interpreter);

    /// Starts nothing more; visits under way are dropped.
    void stop();

    [[nodiscard]] std::size_t size() const { return slots_.size(); }

private:
    struct Visited {
        std::unique_ptr<DevicePoller> poller;
        MonoTime started{};
        MonoTime deadline{};
        std::uint64_t visit = 0;  ///< Tells an answer of this visit from one of a dropped visit.
        bool is_under_way = false;
    };

    void add(const std::shared_ptr<const Device>& device, bool is_visited_at_once);
    /// Gives whether a visit was under way.
    bool remove(const DeviceId& id);
    [[nodiscard]] Schedule::Link link_of(const Device& device);
    void arm();
    void run_due();
    void tell_shed(std::uint64_t polls);
    void start(const Schedule::Visit& visit);
    void on_observation(Schedule::Slot slot, std::uint64_t visit,
                        std::shared_ptr<const Observation> seen);
    void count(const Observation& seen, Duration took);
    void sweep();

    std::vector<std::unique_ptr<Collector>> collectors_;
    std::shared_ptr<const Interpreter> interpreter_;
    Sink sink_;
    PollStats& stats_;
    const Clock& clock_;
    Schedule schedule_;
    std::vector<Visited> visited_;  ///< By slot.
    std::vector<Schedule::Slot> free_slots_;
    /// By the id in the Device that the slot's poller holds.
    std::unordered_map<std::string_view, Schedule::Slot> slots_;
    std::unordered_map<DeviceId, Schedule::Link> links_;  ///< By parent; none is forgotten.
    struct Timers;
    std::unique_ptr<Timers> timers_;
    std::optional<MonoTime> armed_for_;
    std::uint64_t visits_ = 0;
    std::uint64_t shed_told_ = 0;
    std::optional<MonoTime> shed_logged_;
    bool stopped_ = false;
};

}  // namespace pantau
