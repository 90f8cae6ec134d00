#include "exporters/web/target.hpp"

#include <cstdint>
#include <optional>

#include "base/utf8.hpp"

namespace pantau::web {
namespace {

std::optional<unsigned> hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
    return std::nullopt;
}

/// Valid UTF-8 without C0 and C1 control signs.
bool is_plain_text(std::string_view text) {
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        const bool is_control = sign.value < 0x20 || (sign.value >= 0x7F && sign.value < 0xA0);
        if (sign.length == 0 || is_control) return false;
        text.remove_prefix(sign.length);
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
