#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/collector.hpp"
#include "config/diagnostic.hpp"
#include "config/settings.hpp"
#include "model/inventory.hpp"

namespace pantau {

/// Everything the daemon needs to know, at one version.
struct Configuration {
    config::Settings settings;
    std::shared_ptr<Inventory> inventory;
    std::vector<std::string> files;  ///< All that were read, for messages.
};

/// The keys that stand in `defaults:`, in a group's `set:` or in a device, and nowhere else. Area
/// levels are not among them: their names are of the file's own making.
[[nodiscard]] std::vector<std::string> device_keys(std::span<const CollectorKind* const> kinds);

/// Reads the inventory that `settings` name: tables, YAML lists, areas, defaults and groups.
/// `kinds` are the collectors whose settings a device can have. `profile_names` are those a device
/// can name beside "auto"; empty: any name is taken.
/// Nothing when there are errors; all of all files are in `diagnostics`.
[[nodiscard]] std::optional<Configuration> load_inventory(
    config::Settings settings, std::span<const CollectorKind* const> kinds,
    std::span<const std::string> profile_names, config::Diagnostics& diagnostics);

}  // namespace pantau
