#pragma once

#include <cstdint>
#include <memory>

#include "model/device.hpp"
#include "model/observation.hpp"

namespace pantau {

/// What a controller's Observation says of one of its access points, as if that had been polled
/// itself: a system, the access point, its radios and networks. `ap` is the number of the access
/// point's component. Copies nothing but its rows.
[[nodiscard]] std::shared_ptr<const Observation> part_of(const Observation& controllers,
                                                         std::uint32_t ap, const DeviceId& device);

/// One past the last component that belongs to the access point `ap`.
[[nodiscard]] std::uint32_t end_of_part(const Observation& seen, std::uint32_t ap);

/// Both in one: what the device itself says wins, what it does not say is taken from `told`. Radios
/// are taken from one of the two, and so are networks: their names may differ.
[[nodiscard]] std::shared_ptr<const Observation> filled_up(const Observation& own,
                                                           const Observation& told);

}  // namespace pantau
