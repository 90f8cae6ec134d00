#include "fleet_stage.hpp"

#include <utility>

#include "base/log.hpp"

namespace pantau {

FleetStage::FleetStage(std::shared_ptr<const Inventory> inventory, const Clock& clock)
    : clock_(clock), fleet_(std::move(inventory)), timer_(thread_.loop()), queue_(queue_limit) {
    publish();
}

void FleetStage::start() {
    tick();
    thread_.start();
}

void FleetStage::push(std::shared_ptr<const Observation> observation) {
    if (queue_.push(std::move(observation))) return;
    if (!is_full_.exchange(true)) log(msg::queue_full, {{"queue", "observations"}});
}

void FleetStage::set_inventory(std::shared_ptr<const Inventory> inventory) {
    thread_.call([&] {
        drain();
        fleet_.set_inventory(std::move(inventory));
        publish();
    });
}

std::shared_ptr<const Snapshot> FleetStage::newest() const {
    return newest_.with([](const auto& snapshot) { return snapshot; });
}

void FleetStage::drain() {
    for (auto& observation : queue_.drain()) {
        const auto changes = fleet_.apply(std::move(observation));
        changes_.tell(changes, clock_.mono());
    }
    is_full_.store(false);
}

void FleetStage::publish() {
    auto next = fleet_.snapshot(clock_.wall(), clock_.mono());
    visited_.store(fleet_.visited(), std::memory_order_relaxed);
    if (next->first_cycle_done && !first_cycle_told_) {
        first_cycle_told_ = true;
        log(msg::first_cycle_done, {{"devices", static_cast<std::uint64_t>(next->devices.size())}});
    }
    // What comes of it is in the next Snapshot.
    for (const SilenceWord& word : follower_ ? follower_(next) : std::vector<SilenceWord>{})
        changes_.tell(fleet_.set_silent(word.device, word.is_silent), clock_.mono());
    // The one before may be the last owner of many things: they go after the lock is free.
    newest_.with([&](auto& snapshot) { snapshot.swap(next); });
}

void FleetStage::tick() {
    timer_.expires_after(publish_interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        drain();
        publish();
        changes_.flush(clock_.mono());
        tick();
    });
}

}  // namespace pantau
