#pragma once

#include <span>
#include <string>

#include "cli/console.hpp"

namespace pantau::cli {

/// The whole program: understands the words behind its name, does it, gives the exit code.
/// Results go to the console's stdout; what goes wrong is said on its stderr.
[[nodiscard]] int run_program(std::span<const std::string> words, Console& console);

}  // namespace pantau::cli
