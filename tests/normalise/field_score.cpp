#include "normalise/field_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <regex>
#include <sstream>

#include "normalise/field_differences.hpp"
#include "normalise/field_meanings.hpp"
#include "normalise/support.hpp"

namespace pantau::test {
namespace json = boost::json;
namespace {

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::optional<double> number_of(const json::value* value) {
    if (value == nullptr || !value->is_number()) return {};
    return value->to_number<double>();
}

const json::value* member(const json::value& object, std::string_view key) {
    const auto* found = object.as_object().if_contains(key);
    return found != nullptr && !found->is_null() ? found : nullptr;
}

std::string text_of(const json::value* value) {
    if (value == nullptr) return {};
    return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

bool near(double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance;
}

const Difference* difference_for(const Finding& finding) {
    for (const Difference& one : differences) {
        if (!finding.recording.starts_with(one.recording) || finding.field != one.field) continue;
        if (!one.expected.empty() && finding.expected != one.expected) continue;
        if (std::regex_search(finding.about, std::regex(std::string(one.about)))) return &one;
    }
    return nullptr;
}

const Meaning* meaning_for(std::string_view recording, std::string_view field,
                           const std::string& about) {
    for (const Meaning& one : meanings) {
        if (recording.starts_with(one.recording) && field == one.field &&
            std::regex_search(about, std::regex(std::string(one.about))))
            return &one;
    }
    return nullptr;
}

const Wording* wording_for(std::string_view recording, std::string_view field,
                           const std::string& text) {
    for (const Wording& one : wordings) {
        if (recording.starts_with(one.recording) && field == one.field &&
            std::regex_search(text, std::regex(std::string(one.about))))
            return &one;
    }
    return nullptr;
}

std::string in_our_words(const Wording* wording, const std::string& theirs) {
    if (wording == nullptr || wording->about.empty()) return theirs;
    return std::regex_replace(theirs, std::regex(std::string(wording->about)),
                              std::string(wording->ours));
}

/// What one number of ours is in the unit of theirs.
double factor_of(std::string_view quantity) {
    const QuantityInfo& info = quantity_info(*quantity_named(quantity));
    if (info.unit == "hertz") return 1e-6;
    return info.unit == "ratio" ? 100 : 1;
}

bool has_text(const Observation& seen, std::string_view quantity, std::string_view wanted) {
    const auto id = *quantity_named(quantity);
    return std::ranges::any_of(
        seen.components, [&](const Component& part) { return seen.text(part, id) == wanted; });
}

/// All values of one quantity, in the order of the Observation.
std::vector<double> all_of(const Observation& seen, std::string_view quantity) {
    const auto id = *quantity_named(quantity);
    std::vector<double> values;
    for (const Component& part : seen.components) {
        if (const auto number = seen.number(part, id)) values.push_back(number->as_double());
    }
    return values;
}

std::optional<double> first_of(const Observation& seen, std::string_view quantity) {
    const auto all = all_of(seen, quantity);
    if (all.empty()) return {};
    return all.front();
}

std::optional<double> sum_of(const Observation& seen, std::string_view quantity) {
    const auto all = all_of(seen, quantity);
    if (all.empty()) return {};
    double sum = 0;
    for (const double one : all)
        sum += one;
    return sum;
}

/// Percent from a ratio.
std::optional<double> percent(std::optional<double> ratio) {
    if (!ratio) return {};
    return *ratio * 100;
}

struct Theirs {
    std::string about;
    double value = 0;
};

/// One of several, where one of ours stands for all of them.
std::vector<Theirs> taken(Take take, std::vector<Theirs> all) {
    if (take == Take::each || all.empty()) return all;
    const auto [lowest, highest] = std::minmax_element(
        all.begin(), all.end(), [](const Theirs& a, const Theirs& b) { return a.value < b.value; });
    return {take == Take::lowest ? *lowest : *highest};
}

class Comparison {
public:
    Comparison(const Recorded& device, const Observation& seen, const json::value& expected,
               const RecordedValues& values, std::vector<Finding>& out)
        : device_(device), seen_(seen), expected_(expected), values_(values), out_(out) {}

    void run() {
        text("vendor", "identity.vendor", device_.vendor);
        role();
        if (!expected_.at("has_json").as_bool()) return;
        text("model", "identity.model", text_of(member(expected_, "hardware")));
        text("firmware", "identity.firmware", text_of(member(expected_, "version")));
        text("serial", "identity.serial", text_of(member(expected_, "serial")));
        clients();
        access_points();
        list("frequency", "frequency_mhz", "radio.frequency_hertz", 0.5);
        list("channel", "channel", "radio.channel", 0);
        list("tx power", "tx_power_dbm", "radio.tx_power_dbm", 0.51);
        list("noise", "noise_floor_dbm", "radio.noise_dbm", 0.51);
        list("rssi", "rssi", "radio.rssi_dbm", 0.51);
        list("rx power", "rx_power_dbm", "radio.rssi_dbm", 0.51);
        list("snr", "snr_db", "radio.snr_db", 0.51);
        list("airtime", "utilization_percent", "radio.airtime_ratio", 0.51);
        share("cpu", "cpu", "cpu_percent", "cpu_ratio");
        share("memory", "memory", "memory_percent", "memory_ratio");
        temperature();
        interfaces();
    }

private:
    void add(std::string_view field, FieldGroup group, std::string about, std::string expected,
             std::optional<std::string> seen, bool is_right) {
        Finding finding{
            device_.name,   device_.vendor,   device_.kind,        std::string(field), group,
            Verdict::right, std::move(about), std::move(expected), seen.value_or("-")};
        if (!is_right) {
            finding.verdict = seen ? Verdict::wrong : Verdict::missing;
            if (const Difference* known = difference_for(finding)) {
                finding.verdict = Verdict::differs;
                finding.about += fmt::format(" ({})", known->reason);
            }
        }
        out_.push_back(std::move(finding));
    }

    void add_number(std::string_view field, FieldGroup group, std::string about, double expected,
                    std::optional<double> seen, double tolerance) {
        std::optional<std::string> shown_as;
        if (seen) shown_as = fmt::format("{}", *seen);
        add(field, group, std::move(about), fmt::format("{}", expected), shown_as,
            seen && near(expected, *seen, tolerance));
    }

    void text(std::string_view field, std::string_view quantity, const std::string& expected) {
        if (trimmed(expected).empty()) return;
        const auto ours =
            seen_.text(component(seen_, ComponentKind::system), *quantity_named(quantity));
        std::optional<std::string> shown_as;
        if (ours) shown_as = std::string(*ours);
        const bool is_vendor = field == "vendor";
        const Wording* wording = wording_for(device_.name, field, expected);
        const std::string wanted = trimmed(in_our_words(wording, expected));
        bool is_right = shown_as && (is_vendor ? lower(*shown_as) == lower(wanted)
                                               : trimmed(*shown_as) == wanted);
        if (wording != nullptr && !wording->quantity.empty())
            is_right = has_text(seen_, wording->quantity, wanted);
        add(field, is_vendor ? FieldGroup::outside : FieldGroup::other, "", expected, shown_as,
            is_right);
    }

    /// What expected.json does not tell but the list of recordings does.
    void role() {
        const std::string ours(name_of(seen_.role));
        const bool is_gear = ours == "router" || ours == "switch" || ours == "other";
        if (device_.kind == "adjacent")
            return add("role", FieldGroup::outside, "", "router, switch, other", ours, is_gear);
        if (device_.kind == "cpe")
            return add("role", FieldGroup::outside, "", "router", ours, ours == "router");
        if (!expected_.at("has_json").as_bool()) return;
        const std::string wanted = device_.kind == "ap" ? "access_point" : device_.kind;
        add("role", FieldGroup::outside, "", wanted, ours, ours == wanted);
    }

    void clients() {
        if (const auto total = number_of(member(expected_, "clients_total"))) {
            auto ours = first_of(seen_, "system.clients");
            if (!ours) ours = sum_of(seen_, "ap.clients");
            add_number("clients", FieldGroup::wifi, "", *total, ours, 0);
        }
        std::vector<Theirs> theirs;
        if (const auto* radios = member(expected_, "clients_by_radio")) {
            for (const auto& entry : radios->as_object())
                theirs.push_back({std::string(entry.key()), entry.value().to_number<double>()});
        }
        match_by_meaning("radio clients", theirs, "radio.clients", 0);
        const auto* networks = member(expected_, "clients_by_ssid");
        if (networks == nullptr) return;
        if (is_numbered(networks->as_object())) {
            std::vector<Theirs> rows;
            for (const auto& entry : networks->as_object())
                rows.push_back({std::string(entry.key()), entry.value().to_number<double>()});
            return match("ssid clients", std::move(rows), all_of(seen_, "ssid.clients"), 0);
        }
        for (const auto& entry : networks->as_object())
            add_number("ssid clients", FieldGroup::wifi, std::string(entry.key()),
                       entry.value().to_number<double>(), clients_of(entry.key()), 0);
    }

    /// The names are masked; what stands for them are the numbers of the rows.
    static bool is_numbered(const json::object& networks) {
        std::size_t number = 0;
        return std::ranges::all_of(
            networks, [&](const auto& entry) { return entry.key() == std::to_string(++number); });
    }

    std::optional<double> clients_of(std::string_view network) const {
        std::optional<double> sum;
        for (const Component& part : seen_.components) {
            if (part.kind != ComponentKind::ssid) continue;
            const auto name = seen_.text(part, quantity::ssid_ssid);
            const auto number = seen_.number(part, quantity::ssid_clients);
            if (name && number && *name == network) sum = sum.value_or(0) + number->as_double();
        }
        return sum;
    }

    /// A device totals the access points it knows or those that are there; either is one of ours.
    void access_points() {
        const auto* counts = member(expected_, "ap_count");
        if (counts == nullptr) return;
        std::vector<double> ours;
        if (const auto total = first_of(seen_, "system.access_points_total"))
            ours.push_back(*total);
        const auto up = all_of(seen_, "ap.up");
        if (!up.empty()) ours.push_back(static_cast<double>(std::ranges::count(up, 1.0)));
        if (const auto known = count(seen_, ComponentKind::access_point))
            ours.push_back(static_cast<double>(known));
        // "Connected" and "Total": one number is ours, the device's own.
        std::optional<double> theirs;
        std::optional<double> seen;
        for (const auto& entry : counts->as_object()) {
            const auto wanted = entry.value().to_number<double>();
            if (!theirs) theirs = wanted;
            if (seen || std::ranges::find(ours, wanted) == ours.end()) continue;
            theirs = seen = wanted;
        }
        if (!theirs) return;
        if (!seen && !ours.empty()) seen = ours.front();
        add_number("aps", FieldGroup::wifi, "", *theirs, seen, 0);
    }

    void list(std::string_view field, std::string_view key, std::string_view quantity,
              double tolerance) {
        const auto* entries = member(expected_, key);
        if (entries == nullptr) return;
        std::vector<Theirs> theirs;
        for (const json::value& entry : entries->as_array()) {
            if (const auto value = number_of(member(entry, "value")))
                theirs.push_back({text_of(member(entry, "descr")), *value});
        }
        match_by_meaning(field, theirs, quantity, tolerance);
    }

    /// Those that mean the same are compared with our values of that meaning.
    void match_by_meaning(std::string_view field, const std::vector<Theirs>& theirs,
                          std::string_view quantity, double tolerance) {
        std::map<const Meaning*, std::vector<Theirs>> groups;
        for (const Theirs& one : theirs) {
            // What is known to differ must not take a value of ours that belongs to another.
            if (is_known_to_differ(field, one)) {
                add_number(field, FieldGroup::wifi, one.about, one.value, {}, tolerance);
                continue;
            }
            const Meaning* meaning = meaning_for(device_.name, field, one.about);
            Theirs scaled = one;
            if (meaning != nullptr) scaled.value = one.value * meaning->scale + meaning->offset;
            groups[meaning].push_back(std::move(scaled));
        }
        for (auto& [meaning, group] : groups) {
            const bool is_plain = meaning == nullptr || meaning->quantity.empty();
            const std::string_view of = is_plain ? quantity : meaning->quantity;
            auto ours = all_of(seen_, of);
            for (double& one : ours)
                one *= factor_of(of);
            const Take take = meaning != nullptr ? meaning->take : Take::each;
            match(field, taken(take, std::move(group)), std::move(ours), tolerance);
        }
    }

    /// Whichever radio it is: each of our values stands for one of theirs.
    void match(std::string_view field, std::vector<Theirs> theirs, std::vector<double> ours,
               double tolerance) {
        std::vector<Theirs> left;
        for (Theirs& one : theirs) {
            const auto found = std::ranges::find_if(
                ours, [&](double value) { return near(value, one.value, tolerance); });
            if (found == ours.end()) {
                left.push_back(std::move(one));
                continue;
            }
            add_number(field, FieldGroup::wifi, one.about, one.value, *found, tolerance);
            ours.erase(found);
        }
        for (const Theirs& one : left) {
            std::optional<double> other;
            if (!ours.empty()) other = ours.front();
            add_number(field, FieldGroup::wifi, one.about, one.value, other, tolerance);
        }
    }

    bool is_known_to_differ(std::string_view field, const Theirs& one) const {
        Finding finding;
        finding.recording = device_.name;
        finding.field = field;
        finding.about = one.about;
        finding.expected = fmt::format("{}", one.value);
        return difference_for(finding) != nullptr;
    }

    /// CPU and memory: of the device, or of each access point of a cluster.
    void share(std::string_view field, std::string_view list_key, std::string_view key,
               std::string_view quantity) {
        auto mean = number_of(member(expected_, key));
        if (!mean) return;
        // A value of the whole device among those of its cores is the one we want.
        for (const json::value& entry : expected_.at(list_key).as_array()) {
            if (text_of(member(entry, "descr")).starts_with("System "))
                mean = entry.at("percent").to_number<double>();
        }
        const auto system = percent(first_of(seen_, fmt::format("system.{}", quantity)));
        auto each = all_of(seen_, fmt::format("ap.{}", quantity));
        // A mean over the access points of a cluster is no value of ours.
        const bool is_cluster = each.size() > 1 && expected_.at(list_key).as_array().size() > 1;
        if (!is_cluster && (system || each.empty()))
            return add_number(field, FieldGroup::other, "", *mean, system, 1.01);
        for (double& one : each)
            one *= 100;
        for (const json::value& entry : expected_.at(list_key).as_array()) {
            const double wanted = entry.at("percent").to_number<double>();
            const auto found =
                std::ranges::find_if(each, [&](double value) { return near(value, wanted, 1.01); });
            std::optional<double> ours;
            if (!each.empty()) ours = found != each.end() ? *found : each.front();
            add_number(field, FieldGroup::other, text_of(member(entry, "descr")), wanted, ours,
                       1.01);
            if (found != each.end()) each.erase(found);
        }
    }

    /// One temperature is ours; it must be that of one of the sensors.
    void temperature() {
        const auto* sensors = member(expected_, "temperature_c");
        if (sensors == nullptr || sensors->as_array().empty()) return;
        auto ours = first_of(seen_, "system.temperature_celsius");
        if (!ours) ours = first_of(seen_, "ap.temperature_celsius");
        std::string all;
        bool is_right = false;
        for (const json::value& sensor : sensors->as_array()) {
            const auto value = number_of(member(sensor, "value"));
            if (!value) continue;
            all += fmt::format("{}{} = {}", all.empty() ? "" : ", ",
                               text_of(member(sensor, "descr")), *value);
            is_right = is_right || (ours && near(*value, *ours, 1));
        }
        if (all.empty()) return;
        std::optional<std::string> shown_as;
        if (ours) shown_as = fmt::format("{}", *ours);
        add("temperature", FieldGroup::other, all, "one of these", shown_as, is_right);
    }

    bool has(std::string_view column, std::int64_t row) const {
        return values_.oids.contains(fmt::format("{}.{}", column, row));
    }

    const Component* interface(std::int64_t wanted) const {
        for (const Component& part : seen_.components) {
            if (part.kind != ComponentKind::interface) continue;
            const auto number = seen_.number(part, quantity::interface_index);
            if (number && number->as_integer() == wanted) return &part;
        }
        return nullptr;
    }

    std::optional<double> of(const Component* part, std::string_view quantity) const {
        if (part == nullptr) return {};
        const auto number = seen_.number(*part, *quantity_named(quantity));
        if (!number) return {};
        return number->as_double();
    }

    void interfaces() {
        const auto* all = member(expected_, "interfaces");
        if (all == nullptr) return;
        for (const json::value& entry : all->as_array()) {
            const auto row = entry.at("if_index").to_number<std::int64_t>();
            const Component* ours = interface(row);
            state(entry, "oper_status", row, of(ours, "interface.up"));
            state(entry, "admin_status", row, of(ours, "interface.admin_up"));
            total(entry, "in_octets", row, of(ours, "interface.rx_bytes_total"),
                  {"1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.2.2.1.10"});
            total(entry, "out_octets", row, of(ours, "interface.tx_bytes_total"),
                  {"1.3.6.1.2.1.31.1.1.1.10", "1.3.6.1.2.1.2.2.1.16"});
            total(entry, "in_errors", row, of(ours, "interface.rx_errors_total"),
                  {"1.3.6.1.2.1.2.2.1.14"});
            total(entry, "out_errors", row, of(ours, "interface.tx_errors_total"),
                  {"1.3.6.1.2.1.2.2.1.20"});
        }
    }

    void state(const json::value& entry, std::string_view key, std::int64_t row,
               std::optional<double> ours) {
        const std::string word = text_of(member(entry, key));
        if (word != "up" && word != "down" && word != "lowerLayerDown") return;
        add_number("if state", FieldGroup::other, fmt::format("{} {}", row, key),
                   word == "up" ? 1 : 0, ours, 0);
    }

    /// LibreNMS writes 0 for a counter that the device does not have: no value of the device.
    void total(const json::value& entry, std::string_view key, std::int64_t row,
               std::optional<double> ours, std::initializer_list<std::string_view> columns) {
        const auto wanted = number_of(member(entry, key));
        if (!wanted) return;
        const bool is_recorded =
            std::ranges::any_of(columns, [&](std::string_view column) { return has(column, row); });
        if (!is_recorded && !ours && *wanted == 0) return;
        add_number("if counter", FieldGroup::other, fmt::format("{} {}", row, key), *wanted, ours,
                   0);
    }

    const Recorded& device_;
    const Observation& seen_;
    const json::value& expected_;
    const RecordedValues& values_;
    std::vector<Finding>& out_;
};

/// Whether a number of the recording can be this value: as it is, scaled, or shifted.
bool is_supported(double value, const RecordedValues& values) {
    for (const double factor : {1.0, 10.0, 100.0, 1000.0}) {
        for (const double raw : {value * factor, -value * factor, (value + 256) * factor}) {
            const auto at = values.numbers.lower_bound(raw - 0.001);
            if (at != values.numbers.end() && *at <= raw + 0.001) return true;
        }
    }
    return false;
}

std::string_view letter_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::right:
            return "right";
        case Verdict::wrong:
            return "WRONG";
        case Verdict::missing:
            return "MISSING";
        case Verdict::differs:
            return "differs";
    }
    return {};
}

}  // namespace

