#include "base/oid.hpp"

#include <algorithm>
#include <charconv>

namespace pantau {

std::optional<Oid> Oid::parse(std::string_view text) {
    if (!text.empty() && text.front() == '.') text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    Oid oid;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        std::uint32_t part = 0;
        const auto [next, error] = std::from_chars(at, end, part);
        if (error != std::errc{} || next == at || oid.size() == max_length) return std::nullopt;
        oid.append(part);
        if (next == end) return oid;
        if (*next != '.') return std::nullopt;
        at = next + 1;
    }
}

bool Oid::starts_with(const Oid& prefix) const noexcept {
    return size() >= prefix.size() &&
           std::equal(prefix.parts_.begin(), prefix.parts_.end(), parts_.begin());
}

std::string Oid::to_string() const {
    std::string text;
    text.reserve(parts_.size() * 4);
    char digits[10];
    for (const std::uint32_t part : parts_) {
        if (!text.empty()) text.push_back('.');
        const auto [end, error] = std::to_chars(digits, digits + sizeof digits, part);
        text.append(digits, end);
    }
    return text;
}

std::strong_ordering operator<=>(const Oid& a, const Oid& b) noexcept {
    return std::lexicographical_compare_three_way(a.parts_.begin(), a.parts_.end(),
                                                  b.parts_.begin(), b.parts_.end());
}

}  // namespace pantau
