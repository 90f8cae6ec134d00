#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "model/health.hpp"
#include "model/inventory.hpp"
#include "model/observation.hpp"

namespace pantau {

/// The access points a controller lists, by whether the inventory knows them. Immutable.
struct ControllerList {
    std::shared_ptr<const Observation> seen;  ///< The latest answer that brought the whole list.
    /// Components of `seen` that belong to no access point of the inventory, in their order.
    std::vector<std::uint32_t> unassigned;
    std::size_t assigned = 0;
};

/// What is true now about one Device. Immutable; a Poll makes the next one.
struct DeviceState {
    std::shared_ptr<const Device> device;
    /// Of the latest Poll, answered or not; null before the first.
    std::shared_ptr<const Observation> latest;
    /// Of the latest Poll that brought measurements; null before the first.
    std::shared_ptr<const Observation> measured;
    Health health;
    /// Whether it works as far as we know: a fault of ours leaves the last word standing.
    bool up = false;
    Role role =
        Role::access_point;  ///< As last observed; before that as the inventory lets expect.
    /// Up, yet serving nobody where it usually does; nothing: that cannot be told.
    std::optional<bool> silent;
    std::uint64_t reboots = 0;
    std::uint64_t health_changes = 0;
    std::optional<WallTime> last_success;
    /// How often measurements are to be expected: where a controller tells of it, as often as that
    /// is polled. Zero: as the Device says.
    Duration measured_every{};
    /// Who tells of it, beside its own polls or instead of them; null: nobody else.
    std::shared_ptr<const Device> controller;
    std::shared_ptr<const ControllerList> list;  ///< Of a controller that told one; else null.
};

/// All Devices at one moment. Immutable, shared by all readers.
struct Snapshot {
    WallTime time{};
    MonoTime mono{};
    std::shared_ptr<const Inventory> inventory;
    /// One per device of the inventory, in its order. Never null.
    std::vector<std::shared_ptr<const DeviceState>> devices;
    bool first_cycle_done = false;  ///< Every device was visited at least once since the start.
};

/// Whether this device stands for an access point in metrics (label `ap`) or is something that
/// serves access points (label `device`): a controller, switch, router, or a parent of others that
/// never showed itself as an access point.
///
/// Access points and radios stand for themselves. A device of role other, or one that was never
/// observed, counts as an access point unless others name it as parent.
[[nodiscard]] bool is_access_point(const DeviceState& state);

/// The measurements that may be shown as true at `now`: of a device that is up, and not older than
/// three polls. Null otherwise: an old value must become a gap, not a straight line.
[[nodiscard]] const Observation* current_measurements(const DeviceState& state, MonoTime now);

/// Whether what was observed then may be shown as true at `now`, when it is observed every so
/// often: two lost polls are no reason yet to take it back.
[[nodiscard]] bool is_fresh(MonoTime observed, Duration every, MonoTime now);

/// Where the people of a controller are counted: at those of its access points that the inventory
/// knows, if the controller tells how many there are at one of them; the others at the controller.
struct PeopleElsewhere {
    bool is_known = false;               ///< It lists access points of the inventory.
    bool are_counted_elsewhere = false;  ///< And tells of people at one of them.
    std::optional<std::uint64_t> rest;   ///< People on the others.
};
[[nodiscard]] PeopleElsewhere people_of_controller(const DeviceState& state);

/// The latest Poll while what it says of itself (how the HTTP check went) may be shown as true at
/// `now`: of a device that is up or at least reached, and not older than three polls. Null
/// otherwise.
[[nodiscard]] const Observation* current_visit(const DeviceState& state, MonoTime now);

/// The latest Observation while it is current, whatever the health says. What people meet
/// (Witness::service) is told of a device that is down, too: they may get online all the same.
[[nodiscard]] const Observation* current_poll(const DeviceState& state, MonoTime now);

}  // namespace pantau
