#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pantau {

/// The candidate nearest to a mistyped word, if it is near enough to be meant (a third of its
/// letters).
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      std::span<const std::string_view> candidates);

}  // namespace pantau
