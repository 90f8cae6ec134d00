#include "state/snapshot.hpp"

namespace pantau {
namespace {

bool is_current(const DeviceState& state, const Observation* seen, MonoTime now) {
    if (seen == nullptr) return false;
    const bool is_told = state.measured_every != Duration::zero();
    return is_fresh(seen->mono, is_told ? state.measured_every : state.device->poll.interval, now);
}

}  // namespace

bool is_access_point(const DeviceState& state) {
    switch (state.role) {
        case Role::access_point:
        case Role::radio:
            return true;
        case Role::controller:
        case Role::router:
        case Role::switch_:
            return false;
        case Role::other:
            break;
    }
    return !state.device->is_parent;
}

bool is_fresh(MonoTime observed, Duration every, MonoTime now) {
    // Two lost polls leave the device up; the margin lets the third run into its timeouts.
    constexpr Duration margin = std::chrono::seconds(10);
    return now - observed <= 3 * every + margin;
}

PeopleElsewhere people_of_controller(const DeviceState& state) {
    if (state.list == nullptr || state.list->assigned == 0) return {};
    PeopleElsewhere people{.is_known = true, .are_counted_elsewhere = false, .rest = {}};
    const Observation& seen = *state.list->seen;
    auto unassigned = state.list->unassigned.begin();
    for (std::uint32_t ap = 0; ap < seen.components.size(); ++ap) {
        if (seen.components[ap].kind != ComponentKind::access_point) continue;
        const bool is_unassigned = unassigned != state.list->unassigned.end() && *unassigned == ap;
        if (is_unassigned) ++unassigned;
        const auto clients = seen.number(seen.components[ap], quantity::ap_clients);
        if (!clients || clients->as_double() < 0) continue;
        if (is_unassigned) {
            people.rest =
                people.rest.value_or(0) + static_cast<std::uint64_t>(clients->as_double());
        } else {
            people.are_counted_elsewhere = true;
        }
    }
    return people;
}

const Observation* current_measurements(const DeviceState& state, MonoTime now) {
    return state.up && is_current(state, state.measured.get(), now) ? state.measured.get()
                                                                    : nullptr;
}

const Observation* current_visit(const DeviceState& state, MonoTime now) {
    // Degraded and not up: it is reached, and how it is reached may be shown.
    const bool is_there = state.up || state.health.state == HealthState::degraded;
    return is_there ? current_poll(state, now) : nullptr;
}

const Observation* current_poll(const DeviceState& state, MonoTime now) {
    return is_current(state, state.latest.get(), now) ? state.latest.get() : nullptr;
}

}  // namespace pantau
