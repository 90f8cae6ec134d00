#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/yaml_reader.hpp"

namespace pantau::config {

/// One setting of pantau.yml. The readers take keys and defaults from here, the reference is
/// printed from here.
struct Setting {
    std::string_view key;       ///< "poll.interval"; `<name>` and `[]` stand for what repeats.
    std::string_view standard;  ///< What holds without it, as YAML; empty: nothing.
    std::string_view unit;      ///< Or the kind of value.
    std::string_view help;      ///< What it does, for an operator.
};

/// All settings, in the order of the reference.
[[nodiscard]] std::span<const Setting> all_settings();

/// One map of pantau.yml, read by the table: knows its keys, fills in its defaults.
class Section {
public:
    /// `prefix` is where its keys stand in the table: "poll.", or empty for the top.
    /// Without a node every key has its default.
    Section(const std::optional<Node>& node, std::string_view prefix, Diagnostics& diagnostics);

    /// What the file says, else the default. The key must be in the table.
    [[nodiscard]] std::optional<Node> value(std::string_view key);
    /// What the file says.
    [[nodiscard]] std::optional<Node> given(std::string_view key);
    /// Reports keys that the table does not have.
    void finish(const KeysElsewhere& elsewhere = {}) { map_.finish(elsewhere); }
    [[nodiscard]] bool has_unknown_key() const;

    [[nodiscard]] const Node& self() const { return map_.self(); }

private:
    std::string_view prefix_;
    MapReader map_;
};

}  // namespace pantau::config
