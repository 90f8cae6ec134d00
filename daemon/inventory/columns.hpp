#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/collector.hpp"
#include "config/diagnostic.hpp"
#include "inventory/row.hpp"

namespace pantau::inventory {

/// The names a table may have in its first line and a YAML list as keys. Case, blanks, hyphens and
/// underscores make no difference: "Alamat IP" is `alamat_ip`.
class Columns {
public:
    /// The first name is the one messages use.
    void add(std::size_t number, std::initializer_list<std::string_view> names);
    /// Cells of this column are not looked at.
    void ignore(std::initializer_list<std::string_view> names);

    static constexpr std::size_t ignored = static_cast<std::size_t>(-1);

    [[nodiscard]] std::optional<std::size_t> find(std::string_view written) const;
    [[nodiscard]] std::string_view name(std::size_t number) const { return names_[number]; }
    /// One more than the highest number.
    [[nodiscard]] std::size_t size() const { return names_.size(); }
    /// The name nearest to an unknown one.
    [[nodiscard]] std::optional<std::string> meant_by(std::string_view written) const;
    /// A first line that names all columns.
    [[nodiscard]] std::string example() const;
    /// "did you mean "kelurahan"? columns: …".
    [[nodiscard]] std::string help_for(std::string_view written) const;

private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> names_;
    std::vector<std::string> all_names_;
};

/// The columns of a device that every city has. Area levels and the collectors' columns follow.
enum Column : std::size_t {
    name_column,
    address_column,
    port_column,
    latitude_column,
    longitude_column,
    profile_column,
    credential_column,
    parent_column,
    mac_column,
    serial_column,
    controller_column,
    interval_column,
    timeout_column,
    retries_column,
    fixed_columns,
};

/// All columns and nodes of a device, for this hierarchy and these collectors.
class DeviceColumns {
public:
    DeviceColumns(std::span<const std::string> hierarchy,
                  std::span<const CollectorKind* const> kinds);

    [[nodiscard]] const Columns& names() const { return names_; }
    [[nodiscard]] std::size_t area(std::size_t level) const { return fixed_columns + level; }
    [[nodiscard]] bool is_area(std::size_t column) const {
        return column >= fixed_columns && column < fixed_columns + hierarchy_.size();
    }
    /// Of a collector, by its number among `kinds()`.
    [[nodiscard]] std::size_t collector(std::size_t kind) const {
        return fixed_columns + hierarchy_.size() + kind;
    }
    [[nodiscard]] bool is_collector(std::size_t column) const {
        return column >= collector(0) && column < collector(kinds_.size());
    }
    [[nodiscard]] std::span<const std::string> hierarchy() const { return hierarchy_; }
    [[nodiscard]] std::span<const CollectorKind* const> kinds() const { return kinds_; }

    /// Number of a node: of a collector as in `kinds()`, then `poll`.
    [[nodiscard]] std::optional<std::size_t> find_node(std::string_view key) const;
    [[nodiscard]] std::size_t poll_node() const { return kinds_.size(); }
    /// What a device of a YAML list may have: columns and nodes.
    [[nodiscard]] std::vector<std::string> keys() const;
    /// For an unknown key of a YAML list: columns and nodes.
    [[nodiscard]] std::string help_for_key(std::string_view key) const;

private:
    Columns names_;
    std::span<const std::string> hierarchy_;
    std::span<const CollectorKind* const> kinds_;
};

/// Tells what is wrong with Rows, in words that name the device and the column.
class Report {
public:
    Report(const Columns& columns, config::Diagnostics& diagnostics)
        : columns_(columns), diagnostics_(diagnostics) {}

    void error(const Row& row, std::size_t column, std::string message, std::string help = {});
    void warning(const Row& row, std::size_t column, std::string message, std::string help = {});
    /// The first of many of the same sort; `finish` adds how many more there were.
    void one_of_many(std::string_view sort, config::Diagnostic first);
    void finish();

    /// Whether a message would still be shown: the search for a good help costs time.
    [[nodiscard]] bool is_read() const {
        return diagnostics_.errors() < config::Diagnostics::limit;
    }
    [[nodiscard]] std::string path_of(const Row& row, std::size_t column) const;
    [[nodiscard]] config::Diagnostics& diagnostics() { return diagnostics_; }

private:
    struct Many {
        config::Diagnostic first;
        std::size_t count = 0;
    };

    const Columns& columns_;
    config::Diagnostics& diagnostics_;
    std::vector<std::pair<std::string, Many>> many_;
};

}  // namespace pantau::inventory
