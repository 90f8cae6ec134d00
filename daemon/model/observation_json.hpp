#pragma once

#include <string>

#include "model/device.hpp"
#include "model/health.hpp"
#include "model/observation.hpp"

namespace pantau {

/// An Observation as `pantau probe -o json` and the API show it (schema pantau.observation/1).
/// Made from the catalogue of quantities; absent knowledge is null. One line, always valid JSON.
[[nodiscard]] std::string observation_json(const Observation& observation, const Device& device,
                                           const Health& health);

}  // namespace pantau
