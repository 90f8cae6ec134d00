#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "state/snapshot.hpp"

namespace pantau::control {

/// The parameters of a request, decoded.
using Query = std::vector<std::pair<std::string, std::string>>;

/// Which devices a list shows: every condition holds; of one condition, any value.
struct DeviceFilter {
    std::vector<HealthState> states;  ///< Empty: all.
    std::vector<Role> roles;          ///< Empty: all.
    /// Number of the level and the wanted value; letters' case does not matter.
    std::vector<std::pair<std::size_t, std::string>> areas;

    [[nodiscard]] bool has_health(HealthState state) const;
    [[nodiscard]] bool has_area(std::span<const std::string> path) const;
    [[nodiscard]] bool fits(const DeviceState& state) const;
};

/// Reads "health=down,degraded" (or "state="), "role=controller" and "<level>=<value>" of a query.
/// A level with the name of another parameter is "area_<level>". The error names the parameter, and
/// those that are known: also the ones that the caller has `taken` out of the query before.
[[nodiscard]] Result<DeviceFilter> parse_device_filter(
    const Query& query, const std::vector<std::string>& hierarchy,
    std::span<const std::string_view> taken = {});

/// One device in a list: a JSON object on one line.
[[nodiscard]] std::string device_line(const DeviceState& state, const Snapshot& snapshot);
/// All devices that fit, in the order of the inventory.
[[nodiscard]] std::string devices_document(const Snapshot& snapshot, const DeviceFilter& filter);
/// Everything known of one device: its Observation. Nothing when there is no such device.
[[nodiscard]] std::optional<std::string> device_document(const Snapshot& snapshot,
                                                         std::string_view id);

}  // namespace pantau::control
