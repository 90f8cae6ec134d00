#include "inventory/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.hpp"

namespace pantau::inventory {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// "Alamat IP", "alamat-ip" and "ALAMAT_IP" are one name.
std::string folded_name(std::string_view written) {
    std::string folded = with_single_spaces(written);
    for (char& c : folded)
        c = c == ' ' || c == '-' || c == '.' ? '_' : lower(c);
    return folded;
}

std::string help(std::string_view written, std::span<const std::string> shown,
                 std::span<const std::string> all, std::string_view word) {
    const std::vector<std::string_view> candidates(all.begin(), all.end());
    const auto meant = did_you_mean(folded_name(written), candidates);
    return fmt::format("{}{}: {}", meant ? fmt::format("did you mean \"{}\"? ", *meant) : "", word,
                       fmt::join(shown, ", "));
}

std::vector<std::string> without_empty(std::span<const std::string> names) {
    std::vector<std::string> kept;
    std::ranges::copy_if(names, std::back_inserter(kept),
                         [](const std::string& name) { return !name.empty(); });
    return kept;
}

}  // namespace

void Columns::add(std::size_t number, std::initializer_list<std::string_view> names) {
    if (number != ignored) {
        if (names_.size() <= number) names_.resize(number + 1);
        names_[number] = *names.begin();
    }
    for (const std::string_view name : names) {
        numbers_.emplace(folded_name(name), number);
        all_names_.emplace_back(name);
    }
}

void Columns::ignore(std::initializer_list<std::string_view> names) {
    add(ignored, names);
}

std::optional<std::size_t> Columns::find(std::string_view written) const {
    // Most files write the names as we do.
    auto found = numbers_.find(std::string(written));
    if (found == numbers_.end()) found = numbers_.find(folded_name(written));
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string> Columns::meant_by(std::string_view written) const {
    const std::vector<std::string_view> candidates(all_names_.begin(), all_names_.end());
    return did_you_mean(folded_name(written), candidates);
}

std::string Columns::example() const {
    return fmt::format("{}", fmt::join(without_empty(names_), ","));
}

std::string Columns::help_for(std::string_view written) const {
    return help(written, without_empty(names_), all_names_, "columns");
}

DeviceColumns::DeviceColumns(std::span<const std::string> hierarchy,
                             std::span<const CollectorKind* const> kinds)
    : hierarchy_(hierarchy), kinds_(kinds) {
    names_.add(name_column, {"name", "nama"});
    names_.add(address_column, {"address", "alamat", "alamat_ip", "ip", "ip_address"});
    names_.add(port_column, {"port"});
    names_.add(latitude_column, {"lat", "lintang", "latitude"});
    names_.add(longitude_column, {"lon", "bujur", "longitude"});
    names_.add(profile_column, {"profile", "profil"});
    names_.add(credential_column, {"credential", "kredensial"});
    names_.add(parent_column, {"parent", "induk"});
    names_.add(mac_column, {"mac", "alamat_mac", "mac_address"});
    names_.add(serial_column, {"serial", "nomor_seri", "no_seri", "serial_number"});
    names_.add(controller_column, {"controller", "kontroler"});
    names_.add(interval_column, {"interval"});
    names_.add(timeout_column, {"timeout"});
    names_.add(retries_column, {"retries"});
    names_.ignore({"note", "catatan"});
    // What `pantau list --unassigned -o csv` tells beside the columns of a device.
    names_.ignore({"seen_state", "seen_model", "seen_address"});
    for (std::size_t level = 0; level < hierarchy.size(); ++level)
        names_.add(area(level), {hierarchy[level]});
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!kinds[kind]->column.empty()) names_.add(collector(kind), {kinds[kind]->column});
    }
}

std::optional<std::size_t> DeviceColumns::find_node(std::string_view key) const {
    if (key == "poll") return poll_node();
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        if (kinds_[kind]->info->name == key) return kind;
    }
    return std::nullopt;
}

std::vector<std::string> DeviceColumns::keys() const {
    std::vector<std::string> names;
    for (std::size_t column = 0; column < names_.size(); ++column) {
        if (!names_.name(column).empty()) names.emplace_back(names_.name(column));
    }
    for (const CollectorKind* kind : kinds_)
        names.emplace_back(kind->info->name);
    names.emplace_back("poll");
    return names;
}

std::string DeviceColumns::help_for_key(std::string_view key) const {
    const std::vector<std::string> names = keys();
    return help(key, names, names, "keys");
}

std::string Report::path_of(const Row& row, std::size_t column) const {
    const std::string_view device = row.cell(name_column).text;
    const std::string_view name = column < columns_.size() ? columns_.name(column) : "";
    if (device.empty() || column == name_column) return std::string(name);
    return name.empty() ? std::string(device) : fmt::format("{}.{}", device, name);
}

void Report::error(const Row& row, std::size_t column, std::string message, std::string help) {
    diagnostics_.error(row.place(column), std::move(message), std::move(help),
                       is_read() ? path_of(row, column) : std::string{});
}

void Report::warning(const Row& row, std::size_t column, std::string message, std::string help) {
    diagnostics_.warning(row.place(column), std::move(message), std::move(help),
                         path_of(row, column));
}

void Report::one_of_many(std::string_view sort, config::Diagnostic first) {
    auto found = std::ranges::find(
        many_, sort, [](const auto& entry) -> std::string_view { return entry.first; });
    if (found == many_.end())
        found = many_.insert(many_.end(), {std::string(sort), Many{std::move(first)}});
    ++found->second.count;
}

void Report::finish() {
    for (auto& [sort, many] : many_) {
        config::Diagnostic& first = many.first;
        if (many.count > 1) {
            first.help += fmt::format("{}the same holds for {} more",
                                      first.help.empty() ? "" : "; ", many.count - 1);
        }
        const bool is_error = first.severity == config::Diagnostic::Severity::error;
        (diagnostics_.*(is_error ? &config::Diagnostics::error : &config::Diagnostics::warning))(
            std::move(first.location), std::move(first.message), std::move(first.help),
            std::move(first.path));
    }
    many_.clear();
}

}  // namespace pantau::inventory
