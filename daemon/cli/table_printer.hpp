#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.hpp"

namespace pantau::cli {

/// Columns a text takes on a terminal. Wide and combining signs count as they are shown.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text, cut with an ellipsis when it is wider than that.
[[nodiscard]] std::string cut_to_width(std::string_view text, std::size_t width);

/// The same with the ellipsis in the middle: of "gigabitEthernet 1/0/12" the end tells more.
[[nodiscard]] std::string cut_in_the_middle(std::string_view text, std::size_t width);

/// The text in lines of at most that many columns, broken at spaces; a longer word stays whole.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A table for people: columns side by side with two spaces between them, as wide as needed.
class TablePrinter {
public:
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    enum class Align : unsigned char { left, right };
    struct Column {
        std::string header;
        Align align = Align::left;
        std::size_t width_most = unlimited;  ///< What is wider is cut.
        bool is_left_out_when_empty = false;
        bool is_cut_in_the_middle = false;
    };
    struct Cell {
        std::string text;
        Tint tint = Tint::none;
    };

    explicit TablePrinter(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell per column. Whatever the text holds, it stays within its line.
    void add(std::vector<Cell> row);
    [[nodiscard]] bool empty() const { return rows_.empty(); }

    [[nodiscard]] std::string render(bool headers, bool color) const;

private:
    [[nodiscard]] std::vector<std::size_t> widths(bool headers) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace pantau::cli
