#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace pantau {

/// Text from the network, made harmless at the edge: what cannot be shown cannot be stored.
///
/// Always valid UTF-8 without control, bidirectional-override and zero-width characters, at most
/// `limit` bytes, cut on a code-point edge. There is no way to make one from a string without the
/// filter, so a sink (exposition, JSON, terminal, log) has only its own quoting to do.
class Text {
public:
    /// Bytes kept of one string. The longest field value seen in the field is a sysDescr of 255;
    /// 128 keeps label values short and says enough.
    static constexpr std::size_t limit = 128;

    Text() = default;

    /// Filters bytes a device sent: invalid UTF-8 becomes U+FFFD; NUL, C0, C1, bidi and zero-width
    /// signs vanish (line ends and tabs become one space); the ends are trimmed.
    [[nodiscard]] static Text from_network(std::string_view bytes, std::size_t max_bytes = limit);

    [[nodiscard]] const std::string& str() const noexcept { return value_; }
    [[nodiscard]] std::string_view view() const noexcept { return value_; }
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

    auto operator<=>(const Text&) const = default;

private:
    explicit Text(std::string value) : value_(std::move(value)) {}

    std::string value_;
};

}  // namespace pantau
