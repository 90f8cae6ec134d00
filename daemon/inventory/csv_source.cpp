#include "inventory/csv_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "config/masking.hpp"

namespace pantau::inventory {
namespace {

constexpr std::array separators = {',', ';', '\t'};
constexpr std::string_view no_break_space = "\xC2\xA0";

std::string_view word_for(char separator) {
    if (separator == ',') return "comma";
    return separator == ';' ? "semicolon" : "tab";
}

/// Takes a table apart, record by record. After a quote that is not closed it goes on with the next
/// line, so that one mistake does not hide the others.
class Lexer {
public:
    Lexer(File& file, char separator, config::Diagnostics& diagnostics)
        : file_(file), text_(file.source->text), separator_(separator), diagnostics_(diagnostics) {}

    /// The cells of the next record that is neither blank nor a comment. False at the end.
    bool next(std::vector<Cell>& cells) {
        while (at_ < text_.size()) {
            if (text_[at_] == '#') {
                skip_line();
                continue;
            }
            cells.clear();
            is_broken_ = !read_record(cells);
            if (is_broken_) return true;
            const bool is_comment = cells.front().text.starts_with('#');
            if (!is_comment && std::ranges::any_of(cells, &Cell::is_given)) return true;
        }
        return false;
    }

    /// Whether the last record could not be taken apart: its cells are those before the mistake.
    [[nodiscard]] bool is_broken() const { return is_broken_; }

    /// Passes over a first line "sep=;" and gives its sign.
    std::optional<char> read_separator_line() {
        const std::string_view rest = text_.substr(at_);
        if (!rest.starts_with("sep=") || rest.size() < 6) return std::nullopt;
        if (rest[5] != '\n' && rest[5] != '\r') return std::nullopt;
        if (std::ranges::find(separators, rest[4]) == separators.end()) return std::nullopt;
        skip_line();
        return rest[4];
    }

private:
    void skip_line() {
        at_ = std::min(text_.find('\n', at_), text_.size());
        end_line();
    }

    /// Steps over the line end at the place we are, if there is one.
    void end_line() {
        if (at_ < text_.size()) ++at_;
        ++line_;
        line_begin_ = at_;
    }

    [[nodiscard]] bool is_line_end(std::size_t at) const {
        return text_[at] == '\n' ||
               (text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n');
    }

    [[nodiscard]] std::uint32_t column_of(std::size_t at) const {
        return static_cast<std::uint32_t>(at - line_begin_ + 1);
    }

    bool read_record(std::vector<Cell>& cells) {
        for (;;) {
            const std::size_t first = skip_blanks();
            const bool is_quoted = first < text_.size() && text_[first] == '"';
            if (!is_quoted) read_plain(cells);
            if (is_quoted && !read_quoted(cells, first)) return false;
            if (at_ >= text_.size()) return true;
            if (text_[at_] == separator_) {
                ++at_;
                continue;
            }
            if (text_[at_] == '\r') ++at_;
            end_line();
            return true;
        }
    }

    /// Where the cell begins; blanks before a quote belong to nothing.
    [[nodiscard]] std::size_t skip_blanks() const {
        std::size_t at = at_;
        while (at < text_.size() && text_[at] == ' ')
            ++at;
        return at;
    }

    void read_plain(std::vector<Cell>& cells) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != separator_ && !is_line_end(at_))
            ++at_;
        const std::string_view written = text_.substr(begin, at_ - begin);
        const std::string_view text = trimmed(written);
        const std::size_t blanks =
            text.empty() ? 0 : static_cast<std::size_t>(text.data() - written.data());
        cells.push_back({cleaned(text), line_, column_of(begin + blanks),
                         static_cast<std::uint32_t>(std::max<std::size_t>(text.size(), 1))});
    }

    /// No-break spaces inside a text are spaces that somebody did not see.
    std::string_view cleaned(std::string_view text) {
        if (text.find(no_break_space) == std::string_view::npos) return text;
        std::string spaced(text);
        for (std::size_t at = spaced.find(no_break_space); at != std::string::npos;
             at = spaced.find(no_break_space, at))
            spaced.replace(at, no_break_space.size(), " ");
        return file_.texts.emplace_back(std::move(spaced));
    }

    bool read_quoted(std::vector<Cell>& cells, std::size_t quote) {
        const config::Location opened{file_.source, line_, column_of(quote), 1};
        const std::size_t line_end = std::min(text_.find('\n', quote), text_.size());
        std::string text;
        std::size_t begin = quote + 1;
        std::size_t close = text_.find('"', begin);
        for (; close != std::string_view::npos; close = text_.find('"', close + 2)) {
            text += text_.substr(begin, close - begin);
            if (close + 1 >= text_.size() || text_[close + 1] != '"') break;
            begin = close + 1;  // a doubled quote is one
        }
        if (close == std::string_view::npos) {
            diagnostics_.error(opened, "this quote is never closed",
                               "close it; is the file half-written?");
            return go_on_after(line_end);
        }
        std::size_t after = close + 1;
        while (after < text_.size() && text_[after] == ' ')
            ++after;
        if (after < text_.size() && text_[after] != separator_ && !is_line_end(after)) {
            tell_text_after_quote(opened, close, after, line_end);
            return go_on_after(line_end);
        }
        const std::size_t shown_end = std::min(close + 1, line_end);
        const std::string_view kept = file_.texts.emplace_back(std::move(text));
        cells.push_back({cleaned(trimmed(kept)), opened.line, opened.column,
                         static_cast<std::uint32_t>(shown_end - quote)});
        count_lines(quote, after);
        at_ = after;
        return true;
    }

