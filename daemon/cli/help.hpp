#pragma once

#include <string>

#include "cli/texts.hpp"

namespace pantau::cli {

struct Verb;

/// What `pantau --help` prints: every verb with one line.
[[nodiscard]] std::string general_help(Language language);

/// What `pantau help VERB` prints.
[[nodiscard]] std::string help_of(const Verb& verb, Language language);

}  // namespace pantau::cli