std::vector<Recorded> recorded_devices() {
    std::vector<Recorded> devices;
    std::istringstream lines(read_file(real_recordings + "/README.md"));
    const std::set<std::string> kinds{"ap", "controller", "radio", "cpe", "adjacent"};
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, '|');)
            cells.push_back(trimmed(cell));
        if (cells.size() > 4 && kinds.contains(cells[3]))
            devices.push_back({cells[1], cells[2], cells[3]});
    }
    return devices;
}

RecordedValues recorded_values(const std::string& text) {
    RecordedValues values;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find('|');
        const auto second = line.find('|', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        std::string oid = trimmed(line.substr(0, first));
        if (oid.starts_with("1.3.6.1.2.1.1.")) values.signs += line + "\n";
        const std::string value = trimmed(line.substr(second + 1));
        double number = 0;
        const char* begin = value.data();
        const char* end = begin + value.size();
        // Also the numbers within a text: "-62 dBm", "3:12;4:9".
        while (begin < end) {
            const auto [after, error] = std::from_chars(begin, end, number);
            // "nan" and "inf" are words here.
            if (error == std::errc{} && after > begin && std::isfinite(number)) {
                values.numbers.insert(number);
                begin = after;
            } else {
                ++begin;
            }
        }
        values.oids.insert(std::move(oid));
    }
    return values;
}

