#include "base/mac_address.hpp"

#include <algorithm>
#include <cstddef>

namespace pantau {
namespace {

constexpr std::size_t digits_of_mac = 12;

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char lower(char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Digits between two signs: the same number everywhere; 0 for a text without signs.
std::optional<std::size_t> group_of(std::string_view text) {
    const std::size_t first = text.find_first_of(":-.");
    if (first == std::string_view::npos) return 0;
    if (first != 2 && first != 4) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_sign = i % (first + 1) == first;
        if (is_sign ? text[i] != text[first] : !is_hex(text[i])) return std::nullopt;
    }
    return first;
}

}  // namespace

std::optional<std::string> mac_address(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
        text = text.substr(1, text.size() - 2);
    if (text.size() > digits_of_mac + 5 || !group_of(text)) return std::nullopt;
    std::string mac;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == ':' || c == '-' || c == '.') continue;
        if (!is_hex(c)) return std::nullopt;
        if (digits != 0 && digits % 2 == 0) mac.push_back(':');
        mac.push_back(lower(c));
        ++digits;
    }
    if (digits != digits_of_mac || !is_hex(text.back())) return std::nullopt;
    return mac;
}

}  // namespace pantau
