#include "inventory/effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/edit_distance.hpp"
#include "inventory/area_text.hpp"
#include "inventory/yaml_source.hpp"

namespace pantau::inventory {
namespace {

/// Columns beside the areas that a group can look at.
constexpr std::array matchable = {name_column,       address_column, profile_column,
                                  credential_column, parent_column,  controller_column};

/// Columns that only a device itself can have.
constexpr std::array own_columns = {name_column,      address_column, latitude_column,
                                    longitude_column, mac_column,     serial_column};

}  // namespace

Layers::Layers(const config::Settings& settings, const DeviceColumns& columns, DraftReader& reader,
               Report& report)
    : columns_(columns), reader_(reader), report_(report) {
    if (settings.defaults) defaults_ = read_shared(*settings.defaults);
    for (const config::Group& group : settings.groups)
        add_group(group);
    // What is wrong with them is told even when no device uses them.
    Draft all = reader_.built_in();
    if (defaults_) reader_.apply(*defaults_, all);
    for (const auto& group : groups_)
        reader_.apply(group->set, all);
}

Row Layers::read_shared(const config::Node& node) {
    Row row = read_keys(node, file_of(node), columns_, report_);
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
        if (!row.cell(column).is_given()) continue;
        const bool is_own = std::ranges::find(own_columns, column) != own_columns.end();
        if (is_own || columns_.is_area(column)) {
            report_.error(row, column,
                          fmt::format("\"{}\" belongs to a device", columns_.names().name(column)),
                          "every device names its own");
        } else if (columns_.is_collector(column)) {
            report_.error(
                row, column,
                fmt::format("\"{}\" is a column of tables", columns_.names().name(column)),
                fmt::format("write it as a map here: {}:",
                            columns_.kinds()[column - columns_.collector(0)]->info->name));
        } else {
            continue;
        }
        row.cells[column] = {};
    }
    return row;
}

void Layers::add_group(const config::Group& group) {
    auto made = std::make_unique<Group>(Group{{}, read_shared(group.set), group.match});
    bool is_good = group.match.is_map();
    for (const auto& [key, node] : group.match.entries()) {
        std::optional<Pattern> pattern = read_pattern(key, node);
        is_good = is_good && pattern.has_value();
        if (pattern) made->match.push_back(std::move(*pattern));
    }
    if (!is_good && !group.match.is_null()) made->is_used = true;  // that was told
    groups_.push_back(std::move(made));
}

std::optional<Layers::Pattern> Layers::read_pattern(std::string_view key,
                                                    const config::Node& node) {
    const std::optional<std::size_t> column = columns_.names().find(key);
    const bool is_possible = column && (columns_.is_area(*column) ||
                                        std::ranges::find(matchable, *column) != matchable.end());
    if (!is_possible) {
        std::vector<std::string_view> names;
        for (const Column known : matchable)
            names.push_back(columns_.names().name(known));
        names.insert(names.end(), columns_.hierarchy().begin(), columns_.hierarchy().end());
        const auto meant = did_you_mean(key, names);
        report_.diagnostics().error(
            node.key_location(), fmt::format("groups cannot match by \"{}\"", key),
            fmt::format("{}they match by {}",
                        meant ? fmt::format("did you mean \"{}\"? ", *meant) : "",
                        fmt::join(names, ", ")),
            node.path());
        return std::nullopt;
    }
    const std::optional<std::vector<std::string>> texts = node.texts(report_.diagnostics());
    if (!texts) return std::nullopt;
    Pattern pattern{*column, {}};
    for (const std::string& text : *texts)
        pattern.globs.push_back(folded(*column, text));
    return pattern;
}

/// Areas are compared as they are meant, everything else as it is written.
std::string Layers::folded(std::size_t column, std::string_view text) const {
    if (!columns_.is_area(column)) return std::string(text);
    const std::string& level = columns_.hierarchy()[column - columns_.area(0)];
    if (is_numbered(level)) {
        if (const auto number = area_number(level, text)) return *number;
    }
    return folded_area(text);
}

bool Layers::is_for(const Group& group, const Row& row, std::span<const std::string> area) const {
    return std::ranges::all_of(group.match, [&](const Pattern& pattern) {
        std::string text;
        if (columns_.is_area(pattern.column)) {
            text = folded(pattern.column, area[pattern.column - columns_.area(0)]);
        } else {
            text = row.cell(pattern.column).text;
            if (text.empty() && defaults_) text = defaults_->cell(pattern.column).text;
            if (text.empty() && pattern.column == profile_column) text = "auto";
        }
        return std::ranges::any_of(
            pattern.globs, [&](const std::string& glob) { return matches_glob(glob, text); });
    });
}

const Draft& Layers::base_for(const Row& row, std::span<const std::string> area) {
    std::string key(groups_.size(), '.');
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (!is_for(*groups_[i], row, area)) continue;
        key[i] = 'x';
        groups_[i]->is_used = true;
    }
    std::unique_ptr<Draft>& base = bases_[key];
    if (base) return *base;
    base = std::make_unique<Draft>(reader_.built_in());
    if (defaults_) reader_.apply(*defaults_, *base);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (key[i] == 'x') reader_.apply(groups_[i]->set, *base);
    }
    return *base;
}

void Layers::finish(bool has_devices) {
    for (const auto& group : groups_) {
        if (group->is_used || !has_devices) continue;
        group->node.warn(report_.diagnostics(), "no device matches this group",
                         "it looks at what the inventory says; a profile found out later does not "
                         "count");
    }
}

}  // namespace pantau::inventory
