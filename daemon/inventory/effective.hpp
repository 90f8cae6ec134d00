#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/settings.hpp"
#include "inventory/columns.hpp"
#include "inventory/draft.hpp"
#include "inventory/row.hpp"

namespace pantau::inventory {

/// What holds for a device before its own row: built-in values, `defaults:`, then the groups that
/// match it, in file order. One level: a group looks at what the row and the defaults say, not at
/// what other groups set.
class Layers {
public:
    /// All of them outlive the Layers.
    Layers(const config::Settings& settings, const DeviceColumns& columns, DraftReader& reader,
           Report& report);

    /// `area` are the names of its areas as labels have them.
    [[nodiscard]] const Draft& base_for(const Row& row, std::span<const std::string> area);
    /// Tells which groups were for no device at all.
    void finish(bool has_devices);

private:
    struct Pattern {
        std::size_t column;
        std::vector<std::string> globs;
    };
    struct Group {
        std::vector<Pattern> match;
        Row set;
        config::Node node;
        bool is_used = false;
    };

    void add_group(const config::Group& group);
    [[nodiscard]] std::optional<Pattern> read_pattern(std::string_view key,
                                                      const config::Node& node);
    [[nodiscard]] std::string folded(std::size_t column, std::string_view text) const;
    [[nodiscard]] Row read_shared(const config::Node& node);
    [[nodiscard]] bool is_for(const Group& group, const Row& row,
                              std::span<const std::string> area) const;

    const DeviceColumns& columns_;
    DraftReader& reader_;
    Report& report_;
    std::optional<Row> defaults_;
    std::vector<std::unique_ptr<Group>> groups_;
    /// By which groups match: a city has few combinations.
    std::unordered_map<std::string, std::unique_ptr<Draft>> bases_;
};

}  // namespace pantau::inventory
