#include "collectors/http/placeholder.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace pantau::http {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
}

/// Calls `plain` and `named` with the pieces of a text in their order, until one says no.
template <class Plain, class Named>
bool for_each_piece(std::string_view text, const Plain& plain, const Named& named) {
    std::size_t from = 0;
    for (std::size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) break;
        const std::string_view name = text.substr(open + 1, close - open - 1);
        if (!is_name(name)) continue;
        if (!plain(text.substr(from, open - from)) || !named(name)) return false;
        from = close + 1;
    }
    return plain(text.substr(from));
}

constexpr std::string_view digits = "0123456789ABCDEF";

void add_hex(std::string& out, std::string_view before, unsigned char byte) {
    out.append(before);
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

/// RFC 3986: all but what is unreserved.
void add_to_path(std::string& out, std::string_view value) {
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
            out += c;
        } else {
            add_hex(out, "%", byte);
        }
    }
}

void add_to_json(std::string& out, std::string_view value) {
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            add_hex(out, "\\u00", byte);
        } else {
            out += c;
        }
    }
}

bool add(std::string& out, std::string_view value, Place place) {
    switch (place) {
        case Place::path:
            add_to_path(out, value);
            return true;
        case Place::json:
            add_to_json(out, value);
            return true;
        case Place::header:
            out.append(value);
            return std::none_of(value.begin(), value.end(), [](char c) {
                const auto byte = static_cast<unsigned char>(c);
                return byte < 0x20 || byte == 0x7F;
            });
    }
    return false;
}

}  // namespace

std::vector<std::string> placeholders_of(std::string_view text) {
    std::vector<std::string> names;
    for_each_piece(
        text, [](std::string_view) { return true; },
        [&](std::string_view name) {
            names.emplace_back(name);
            return true;
        });
    return names;
}

std::optional<std::string> filled(std::string_view text, Place place, const Lookup& lookup) {
    // A text that grows would leave copies of a password behind.
    constexpr std::size_t room = 8u << 10;
    std::string out;
    out.reserve(text.size() + room);
    const bool is_whole = for_each_piece(
        text,
        [&](std::string_view plain) {
            out.append(plain);
            return true;
        },
        [&](std::string_view name) {
            const std::optional<std::string_view> value = lookup(name);
            return value && add(out, *value, place);
        });
    if (!is_whole) return std::nullopt;
    return out;
}

}  // namespace pantau::http
