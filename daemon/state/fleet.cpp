#include "state/fleet.hpp"

#include <algorithm>
#include <utility>

#include "state/told.hpp"

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

/// As readers get it: nobody where there usually is somebody is a fault, though every answer is
/// there.
std::shared_ptr<DeviceState> with_silence(std::shared_ptr<DeviceState> state,
                                          std::optional<bool> silent) {
    state->silent = silent;
    if (silent != true || state->health.state != HealthState::up) return state;
    // What its own polls say stays as it is.
    auto degraded = std::make_shared<DeviceState>(*state);
    degraded->health = {HealthState::degraded, Reason::silent};
    return degraded;
}

}  // namespace

Fleet::Fleet(std::shared_ptr<const Inventory> inventory) {
    set_inventory(std::move(inventory));
}

/// The same device, as another Inventory has it. Its state may be that of before.
Fleet::Entry Fleet::taken_over(Entry entry, const std::shared_ptr<const Device>& device) {
    if (entry.own->device == device) return entry;
    auto own = std::make_shared<DeviceState>(*entry.own);
    if (is_elsewhere(*own->device, *device)) {
        own->measured = nullptr;
        entry.counters.forget();
    }
    if (own->latest == nullptr) own->role = first_state(device)->role;
    own->device = device;
    entry.own = std::move(own);
    return entry;
}

void Fleet::set_inventory(std::shared_ptr<const Inventory> inventory) {
    std::vector<Entry> entries;
    entries.reserve(inventory->devices.size());
    for (const auto& device : inventory->devices) {
        const auto known = place_of(device->id);
        if (!known) {
            auto first = first_state(device);
            entries.push_back({first, first, {}, {}, {}, false});
        } else {
            entries.push_back(taken_over(std::move(entries_[*known]), device));
        }
    }
    inventory_ = std::move(inventory);
    entries_ = std::move(entries);
    sightings_.set_inventory(inventory_);
    index_ = {};
    index_.reserve(entries_.size());
    for (const auto& device : inventory_->devices)
        index_.add(device->id);
    index_.close();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        Entry& entry = entries_[i];
        if (!is_told(i) && entry.state == entry.own) continue;
        auto state = combined(i);
        state->reboots = entry.state->reboots;
        state->health_changes = entry.state->health_changes;
        if (!is_told(i)) entry.own = state;
        entry.state = with_silence(std::move(state), entry.silent);
    }
    visited_ = static_cast<std::size_t>(std::ranges::count_if(
        entries_, [](const Entry& entry) { return entry.own->latest != nullptr; }));
    latest_ = nullptr;
    note_visits();
}

std::optional<std::size_t> Fleet::place_of(std::string_view device) const {
    for (const PlaceIndex::Entry& each : index_.candidates(device))
        if (inventory_->devices[each.place]->id == device) return each.place;
    return std::nullopt;
}

void Fleet::note_visits() {
    first_cycle_done_ |= visited_ == entries_.size();
}

std::vector<Change> Fleet::apply(std::shared_ptr<const Observation> observation) {
    const auto known = place_of(observation->device);
    if (!known) {
        ++ignored_;
        return {};
    }
    const std::size_t place = *known;
    Entry& entry = entries_[place];
    auto own = std::make_shared<DeviceState>(*entry.own);
    if (own->latest == nullptr) {
        ++visited_;
        note_visits();
    }
    now_ = std::max(now_, observation->mono);

    bool rebooted = false;
    std::shared_ptr<const Observation> brought;
    const bool answered = observation->any_answer();
    if (answered) own->last_success = observation->time;
    if (answered && has_measurements(*observation)) {
        own->role = role_after(*own, *observation);
        Followed followed = entry.counters.follow(std::move(observation));
        rebooted = followed.rebooted;
        brought = followed.shown;
        own->measured = followed.shown;
        own->latest = std::move(followed.shown);
    } else {
        own->latest = std::move(observation);
    }
    own->health = step(entry.health, outcome_of(*own->latest), own->latest->mono);
    own->up = entry.health.up;

    std::vector<Change> changes;
    const auto members = sightings_.take(place, *own, brought);
    entry.own = own;
    show(place, is_told(place) ? combined(place) : std::move(own), rebooted, changes);
    for (const std::size_t member : members) {
        // The device's own polls tell its restarts better.
        const bool is_polled = current_measurements(*entries_[member].own, now_) != nullptr;
        const bool has_restarted = !is_polled && sightings_.has_rebooted(member, place);
        show(member, combined(member), has_restarted, changes);
    }
    latest_ = nullptr;
    return changes;
}

