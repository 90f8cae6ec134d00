#include "exporters/prometheus/label_text.hpp"

#include <algorithm>
#include <cstdint>

#include "base/utf8.hpp"

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
    return std::ranges::all_of(value, [](char c) {
        // Whether char has a sign differs between machines.
        const auto byte = static_cast<std::uint8_t>(c);
        return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
    });
}

}  // namespace

LabelText append_label_value(std::string& out, std::string_view value) {
    if (is_plain(value)) {
        out.append(value);
        return LabelText::kept;
    }
    LabelText result = LabelText::kept;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length = decode_utf8(value.substr(at)).length;
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
