#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/snapshot.hpp"

namespace pantau::test {

/// One device of a Snapshot made by hand.
struct HandDevice {
    std::string id;
    std::vector<std::string> area;
    HealthState health = HealthState::up;
    std::optional<std::uint64_t> clients{};
    Role role = Role::access_point;
    bool is_parent = false;
};

inline std::shared_ptr<const Observation> observation_of(const HandDevice& hand, WallTime wall,
                                                         MonoTime mono) {
    auto seen = std::make_shared<Observation>();
    seen->device = hand.id;
    seen->time = wall;
    seen->mono = mono;
    seen->role = hand.role;
    ObservationBuilder builder(*seen);
    builder.begin(ComponentKind::system);
    builder.add(quantity::identity_vendor, Text::from_network("Ubiquiti"));
    builder.add(quantity::identity_profile, Text::from_network("ubiquiti-unifi"));
    builder.add(quantity::identity_model, Text::from_network("UAP-\"nanoHD\""));
    if (hand.clients) builder.add(quantity::system_clients, Number::natural(*hand.clients));
    return seen;
}

/// A Snapshot of Malang's levels at 2026-11-24T02:38:00Z. Devices of health unknown were never
/// visited; those that are down were measured once.
inline std::shared_ptr<const Snapshot> snapshot_of(const std::vector<HandDevice>& devices) {
    const WallTime wall{std::chrono::seconds(1'795'487'880)};
    const MonoTime mono{std::chrono::hours(5)};
    auto inventory = std::make_shared<Inventory>();
    inventory->hierarchy = {"kecamatan", "kelurahan", "rw"};
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->time = wall;
    snapshot->mono = mono;
    snapshot->first_cycle_done = true;
    for (const HandDevice& hand : devices) {
        auto device = std::make_shared<Device>();
        device->id = hand.id;
        device->address = "10.73.5.81";
        device->area = hand.area;
        device->is_parent = hand.is_parent;
        inventory->devices.push_back(device);
        auto state = std::make_shared<DeviceState>();
        state->device = device;
        state->role = hand.role;
        state->health.state = hand.health;
        state->up = hand.health == HealthState::up || hand.health == HealthState::degraded;
        if (hand.health == HealthState::down) state->health.reason = Reason::timeout;
        if (hand.health != HealthState::unknown) {
            state->measured = observation_of(hand, wall, mono);
            state->latest = state->measured;
            state->last_success = wall;
        }
        snapshot->devices.push_back(state);
    }
    snapshot->inventory = inventory;
    return snapshot;
}

}  // namespace pantau::test
