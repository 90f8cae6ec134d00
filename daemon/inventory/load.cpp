#include "inventory/load.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

#include "config/yaml_reader.hpp"
#include "inventory/area_book.hpp"
#include "inventory/columns.hpp"
#include "inventory/csv_source.hpp"
#include "inventory/device_builder.hpp"
#include "inventory/draft.hpp"
#include "inventory/effective.hpp"
#include "inventory/parents.hpp"
#include "inventory/yaml_source.hpp"

namespace pantau {
namespace {

using namespace inventory;

using config::Location;

std::string folder_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

std::vector<std::string> files_matching(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    std::ranges::sort(files);
    return files;
}

bool is_pattern(const std::string& path) {
    return path.find_first_of("*?[") != std::string::npos;
}

/// Reads one inventory, from the names of its files to the sorted Devices.
class Loader {
public:
    Loader(config::Settings settings, std::span<const CollectorKind* const> kinds,
           std::span<const std::string> profile_names, config::Diagnostics& diagnostics)
        : result_{std::move(settings), std::make_shared<Inventory>(), {}},
          columns_(result_.settings.hierarchy, kinds),
          report_(columns_.names(), diagnostics),
          reader_(result_.settings, columns_, profile_names, report_),
          layers_(result_.settings, columns_, reader_, report_),
          diagnostics_(diagnostics) {}

    Configuration load() {
        result_.files.push_back(result_.settings.path);
        read_areas();
        for (const std::string& path : find_files())
            read_file(path);
        build();
        layers_.finish(!entries_.empty());
        check_addresses();
        std::ranges::stable_sort(
            entries_, {}, [](const Entry& entry) -> const DeviceId& { return entry.device->id; });
        check_names();
        check_labels();
        resolve_parents(entries_, names_, report_);
        resolve_controllers(entries_, names_, report_);
        report_.finish();
        result_.inventory->hierarchy = result_.settings.hierarchy;
        result_.inventory->devices.reserve(entries_.size());
        for (Entry& entry : entries_)
            result_.inventory->devices.push_back(std::move(entry.device));
        return std::move(result_);
    }

private:
    void read_areas() {
        if (!result_.settings.areas) return;
        result_.files.push_back(*result_.settings.areas);
        const std::size_t errors_before = diagnostics_.errors();
        auto source = config::read_source(*result_.settings.areas, diagnostics_);
        if (!source) return;
        book_ = AreaBook::read(std::move(source), result_.settings.hierarchy, diagnostics_);
        // Half a book would call good areas unknown.
        if (diagnostics_.errors() != errors_before) book_.reset();
    }

    [[nodiscard]] Location place_of(std::size_t pattern) const {
        const auto& places = result_.settings.inventory_places;
        return pattern < places.size() ? places[pattern] : Location{};
    }

    /// All files that the patterns name, each once.
    std::vector<std::string> find_files() {
        std::vector<std::string> files;
        std::set<std::filesystem::path> known;
        std::set<std::string> folders;  // in which some pattern found something
        std::vector<std::size_t> without;
        const std::vector<std::string>& patterns = result_.settings.inventory;
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            const std::vector<std::string> found = files_matching(patterns[i]);
            if (found.empty()) {
                without.push_back(i);
            } else {
                folders.insert(folder_of(patterns[i]));
            }
            for (const std::string& path : found) {
                std::error_code error;
                if (known.insert(std::filesystem::weakly_canonical(path, error)).second)
                    files.push_back(path);
            }
        }
        for (const std::size_t i : without) {
            // Who writes *.csv and *.yml need not have both; one word for a folder is enough.
            const bool is_told =
                is_pattern(patterns[i]) && !folders.insert(folder_of(patterns[i])).second;
            if (!is_told) tell_nothing_found(i);
        }
        return files;
    }

    void tell_nothing_found(std::size_t pattern) {
        const std::string& path = result_.settings.inventory[pattern];
        if (!is_pattern(path)) {
            names_ = Names::partial;
            diagnostics_.error(place_of(pattern), fmt::format("there is no file {}", path),
                               "relative names start at the folder of pantau.yml");
        } else {
            diagnostics_.warning(place_of(pattern), fmt::format("no file matches {}", path),
                                 "relative names start at the folder of pantau.yml");
        }
    }

