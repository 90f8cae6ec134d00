#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::inventory {

/// One value as a file holds it, without the blanks around it. Its text belongs to the File.
struct Cell {
    std::string_view text;  ///< Empty: not given.
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;

    [[nodiscard]] bool is_given() const { return !text.empty(); }
};

/// What Rows were read from; lives as long as they do.
struct File {
    std::shared_ptr<const config::Source> source;
    std::optional<config::Node> root;  ///< Of a YAML file: keeps the texts of its cells.
    std::deque<std::string> texts;     ///< Of cells that do not stand in the file as they are.
    bool has_decimal_comma = false;    ///< "-7,95" is a number in it.
    std::vector<std::size_t> lacking;  ///< Columns that a table must have and has not: told once.

    [[nodiscard]] bool lacks(std::size_t column_number) const;
};

/// What a file says of one device, whatever its form; also `defaults:` and the `set:` of a group.
struct Row {
    std::shared_ptr<const File> file;
    std::uint32_t line = 0;  ///< Where it begins.
    std::uint32_t column = 1;
    bool is_broken = false;   ///< Its cells may stand in wrong columns; that was reported.
    std::vector<Cell> cells;  ///< By number of the column.
    /// Settings with keys of their own, by number of the node: what a table cannot hold.
    std::vector<std::pair<std::size_t, config::Node>> nodes;

    [[nodiscard]] const Cell& cell(std::size_t column_number) const;
    [[nodiscard]] const config::Node* node(std::size_t number) const;
    /// Of a cell that is given; else where the row begins.
    [[nodiscard]] config::Location place(std::size_t column_number) const;
};

/// "inventory/klojen.csv:14:3", for messages that name a second place.
[[nodiscard]] std::string to_string(const config::Location& location);

/// The text without blanks at its ends: space, tab, no-break space.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The text with every run of blanks and line ends inside it as one space.
[[nodiscard]] std::string with_single_spaces(std::string_view text);

}  // namespace pantau::inventory
