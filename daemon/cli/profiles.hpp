#pragma once

#include <memory>
#include <string>

#include "cli/verbs.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// The profiles of this installation. Mistakes in them are told; a profile with mistakes is left
/// out. Never null.
[[nodiscard]] std::shared_ptr<const ProfileSet> installed_profiles(const Invocation& call);

/// Whether there is one at all; when not, that is told, and where they are looked for.
[[nodiscard]] bool has_any(const Invocation& call, const ProfileSet& profiles);

/// The profiles of the configuration when --config names one, else those of this installation.
/// Null when they cannot be had, which is told.
[[nodiscard]] std::shared_ptr<const ProfileSet> profiles_for(const Invocation& call);

/// "access point", or "switch; with Wi-Fi access point" where the signs of a profile mean devices
/// with and without.
[[nodiscard]] std::string roles_of(const Profile& profile, const Invocation& call);

}  // namespace pantau::cli
