#pragma once

#include <memory>
#include <span>
#include <vector>

#include "config/diagnostic.hpp"
#include "inventory/columns.hpp"
#include "inventory/row.hpp"

namespace pantau::inventory {

/// A column that a table must have, unless it has one of some others.
struct RequiredColumn {
    std::size_t column;
    std::span<const std::size_t> or_one_of = {};
};

/// Reads a table: RFC 4180 with what spreadsheets make of it. The first line names the columns; the
/// separator (comma, semicolon or tab) is found from it. Blank lines and lines that begin with #
/// are passed over; a first line "sep=;" is understood. Every mistake is in `diagnostics`; rows
/// that can be told apart are given just the same.
[[nodiscard]] std::vector<Row> read_table(std::shared_ptr<const config::Source> source,
                                          const Columns& columns,
                                          std::span<const RequiredColumn> required,
                                          config::Diagnostics& diagnostics);

}  // namespace pantau::inventory
