#pragma once

#include <string>

namespace pantau::cli {

/// A completion script for bash, made from the table of verbs.
[[nodiscard]] std::string bash_completion();

}  // namespace pantau::cli
