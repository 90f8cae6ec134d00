#pragma once

#include <boost/container/small_vector.hpp>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pantau {

/// An object identifier, or the tail of one (a row index). At most 128 sub-identifiers (RFC
/// 2578 3.5).
class Oid {
public:
    static constexpr std::size_t max_length = 128;

    Oid() = default;
    Oid(std::initializer_list<std::uint32_t> parts) : parts_(parts) {}
    explicit Oid(std::span<const std::uint32_t> parts) : parts_(parts.begin(), parts.end()) {}

    /// Reads "1.3.6.1.2" or ".1.3.6.1.2"; nothing for any other text, an empty one included.
    [[nodiscard]] static std::optional<Oid> parse(std::string_view text);

    [[nodiscard]] std::span<const std::uint32_t> parts() const noexcept {
        return {parts_.data(), parts_.size()};
    }
    [[nodiscard]] std::size_t size() const noexcept { return parts_.size(); }
    [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
    [[nodiscard]] std::uint32_t operator[](std::size_t i) const { return parts_[i]; }

    [[nodiscard]] bool starts_with(const Oid& prefix) const noexcept;
    void append(std::uint32_t part) { parts_.push_back(part); }
    void append(std::span<const std::uint32_t> tail) {
        parts_.insert(parts_.end(), tail.begin(), tail.end());
    }
    [[nodiscard]] Oid with(std::uint32_t part) const {
        Oid longer(*this);
        longer.append(part);
        return longer;
    }

    /// Dotted, without a leading dot.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const Oid& a, const Oid& b) noexcept { return (a <=> b) == 0; }
    /// Lexicographic by sub-identifier, the order of a walk.
    friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) noexcept;

private:
    boost::container::small_vector<std::uint32_t, 16> parts_;
};

}  // namespace pantau
