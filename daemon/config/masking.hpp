#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"

namespace pantau::config {

/// Bytes of a line that must not be shown.
struct HiddenRange {
    std::size_t begin;
    std::size_t end;
};

/// Whether a key looks like the name of a secret ("community", "auth_password", "pasword"…).
/// Generous: hiding too much costs a little comfort, hiding too little costs a secret.
[[nodiscard]] bool is_secret_key(std::string_view key);

/// What of line `number` may hold a secret, in order. Works on text that is not valid YAML, too:
/// a message about a syntax error shows the line just the same.
[[nodiscard]] std::vector<HiddenRange> hidden_ranges(const Source& source, std::uint32_t number);

}  // namespace pantau::config
