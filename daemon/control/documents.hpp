#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "control/api.hpp"

namespace pantau::control {

/// Which devices a list shows: every condition holds; of one condition, any value.
struct DeviceFilter {
    std::vector<HealthState> states;  ///< Empty: all.
    /// Number of the level and the wanted value; letters' case does not matter.
    std::vector<std::pair<std::size_t, std::string>> areas;
};

/// Reads "state=down,degraded" and "<level>=<value>" of a query. The error names the parameter.
[[nodiscard]] Result<DeviceFilter> parse_device_filter(
    const std::vector<std::pair<std::string, std::string>>& query,
    const std::vector<std::string>& hierarchy);

[[nodiscard]] std::string status_document(const Snapshot& snapshot, const StatusExtras& extras);
[[nodiscard]] std::string devices_document(const Snapshot& snapshot, const DeviceFilter& filter);
/// Access points that controllers list and the inventory does not know. Of one controller, or of
/// all; those whose state and controller's area fit.
[[nodiscard]] std::string unassigned_document(const Snapshot& snapshot, const DeviceFilter& filter,
                                              std::string_view controller);
[[nodiscard]] std::string reload_document(const ReloadResult& result);

}  // namespace pantau::control