std::vector<Change> Fleet::set_silent(std::string_view device, std::optional<bool> is_silent) {
    std::vector<Change> changes;
    const auto known = place_of(device);
    if (!known) return changes;
    const std::size_t place = *known;
    Entry& entry = entries_[place];
    if (entry.silent == is_silent) return changes;
    entry.silent = is_silent;
    auto state = is_told(place) ? combined(place) : std::make_shared<DeviceState>(*entry.own);
    if (!is_told(place)) entry.own = state;
    show(place, std::move(state), false, changes);
    latest_ = nullptr;
    return changes;
}

bool Fleet::is_told(std::size_t place) const {
    return sightings_.has(place);
}

/// What its own polls and the controllers say together. The counts are left to the caller.
std::shared_ptr<DeviceState> Fleet::combined(std::size_t place) const {
    const Entry& entry = entries_[place];
    auto state = std::make_shared<DeviceState>(*entry.own);
    state->list = sightings_.list_of(place);
    const bool is_another_thing = entry.own->role == Role::controller ||
                                  entry.own->role == Role::switch_ ||
                                  entry.own->role == Role::router;
    if (is_another_thing) return state;
    if (const auto told = sightings_.opinion_of(place)) add_told(*state, entry, *told);
    return state;
}

void Fleet::add_told(DeviceState& state, const Entry& entry, const Sightings::Opinion& told) const {
    const DeviceState& own = *entry.own;
    const bool is_polled = !own.device->address.empty();
    state.controller = told.controller;
    const std::optional<Standing> polled =
        is_polled ? std::optional<Standing>({own.health, own.up}) : std::nullopt;
    const Standing both = with_own_poll(polled, told.health, entry.state->up);
    state.health = both.health;
    state.up = both.up;
    if (told.part == nullptr) return;
    if (own.measured == nullptr) state.role = told.part->role;
    const Observation* const own_now = current_measurements(own, now_);
    if (own_now != nullptr && told.is_up) {
        state.measured = filled_up(*own_now, *told.part);
        if (own.latest == own.measured) state.latest = state.measured;
    } else if (own_now == nullptr) {
        state.measured = told.part;
        state.measured_every = told.every;
        if (!is_polled) state.latest = told.part;
    }
    if (told.is_up && state.last_success < told.part->time) state.last_success = told.part->time;
}

/// Gives it to the readers, and tells what is different.
void Fleet::show(std::size_t place, std::shared_ptr<DeviceState> state, bool has_rebooted,
                 std::vector<Change>& changes) {
    Entry& entry = entries_[place];
    state = with_silence(std::move(state), entry.silent);
    const Health before = entry.state->health;
    const bool changed = before.state != state->health.state;
    state->health_changes = entry.state->health_changes + (changed && entry.has_word ? 1 : 0);
    state->reboots = entry.state->reboots + (has_rebooted ? 1 : 0);
    const HealthState now = state->health.state;
    entry.has_word =
        entry.has_word || entry.health.seen || now == HealthState::up || now == HealthState::down;
    if (changed || has_rebooted)
        changes.push_back({state->device->id, before, state->health, has_rebooted});
    entry.state = std::move(state);
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
