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

bool is_blank_to_fold(std::uint32_t sign) {
    return sign == '\t' || sign == '\n' || sign == '\r' || sign == 0xA0;
}

void drop_blanks_at_end(std::string& text) {
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
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
    bool is_folding = false;  // behind a line end or tab: the blanks around it are one space
    for (std::size_t at = 0; at < bytes.size();) {
        const CodePoint sign = decode_utf8(bytes.substr(at));
        std::string_view out = replacement;
        if (sign.length == 0) {
            ++at;
        } else {
            out = bytes.substr(at, sign.length);
            at += sign.length;
            if (is_blank_to_fold(sign.value)) {
                drop_blanks_at_end(kept);
                out = " ";
                is_folding = true;
            } else if (is_invisible(sign.value)) {
                continue;
            }
        }
        if (out != " ")
            is_folding = false;
        else if (kept.empty() || (is_folding && kept.back() == ' '))
            continue;
        if (kept.size() + out.size() > max_bytes) break;
        kept.append(out);
    }
    drop_blanks_at_end(kept);
    return Text(std::move(kept));
}

}  // namespace pantau
