#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/diagnostic.hpp"
#include "config/settings.hpp"
#include "inventory/load.hpp"
#include "normalise/profile_set.hpp"

namespace pantau {

/// All that files say: what `pantaud` works from.
struct Loaded {
    Configuration configuration;
    std::shared_ptr<const ProfileSet> profiles;
};

/// Reads pantau.yml and everything it names: secrets, profiles, inventory. The errors of all files,
/// and the warnings, are in `diagnostics`.
///
/// Nothing when it cannot be used. Mistakes in profiles alone leave the rest usable, as long as
/// there is a profile left: ProfileSet::refused() names those that are not there, and a device that
/// names one of them is recognised by its answers, with a warning. Whoever wants all or nothing
/// looks at `diagnostics` as well.
[[nodiscard]] std::optional<Loaded> load_all(const std::string& path,
                                             config::Diagnostics& diagnostics,
                                             const config::WebCommandLine& command_line = {});

}  // namespace pantau
