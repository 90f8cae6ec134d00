#include "exporters/prometheus/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

using enum FamilyType;
using enum Subject;
using enum Detail;

/// In the order of Own.
std::vector<Family> own_families() {
    return {
        {"pantau_ap_up",
         gauge,
         ap,
         basic,
         {},
         "",
         "Whether the access point works: 1 yes, 0 no or not yet known. There for every access "
         "point of the inventory. Values come from the latest poll, never from the scrape."},
        {"pantau_ap_health",
         gauge,
         ap,
         basic,
         {},
         "",
         "Health of the access point: 0 down, 1 degraded, 2 up, 3 maintenance, 4 unknown, 5 "
         "unreachable behind a parent."},
        {"pantau_ap_info",
         gauge,
         ap,
         basic,
         {"address", "vendor", "model", "firmware", "serial", "profile"},
         "",
         "Always 1. What the access point is: address from the inventory where it has one, the "
         "rest as last "
         "observed."},
        {"pantau_ap_location_info",
         gauge,
         ap,
         full,
         {"lat", "lon"},
         "",
         "Always 1. Where the access point is, in degrees, from the inventory."},
        {"pantau_ap_last_success_timestamp_seconds",
         gauge,
         ap,
         basic,
         {},
         "seconds",
         "Unix time of the latest poll that got an answer."},
        {"pantau_ap_reboots_total",
         counter,
         ap,
         full,
         {},
         "",
         "Restarts of the device seen since pantaud started."},
        {"pantau_ap_health_changes_total",
         counter,
         ap,
         full,
         {},
         "",
         "Changes of health since pantaud started."},
        {"pantau_ap_silent",
         gauge,
         ap,
         full,
         {},
         "",
         "Whether the access point is up, yet serves nobody where it usually does: 1 yes, 0 no. "
         "Absent until its use is known for 14 days, and while clients cannot be counted."},
        {"pantau_ap_probe_success",
         gauge,
         ap,
         full,
         {"collector"},
         "",
         "Whether the collector got its answer in the latest poll; absent where this machine could "
         "not look."},
        {"pantau_ap_probe_duration_seconds",
         gauge,
         ap,
         full,
         {"collector"},
         "seconds",
         "Time the collector's latest visit took."},
        {"pantau_device_up",
         gauge,
         device,
         basic,
         {},
         "",
         "Whether a polled device that is no access point itself works: 1 yes, 0 no or not yet "
         "known."},
        {"pantau_device_health",
         gauge,
         device,
         basic,
         {},
         "",
         "Health of the device, numbers as in pantau_ap_health."},
        {"pantau_device_unassigned_access_points",
         gauge,
         device,
         basic,
         {},
         "",
         "Access points that the controller lists and the inventory does not know: `pantau list "
         "--unassigned` names them."},
        {"pantau_area_aps",
         gauge,
         area,
         basic,
         {"health"},
         "",
         "Access points of the inventory in the area by health as pantau_ap_health has it: each is "
         "counted once, one in maintenance as maintenance whether it works or not, one never "
         "visited or that this machine cannot judge as unknown. Access points that only a "
         "controller lists are not counted."},
        {"pantau_area_clients",
         gauge,
         area,
         basic,
         {},
         "",
         "People connected in the area, as far as they could be counted: at every access point "
         "that "
         "works and told them within three polls, also in maintenance; on those that only a "
         "controller lists, where the controller is. Absent when nobody could be counted."},
    };
}

std::vector<std::string> labels_of(ComponentKind kind) {
    switch (kind) {
        case ComponentKind::radio:
            return {"radio", "band"};
        case ComponentKind::ssid:
            return {"ssid", "radio"};
        case ComponentKind::interface:
            return {"interface"};
        case ComponentKind::system:
        case ComponentKind::access_point:
            break;
    }
    return {};
}

Subject subject_of(ComponentKind kind) {
    switch (kind) {
        case ComponentKind::system:
            return device;
        case ComponentKind::interface:
            return either;
        case ComponentKind::access_point:
        case ComponentKind::radio:
        case ComponentKind::ssid:
            break;
    }
    return ap;
}

/// `basic`: what a city's overview needs, eight series for each access point.
Detail detail_of(std::string_view quantity) {
    constexpr std::array<std::string_view, 5> short_set{
        "ap.clients", "ap.uptime_seconds", "ap.cpu_ratio", "ap.memory_ratio", "system.clients"};
    return std::ranges::find(short_set, quantity) != short_set.end() ? basic : full;
}

