#include "base/text.hpp"

#include <cstdint>

namespace pantau {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Decoded {
    std::uint32_t code_point;
    std::size_t length;  // 0: not valid UTF-8 at this place
};

Decoded decode(std::string_view rest) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t length = 0;
    std::uint32_t code_point = 0;
    std::uint32_t least = 0;
    if ((lead & 0xE0) == 0xC0) {
        length = 2, code_point = lead & 0x1Fu, least = 0x80;
    } else if ((lead & 0xF0) == 0xE0) {
        length = 3, code_point = lead & 0x0Fu, least = 0x800;
    } else if ((lead & 0xF8) == 0xF0) {
        length = 4, code_point = lead & 0x07u, least = 0x10000;
    } else {
        return {0, 0};
    }
    if (rest.size() < length) return {0, 0};
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {0, 0};
        code_point = (code_point << 6) | (byte(i) & 0x3Fu);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < least || code_point > 0x10FFFF || surrogate) return {0, 0};
    return {code_point, length};
}

bool is_invisible(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x061C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE007F);
}

bool is_plain_ascii(std::string_view bytes) {
    for (const char c : bytes) {
        if (c < 0x20 || c > 0x7E) return false;
    }
    return true;
}

}  // namespace

Text Text::from_network(std::string_view bytes, std::size_t max_bytes) {
    // Most strings of most devices are short and plain: one look, one copy.
    if (bytes.size() <= max_bytes && is_plain_ascii(bytes)) {
        const auto first = bytes.find_first_not_of(' ');
        if (first == std::string_view::npos) return {};
        return Text(std::string(bytes.substr(first, bytes.find_last_not_of(' ') - first + 1)));
    }
    std::string kept;
    for (std::size_t at = 0; at < bytes.size();) {
        const Decoded sign = decode(bytes.substr(at));
        std::string_view out;
        if (sign.length == 0) {
            out = replacement;
            ++at;
        } else {
            const bool blank = sign.code_point == '\t' || sign.code_point == '\n' ||
                               sign.code_point == '\r' || sign.code_point == 0xA0;
            if (blank) {
                out = " ";
            } else if (!is_invisible(sign.code_point)) {
                out = bytes.substr(at, sign.length);
            }
            at += sign.length;
        }
        if (out == " " && (kept.empty() || kept.back() == ' ')) continue;
        if (kept.size() + out.size() > max_bytes) break;
        kept.append(out);
    }
    while (!kept.empty() && kept.back() == ' ')
        kept.pop_back();
    return Text(std::move(kept));
}

}  // namespace pantau