    void tell_text_after_quote(config::Location opened, std::size_t close, std::size_t after,
                               std::size_t line_end) {
        if (after < line_end) {
            opened.column = column_of(after);
            diagnostics_.error(std::move(opened), "text after a closing quote",
                               "quotes stand around the whole cell; a quote inside the text is "
                               "written twice");
            return;
        }
        const auto lines = std::count(text_.begin() + static_cast<std::ptrdiff_t>(line_end),
                                      text_.begin() + static_cast<std::ptrdiff_t>(close), '\n');
        const std::uint32_t last = opened.line + static_cast<std::uint32_t>(lines);
        diagnostics_.error(std::move(opened), "this quote is not closed where its cell ends",
                           fmt::format("the next quote stands in line {}, with text behind it; a "
                                       "quote inside the text is written twice",
                                       last));
    }

    /// Goes on with the line after a mistake.
    bool go_on_after(std::size_t line_end) {
        at_ = line_end;
        end_line();
        return false;
    }

    void count_lines(std::size_t from, std::size_t to) {
        for (std::size_t at = text_.find('\n', from); at < to; at = text_.find('\n', at + 1)) {
            ++line_;
            line_begin_ = at + 1;
        }
    }

    File& file_;
    std::string_view text_;
    char separator_;
    config::Diagnostics& diagnostics_;
    std::size_t at_ = 0;
    std::size_t line_begin_ = 0;
    std::uint32_t line_ = 1;
    bool is_broken_ = false;
};

/// Reads one table.
class TableReader {
public:
    TableReader(std::shared_ptr<const config::Source> source, const Columns& columns,
                std::span<const RequiredColumn> required, config::Diagnostics& diagnostics)
        : columns_(columns), required_(required), diagnostics_(diagnostics) {
        file_->source = std::move(source);
    }

    std::vector<Row> read() {
        std::vector<Row> rows;
        if (!is_readable()) return rows;
        const char separator = find_separator();
        file_->has_decimal_comma = separator != ',';
        Lexer lexer(*file_, separator, diagnostics_);
        (void)lexer.read_separator_line();
        std::vector<Cell> cells;
        if (!lexer.next(cells) || lexer.is_broken() || !read_header(cells)) return rows;
        while (lexer.next(cells)) {
            const bool is_whole = !lexer.is_broken() && fits(cells, separator);
            if (!cells.empty()) rows.push_back(make_row(cells));
            if (!cells.empty()) rows.back().is_broken = !is_whole;
        }
        return rows;
    }

private:
    bool is_readable() {
        const std::string_view text = file_->source->text;
        const auto refuse = [&](std::size_t at, std::string message, std::string help) {
            const std::string_view before = text.substr(0, at);
            diagnostics_.error(
                {file_->source, static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
                 static_cast<std::uint32_t>(at - (before.rfind('\n') + 1) + 1)},
                std::move(message), std::move(help));
            return false;
        };
        if (const auto invalid = find_invalid_utf8(text)) {
            return refuse(*invalid, "this is not UTF-8 text",
                          "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")");
        }
        if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
            return refuse(nul, "a NUL byte in a text file",
                          "is the file half-written, or not a text file at all?");
        }
        const std::size_t old_end = text.find('\r');
        if (old_end != std::string_view::npos && text.find('\n') == std::string_view::npos &&
            old_end + 1 < text.size()) {
            return refuse(old_end, "the lines of this file end as on old Macs",
                          "save it as \"CSV UTF-8\"");
        }
        return true;
    }

    /// The separator with which most names of the first line are known.
    char find_separator() {
        char best = ',';
        std::size_t best_known = 0;
        for (const char separator : separators) {
            config::Diagnostics scratch;
            Lexer lexer(*file_, separator, scratch);
            if (const auto given = lexer.read_separator_line()) return *given;
            std::vector<Cell> cells;
            if (!lexer.next(cells)) continue;
            const auto known = static_cast<std::size_t>(std::ranges::count_if(
                cells, [&](const Cell& cell) { return columns_.find(cell.text).has_value(); }));
            if (known > best_known) {
                best_known = known;
                best = separator;
            }
        }
        return best;
    }

    [[nodiscard]] config::Location place(const Cell& cell) const {
        return {file_->source, cell.line, cell.column, cell.length};
    }