std::string unit_of(const QuantityInfo& info) {
    // The one unit that differs between JSON and metrics: Prometheus counts in bytes.
    return info.unit == "bits per second" ? "bytes per second" : std::string(info.unit);
}

/// The catalogue's help names the standard that a Quantity has, if there is one.
std::string origin_of(const QuantityInfo& info) {
    if (info.help.find("Source ") != std::string_view::npos) return "";
    return "the device, as its profile maps it";
}

}  // namespace

std::string full_help(const Family& family) {
    std::string help = family.help;
    if (!family.unit.empty()) help += " Unit: " + family.unit + '.';
    if (!family.origin.empty()) help += " Source: " + family.origin + '.';
    return help;
}

FamilyTable::FamilyTable(std::span<const CollectorInfo* const> collectors) {
    for (Family& family : own_families())
        add(std::move(family));
    add_catalogue();
    for (const CollectorInfo* collector : collectors)
        add_facts(*collector);
}

FamilyId FamilyTable::add(Family family) {
    PANTAU_ASSERT(is_metric_name(family.name) && !has(family.name));
    // Counters have this ending and nothing else has: OpenMetrics insists.
    PANTAU_ASSERT((family.type == counter) == family.name.ends_with("_total"));
    for (const std::string& label : family.labels)
        PANTAU_ASSERT(std::ranges::find(reserved_labels(), label) != reserved_labels().end());
    families_.push_back(std::move(family));
    return static_cast<FamilyId>(families_.size() - 1);
}

void FamilyTable::add_catalogue() {
    const auto rows = quantities();
    by_quantity_.assign(rows.size(), none);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const QuantityInfo& info = rows[i];
        if (info.metric.empty() || info.kind == QuantityKind::text) continue;
        by_quantity_[i] =
            add({std::string(info.metric), info.kind == QuantityKind::counter ? counter : gauge,
                 subject_of(info.component), detail_of(info.name), labels_of(info.component),
                 unit_of(info), std::string(info.help), origin_of(info)});
        if (info.component != ComponentKind::access_point) continue;
        const auto twin = std::ranges::find_if(rows, [&](const QuantityInfo& other) {
            return other.component == ComponentKind::system && other.json_key == info.json_key;
        });
        if (twin != rows.end())
            twins_.push_back(
                {static_cast<QuantityId>(i), static_cast<QuantityId>(twin - rows.begin())});
    }
}

void FamilyTable::add_facts(const CollectorInfo& collector) {
    FactFamilies& made = facts_.emplace_back();
    made.collector = collector.name;
    for (const FactKind& fact : collector.facts) {
        FamilyId id = none;
        if (!fact.metric.empty()) {
            // Rows that differ in one label's value only (phases) are one family.
            for (std::size_t i = 0; i < made.rows.size(); ++i) {
                if (collector.facts[i].metric != fact.metric) continue;
                PANTAU_ASSERT(collector.facts[i].label_value != fact.label_value);
                id = made.rows[i];
            }
            std::vector<std::string> labels;
            if (!fact.label_name.empty()) labels.emplace_back(fact.label_name);
            if (id == none) {
                id = add({std::string(fact.metric), gauge, either, full, labels,
                          std::string(unit_in(fact.metric)), std::string(fact.help),
                          fmt::format("the {} check of the latest poll", collector.name)});
            }
            PANTAU_ASSERT(families_[id].labels == labels);
        }
        made.rows.push_back(id);
    }
}

FamilyId FamilyTable::of_fact(const CollectorInfo& collector, std::uint16_t row) const {
    for (const FactFamilies& facts : facts_) {
        if (facts.collector == collector.name)
            return row < facts.rows.size() ? facts.rows[row] : none;
    }
    return none;
}

bool FamilyTable::has_twin(QuantityId of_ap) const {
    return std::ranges::find(twins_, of_ap, &Twins::of_ap) != twins_.end();
}

bool FamilyTable::has(std::string_view name) const {
    return std::ranges::find(families_, name, &Family::name) != families_.end();
}

std::span<const std::string_view> reserved_labels() {
    static constexpr auto names = std::to_array<std::string_view>(
        {"address",   "alertname", "ap",       "band",      "check",    "collector", "device",
         "firmware",  "health",    "instance", "interface", "job",      "lat",       "le",
         "level",     "lon",       "model",    "phase",     "profile",  "quantile",  "radio",
         "reason",    "role",      "rule",     "serial",    "severity", "shard",     "ssid",
         "statistic", "vendor",    "verdict"});
    return names;
}

std::vector<std::string> area_labels(std::span<const std::string> hierarchy) {
    return area_label_names(hierarchy, reserved_labels());
}

}  // namespace pantau::exposition
