#include "cli/table_printer.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace pantau::cli {
namespace {

constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/// Columns of one sign. wcwidth depends on the locale of the thread, which is left as it was.
std::size_t width_of(std::uint32_t sign) {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (sign < 0x7F || utf8 == nullptr) return 1;
    const locale_t before = ::uselocale(utf8);
    const int width = ::wcwidth(static_cast<wchar_t>(sign));
    ::uselocale(before);
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        width += sign.length == 0 ? 1 : width_of(sign.value);
        text.remove_prefix(std::max<std::size_t>(sign.length, 1));
    }
    return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    std::string kept;
    std::size_t used = 0;
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        const std::size_t length = std::max<std::size_t>(sign.length, 1);
        const std::size_t next = sign.length == 0 ? 1 : width_of(sign.value);
        if (used + next + 1 > width) break;
        kept += text.substr(0, length);
        used += next;
        text.remove_prefix(length);
    }
    kept.erase(kept.find_last_not_of(' ') + 1);
    if (width != 0) kept += ellipsis;
    return kept;
}

std::string cut_in_the_middle(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    const std::size_t tail_width = width / 2;
    // From the front, sign by sign, until what is left fits.
    std::string_view tail = text;
    while (display_width(tail) > tail_width)
        tail.remove_prefix(std::max<std::size_t>(decode_utf8(tail).length, 1));
    return cut_to_width(text, width - display_width(tail)) + std::string(tail);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        std::string& line = lines.back();
        if (line.empty()) {
            line = word;
        } else if (display_width(line) + 1 + display_width(word) <= width) {
            line += ' ';
            line += word;
        } else {
            lines.emplace_back(word);
        }
    }
    return lines;
}

void TablePrinter::add(std::vector<Cell> row) {
    PANTAU_ASSERT(row.size() == columns_.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto cut = columns_[i].is_cut_in_the_middle ? cut_in_the_middle : cut_to_width;
        row[i].text = cut(harmless(row[i].text), columns_[i].width_most);
    }
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> TablePrinter::widths(bool headers) const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (const std::vector<Cell>& row : rows_)
            widths[i] = std::max(widths[i], display_width(row[i].text));
        const bool is_left_out = widths[i] == 0 && columns_[i].is_left_out_when_empty;
        if (headers && !is_left_out)
            widths[i] = std::max(widths[i], display_width(columns_[i].header));
    }
    return widths;
}

std::string TablePrinter::render(bool headers, bool color) const {
    const std::vector<std::size_t> column_widths = widths(headers);
    std::string text;
    const auto line = [&](const auto& cell_of) {
        std::string shown;
        bool is_first = true;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (column_widths[i] == 0) continue;
            const Cell& cell = cell_of(i);
            const std::string space(column_widths[i] - display_width(cell.text), ' ');
            if (!is_first) shown += "  ";
            is_first = false;
            if (columns_[i].align == Align::right) shown += space;
            shown += tinted(cell.text, cell.tint, color);
            if (columns_[i].align == Align::left) shown += space;
        }
        shown.erase(shown.find_last_not_of(' ') + 1);
        text += shown + '\n';
    };
    if (headers) {
        std::vector<Cell> head;
        for (const Column& column : columns_)
            head.push_back({column.header, Tint::strong});
        line([&](std::size_t i) -> const Cell& { return head[i]; });
    }
    for (const std::vector<Cell>& row : rows_)
        line([&](std::size_t i) -> const Cell& { return row[i]; });
    return text;
}

}  // namespace pantau::cli