void compare_fields(const Recorded& device, const Observation& seen, const json::value& expected,
                    const RecordedValues& values, std::vector<Finding>& findings) {
    Comparison(device, seen, expected, values, findings).run();
}

std::vector<std::string> unsupported_values(const Recorded& device, const Observation& seen,
                                            const RecordedValues& values) {
    std::vector<std::string> invented;
    if (device.kind == "adjacent") {
        for (const auto kind :
             {ComponentKind::access_point, ComponentKind::radio, ComponentKind::ssid}) {
            if (const auto number = count(seen, kind))
                invented.push_back(fmt::format("{}: {} of kind {} on a switch or router",
                                               device.name, number, name_of(kind)));
        }
    }
    for (const std::string_view quantity :
         {"radio.tx_power_dbm", "radio.noise_dbm", "radio.rssi_dbm", "radio.snr_db"}) {
        for (const double value : all_of(seen, quantity)) {
            if (!is_supported(value, values))
                invented.push_back(fmt::format("{}: {} {}", device.name, quantity, value));
        }
    }
    for (const double value : all_of(seen, "radio.noise_dbm")) {
        if (value > -40) invented.push_back(fmt::format("{}: a noise of {}", device.name, value));
    }
    return invented;
}

std::vector<std::string> values_from_nothing(const Observation& seen) {
    std::vector<std::string> invented;
    // It answered, and is an access point by its model: that much is known.
    const auto uptime = *quantity_named("ap.uptime_seconds");
    for (const Reading& reading : seen.readings) {
        const QuantityInfo& info = quantity_info(reading.quantity);
        if (reading.quantity == quantity::system_uptime || reading.quantity == uptime ||
            reading.quantity == quantity::ap_up ||
            reading.quantity == quantity::system_access_points)
            continue;
        invented.push_back(fmt::format("{} {}", info.name, reading.value.as_double()));
    }
    return invented;
}

