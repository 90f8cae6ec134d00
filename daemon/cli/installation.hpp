#pragma once

#include <string>
#include <vector>

namespace pantau::cli {

/// Where this program lies, absolute: what belongs to it is found from there.
[[nodiscard]] std::string own_path();

/// The folders of profiles of this installation, for when no configuration names any:
/// $PANTAU_PROFILES (separated by colons); else those installed or built with this program; else
/// /usr/share/pantau/profiles. An installation's come with /etc/pantau/profiles when that is there.
/// Empty: there are none.
[[nodiscard]] std::vector<std::string> profile_folders();

}  // namespace pantau::cli
