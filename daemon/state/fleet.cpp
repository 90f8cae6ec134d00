#include "state/fleet.hpp"

#include <algorithm>
#include <utility>

namespace pantau {
namespace {

std::shared_ptr<const DeviceState> first_state(std::shared_ptr<const Device> device) {
    auto state = std::make_shared<DeviceState>();
    state->role = device->is_parent ? Role::other : Role::access_point;
    state->device = std::move(device);
    return state;
}

bool is_elsewhere(const Device& before, const Device& now) {
    return before.address != now.address || before.port != now.port;
}

bool has_measurements(const Observation& observation) {
    return !observation.readings.empty() || !observation.texts.empty();
}

/// The role to believe. An Observation that lost a part shows less than there is: it cannot turn a
/// controller into an unknown thing, nor a switch into an access point whose radios did not arrive.
Role role_after(const DeviceState& before, const Observation& seen) {
    if (before.measured == nullptr) return seen.role;
    const bool lost_a_part = std::ranges::any_of(seen.problems, [](const Problem& problem) {
        return problem.reason != Reason::unsupported;
    });
    const bool is_unknown = seen.role == Role::other && !seen.problems.empty();
    return lost_a_part || is_unknown ? before.role : seen.role;
}

}  // namespace

Fleet::Fleet(std::shared_ptr<const Inventory> inventory) {
    set_inventory(std::move(inventory));
}

void Fleet::set_inventory(std::shared_ptr<const Inventory> inventory) {
    std::vector<Entry> entries;
    entries.reserve(inventory->devices.size());
    for (const auto& device : inventory->devices) {
        const auto known = places_.find(device->id);
        if (known == places_.end()) {
            entries.push_back({first_state(device), {}, {}});
            continue;
        }
        Entry& entry = entries.emplace_back(std::move(entries_[known->second]));
        if (entry.state->device == device) continue;
        auto state = std::make_shared<DeviceState>(*entry.state);
        if (is_elsewhere(*state->device, *device)) {
            state->measured = nullptr;
            entry.counters.forget();
        }
        if (state->latest == nullptr) state->role = first_state(device)->role;
        state->device = device;
        entry.state = std::move(state);
    }
    places_.clear();
    inventory_ = std::move(inventory);
    entries_ = std::move(entries);
    places_.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i)
        places_.emplace(inventory_->devices[i]->id, i);
    visited_ = static_cast<std::size_t>(std::ranges::count_if(
        entries_, [](const Entry& entry) { return entry.state->latest != nullptr; }));
    latest_ = nullptr;
    note_visits();
}

void Fleet::note_visits() {
    first_cycle_done_ |= visited_ == entries_.size();
}

std::vector<Change> Fleet::apply(std::shared_ptr<const Observation> observation) {
    const auto known = places_.find(observation->device);
    if (known == places_.end()) {
        ++ignored_;
        return {};
    }
    Entry& entry = entries_[known->second];
    auto state = std::make_shared<DeviceState>(*entry.state);
    if (state->latest == nullptr) {
        ++visited_;
        note_visits();
    }

    bool rebooted = false;
    const bool answered = observation->any_answer();
    if (answered) state->last_success = observation->time;
    if (answered && has_measurements(*observation)) {
        state->role = role_after(*state, *observation);
        Followed followed = entry.counters.follow(std::move(observation));
        rebooted = followed.rebooted;
        state->measured = followed.shown;
        state->latest = std::move(followed.shown);
    } else {
        state->latest = std::move(observation);
    }

    const Health before = entry.health.health;
    const bool had_word = entry.health.seen;
    state->health = step(entry.health, outcome_of(*state->latest), state->latest->mono);
    state->up = entry.health.up;
    const bool changed = before.state != state->health.state;
    if (changed && had_word) ++state->health_changes;
    if (rebooted) ++state->reboots;

    std::vector<Change> changes;
    if (changed || rebooted)
        changes.push_back({state->device->id, before, state->health, rebooted});
    entry.state = std::move(state);
    latest_ = nullptr;
    return changes;
}

std::shared_ptr<const Snapshot> Fleet::snapshot(WallTime wall, MonoTime mono) {
    constexpr Duration reuse = std::chrono::seconds(1);
    if (latest_ != nullptr && mono - latest_->mono < reuse) return latest_;
    auto next = std::make_shared<Snapshot>();
    next->time = wall;
    next->mono = mono;
    next->inventory = inventory_;
    next->devices.reserve(entries_.size());
    for (const Entry& entry : entries_)
        next->devices.push_back(entry.state);
    next->first_cycle_done = first_cycle_done_;
    latest_ = std::move(next);
    return latest_;
}

}  // namespace pantau
