#include "state/snapshot.hpp"

namespace pantau {
namespace {

bool is_current(const DeviceState& state, const Observation* seen, MonoTime now) {
    if (!state.up || seen == nullptr) return false;
    // Two lost polls leave the device up; the margin lets the third run into its timeouts.
    constexpr Duration margin = std::chrono::seconds(10);
    return now - seen->mono <= 3 * state.device->poll.interval + margin;
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

const Observation* current_measurements(const DeviceState& state, MonoTime now) {
    return is_current(state, state.measured.get(), now) ? state.measured.get() : nullptr;
}

const Observation* current_visit(const DeviceState& state, MonoTime now) {
    return is_current(state, state.latest.get(), now) ? state.latest.get() : nullptr;
}

}  // namespace pantau
