#include "base/text.hpp"

#include "base/utf8.hpp"

namespace pantau {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

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
        const CodePoint sign = decode_utf8(bytes.substr(at));
        std::string_view out;
        if (sign.length == 0) {
            out = replacement;
            ++at;
        } else {
            const bool blank = sign.value == '\t' || sign.value == '\n' || sign.value == '\r' ||
                               sign.value == 0xA0;
            if (blank) {
                out = " ";
            } else if (!is_invisible(sign.value)) {
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
