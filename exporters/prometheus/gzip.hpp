#pragma once

#include <string>
#include <string_view>

namespace pantau::exposition {

/// A gzip member (RFC 1952). Level 1: metrics text repeats itself so much that higher levels only
/// cost time.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace pantau::exposition
