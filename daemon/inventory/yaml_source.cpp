#include "inventory/yaml_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pantau::inventory {
namespace {

void read_cell(const config::Node& node, std::size_t column, Row& row, Report& report) {
    if (node.is_null() || column == Columns::ignored) return;
    if (!node.is_scalar()) {
        const config::Location place = node.location();
        // Who mistakes the form may have mistaken the meaning, too, and put the secret there.
        if (column == credential_column)
            report.diagnostics().hide_lines(place.source, place.line, place.line);
        node.complain(report.diagnostics(), "a single value is expected here",
                      "several names stand in one text, with a space between them");
        return;
    }
    const config::Location place = node.location();
    row.cells[column] = {trimmed(node.scalar()), place.line, place.column, place.length};
}

}  // namespace

std::shared_ptr<const File> file_of(const config::Node& node) {
    auto file = std::make_shared<File>();
    file->source = node.location().source;
    file->root = node;
    return file;
}

Row read_keys(const config::Node& node, std::shared_ptr<const File> file,
              const DeviceColumns& columns, Report& report) {
    Row row;
    row.file = std::move(file);
    const config::Location place = node.location();
    row.line = place.line;
    row.column = place.column;
    row.cells.resize(columns.names().size());
    for (const auto& [key, value] : node.entries()) {
        if (const auto column = columns.names().find(key)) {
            const bool is_twice = *column != Columns::ignored && row.cell(*column).is_given();
            if (is_twice)
                report.diagnostics().error(
                    value.key_location(),
                    fmt::format("\"{}\" stands here a second time, under another name",
                                columns.names().name(*column)),
                    "keep one of them", value.path());
            read_cell(value, *column, row, report);
        } else if (const auto number = columns.find_node(key)) {
            if (!value.is_null()) row.nodes.emplace_back(*number, value);
        } else {
            report.diagnostics().error(value.key_location(), fmt::format("unknown key \"{}\"", key),
                                       columns.help_for_key(key),
                                       report.is_read() ? node.path() : std::string{});
        }
    }
    return row;
}

std::vector<Row> read_list(const config::Node& root, const DeviceColumns& columns, Report& report) {
    std::vector<Row> rows;
    if (root.is_null()) return rows;
    config::MapReader map(root, report.diagnostics());
    const std::optional<config::Node> devices = root.find("devices");
    map.accept("devices");
    const std::vector<std::string> keys = columns.keys();
    map.finish({keys, "one of the devices"});
    if (!devices && root.is_map())
        root.complain(report.diagnostics(), "\"devices\" is missing",
                      "the file begins with \"devices:\", then each device with \"- \"");
    if (!devices || devices->is_null()) return rows;
    if (!devices->is_list()) {
        devices->complain(report.diagnostics(), "a list of devices is expected here",
                          "each begins with \"- \"");
        return rows;
    }
    const std::shared_ptr<const File> file = file_of(root);
    for (const config::Node& device : devices->elements()) {
        if (device.is_map()) {
            rows.push_back(read_keys(device, file, columns, report));
        } else {
            const config::MapReader is_a_map(device, report.diagnostics());
            if (device.is_null())
                device.complain(report.diagnostics(), "a device is expected here",
                                "for example: - {name: rw08-sumbersari-1, address: 10.73.5.81}");
        }
    }
    return rows;
}

}  // namespace pantau::inventory
