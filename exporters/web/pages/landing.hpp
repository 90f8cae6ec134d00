#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace pantau::web {

/// What the first page tells.
struct LandingFacts {
    std::string version;
    std::size_t devices = 0;
    std::size_t up = 0;
    std::size_t degraded = 0;
    std::size_t down = 0;
    std::size_t unknown = 0;
    std::size_t maintenance = 0;
    std::size_t unreachable = 0;
    std::optional<Duration> data_age;  ///< Since the newest observation; nothing before the first.
    bool ready = false;                ///< Every device was visited once.
};

/// The page at "/": what this is, how the fleet is, where the rest is. No script, no inline style,
/// nothing from elsewhere.
[[nodiscard]] std::string landing_page(const LandingFacts& facts);

/// The style sheet the pages share, served at "/pantau.css".
[[nodiscard]] std::string page_style();

/// Text as it may stand in HTML, attribute values included.
[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace pantau::web
