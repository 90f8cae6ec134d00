#include "schedule/shard.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace pantau {
namespace {

/// A visit that a collector has not ended this long after its deadline is ended for it.
constexpr Duration grace = std::chrono::seconds(5);
constexpr Duration sweep_interval = std::chrono::seconds(1);

/// A Poll may use most of its interval, but never so much that the next one is late, and always
/// enough for every try of one request.
Duration time_for(const PollSettings& poll) {
    const Duration one_request = poll.timeout * (poll.retries + 1);
    const Duration most =
        std::min<Duration>(poll.interval - poll.interval / 10, std::chrono::seconds(30));
    return std::max(one_request + std::chrono::milliseconds(100), most);
}

}  // namespace

struct Shard::Timers {
    explicit Timers(boost::asio::io_context& loop) : due(loop), sweep(loop) {}

    boost::asio::steady_timer due;
    boost::asio::steady_timer sweep;
};

Shard::Shard(boost::asio::io_context& loop, std::vector<std::unique_ptr<Collector>> collectors,
             std::shared_ptr<const Interpreter> interpreter, Sink sink, PollStats& stats,
             const Clock& clock, Schedule::Options options)
    : collectors_(std::move(collectors)),
      interpreter_(std::move(interpreter)),
      sink_(std::move(sink)),
      stats_(stats),
      clock_(clock),
      schedule_(options),
      timers_(std::make_unique<Timers>(loop)) {
    sweep();
}

Shard::~Shard() {
    stop();
}

void Shard::stop() {
    stopped_ = true;
    timers_->due.cancel();
    timers_->sweep.cancel();
    slots_.clear();
    visited_.clear();
}

void Shard::apply(const std::vector<std::shared_ptr<const Device>>& added_or_changed,
                  const std::vector<DeviceId>& removed) {
    if (stopped_) return;
    for (const DeviceId& id : removed)
        remove(id);
    for (const auto& device : added_or_changed) {
        const bool was_under_way = remove(device->id);
        add(device, was_under_way);
    }
    arm();
}

