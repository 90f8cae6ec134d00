#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/reason.hpp"

namespace pantau {

/// What we think of a device or access point. The numbers are those of pantau_ap_health.
enum class HealthState : std::uint8_t {
    down = 0,
    degraded = 1,
    up = 2,
    maintenance = 3,
    unknown = 4,
    unreachable = 5,  ///< Behind a parent that is down.
};

struct Health {
    HealthState state = HealthState::unknown;
    std::optional<Reason> reason;

    bool operator==(const Health&) const = default;
};

[[nodiscard]] std::string_view name_of(HealthState state) noexcept;

/// What a polled Device is.
enum class Role : std::uint8_t { access_point, controller, radio, router, switch_, other };

[[nodiscard]] std::string_view name_of(Role role) noexcept;
[[nodiscard]] std::optional<Role> role_named(std::string_view word) noexcept;

}  // namespace pantau
