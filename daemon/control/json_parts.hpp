#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "model/health.hpp"
#include "state/area_sums.hpp"

namespace pantau::control {

/// The healths in the order in which documents tell them.
inline constexpr std::array<HealthState, 6> all_states{
    HealthState::up,          HealthState::degraded,    HealthState::down,
    HealthState::unreachable, HealthState::maintenance, HealthState::unknown};

/// "2026-11-24T02:38:00Z"
[[nodiscard]] std::string stamp(WallTime time);
[[nodiscard]] boost::json::value stamp_or_null(const std::optional<WallTime>& time);
[[nodiscard]] boost::json::value number_or_null(const std::optional<std::uint64_t>& number);
[[nodiscard]] boost::json::object sites_object(const SiteCounts& sites);

}  // namespace pantau::control
