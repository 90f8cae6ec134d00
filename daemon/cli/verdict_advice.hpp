#pragma once

#include <string_view>

#include "cli/texts.hpp"

namespace pantau::cli {

/// What a technician does about the verdict of a check of several steps. Null: nothing, or it is
/// none of those we know.
[[nodiscard]] const Words* advice_on(std::string_view verdict);

}  // namespace pantau::cli