    bool read_header(std::vector<Cell>& cells) {
        // Trailing separators: columns that a spreadsheet once had something in.
        while (!cells.empty() && !cells.back().is_given())
            cells.pop_back();
        if (std::ranges::none_of(
                cells, [&](const Cell& cell) { return columns_.find(cell.text).has_value(); })) {
            hide_lines(0);  // it may be a device with a secret in a cell
            diagnostics_.error(place(cells.front()), "the first line does not name the columns",
                               fmt::format("for example: {}", columns_.example()));
            return false;
        }
        for (const Cell& cell : cells)
            header_.push_back(column_for(cell));
        header_cells_ = cells;
        const auto has = [&](std::size_t column) {
            return std::ranges::find(header_, column) != header_.end();
        };
        for (const auto& [column, or_one_of] : required_) {
            if (has(column) || std::ranges::any_of(or_one_of, has)) continue;
            file_->lacking.push_back(column);
            // "adress" was told already, with the name that was meant.
            const bool is_misspelt =
                std::ranges::any_of(cells, [&, wanted = column](const Cell& cell) {
                    const auto meant =
                        columns_.find(cell.text) ? std::nullopt : columns_.meant_by(cell.text);
                    return meant && columns_.find(*meant) == wanted;
                });
            if (is_misspelt) continue;
            diagnostics_.error({file_->source, cells.front().line, 1, 1},
                               fmt::format("there is no column \"{}\"", columns_.name(column)),
                               columns_.help_for(""));
        }
        return true;
    }

    void hide_lines(std::uint32_t first) {
        diagnostics_.hide_lines(file_->source, first, static_cast<std::uint32_t>(-1));
    }

    std::size_t column_for(const Cell& cell) {
        if (!cell.is_given()) return nameless;
        const std::optional<std::size_t> found = columns_.find(cell.text);
        if (!found) {
            // What stands below may be a community or a password.
            if (config::is_secret_key(cell.text) || !columns_.meant_by(cell.text))
                hide_lines(cell.line + 1);
            diagnostics_.error(place(cell), fmt::format("unknown column \"{}\"", cell.text),
                               columns_.help_for(cell.text));
            return Columns::ignored;
        }
        if (*found != Columns::ignored && std::ranges::find(header_, *found) != header_.end()) {
            diagnostics_.error(
                place(cell),
                fmt::format("the column \"{}\" stands here a second time", columns_.name(*found)),
                "keep one of them");
            return Columns::ignored;
        }
        return *found;
    }

    /// Whether the record is as long as the header. Says so if not.
    bool fits(std::vector<Cell>& cells, char separator) {
        const std::size_t wanted = header_.size();
        const std::size_t written = cells.size();
        while (cells.size() > wanted && !cells.back().is_given())
            cells.pop_back();
        if (cells.size() == wanted) return true;
        const bool has_more = cells.size() > wanted;
        config::Location where = place(has_more ? cells[wanted] : cells.front());
        if (!has_more) {
            where.column = 1;
            where.length = 1;
        }
        std::string help = has_more && separator == ','
                               ? "a text with a comma in it goes in quotes, and degrees have a "
                                 "decimal point"
                               : "";
        if (has_more && separator != ',') {
            help = fmt::format("a text with a {} in it goes in quotes", word_for(separator));
        } else if (!has_more) {
            // Excel does so for blocks of lines that are empty there (StataCorp: "How Excel writes
            // empty cells").
            help = fmt::format(
                "cells are separated by a {}; is the line cut? Some spreadsheets leave out empty "
                "cells at the end: write something in the last column, a note",
                word_for(separator));
        }
        diagnostics_.error(
            std::move(where),
            fmt::format("{} cells in this line, the first line has {}", written, wanted),
            std::move(help));
        return false;
    }

    Row make_row(const std::vector<Cell>& cells) {
        Row row;
        row.file = file_;
        row.line = cells.front().line;
        row.cells.resize(columns_.size());
        for (std::size_t i = 0; i < std::min(header_.size(), cells.size()); ++i) {
            const std::size_t column = header_[i];
            if (column == nameless && cells[i].is_given()) {
                diagnostics_.error(place(header_cells_[i]),
                                   "this column has no name, and there is something in it",
                                   fmt::format("for example at {}", to_string(place(cells[i]))));
                header_[i] = Columns::ignored;
            }
            if (column < row.cells.size()) row.cells[column] = cells[i];
        }
        return row;
    }

    static constexpr std::size_t nameless = Columns::ignored - 1;

    const Columns& columns_;
    std::span<const RequiredColumn> required_;
    config::Diagnostics& diagnostics_;
    std::shared_ptr<File> file_ = std::make_shared<File>();
    std::vector<std::size_t> header_;
    std::vector<Cell> header_cells_;
};

}  // namespace

std::vector<Row> read_table(std::shared_ptr<const config::Source> source, const Columns& columns,
                            std::span<const RequiredColumn> required,
                            config::Diagnostics& diagnostics) {
    return TableReader(std::move(source), columns, required, diagnostics).read();
}

}  // namespace pantau::inventory
