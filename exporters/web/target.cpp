#include "exporters/web/target.hpp"

#include <cstdint>
#include <optional>

namespace pantau::web {
namespace {

std::optional<unsigned> hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
    return std::nullopt;
}

/// Bytes of the code point that starts with `lead`, and its least value (a smaller one is an
/// overlong form). 0 bytes: no code point starts so.
struct Shape {
    std::size_t bytes;
    std::uint32_t least;
};

Shape shape_of(unsigned char lead) {
    if (lead < 0x80) return {1, 0};
    if ((lead & 0xE0u) == 0xC0) return {2, 0x80};
    if ((lead & 0xF0u) == 0xE0) return {3, 0x800};
    if ((lead & 0xF8u) == 0xF0) return {4, 0x10000};
    return {0, 0};
}

bool is_plain_code_point(std::uint32_t code, std::uint32_t least) {
    const bool is_control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code >= least && code <= 0x10FFFF && !is_control && !is_surrogate;
}

/// Valid UTF-8 without C0 and C1 control signs.
bool is_plain_text(std::string_view text) {
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text[0]);
        const auto [bytes, least] = shape_of(lead);
        if (bytes == 0 || bytes > text.size()) return false;
        std::uint32_t code = bytes == 1 ? lead : lead & (0x7Fu >> bytes);
        for (std::size_t i = 1; i < bytes; ++i) {
            const auto next = static_cast<unsigned char>(text[i]);
            if ((next & 0xC0u) != 0x80) return false;
            code = code << 6 | (next & 0x3Fu);
        }
        if (!is_plain_code_point(code, least)) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

enum class Part : std::uint8_t { path, query };

Result<std::string> decode(std::string_view raw, Part part) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '%') {
            const auto high = i + 1 < raw.size() ? hex_value(raw[i + 1]) : std::nullopt;
            const auto low = i + 2 < raw.size() ? hex_value(raw[i + 2]) : std::nullopt;
            if (!high || !low)
                return fail(Reason::malformed,
                            "a % in the address is not followed by two hex digits");
            out += static_cast<char>(*high << 4 | *low);
            i += 2;
        } else {
            out += part == Part::query && raw[i] == '+' ? ' ' : raw[i];
        }
    }
    if (!is_plain_text(out))
        return fail(Reason::malformed, "the address holds control signs or is not UTF-8");
    return out;
}

/// Takes "http://host" off an absolute form; leaves everything else as it is.
std::string_view without_authority(std::string_view raw) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!raw.starts_with(scheme)) continue;
        const std::size_t end = raw.find_first_of("/?", scheme.size());
        return end == std::string_view::npos ? "/" : raw.substr(end);
    }
    return raw;
}

Result<std::pair<std::string, std::string>> decode_parameter(std::string_view raw) {
    const std::size_t equals = raw.find('=');
    auto name = decode(raw.substr(0, equals), Part::query);
    if (!name) return tl::unexpected(std::move(name.error()));
    if (equals == std::string_view::npos) return std::pair{std::move(*name), std::string()};
    auto value = decode(raw.substr(equals + 1), Part::query);
    if (!value) return tl::unexpected(std::move(value.error()));
    return std::pair{std::move(*name), std::move(*value)};
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
    const std::string_view rest = without_authority(raw);
    if (rest.empty() || (rest[0] != '/' && rest[0] != '?'))
        return fail(Reason::malformed, "the address does not begin with /");
    if (rest.find('#') != std::string_view::npos)
        return fail(Reason::malformed, "the address holds a #");

    const std::size_t mark = rest.find('?');
    auto path = decode(rest.substr(0, mark), Part::path);
    if (!path) return tl::unexpected(std::move(path.error()));
    Target target{.path = path->empty() ? "/" : std::move(*path), .query = {}};
    if (mark == std::string_view::npos) return target;

    std::string_view query = rest.substr(mark + 1);
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        if (const std::string_view piece = query.substr(0, end); !piece.empty()) {
            auto parameter = decode_parameter(piece);
            if (!parameter) return tl::unexpected(std::move(parameter.error()));
            target.query.push_back(std::move(*parameter));
        }
        query = end == std::string_view::npos ? "" : query.substr(end + 1);
    }
    return target;
}

}  // namespace pantau::web