void Shard::add(const std::shared_ptr<const Device>& device, bool is_visited_at_once) {
    auto poller = std::make_unique<DevicePoller>(device, collectors_, interpreter_, clock_);
    if (!poller->has_sessions()) {
        // Neither SNMP nor anything else: said once, so that nobody waits for its first visit.
        auto nothing = std::make_shared<Observation>();
        nothing->device = device->id;
        nothing->time = clock_.wall();
        nothing->mono = clock_.mono();
        sink_(std::move(nothing));
        return;
    }
    Schedule::Slot slot = 0;
    if (free_slots_.empty()) {
        slot = static_cast<Schedule::Slot>(visited_.size());
        visited_.emplace_back();
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    visited_[slot].poller = std::move(poller);
    slots_.emplace(device->id, slot);
    schedule_.add(slot, device->poll.interval, phase_of(device->id, device->poll.interval),
                  clock_.mono(), link_of(*device));
    // Its readers would miss the visit that was dropped.
    if (is_visited_at_once) schedule_.hurry(slot, clock_.mono());
}

/// The uplink a device shares with others: that of its first parent.
Schedule::Link Shard::link_of(const Device& device) {
    if (device.parents.empty() || device.parents.front().empty()) return Schedule::no_link;
    const auto next = static_cast<Schedule::Link>(links_.size());
    return links_.emplace(device.parents.front().front(), next).first->second;
}

bool Shard::remove(const DeviceId& id) {
    const auto found = slots_.find(id);
    if (found == slots_.end()) return false;
    const Schedule::Slot slot = found->second;
    const bool was_under_way = visited_[slot].is_under_way;
    slots_.erase(found);
    schedule_.remove(slot);
    visited_[slot] = Visited{};
    free_slots_.push_back(slot);
    return was_under_way;
}

void Shard::set_interpreter(std::shared_ptr<const Interpreter> interpreter) {
    interpreter_ = std::move(interpreter);
    for (const auto& [id, slot] : slots_)
        visited_[slot].poller->set_interpreter(interpreter_);
}

void Shard::arm() {
    if (stopped_) return;
    const auto next = schedule_.next();
    if (!next) {
        armed_for_.reset();
        timers_->due.cancel();
        return;
    }
    // Also when that time has come: its turn is already on its way.
    if (armed_for_ && *armed_for_ <= *next) return;
    armed_for_ = *next;
    timers_->due.expires_at(*next);
    timers_->due.async_wait([this](const boost::system::error_code& error) {
        if (error || stopped_) return;
        armed_for_.reset();
        run_due();
    });
}

void Shard::run_due() {
    while (const auto visit = schedule_.pop(clock_.mono()))
        start(*visit);
    stats_.in_flight.store(schedule_.in_flight(), std::memory_order_relaxed);
    if (schedule_.shed() != shed_told_) {
        tell_shed(schedule_.shed() - shed_told_);
        shed_told_ = schedule_.shed();
        stats_.shed.store(shed_told_, std::memory_order_relaxed);
    }
    arm();
}

/// An overload that lasts is told once a minute.
void Shard::tell_shed(std::uint64_t polls) {
    const MonoTime now = clock_.mono();
    if (shed_logged_ && now - *shed_logged_ < std::chrono::minutes(1)) return;
    shed_logged_ = now;
    log(msg::poll_shed, {{"polls", polls}});
}

void Shard::start(const Schedule::Visit& visit) {
    Visited& visited = visited_[visit.slot];
    const MonoTime now = clock_.mono();
    stats_.lateness.observe(to_seconds(now - visit.due));
    visited.started = now;
    visited.deadline = now + time_for(visited.poller->device().poll);
    visited.visit = ++visits_;
    visited.is_under_way = true;
    visited.poller->poll(visited.deadline,
                         [this, slot = visit.slot, number = visited.visit](auto seen) {
                             on_observation(slot, number, std::move(seen));
                         });
}

void Shard::on_observation(Schedule::Slot slot, std::uint64_t visit,
                           std::shared_ptr<const Observation> seen) {
    if (stopped_ || visited_[slot].visit != visit) return;
    const MonoTime now = clock_.mono();
    visited_[slot].is_under_way = false;
    count(*seen, now - visited_[slot].started);
    schedule_.finished(
        slot, seen->any_answer() ? Schedule::Outcome::answered : Schedule::Outcome::lost, now);
    stats_.in_flight.store(schedule_.in_flight(), std::memory_order_relaxed);
    sink_(std::move(seen));
    arm();
}

void Shard::count(const Observation& seen, Duration took) {
    PollStats::increment(stats_.polls);
    stats_.duration.observe(to_seconds(took));
    if (seen.any_answer()) return;
    for (const CollectorReport& report : seen.collectors) {
        if (!report.reason) continue;
        PollStats::increment(stats_.failures[static_cast<std::size_t>(*report.reason)]);
        return;
    }
}

void Shard::sweep() {
    timers_->sweep.expires_after(sweep_interval);
    timers_->sweep.async_wait([this](const boost::system::error_code& error) {
        if (error || stopped_) return;
        const MonoTime now = clock_.mono();
        // All slots, most of them idle: nothing is looked up on the way.
        for (Schedule::Slot slot = 0; slot < visited_.size(); ++slot) {
            Visited& visited = visited_[slot];
            if (!visited.is_under_way || now < visited.deadline + grace) continue;
            log(msg::local_fault, {{"device", visited.poller->device().id},
                                   {"detail", "a visit did not end by itself and was ended"}});
            const std::uint64_t visit = visited.visit;
            on_observation(slot, visit, visited.poller->abandon(collectors_));
        }
        sweep();
    });
}

}  // namespace pantau
