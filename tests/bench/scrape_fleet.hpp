#pragma once

#include <cstddef>
#include <span>

#include "state/snapshot.hpp"

namespace pantau::bench {

/// The collectors whose facts the fleet below has.
[[nodiscard]] std::span<const CollectorInfo* const> fleet_collectors();

/// A city of standard access points (8 interfaces, 2 radios, 4 networks), all up, with every
/// Quantity of the catalogue, in Malang's 551 RW.
[[nodiscard]] Snapshot fleet_of(std::size_t access_points);

}  // namespace pantau::bench
