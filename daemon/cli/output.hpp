#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/table_printer.hpp"

namespace pantau::cli {

struct Invocation;

enum class Format : std::uint8_t { table, wide, json, yaml, csv, name };

/// The format with that word; `table` for any other text.
[[nodiscard]] Format format_named(std::string_view word);

/// One line of a table of separated values: quoted where it must be, with its line end (RFC 4180).
[[nodiscard]] std::string csv_line(std::span<const std::string> fields);

/// A document as YAML. Text that YAML could take for something else is quoted.
[[nodiscard]] std::string yaml_of(const boost::json::value& document);

/// Prints a JSON text as it is for json, and in other words for yaml.
void print_document(const Invocation& call, std::string_view json);

/// Several things of one kind, shown in the format that was asked for.
class Listing {
public:
    struct Column {
        std::string key;     ///< Heading in csv: the same in every language.
        std::string header;  ///< Heading in a table.
        TablePrinter::Align align = TablePrinter::Align::left;
        bool is_wide_only = false;
        bool is_left_out_when_empty = false;
        std::size_t width_most = TablePrinter::unlimited;  ///< Of format table.
    };
    struct Cell {
        std::string value;                      ///< For programs.
        std::optional<std::string> shown = {};  ///< For people, when it differs.
        Tint tint = Tint::none;
    };

    explicit Listing(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }

    /// In format name: the first column. For json and yaml there is print_document.
    void print(const Invocation& call) const;

private:
    [[nodiscard]] std::string as_table(const Invocation& call) const;
    [[nodiscard]] std::string as_csv(bool has_headers) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace pantau::cli
