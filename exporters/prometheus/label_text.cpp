#include "exporters/prometheus/label_text.hpp"

#include <algorithm>
#include <cstdint>

namespace pantau::exposition {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_plain(std::string_view value) {
    for (const char c : value) {
        const bool is_special = c < 0x20 || c == 0x7F || c == '"' || c == '\\';
        if (is_special) return false;  // Bytes from 0x80 on are negative: also special.
    }
    return true;
}

/// Length of the character that `rest` begins with, 0 when it is not UTF-8.
std::size_t utf8_length(std::string_view rest) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || rest.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    const std::uint8_t second = byte(1);
    const bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool is_outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return is_overlong || is_outside ? 0 : length;
}

}  // namespace

LabelText append_label_value(std::string& out, std::string_view value) {
    if (is_plain(value)) {
        out.append(value);
        return LabelText::kept;
    }
    LabelText result = LabelText::kept;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length = utf8_length(value.substr(at));
        const char c = value[at];
        if (length == 1 && (c == '"' || c == '\\')) {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (length == 0 || (length == 1 && (c < 0x20 || c == 0x7F))) {
            out.append(replacement);
            result = LabelText::replaced;
        } else {
            out.append(value.substr(at, length));
        }
        at += std::max<std::size_t>(length, 1);
    }
    return result;
}

LabelText append_label(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append("=\"");
    const LabelText result = append_label_value(out, value);
    out.push_back('"');
    return result;
}

std::string escape_help(std::string_view help) {
    std::string escaped;
    escaped.reserve(help.size());
    for (const char c : help) {
        if (c == '\\') {
            escaped.append("\\\\");
        } else if (c == '\n') {
            escaped.append("\\n");
        } else {
            escaped.push_back(c);
        }
    }
    return escaped;
}

bool is_label_name(std::string_view name) {
    return !name.empty() && is_letter(name[0]) && !name.starts_with("__") &&
           std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_metric_name(std::string_view name) {
    return is_label_name(name);  // Colons belong to recording rules.
}

std::vector<std::string> area_label_names(std::span<const std::string> hierarchy,
                                          std::span<const std::string_view> taken) {
    std::vector<std::string> names;
    const auto is_free = [&](const std::string& name) {
        return is_label_name(name) && std::ranges::find(taken, name) == taken.end() &&
               std::ranges::find(names, name) == names.end();
    };
    for (std::string name : hierarchy) {
        for (char& c : name) {
            if (!is_letter(c) && !is_digit(c)) c = '_';
        }
        if (!is_free(name)) name.insert(0, "area_");
        while (!is_free(name))
            name.push_back('_');
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace pantau::exposition
