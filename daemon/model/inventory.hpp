#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/device.hpp"

namespace pantau {

/// All Devices at one version. Immutable; a reload makes the next one.
struct Inventory {
    std::uint64_t version = 0;
    std::vector<std::string>
        hierarchy;  ///< Names of the area levels, outermost first: metric labels.
    std::vector<std::shared_ptr<const Device>> devices;  ///< Sorted by id, each id once.

    /// The device with that id, or null. Logarithmic.
    [[nodiscard]] std::shared_ptr<const Device> find(std::string_view id) const;
};

/// What a reload changed. A device that is the same in both is in none of the lists and keeps its
/// object: the new Inventory points to the old Device.
struct InventoryChange {
    std::vector<std::shared_ptr<const Device>> added;
    std::vector<std::shared_ptr<const Device>> changed;  ///< As they are now.
    std::vector<std::shared_ptr<const Device>> removed;  ///< As they were.
};

/// Compares by id and content; makes `next` share the unchanged Devices of `before`.
[[nodiscard]] InventoryChange compare(const Inventory& before, Inventory& next);

}  // namespace pantau
