#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::http {

/// Texts of a profile with places for values: "/api/s/{item}/stat/device". A name stands alone in
/// its braces, in small letters and _, so the braces of JSON stay what they are. There is no
/// logic.

/// Where a text goes decides how a value in it is written.
enum class Place : std::uint8_t {
    path,    ///< Percent-encoded.
    header,  ///< As it is; nothing when it holds a control byte.
    json,    ///< As inside of a JSON string.
};

/// The names in a text, in their order.
[[nodiscard]] std::vector<std::string> placeholders_of(std::string_view text);

/// What stands for a name; nothing when it is not known.
using Lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

/// The text with the values in it; nothing when one of them is not known or cannot stand there.
[[nodiscard]] std::optional<std::string> filled(std::string_view text, Place place,
                                                const Lookup& lookup);

}  // namespace pantau::http
