#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inventory/cell_values.hpp"
#include "inventory/columns.hpp"
#include "inventory/row.hpp"

namespace pantau::inventory {

struct Place {
    double latitude;
    double longitude;
};

/// The areas that there are, from areas.csv: how they are written, and where they lie. Spelling
/// follows the table: case, blanks and hyphens make no difference, nor do its aliases.
class AreaBook {
public:
    /// Columns: the levels of the hierarchy, lat, lon, alias (several with | between them; they
    /// belong to the last level the line names).
    [[nodiscard]] static AreaBook read(std::shared_ptr<const config::Source> source,
                                       std::span<const std::string> hierarchy,
                                       config::Diagnostics& diagnostics);

    struct Mismatch {
        std::size_t level;
        Refusal refusal;
    };
    /// Writes the names as the table does and fills in outer ones that follow from inner ones.
    /// Gives the place of the innermost area that has one. Areas the table does not go down to
    /// are left alone.
    [[nodiscard]] tl::expected<std::optional<Place>, Mismatch> match(
        std::vector<std::string>& area) const;

private:
    struct Area {
        std::string name;
        std::size_t parent = 0;
        std::unordered_map<std::string, std::size_t> inner;  ///< By folded name and alias.
        std::optional<Place> place;
    };
    using Level = std::unordered_multimap<std::string, std::size_t>;

    explicit AreaBook(std::span<const std::string> hierarchy);
    void add(const Row& row, Report& report);
    std::size_t add_area(std::size_t parent, std::size_t level, const std::string& name);
    void add_aliases(const Row& row, std::size_t area, std::size_t level, Report& report);
    [[nodiscard]] std::vector<std::size_t> find(std::size_t from, std::size_t from_level,
                                                std::size_t level, std::string_view name) const;
    [[nodiscard]] Mismatch unknown(std::size_t from, std::size_t from_level, std::size_t level,
                                   std::string_view name) const;
    [[nodiscard]] std::string path_of(std::size_t area) const;
    void fill(std::vector<std::string>& area, std::size_t found, std::size_t level) const;

    std::vector<std::string> hierarchy_;
    std::vector<Area> areas_;    ///< The first is the city itself.
    std::vector<Level> levels_;  ///< All areas of a level, by folded name and alias.
};

/// Two columns of degrees: both or none. Reports what is wrong with them.
[[nodiscard]] std::optional<Place> read_place(const Row& row, std::size_t latitude,
                                              std::size_t longitude, Report& report);

/// The names of the areas of one row as labels have them: blanks made single, numbers of RW in two
/// digits. Reports what was changed.
[[nodiscard]] std::vector<std::string> read_area(const Row& row, std::size_t first_column,
                                                 std::span<const std::string> hierarchy,
                                                 Report& report);

}  // namespace pantau::inventory
