#pragma once

#include <memory>

#include "cli/verbs.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// The profiles of the configuration when --config names one, else those of this installation.
/// Mistakes in them are told; a profile with mistakes is left out. Null when there are none at all,
/// which is told, too.
[[nodiscard]] std::shared_ptr<const ProfileSet> profiles_for(const Invocation& call);

}  // namespace pantau::cli