    void read_file(const std::string& path) {
        result_.files.push_back(path);
        const std::size_t errors_before = diagnostics_.errors();
        const std::size_t rows_before = rows_.size();
        const std::string ending = std::filesystem::path(path).extension().string();
        if (ending == ".yml" || ending == ".yaml") {
            if (const auto root = config::read_yaml(path, diagnostics_))
                take(read_list(*root, columns_, report_));
        } else if (ending == ".csv" || ending == ".tsv") {
            // An access point without an address is known by what its controller tells of it.
            static constexpr std::array<std::size_t, 3> of_controllers{mac_column, serial_column,
                                                                       controller_column};
            static constexpr std::array<RequiredColumn, 2> required{
                {{name_column}, {address_column, of_controllers}}};
            if (auto source = config::read_source(path, diagnostics_))
                take(read_table(std::move(source), columns_.names(), required, diagnostics_));
        } else {
            auto source = std::make_shared<config::Source>();
            source->name = path;
            diagnostics_.error({std::move(source), 0, 0},
                               "this is neither a table (.csv) nor a list (.yml)",
                               "an inventory file has one of these endings");
        }
        const bool is_unread = rows_.size() == rows_before && diagnostics_.errors() > errors_before;
        if (is_unread) names_ = Names::partial;
    }

    void take(std::vector<Row> rows) {
        if (rows_.empty()) {
            rows_ = std::move(rows);
            return;
        }
        std::ranges::move(rows, std::back_inserter(rows_));
    }

    void build() {
        DeviceBuilder builder(columns_, reader_, layers_, book_ ? &*book_ : nullptr, report_);
        entries_.reserve(rows_.size());
        for (const Row& row : rows_) {
            if (std::optional<Entry> entry = builder.build(row))
                entries_.push_back(std::move(*entry));
        }
    }

    /// Two devices at one address and port are one device.
    void check_addresses() {
        std::unordered_map<std::string, const Entry*> known;
        known.reserve(entries_.size());
        for (const Entry& entry : entries_) {
            const Device& device = *entry.device;
            if (device.address.empty()) continue;
            const auto [first, is_new] =
                known.emplace(fmt::format("{} {}", device.address, device.port), &entry);
            if (is_new) continue;
            const Entry& other = *first->second;
            report_.error(*entry.row, address_column,
                          fmt::format("{} (port {}) is the address of {} already", device.address,
                                      device.port, other.device->id),
                          fmt::format("it stands first at {}; devices behind one address differ "
                                      "in the port",
                                      to_string(other.row->place(address_column))));
        }
    }

    /// Of entries sorted by id; those that came first in the files come first.
    void check_names() {
        const Entry* first = nullptr;
        for (const Entry& entry : entries_) {
            if (first == nullptr || first->device->id != entry.device->id) {
                first = &entry;
                continue;
            }
            report_.error(
                *entry.row, name_column,
                fmt::format("there is a device {} already", entry.device->id),
                fmt::format("it stands first at {}", to_string(first->row->place(name_column))));
        }
    }

    /// One MAC address or serial number is one access point.
    void check_labels() {
        std::unordered_map<std::string_view, const Entry*> macs;
        std::unordered_map<std::string_view, const Entry*> serials;
        for (const Entry& entry : entries_) {
            check_label(entry, mac_column, entry.device->mac, macs);
            check_label(entry, serial_column, entry.device->serial, serials);
        }
    }

    void check_label(const Entry& entry, std::size_t column, std::string_view label,
                     std::unordered_map<std::string_view, const Entry*>& known) {
        if (label.empty()) return;
        const auto [first, is_new] = known.emplace(label, &entry);
        if (is_new) return;
        const Entry& other = *first->second;
        report_.error(
            *entry.row, column,
            fmt::format("{} is the {} of {} already", label,
                        column == mac_column ? "MAC address" : "serial number", other.device->id),
            fmt::format("it stands first at {}", to_string(other.row->place(column))));
    }

    Configuration result_;
    DeviceColumns columns_;
    Report report_;
    DraftReader reader_;
    Layers layers_;
    config::Diagnostics& diagnostics_;
    std::optional<AreaBook> book_;
    std::vector<Row> rows_;
    std::vector<Entry> entries_;  ///< They point into rows_.
    Names names_ = Names::complete;
};

}  // namespace

std::vector<std::string> device_keys(std::span<const CollectorKind* const> kinds) {
    return DeviceColumns({}, kinds).keys();
}

std::optional<Configuration> load_inventory(config::Settings settings,
                                            std::span<const CollectorKind* const> kinds,
                                            std::span<const std::string> profile_names,
                                            config::Diagnostics& diagnostics) {
    config::Diagnostics found;
    std::optional<Configuration> configuration =
        Loader(std::move(settings), kinds, profile_names, found).load();
    if (found.has_errors()) configuration.reset();
    diagnostics.append(std::move(found));
    return configuration;
}

}  // namespace pantau
