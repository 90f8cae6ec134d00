#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/diagnostic.hpp"
#include "inventory/load.hpp"
#include "normalise/profile_set.hpp"

namespace pantau {

/// All that files say: what `pantaud` works from.
struct Loaded {
    Configuration configuration;
    std::shared_ptr<const ProfileSet> profiles;
};

/// Reads pantau.yml and everything it names: secrets, profiles, inventory. Nothing when there are
/// errors; those of all files, and the warnings, are in `diagnostics`.
[[nodiscard]] std::optional<Loaded> load_all(const std::string& path,
                                             config::Diagnostics& diagnostics);

}  // namespace pantau
