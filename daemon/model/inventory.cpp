#include "model/inventory.hpp"

#include <algorithm>

namespace pantau {
namespace {

const DeviceId& id_of(const std::shared_ptr<const Device>& device) {
    return device->id;
}

}  // namespace

std::shared_ptr<const Device> Inventory::find(std::string_view id) const {
    const auto found = std::ranges::lower_bound(devices, id, std::less<>{}, id_of);
    return found != devices.end() && (*found)->id == id ? *found : nullptr;
}

InventoryChange compare(const Inventory& before, Inventory& next) {
    InventoryChange change;
    auto old_at = before.devices.begin();
    for (auto& device : next.devices) {
        while (old_at != before.devices.end() && (*old_at)->id < device->id) {
            change.removed.push_back(*old_at++);
        }
        if (old_at == before.devices.end() || (*old_at)->id != device->id) {
            change.added.push_back(device);
            continue;
        }
        if (**old_at == *device) {
            device = *old_at;
        } else {
            change.changed.push_back(device);
        }
        ++old_at;
    }
    change.removed.insert(change.removed.end(), old_at, before.devices.end());
    return change;
}

}  // namespace pantau
