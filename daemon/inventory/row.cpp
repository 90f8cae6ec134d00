#include "inventory/row.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pantau::inventory {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Bytes of the blank at the start of the text; 0: none.
std::size_t blank_at(std::string_view text) {
    if (text.empty()) return 0;
    if (is_blank(text.front())) return 1;
    return text.starts_with(no_break_space) ? no_break_space.size() : 0;
}

}  // namespace

bool File::lacks(std::size_t column_number) const {
    return std::ranges::find(lacking, column_number) != lacking.end();
}

const Cell& Row::cell(std::size_t column_number) const {
    static const Cell absent;
    return column_number < cells.size() ? cells[column_number] : absent;
}

const config::Node* Row::node(std::size_t number) const {
    const auto found =
        std::ranges::find(nodes, number, [](const auto& entry) { return entry.first; });
    return found == nodes.end() ? nullptr : &found->second;
}

config::Location Row::place(std::size_t column_number) const {
    const Cell& written = cell(column_number);
    if (!written.is_given()) return {file->source, line, column, 1};
    return {file->source, written.line, written.column, written.length};
}

std::string to_string(const config::Location& location) {
    return fmt::format("{}:{}:{}", location.source ? location.source->name : "", location.line,
                       location.column);
}

std::string_view trimmed(std::string_view text) {
    for (std::size_t blank = blank_at(text); blank != 0; blank = blank_at(text))
        text.remove_prefix(blank);
    for (;;) {
        if (!text.empty() && is_blank(text.back())) {
            text.remove_suffix(1);
        } else if (text.ends_with(no_break_space)) {
            text.remove_suffix(no_break_space.size());
        } else {
            return text;
        }
    }
}

std::string with_single_spaces(std::string_view text) {
    std::string tidy;
    tidy.reserve(text.size());
    while (!text.empty()) {
        if (const std::size_t blank = blank_at(text); blank != 0) {
            if (!tidy.empty() && tidy.back() != ' ') tidy += ' ';
            text.remove_prefix(blank);
            continue;
        }
        tidy += text.front();
        text.remove_prefix(1);
    }
    if (tidy.ends_with(' ')) tidy.pop_back();
    return tidy;
}

}  // namespace pantau::inventory
