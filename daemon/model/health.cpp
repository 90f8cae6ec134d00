#include "model/health.hpp"

#include <array>
#include <cstddef>

namespace pantau {
namespace {

constexpr std::array<std::string_view, 6> health_words{"down",        "degraded", "up",
                                                       "maintenance", "unknown",  "unreachable"};
constexpr std::array<std::string_view, 6> role_words{"access_point", "controller", "radio",
                                                     "router",       "switch",     "other"};

}  // namespace

std::string_view name_of(HealthState state) noexcept {
    return health_words[static_cast<std::size_t>(state)];
}

std::string_view name_of(Role role) noexcept {
    return role_words[static_cast<std::size_t>(role)];
}

std::optional<Role> role_named(std::string_view word) noexcept {
    for (std::size_t i = 0; i < role_words.size(); ++i) {
        if (role_words[i] == word) return static_cast<Role>(i);
    }
    return std::nullopt;
}

}  // namespace pantau
