#pragma once

#include <memory>
#include <span>

#include "inventory/columns.hpp"
#include "inventory/row.hpp"
#include "model/device.hpp"

namespace pantau::inventory {

/// A Device that is still being made, with the rows that speak of it.
struct Entry {
    std::shared_ptr<Device> device;
    const Row* row;
    const Row* parents_from;  ///< Its own row, a group's, the defaults'; null: no parents.
    const Row* controllers_from = nullptr;  ///< The same for its controllers.
};

/// Whether all names of the inventory could be read: else an unknown parent may be among the rest.
enum class Names : bool { partial, complete };

/// Checks that every parent is a device, that nothing is its own parent by any way, and marks the
/// parents. A group's parent does not count for that parent itself. `entries` are sorted by id.
void resolve_parents(std::span<Entry> entries, Names names, Report& report);

/// Checks that every controller is another device that is polled, and marks them as parents. A
/// group's controller does not count for that controller itself. `entries` are sorted by id.
void resolve_controllers(std::span<Entry> entries, Names names, Report& report);

}  // namespace pantau::inventory
