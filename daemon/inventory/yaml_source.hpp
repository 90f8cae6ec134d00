#pragma once

#include <memory>
#include <vector>

#include "config/yaml_reader.hpp"
#include "inventory/columns.hpp"
#include "inventory/row.hpp"

namespace pantau::inventory {

/// The keys of one device, of `defaults:` or of a group's `set:`: columns and nodes. Unknown ones
/// are reported. `file` is what the Row belongs to.
[[nodiscard]] Row read_keys(const config::Node& node, std::shared_ptr<const File> file,
                            const DeviceColumns& columns, Report& report);

/// A File for nodes that belong to another one already, such as pantau.yml.
[[nodiscard]] std::shared_ptr<const File> file_of(const config::Node& node);

/// The list `devices:` of a YAML file.
[[nodiscard]] std::vector<Row> read_list(const config::Node& root, const DeviceColumns& columns,
                                         Report& report);

}  // namespace pantau::inventory
