#pragma once

#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/settings.hpp"
#include "normalise/profile_set.hpp"

namespace pantau {

/// Every error as it is printed: place, line, caret, help.
[[nodiscard]] std::vector<std::string> printed_errors(const config::Diagnostics& diagnostics);

/// Tells the log the mistakes and doubts about files, one line each, the first of many.
void log_diagnostics(const config::Diagnostics& diagnostics);

/// Tells the log each profile that is left out, one line, and the warnings about all files.
void log_refused_profiles(const ProfileSet& profiles, const config::Diagnostics& diagnostics);

/// Settings that differ and are read at the start only: "web.listen".
[[nodiscard]] std::vector<std::string> needing_restart(const config::Settings& before,
                                                       const config::Settings& after);

}  // namespace pantau