Shares shares_of(const std::vector<Finding>& findings, Differing differing) {
    Shares shares;
    std::map<std::pair<std::string, std::string>, std::pair<bool, bool>> fields;
    for (const Finding& one : findings) {
        if (one.group == FieldGroup::outside) continue;
        if (one.verdict == Verdict::differs && differing == Differing::left_out) continue;
        if (one.kind != "ap" && one.kind != "controller" && one.kind != "radio") continue;
        const bool is_wifi = one.group == FieldGroup::wifi;
        const bool is_right = one.verdict == Verdict::right;
        auto& [all_right, wifi] =
            fields.try_emplace({one.recording, one.field}, std::pair{true, is_wifi}).first->second;
        all_right = all_right && is_right;
        for (Share* share : {&shares.values, is_wifi ? &shares.wifi_values : nullptr}) {
            if (share == nullptr) continue;
            ++share->all;
            share->right += is_right ? 1 : 0;
        }
    }
    for (const auto& [name, state] : fields) {
        for (Share* share : {&shares.fields, state.second ? &shares.wifi_fields : nullptr}) {
            if (share == nullptr) continue;
            ++share->all;
            share->right += state.first ? 1 : 0;
        }
    }
    return shares;
}

std::string table_of(const std::vector<Finding>& findings) {
    std::vector<std::string> fields;
    std::map<std::string, std::map<std::string, std::map<Verdict, std::size_t>>> vendors;
    for (const Finding& one : findings) {
        if (std::ranges::find(fields, one.field) == fields.end()) fields.push_back(one.field);
        ++vendors[one.vendor][one.field][one.verdict];
        ++vendors["all"][one.field][one.verdict];
    }
    std::string table = fmt::format("{:<18}", "");
    for (const std::string& field : fields)
        table += fmt::format(" {:>13}", field);
    for (auto& [vendor, counts] : vendors) {
        table += fmt::format("\n{:<18}", vendor);
        for (const std::string& field : fields) {
            std::string cell;
            const auto found = counts.find(field);
            if (found != counts.end()) {
                cell = fmt::format("{}", found->second[Verdict::right]);
                for (const auto& [verdict, sign] :
                     {std::pair{Verdict::wrong, 'w'}, std::pair{Verdict::missing, 'm'},
                      std::pair{Verdict::differs, 'd'}}) {
                    if (const auto number = found->second[verdict])
                        cell += fmt::format(" {}{}", number, sign);
                }
            }
            table += fmt::format(" {:>13}", cell);
        }
    }
    return table + "\n";
}

std::string told(const Finding& finding) {
    return fmt::format("{:<8} {:<28} {:<13} expected {} seen {}{}{}", letter_of(finding.verdict),
                       finding.recording, finding.field, finding.expected, finding.seen,
                       finding.about.empty() ? "" : " : ", finding.about);
}

}  // namespace pantau::test
