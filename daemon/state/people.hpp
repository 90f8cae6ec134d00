#pragma once

#include <cstdint>
#include <optional>

#include "state/snapshot.hpp"

namespace pantau {

/// People on this device now; nothing when it does not tell or its word is too old. Of an access
/// point its own count, else the one of the device that it is; of everything else its own total,
/// else the sum over its access points.
[[nodiscard]] std::optional<std::uint64_t> clients_of(const DeviceState& state, MonoTime now);

/// People to count in the area of a device, so that each is counted once: of a controller that
/// lists access points of the inventory only those on its others; of one that devices name as
/// parent, and that lists none of them, none.
[[nodiscard]] std::optional<std::uint64_t> people_at(const DeviceState& state, MonoTime now);

}  // namespace pantau
