#include "control/documents.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/edit_distance.hpp"
#include "base/text.hpp"
#include "state/area_sums.hpp"
#include "state/people.hpp"
#include "state/roster.hpp"
#include "state/sightings.hpp"

namespace pantau::control {
namespace {

namespace json = boost::json;

constexpr std::array<HealthState, 6> all_states{HealthState::up,          HealthState::degraded,
                                                HealthState::down,        HealthState::unreachable,
                                                HealthState::maintenance, HealthState::unknown};

std::string stamp(WallTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

json::value stamp_or_null(const std::optional<WallTime>& time) {
    if (!time) return nullptr;
    return json::value(stamp(*time));
}

json::value number_or_null(const std::optional<std::uint64_t>& number) {
    if (!number) return nullptr;
    return json::value(*number);
}

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

json::object sites_object(const SiteCounts& sites) {
    return {{"total", sites.total},
            {"ok", sites.ok},
            {"degraded", sites.degraded},
            {"dark", sites.dark},
            {"unknown", sites.unknown}};
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

/// A text of the system component, as last measured: what a device is does not go stale.
json::value identity(const DeviceState& state, QuantityId id) {
    if (state.measured == nullptr) return nullptr;
    const Component* system = state.measured->system();
    if (system == nullptr) return nullptr;
    const std::string_view text = state.measured->text(*system, id).value_or("");
    if (text.empty()) return nullptr;
    return json::value(text);
}

/// Of an access point that is not polled itself: as its controller tells.
json::value told_address(const DeviceState& state) {
    static const QuantityId ap_address = quantity::require("ap.address");
    if (state.measured == nullptr) return nullptr;
    for (const Component& component : state.measured->components) {
        if (component.kind != ComponentKind::access_point) continue;
        const auto text = state.measured->text(component, ap_address).value_or(std::string_view());
        return text.empty() ? json::value(nullptr) : json::value(text);
    }
    return nullptr;
}

json::object device_object(const DeviceState& state, const Snapshot& snapshot) {
    const Device& device = *state.device;
    json::object area;
    const std::vector<std::string>& levels = snapshot.inventory->hierarchy;
    for (std::size_t i = 0; i < levels.size(); ++i)
        area[levels[i]] = i < device.area.size() ? device.area[i] : "";
    json::value reason = nullptr;
    if (state.health.reason) reason = name_of(*state.health.reason);
    json::value profile = identity(state, quantity::identity_profile);
    if (profile.is_null() && device.profile != "auto") profile = device.profile;
    const bool is_polled = !device.address.empty();
    return {{"id", device.id},
            {"address", is_polled ? json::value(device.address) : told_address(state)},
            {"port", is_polled ? json::value(device.port) : json::value(nullptr)},
            {"area", std::move(area)},
            {"role", name_of(state.role)},
            {"health", name_of(state.health.state)},
            {"reason", std::move(reason)},
            {"profile", std::move(profile)},
            {"vendor", identity(state, quantity::identity_vendor)},
            {"model", identity(state, quantity::identity_model)},
            {"firmware", identity(state, quantity::identity_firmware)},
            {"clients", number_or_null(clients_of(state, snapshot.mono))},
            {"controller", state.controller != nullptr ? json::value(state.controller->id)
                                                       : json::value(nullptr)},
            {"reboots", state.reboots},
            {"last_success", stamp_or_null(state.last_success)}};
}

bool is_same_word(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [lower](char x, char y) { return lower(x) == lower(y); });
}

bool is_in_areas(const Device& device, const DeviceFilter& filter) {
    const std::vector<std::string>& path = device.area;
    const auto holds = [&](const auto& wanted) {
        return wanted.first < path.size() && is_same_word(path[wanted.first], wanted.second);
    };
    return std::all_of(filter.areas.begin(), filter.areas.end(), [&](const auto& condition) {
        // Several values for one level: any of them.
        return std::any_of(filter.areas.begin(), filter.areas.end(), [&](const auto& other) {
            return other.first == condition.first && holds(other);
        });
    });
}

bool is_wanted(HealthState state, const DeviceFilter& filter) {
    const auto& states = filter.states;
    return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
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

tl::unexpected<Error> unknown_word(std::string_view what, std::string_view word,
                                   const std::vector<std::string_view>& known) {
    std::string words = fmt::format("unknown {} '{}'", what, Text::from_network(word).view());
    if (const auto meant = did_you_mean(word, known))
        words += fmt::format(", perhaps '{}'", *meant);
    words += fmt::format("; known are {}", fmt::join(known, ", "));
    return fail(Reason::malformed, std::move(words));
}

Result<void> add_states(std::string_view list, std::vector<HealthState>& states) {
    std::vector<std::string_view> known;
    known.reserve(std::size(all_states));
    for (const HealthState state : all_states)
        known.push_back(name_of(state));
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view word = list.substr(0, comma);
        const auto found = std::find(known.begin(), known.end(), word);
        if (found == known.end()) return unknown_word("state", word, known);
        states.push_back(all_states[static_cast<std::size_t>(found - known.begin())]);
        list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
    }
    return {};
}

}  // namespace

Result<DeviceFilter> parse_device_filter(
    const std::vector<std::pair<std::string, std::string>>& query,
    const std::vector<std::string>& hierarchy) {
    DeviceFilter filter;
    for (const auto& [name, value] : query) {
        if (name == "state") {
            if (auto added = add_states(value, filter.states); !added)
                return tl::unexpected(std::move(added.error()));
            continue;
        }
        const auto level = std::find(hierarchy.begin(), hierarchy.end(), name);
        if (level == hierarchy.end()) {
            std::vector<std::string_view> known(hierarchy.begin(), hierarchy.end());
            known.emplace_back("state");
            return unknown_word("parameter", name, known);
        }
        filter.areas.emplace_back(static_cast<std::size_t>(level - hierarchy.begin()), value);
    }
    return filter;
}

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

std::string devices_document(const Snapshot& snapshot, const DeviceFilter& filter) {
    // One device at a time: a tree of 50,000 devices would take ten times the space of its text.
    std::string document = "[";
    for (const auto& state : snapshot.devices) {
        if (!is_wanted(state->health.state, filter)) continue;
        if (!is_in_areas(*state->device, filter)) continue;
        if (document.size() > 1) document += ",\n";
        document += json::serialize(device_object(*state, snapshot));
    }
    return document += "]";
}

std::string unassigned_document(const Snapshot& snapshot, const DeviceFilter& filter,
                                std::string_view controller) {
    std::string document = "[";
    for (const auto& state : snapshot.devices) {
        if (state->list == nullptr) continue;
        if (!controller.empty() && state->device->id != controller) continue;
        if (!is_in_areas(*state->device, filter)) continue;
        for (const std::uint32_t ap : state->list->unassigned) {
            if (!is_wanted(state_listed(*state->list->seen, ap), filter)) continue;
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
