#pragma once

#include <string>
#include <vector>

namespace pantau::by_hand {

/// What a hostile device may call itself, its networks and its ports: 600 strings, always the same.
[[nodiscard]] std::vector<std::string> nasty_strings();

}  // namespace pantau::by_hand
