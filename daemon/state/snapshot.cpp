#include "state/snapshot.hpp"

namespace pantau {

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
    if (!state.up || state.measured == nullptr) return nullptr;
    // Two lost polls leave the device up; the margin lets the third run into its timeouts.
    constexpr Duration margin = std::chrono::seconds(10);
    const Duration age = now - state.measured->mono;
    return age <= 3 * state.device->poll.interval + margin ? state.measured.get() : nullptr;
}

}  // namespace pantau
