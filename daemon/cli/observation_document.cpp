#include "cli/observation_document.hpp"

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "cli/words.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

double number_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::optional<Number> number_of(const json::value& value) {
    if (value.is_bool()) return Number::natural(value.get_bool() ? 1 : 0);
    if (value.is_uint64()) return Number::natural(value.get_uint64());
    if (value.is_int64()) return Number::integer(value.get_int64());
    if (value.is_double()) return Number::real(value.get_double());
    return std::nullopt;
}

/// The quantities of one component; of the system only those whose name begins so.
void read_quantities(const json::object& object, ComponentKind kind, std::string_view prefix,
                     ObservationBuilder& build) {
    for (QuantityId id = 0; id < quantities().size(); ++id) {
        const QuantityInfo& info = quantity_info(id);
        if (info.component != kind || !info.name.starts_with(prefix)) continue;
        const json::value* const value = object.if_contains(info.json_key);
        if (value == nullptr || value->is_null()) continue;
        if (info.kind == QuantityKind::text) {
            if (value->is_string()) build.add(id, Text::from_network(value->get_string()));
        } else if (const auto number = number_of(*value)) {
            build.add(id, *number);
        }
    }
}

/// A list of components below `key`; there may be none.
template <class Inside>
void read_list(const json::object& object, std::string_view key, ComponentKind kind,
               std::uint32_t parent, ObservationBuilder& build, Inside inside) {
    const json::value* const list = object.if_contains(key);
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& each : list->get_array()) {
        if (!each.is_object()) continue;
        const std::uint32_t place = build.begin(kind, parent);
        read_quantities(each.get_object(), kind, "", build);
        inside(each.get_object(), place);
    }
}

void read_components(const json::object& document, Observation& seen) {
    ObservationBuilder build(seen);
    const auto nothing_inside = [](const json::object&, std::uint32_t) {};
    build.begin(ComponentKind::system);
    for (const auto& [key, prefix] : {std::pair("identity", "identity."), {"system", "system."}}) {
        const json::value* const part = document.if_contains(key);
        if (part != nullptr && part->is_object())
            read_quantities(part->get_object(), ComponentKind::system, prefix, build);
    }
    read_list(document, "ssids", ComponentKind::ssid, Component::no_parent, build, nothing_inside);
    read_list(document, "access_points", ComponentKind::access_point, Component::no_parent, build,
              [&](const json::object& ap, std::uint32_t place) {
                  read_list(ap, "radios", ComponentKind::radio, place, build, nothing_inside);
                  read_list(ap, "ssids", ComponentKind::ssid, place, build, nothing_inside);
              });
    read_list(document, "interfaces", ComponentKind::interface, Component::no_parent, build,
              nothing_inside);
}

/// "phases.connect" is `connect` in the object `phases`.
const json::value* at_path(const json::object& object, std::string_view path) {
    const std::size_t dot = path.find('.');
    const json::value* const value = object.if_contains(path.substr(0, dot));
    if (dot == std::string_view::npos || value == nullptr || !value->is_object()) return value;
    return value->get_object().if_contains(path.substr(dot + 1));
}

void read_facts(const json::object& visit, CollectorReport& report) {
    const auto facts = report.collector->facts;
    for (std::uint16_t kind = 0; kind < facts.size(); ++kind) {
        if (facts[kind].json_path.empty()) continue;
        const json::value* const value = at_path(visit, facts[kind].json_path);
        if (value == nullptr) continue;
        if (value->is_string())
            report.facts.push_back({kind, std::string(value->get_string())});
        else if (value->is_number())
            report.facts.push_back({kind, value->to_number<double>()});
    }
}

void read_collectors(const json::object& document, Observation& seen) {
    const json::value* const all = document.if_contains("collectors");
    if (all == nullptr || !all->is_object()) return;
    for (const CollectorInfo* const info : collector_infos()) {
        const json::value* const visit = all->get_object().if_contains(info->name);
        if (visit == nullptr || !visit->is_object()) continue;
        const json::object& told = visit->get_object();
        CollectorReport report;
        report.collector = info;
        const json::value* const ok = told.if_contains("ok");
        report.ok = ok != nullptr && ok->is_bool() && ok->get_bool();
        report.reason = reason_named(text_at(told, "reason"));
        report.duration = std::chrono::duration_cast<Duration>(
            std::chrono::duration<double>(number_at(told, "duration_seconds")));
        read_facts(told, report);
        seen.collectors.push_back(std::move(report));
    }
}

void read_problems(const json::object& document, Observation& seen) {
    const json::value* const all = document.if_contains("problems");
    if (all == nullptr || !all->is_array()) return;
    for (const json::value& each : all->get_array()) {
        if (!each.is_object()) continue;
        const json::object& problem = each.get_object();
        seen.problems.push_back({text_at(problem, "collector"), text_at(problem, "ask"),
                                 reason_named(text_at(problem, "reason")).value_or(Reason::local),
                                 text_at(problem, "detail")});
    }
}

}  // namespace

std::optional<ObservationDocument> observation_in(const json::value& document) {
    if (!document.is_object()) return std::nullopt;
    const json::object& object = document.get_object();
    const json::value* const device = object.if_contains("device");
    const json::value* const health = object.if_contains("health");
    const bool is_one = text_at(object, "schema") == "pantau.observation/1" && device != nullptr &&
                        device->is_object() && health != nullptr && health->is_object();
    if (!is_one) return std::nullopt;
    ObservationDocument read;
    read.device.id = text_at(device->get_object(), "id");
    read.device.address = text_at(device->get_object(), "address");
    read.device.port = static_cast<std::uint16_t>(number_at(device->get_object(), "port"));
    read.health.state =
        health_named(text_at(health->get_object(), "state")).value_or(HealthState::unknown);
    read.health.reason = reason_named(text_at(health->get_object(), "reason"));
    read.seen.device = read.device.id;
    read.seen.time = time_of(text_at(device->get_object(), "time")).value_or(WallTime{});
    read.seen.role = role_named(text_at(object, "role")).value_or(Role::other);
    read_collectors(object, read.seen);
    read_components(object, read.seen);
    read_problems(object, read.seen);
    return read;
}

}  // namespace pantau::cli
