#include "control/documents.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "control/json_parts.hpp"
#include "state/area_sums.hpp"
#include "state/roster.hpp"
#include "state/sightings.hpp"

namespace pantau::control {
namespace {

namespace json = boost::json;

json::object health_counts(const Snapshot& snapshot) {
    json::object counts;
    for (const HealthState state : all_states) {
        counts[name_of(state)] =
            std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                          [state](const auto& device) { return device->health.state == state; });
    }
    return counts;
}

json::object polls_of(const PollFigures& polls) {
    json::object failures;
    for (std::size_t i = 0; i < reason_count; ++i) {
        if (polls.failures[i] != 0) failures[name_of(static_cast<Reason>(i))] = polls.failures[i];
    }
    return {{"total", polls.polls},
            {"failures", std::move(failures)},
            {"in_flight", polls.in_flight},
            {"shed", polls.shed},
            {"late", polls.late}};
}

/// The areas of the outermost level; those that name none come first, as "".
json::array outermost_areas(const Snapshot& snapshot) {
    AreaSums sums(snapshot.inventory->hierarchy.size());
    for (const auto& state : snapshot.devices)
        sums.add(*state, snapshot.mono);
    std::vector<AreaSum> areas = sums.list();
    std::erase_if(areas, [](const AreaSum& area) { return area.path.size() != 1; });
    const AreaSum elsewhere = sums.elsewhere();
    if (elsewhere.access_points() != 0 || elsewhere.clients) areas.insert(areas.begin(), elsewhere);
    json::array listed;
    for (const AreaSum& area : areas) {
        listed.push_back({{"name", area.path.empty() ? "" : area.path.front()},
                          {"sites", sites_object(area.sites)},
                          {"access_points", area.access_points()},
                          {"up", area.up},
                          {"clients", number_or_null(area.clients)}});
    }
    return listed;
}

HealthState state_listed(const Observation& seen, std::uint32_t ap) {
    switch (listed_as(seen, ap)) {
        case ControllerWord::Kind::up:
            return HealthState::up;
        case ControllerWord::Kind::down:
            return HealthState::down;
        default:
            return HealthState::unknown;
    }
}

/// One access point that a controller lists, as the start of a line of the inventory.
json::object unassigned_object(const DeviceState& controller, std::uint32_t ap,
                               const std::vector<std::string>& hierarchy) {
    static const QuantityId ap_serial = quantity::require("ap.serial");
    static const QuantityId ap_model = quantity::require("ap.model");
    static const QuantityId ap_address = quantity::require("ap.address");
    const Observation& seen = *controller.list->seen;
    const Component& listed = seen.components[ap];
    const auto text = [&](QuantityId id) -> json::value {
        const auto found = seen.text(listed, id).value_or(std::string_view());
        return found.empty() ? json::value(nullptr) : json::value(found);
    };
    const auto mac = mac_of(seen, listed);
    json::object area;  // for the operator to fill in
    for (const std::string& level : hierarchy)
        area[level] = nullptr;
    return {{"controller", controller.device->id},
            {"name", text(quantity::ap_name)},
            {"mac", mac ? json::value(*mac) : nullptr},
            {"serial", text(ap_serial)},
            {"model", text(ap_model)},
            {"address", text(ap_address)},
            {"state", name_of(state_listed(seen, ap))},
            {"id", text(quantity::ap_id)},
            {"area", std::move(area)}};
}

}  // namespace

std::string status_document(const Snapshot& snapshot, const StatusExtras& extras) {
    const auto access_points =
        std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                      [](const auto& state) { return is_access_point(*state); });
    json::array hierarchy(snapshot.inventory->hierarchy.begin(),
                          snapshot.inventory->hierarchy.end());
    json::value reload_ok = nullptr;
    if (extras.last_reload_ok) reload_ok = *extras.last_reload_ok;
    return json::serialize(
        json::object{{"schema", "pantau.status/1"},
                     {"version", extras.version},
                     {"started", stamp(extras.started)},
                     {"time", stamp(snapshot.time)},
                     {"ready", snapshot.first_cycle_done},
                     {"devices", snapshot.devices.size()},
                     {"access_points", access_points},
                     {"health", health_counts(snapshot)},
                     {"last_reload",
                      {{"ok", std::move(reload_ok)}, {"time", stamp_or_null(extras.last_reload)}}},
                     {"polls", polls_of(extras.polls)},
                     {"hierarchy", std::move(hierarchy)},
                     {"areas", outermost_areas(snapshot)}});
}

std::string unassigned_document(const Snapshot& snapshot, const DeviceFilter& filter,
                                std::string_view controller) {
    std::string document = "[";
    for (const auto& state : snapshot.devices) {
        if (state->list == nullptr) continue;
        if (!controller.empty() && state->device->id != controller) continue;
        if (!filter.has_area(state->device->area)) continue;
        for (const std::uint32_t ap : state->list->unassigned) {
            if (!filter.has_health(state_listed(*state->list->seen, ap))) continue;
            if (document.size() > 1) document += ",\n";
            document +=
                json::serialize(unassigned_object(*state, ap, snapshot.inventory->hierarchy));
        }
    }
    return document += "]";
}

std::string reload_document(const ReloadResult& result) {
    if (result.ok)
        return json::serialize(json::object{{"ok", true},
                                            {"added", result.added},
                                            {"changed", result.changed},
                                            {"removed", result.removed},
                                            {"unchanged", result.unchanged}});
    return json::serialize(json::object{
        {"ok", false}, {"errors", json::array(result.errors.begin(), result.errors.end())}});
}

}  // namespace pantau::control
