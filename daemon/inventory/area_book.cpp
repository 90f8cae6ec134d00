#include "inventory/area_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/edit_distance.hpp"
#include "inventory/area_text.hpp"
#include "inventory/csv_source.hpp"

namespace pantau::inventory {
namespace {

constexpr std::size_t latitude_of_area = 0;
constexpr std::size_t longitude_of_area = 1;
constexpr std::size_t alias_of_area = 2;
constexpr std::size_t first_level = 3;

/// A label value of every series in it.
constexpr std::size_t area_bytes_most = 128;

Columns columns_of_areas(std::span<const std::string> hierarchy) {
    Columns columns;
    columns.add(latitude_of_area, {"lat", "lintang", "latitude"});
    columns.add(longitude_of_area, {"lon", "bujur", "longitude"});
    columns.add(alias_of_area, {"alias"});
    columns.ignore({"note", "catatan", "contact", "kontak"});
    for (std::size_t level = 0; level < hierarchy.size(); ++level)
        columns.add(first_level + level, {hierarchy[level]});
    return columns;
}

}  // namespace

std::optional<Place> read_place(const Row& row, std::size_t latitude, std::size_t longitude,
                                Report& report) {
    const Cell& lat = row.cell(latitude);
    const Cell& lon = row.cell(longitude);
    if (!lat.is_given() && !lon.is_given()) return std::nullopt;
    if (!lat.is_given() || !lon.is_given()) {
        report.error(row, lat.is_given() ? latitude : longitude,
                     lat.is_given() ? "lat without lon" : "lon without lat",
                     "give both, or neither");
        return std::nullopt;
    }
    const DecimalComma comma = row.file->has_decimal_comma ? DecimalComma::yes : DecimalComma::no;
    const Reading<double> north = read_degrees(lat.text, 90, comma);
    const Reading<double> east = read_degrees(lon.text, 180, comma);
    if (!north) {
        const bool is_swapped = read_degrees(lat.text, 180, comma) && east && std::abs(*east) <= 90;
        report.error(row, latitude, north.error().message,
                     is_swapped ? "are lat and lon swapped?" : north.error().help);
    }
    if (!east) report.error(row, longitude, east.error().message, east.error().help);
    if (!north || !east) return std::nullopt;
    return Place{*north, *east};
}

std::vector<std::string> read_area(const Row& row, std::size_t first_column,
                                   std::span<const std::string> hierarchy, Report& report) {
    std::vector<std::string> area(hierarchy.size());
    for (std::size_t level = 0; level < hierarchy.size(); ++level) {
        const Cell& cell = row.cell(first_column + level);
        if (!cell.is_given()) continue;
        area[level] = with_single_spaces(cell.text);
        if (area[level].size() > area_bytes_most) {
            report.error(row, first_column + level,
                         fmt::format("the name of an area has at most {} bytes", area_bytes_most));
        }
        if (!is_numbered(hierarchy[level])) continue;
        const std::optional<std::string> number = area_number(hierarchy[level], area[level]);
        if (!number || *number == area[level]) continue;
        const bool was_number = area[level].find_first_not_of("0123456789") == std::string::npos;
        if (!was_number) {
            config::Diagnostic told{.severity = config::Diagnostic::Severity::warning,
                                    .location = row.place(first_column + level),
                                    .message = fmt::format("{} \"{}\" is read as \"{}\"",
                                                           hierarchy[level], area[level], *number),
                                    .path = report.path_of(row, first_column + level),
                                    .help = fmt::format("write {}", *number)};
            report.one_of_many("number of an area in " + row.file->source->name, std::move(told));
        }
        area[level] = *number;
    }
    return area;
}

AreaBook::AreaBook(std::span<const std::string> hierarchy)
    : hierarchy_(hierarchy.begin(), hierarchy.end()), areas_(1), levels_(hierarchy.size()) {}

AreaBook AreaBook::read(std::shared_ptr<const config::Source> source,
                        std::span<const std::string> hierarchy, config::Diagnostics& diagnostics) {
    AreaBook book(hierarchy);
    const Columns columns = columns_of_areas(hierarchy);
    const std::array<RequiredColumn, 1> required{{{first_level}}};
    Report report(columns, diagnostics);
    const std::vector<Row> rows = read_table(std::move(source), columns, required, diagnostics);
    for (const Row& row : rows) {
        if (!row.is_broken && !row.file->lacks(first_level)) book.add(row, report);
    }
    report.finish();
    return book;
}

void AreaBook::add(const Row& row, Report& report) {
    const std::vector<std::string> names = read_area(row, first_level, hierarchy_, report);
    std::size_t area = 0;
    std::size_t depth = 0;
    for (; depth < names.size() && !names[depth].empty(); ++depth)
        area = add_area(area, depth, names[depth]);
    const auto inner = std::find_if(names.begin() + static_cast<std::ptrdiff_t>(depth), names.end(),
                                    [](const std::string& name) { return !name.empty(); });
    if (inner != names.end()) {
        report.error(row, first_level + static_cast<std::size_t>(inner - names.begin()),
                     fmt::format("{} \"{}\" without its {}",
                                 hierarchy_[static_cast<std::size_t>(inner - names.begin())],
                                 *inner, hierarchy_[depth]),
                     "every line names all outer areas");
        return;
    }
    const std::optional<Place> place = read_place(row, latitude_of_area, longitude_of_area, report);
    if (place) areas_[area].place = place;
    if (depth > 0) add_aliases(row, area, depth - 1, report);
}

std::size_t AreaBook::add_area(std::size_t parent, std::size_t level, const std::string& name) {
    const std::string folded = folded_area(name);
    const auto known = areas_[parent].inner.find(folded);
    if (known != areas_[parent].inner.end()) return known->second;
    const std::size_t number = areas_.size();
    areas_.push_back({.name = name, .parent = parent, .inner = {}, .place = {}});
    areas_[parent].inner.emplace(folded, number);
    levels_[level].emplace(folded, number);
    return number;
}

void AreaBook::add_aliases(const Row& row, std::size_t area, std::size_t level, Report& report) {
    std::string_view rest = row.cell(alias_of_area).text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('|'), rest.size());
        const std::string folded = folded_area(trimmed(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (folded.empty()) continue;
        const auto [known, is_new] = areas_[areas_[area].parent].inner.emplace(folded, area);
        if (is_new) levels_[level].emplace(folded, area);
        if (known->second == area) continue;
        report.error(row, alias_of_area,
                     fmt::format("this alias means {} already", path_of(known->second)),
                     "an alias belongs to one area");
    }
}

std::string AreaBook::path_of(std::size_t area) const {
    std::string path = areas_[area].name;
    for (std::size_t at = areas_[area].parent; at != 0; at = areas_[at].parent)
        path = fmt::format("{}, {}", path, areas_[at].name);
    return path;
}

std::vector<std::size_t> AreaBook::find(std::size_t from, std::size_t from_level, std::size_t level,
                                        std::string_view name) const {
    const std::string folded = folded_area(name);
    std::vector<std::size_t> found;
    if (from_level == level) {
        const auto inner = areas_[from].inner.find(folded);
        if (inner != areas_[from].inner.end()) found.push_back(inner->second);
        return found;
    }
    const auto [begin, end] = levels_[level].equal_range(folded);
    for (auto candidate = begin; candidate != end; ++candidate) {
        std::size_t outer = candidate->second;
        for (std::size_t up = level + 1; up > from_level; --up)
            outer = areas_[outer].parent;
        if (outer == from) found.push_back(candidate->second);
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

AreaBook::Mismatch AreaBook::unknown(std::size_t from, std::size_t from_level, std::size_t level,
                                     std::string_view name) const {
    std::string message = fmt::format("unknown {} \"{}\"", hierarchy_[level], name);
    if (from != 0)
        message += fmt::format(" in {} {}", hierarchy_[from_level - 1], areas_[from].name);
    if (const auto elsewhere = levels_[level].find(folded_area(name));
        elsewhere != levels_[level].end() && from != 0) {
        return {level,
                {std::move(message), fmt::format("there is one: {}", path_of(elsewhere->second))}};
    }
    std::vector<std::string_view> candidates;
    for (const auto& [folded, number] : areas_[from].inner)
        candidates.push_back(areas_[number].name);
    if (from_level != level) {
        candidates.clear();
        for (const auto& [folded, number] : levels_[level])
            candidates.push_back(areas_[number].name);
    }
    std::ranges::sort(candidates);  // so that every run says the same
    const auto meant = did_you_mean(name, candidates);
    std::string help = "it is not in the table of areas";
    if (meant) {
        const auto there = levels_[level].find(folded_area(*meant));
        help = fmt::format("did you mean \"{}\"{}?", *meant,
                           there == levels_[level].end() || areas_[there->second].parent == 0
                               ? ""
                               : fmt::format(" ({})", path_of(areas_[there->second].parent)));
    }
    return {level, {std::move(message), std::move(help)}};
}

void AreaBook::fill(std::vector<std::string>& area, std::size_t found, std::size_t level) const {
    for (std::size_t at = found, up = level + 1; up-- > 0; at = areas_[at].parent)
        area[up] = areas_[at].name;
}

tl::expected<std::optional<Place>, AreaBook::Mismatch> AreaBook::match(
    std::vector<std::string>& area) const {
    std::size_t at = 0;
    std::size_t reached = 0;  // levels that `at` is inside of
    for (std::size_t level = 0; level < area.size(); ++level) {
        if (area[level].empty()) continue;
        if (areas_[at].inner.empty() || levels_[level].empty()) break;
        const std::vector<std::size_t> found = find(at, reached, level, area[level]);
        if (found.empty()) return tl::unexpected(unknown(at, reached, level, area[level]));
        if (found.size() > 1) {
            return tl::unexpected(Mismatch{
                level,
                {fmt::format("there is more than one {} \"{}\"", hierarchy_[level], area[level]),
                 fmt::format("name the {}, too: it is {} or {}", hierarchy_[level - 1],
                             path_of(found[0]), path_of(found[1]))}});
        }
        at = found.front();
        reached = level + 1;
        fill(area, at, level);
    }
    for (; at != 0; at = areas_[at].parent) {
        if (areas_[at].place) return areas_[at].place;
    }
    return std::nullopt;
}

}  // namespace pantau::inventory
