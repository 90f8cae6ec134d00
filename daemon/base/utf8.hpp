#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pantau {

/// The sign at the start of some bytes.
struct CodePoint {
    std::uint32_t value;
    std::size_t length;  ///< Bytes it takes; 0: not valid UTF-8 at this place.
};

/// Decodes the first sign of non-empty bytes. Overlong forms and surrogates are not valid.
[[nodiscard]] CodePoint decode_utf8(std::string_view bytes);

/// Controls, bidirectional overrides, zero-width and other signs that a reader cannot see.
[[nodiscard]] bool is_invisible(std::uint32_t code_point);

/// Where the first byte stands that is not part of valid UTF-8; nothing when all is valid.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view bytes);

}  // namespace pantau
