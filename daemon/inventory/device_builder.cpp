#include "inventory/device_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "inventory/area_text.hpp"
#include "inventory/cell_values.hpp"

namespace pantau::inventory {

DeviceBuilder::DeviceBuilder(const DeviceColumns& columns, DraftReader& reader, Layers& layers,
                             const AreaBook* book, Report& report)
    : columns_(columns), reader_(reader), layers_(layers), book_(book), report_(report) {}

std::optional<Entry> DeviceBuilder::build(const Row& row) {
    const Cell& written = row.cell(name_column);
    const bool has_good_signs = row.is_broken || check_signs(row);
    if (!written.is_given()) {
        if (!row.is_broken && !row.file->lacks(name_column))
            report_.error(row, name_column, "this device has no name");
        return std::nullopt;
    }
    Reading<std::string> name = read_name(written.text);
    if (row.is_broken || !has_good_signs) {
        auto device = std::make_shared<Device>();
        device->id = written.text;
        return Entry{std::move(device), &row, nullptr};
    }
    if (!name) report_.error(row, name_column, name.error().message, name.error().help);

    std::optional<Place> place;
    std::vector<std::string> area = area_of(row, place);
    Draft draft = layers_.base_for(row, area);
    draft.device.id = written.text;
    draft.device.area = shared(std::move(area));
    read_address_of(row, draft);
    if (const auto own = read_place(row, latitude_column, longitude_column, report_)) place = own;
    if (place) {
        draft.device.latitude = place->latitude;
        draft.device.longitude = place->longitude;
    }
    read_labels_of(row, draft);
    reader_.apply(row, draft);
    if (draft.device.address.empty()) {
        make_seen_by_controller(row, draft);
    } else {
        check_visited(row, draft);
    }
    return Entry{std::make_shared<Device>(std::move(draft.device)), &row, draft.parents_from,
                 draft.controllers_from};
}

bool DeviceBuilder::check_signs(const Row& row) {
    bool is_good = true;
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
        const std::uint32_t sign = find_invisible(row.cells[column].text);
        if (sign == 0) continue;
        is_good = false;
        if (sign == '\n' || sign == '\r') {
            report_.error(row, column, "a line break inside this cell",
                          "remove it; or is a quote never closed?");
        } else {
            report_.error(row, column,
                          fmt::format("a sign that cannot be seen (U+{:04X}) stands here", sign),
                          "delete the text and type it again");
        }
    }
    return is_good;
}

void DeviceBuilder::read_address_of(const Row& row, Draft& draft) {
    const Cell& cell = row.cell(address_column);
    if (!cell.is_given()) return;
    Reading<std::string> address = read_address(cell.text);
    if (address) {
        draft.device.address = std::move(*address);
    } else {
        report_.error(row, address_column, address.error().message, address.error().help);
    }
}

void DeviceBuilder::read_labels_of(const Row& row, Draft& draft) {
    const auto read = [&](std::size_t column, auto reader, std::string& to) {
        const Cell& cell = row.cell(column);
        if (!cell.is_given()) return;
        Reading<std::string> value = reader(cell.text);
        if (value) {
            to = std::move(*value);
        } else {
            draft.is_faulty = true;
            report_.error(row, column, value.error().message, value.error().help);
        }
    };
    read(mac_column, read_mac, draft.device.mac);
    read(serial_column, read_serial, draft.device.serial);
}

/// Without an address nobody can ask it: a controller tells of it, or a column was forgotten.
void DeviceBuilder::make_seen_by_controller(const Row& row, Draft& draft) {
    Device& device = draft.device;
    const bool is_told = row.cell(address_column).is_given() || row.file->lacks(address_column);
    const auto is_given = [&](std::size_t column) { return row.cell(column).is_given(); };
    const bool has_label = is_given(mac_column) || is_given(serial_column);
    if (!is_told && !has_label && device.controllers.empty()) {
        report_.error(row, address_column, fmt::format("{} has no address", device.id),
                      "an access point that only a controller tells of needs its mac, its serial "
                      "or the name of the controller");
    }
    for (const std::size_t column : {port_column, credential_column}) {
        if (!is_told && is_given(column) && row.cell(column).text != "none")
            tell_unasked(row, column);
    }
    for (std::size_t kind = 0; kind < columns_.kinds().size(); ++kind) {
        const std::size_t column = columns_.collector(kind);
        if (!is_told && (is_given(column) || row.node(kind) != nullptr)) tell_unasked(row, column);
    }
    device.credentials.clear();
    device.collectors.clear();
}

void DeviceBuilder::tell_unasked(const Row& row, std::size_t column) {
    report_.error(
        row, column,
        fmt::format("{} has no address, so nobody can ask it", row.cell(name_column).text),
        "give it an address, or leave this empty: its controller tells of it");
}

std::vector<std::string> DeviceBuilder::area_of(const Row& row, std::optional<Place>& place) {
    std::vector<std::string> area = read_area(row, columns_.area(0), columns_.hierarchy(), report_);
    if (!book_) {
        check_spelling(row, area);
        return area;
    }
    auto matched = book_->match(area);
    if (matched) {
        place = *matched;
    } else {
        report_.error(row, columns_.area(matched.error().level), matched.error().refusal.message,
                      matched.error().refusal.help);
    }
    return area;
}

AreaPath DeviceBuilder::shared(std::vector<std::string> area) {
    const auto known = areas_.find(area);
    if (known != areas_.end()) return known->second;
    AreaPath path(area);
    areas_.emplace(std::move(area), path);
    return path;
}

/// "Kota Lama" here and "Kotalama" there would be two areas in every figure.
void DeviceBuilder::check_spelling(const Row& row, std::span<const std::string> area) {
    std::string path;
    for (std::size_t level = 0; level < area.size(); ++level) {
        path += folded_area(area[level]);
        path += '\n';
        if (area[level].empty()) continue;
        const std::size_t column = columns_.area(level);
        auto known = spellings_.find(path);
        if (known == spellings_.end()) {
            spellings_.emplace(path, Spelling{area[level], row.place(column)});
            continue;
        }
        if (known->second.name == area[level]) continue;
        report_.one_of_many(
            fmt::format("spelling {} {}", area[level], path),
            {.severity = config::Diagnostic::Severity::warning,
             .location = row.place(column),
             .message =
                 fmt::format("{} \"{}\" here, \"{}\" at {}", columns_.hierarchy()[level],
                             area[level], known->second.name, to_string(known->second.first)),
             .path = report_.path_of(row, column),
             .help = "they count as two areas; spell them alike, or list the areas in areas.csv"});
    }
}

void DeviceBuilder::check_visited(const Row& row, const Draft& draft) {
    if (draft.is_faulty) return;
    const bool is_checked = std::ranges::any_of(
        draft.device.collectors, [](const auto& each) { return each.second->is_enabled(); });
    if (!draft.device.credentials.empty() || is_checked) return;
    report_.one_of_many(
        "nobody would visit",
        {.severity = config::Diagnostic::Severity::error,
         .location = row.place(name_column),
         .message = fmt::format("nobody would visit {}: it has no credential and nothing else to "
                                "be asked by",
                                row.cell(name_column).text),
         .path = {},
         .help =
             "give it a credential, here, in a group or in defaults; or an HTTP or ICMP check"});
}

}  // namespace pantau::inventory
