#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/http/page.hpp"

namespace pantau::http {

/// What is wrong with a JSON body, in words for people; nothing when every test holds. Costs at
/// most 2 MiB while it looks, whatever the body holds.
[[nodiscard]] std::optional<std::string> why_not(std::span<const JsonTest> tests,
                                                 std::string_view body);

}  // namespace pantau::http
