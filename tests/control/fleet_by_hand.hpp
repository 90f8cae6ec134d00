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

/// A controller that lists five access points: two of the inventory, with 3 and 4 people on them,
/// and three it does not know, with 20 people on one of them.
inline std::shared_ptr<const Snapshot> controller_by_hand() {
    const auto before =
        snapshot_of({{"wlc-1", {"Klojen", "", ""}, HealthState::up, 27, Role::controller, true}});
    auto seen = std::make_shared<Observation>(*before->devices[0]->measured);
    ObservationBuilder build(*seen);
    const auto text = [&](std::string_view quantity, std::string_view value) {
        build.add(quantity::require(quantity), Text::from_network(value));
    };
    auto list = std::make_shared<ControllerList>();
    for (const std::uint64_t people : {3u, 4u}) {
        build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(people));
        ++list->assigned;
    }
    list->unassigned.push_back(build.begin(ComponentKind::access_point));
    text("ap.name", "kota lama");
    text("ap.id", "02:1a:1e:00:00:10");
    text("ap.serial", "CN01");
    text("ap.model", "AP-635");
    text("ap.address", "10.73.9.11");
    build.add(quantity::ap_up, Number::natural(1));
    build.add(quantity::ap_clients, Number::natural(20));
    list->unassigned.push_back(build.begin(ComponentKind::access_point));
    text("ap.name", "[02:1A:1E:00:00:20]");
    text("ap.id", "5");
    build.add(quantity::ap_up, Number::natural(0));
    list->unassigned.push_back(build.begin(ComponentKind::access_point));
    text("ap.id", "7");
    list->seen = seen;

    auto snapshot = std::make_shared<Snapshot>(*before);
    auto state = std::make_shared<DeviceState>(*before->devices[0]);
    state->measured = seen;
    state->latest = seen;
    state->list = std::move(list);
    snapshot->devices[0] = std::move(state);
    return snapshot;
}

}  // namespace pantau::test
