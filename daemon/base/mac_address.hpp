#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pantau {

/// A MAC address in one spelling, "02:1a:1e:00:00:10". Understood are pairs with : or - between
/// them, groups of four with points (021a.1e00.0010), twelve digits alone, and any of these in
/// brackets; nothing for every other text.
[[nodiscard]] std::optional<std::string> mac_address(std::string_view text);

}  // namespace pantau
