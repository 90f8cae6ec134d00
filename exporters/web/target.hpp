#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pantau::web {

/// What a request line asks for, decoded.
struct Target {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;  ///< In order; "a" alone is ("a", "").

    bool operator==(const Target&) const = default;
};

/// Splits and decodes the target of a request line, in origin form ("/metrics?x=1") or absolute
/// form ("http://host/metrics"). Strict: a broken percent sequence, a control byte or bytes that
/// are not UTF-8 are malformed, so that no handler has to think of them.
[[nodiscard]] Result<Target> parse_target(std::string_view raw);

}  // namespace pantau::web
