#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/device.hpp"

namespace pantau {

/// What is kept for each access point, by its id. The key is the text in the Device that the entry
/// itself holds (`device`), so that no id is kept twice.
template <class Entry>
using ByDevice = std::unordered_map<std::string_view, Entry>;

/// The entry of that Device; a new one if there is none. Says whether it is new.
template <class Entry>
std::pair<Entry&, bool> entry_of(ByDevice<Entry>& entries,
                                 const std::shared_ptr<const Device>& device) {
    const auto [place, is_new] = entries.try_emplace(device->id);
    if (is_new) place->second.device = device;
    return {place->second, is_new};
}

/// Another version of its Device for an entry that is there. The entry stays where it is in memory.
template <class Entry>
void give_device(ByDevice<Entry>& entries, Entry& entry, std::shared_ptr<const Device> device) {
    auto node = entries.extract(entry.device->id);
    node.key() = device->id;
    entry.device = std::move(device);
    entries.insert(std::move(node));
}

}  // namespace pantau
