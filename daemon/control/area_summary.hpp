#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "state/snapshot.hpp"

namespace pantau::control {

/// How the Sites (leaf areas: RW) below an Area are served.
struct SiteCounts {
    std::size_t total = 0;
    std::size_t ok = 0;        ///< Every access point is up.
    std::size_t degraded = 0;  ///< Some work.
    std::size_t dark = 0;      ///< None works, and of one at least we know that.
    std::size_t unknown = 0;   ///< None is known to work or not to work.
};

/// One Area of the outermost level.
struct AreaSummary {
    std::string name;  ///< Empty: devices without one.
    SiteCounts sites;
    std::size_t access_points = 0;
    std::size_t up = 0;
    std::optional<std::uint64_t> clients;  ///< Nothing: nobody could tell. 0: nobody is there.
};

/// Sorted by name. A device without a value at the innermost level belongs to no Site.
/// People are counted once: of a controller that lists access points of the inventory only those on
/// its other ones; of one that devices name as parent, and that lists none of them, none.
[[nodiscard]] std::vector<AreaSummary> summarise_areas(const Snapshot& snapshot);

/// People on this device now; nothing when it does not tell or its word is too old.
[[nodiscard]] std::optional<std::uint64_t> clients_of(const DeviceState& state, MonoTime now);

}  // namespace pantau::control
