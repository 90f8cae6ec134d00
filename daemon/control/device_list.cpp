#include "control/device_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/edit_distance.hpp"
#include "base/text.hpp"
#include "control/json_parts.hpp"
#include "model/observation_json.hpp"
#include "state/people.hpp"

namespace pantau::control {
namespace {

namespace json = boost::json;

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

tl::unexpected<Error> unknown_word(std::string_view what, std::string_view word,
                                   const std::vector<std::string_view>& known) {
    std::string words = fmt::format("unknown {} '{}'", what, Text::from_network(word).view());
    if (const auto meant = did_you_mean(word, known))
        words += fmt::format(", perhaps '{}'", *meant);
    words += fmt::format("; known are {}", fmt::join(known, ", "));
    return fail(Reason::malformed, std::move(words));
}

template <class Word>
Result<void> add_words(std::string_view what, std::string_view list, std::span<const Word> all,
                       std::vector<Word>& words) {
    std::vector<std::string_view> known;
    known.reserve(all.size());
    for (const Word word : all)
        known.push_back(name_of(word));
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view word = list.substr(0, comma);
        const auto found = std::ranges::find(known, word);
        if (found == known.end()) return unknown_word(what, word, known);
        const Word meant = all[static_cast<std::size_t>(found - known.begin())];
        if (std::ranges::find(words, meant) == words.end()) words.push_back(meant);
        list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
    }
    return {};
}

constexpr std::array<Role, 6> all_roles{Role::access_point, Role::controller, Role::radio,
                                        Role::router,       Role::switch_,    Role::other};
/// Each is looked at for each device.
constexpr std::size_t area_conditions_most = 32;
constexpr std::string_view area_prefix = "area_";

Result<void> add_area(const std::string& name, const std::string& value,
                      const std::vector<std::string>& hierarchy,
                      std::span<const std::string_view> others, DeviceFilter& filter) {
    auto level = std::ranges::find(hierarchy, name);
    if (level == hierarchy.end() && name.starts_with(area_prefix))
        level = std::ranges::find(hierarchy, name.substr(area_prefix.size()));
    if (level == hierarchy.end()) {
        std::vector<std::string_view> known(hierarchy.begin(), hierarchy.end());
        known.insert(known.end(), others.begin(), others.end());
        return unknown_word("parameter", name, known);
    }
    if (filter.areas.size() == area_conditions_most)
        return fail(Reason::malformed,
                    fmt::format("at most {} areas can be asked for at once", area_conditions_most));
    filter.areas.emplace_back(static_cast<std::size_t>(level - hierarchy.begin()), value);
    return {};
}

}  // namespace

bool DeviceFilter::has_health(HealthState state) const {
    return states.empty() || std::ranges::find(states, state) != states.end();
}

bool DeviceFilter::has_area(std::span<const std::string> path) const {
    const auto holds = [&](const auto& wanted) {
        return wanted.first < path.size() && is_same_word(path[wanted.first], wanted.second);
    };
    return std::ranges::all_of(areas, [&](const auto& condition) {
        // Several values for one level: any of them.
        return std::ranges::any_of(areas, [&](const auto& other) {
            return other.first == condition.first && holds(other);
        });
    });
}

bool DeviceFilter::fits(const DeviceState& state) const {
    const bool has_role = roles.empty() || std::ranges::find(roles, state.role) != roles.end();
    return has_role && has_health(state.health.state) && has_area(state.device->area);
}

Result<DeviceFilter> parse_device_filter(const Query& query,
                                         const std::vector<std::string>& hierarchy,
                                         std::span<const std::string_view> taken) {
    std::vector<std::string_view> others{"state", "health", "role"};
    others.insert(others.end(), taken.begin(), taken.end());
    DeviceFilter filter;
    for (const auto& [name, value] : query) {
        Result<void> added;
        if (name == "state" || name == "health")
            added = add_words<HealthState>(name, value, all_states, filter.states);
        else if (name == "role")
            added = add_words<Role>(name, value, all_roles, filter.roles);
        else
            added = add_area(name, value, hierarchy, others, filter);
        if (!added) return tl::unexpected(std::move(added.error()));
    }
    return filter;
}

std::string device_line(const DeviceState& state, const Snapshot& snapshot) {
    return json::serialize(device_object(state, snapshot));
}

std::string devices_document(const Snapshot& snapshot, const DeviceFilter& filter) {
    // One device at a time: a tree of 50,000 devices would take ten times the space of its text.
    std::string document = "[";
    for (const auto& state : snapshot.devices) {
        if (!filter.fits(*state)) continue;
        if (document.size() > 1) document += ",\n";
        document += device_line(*state, snapshot);
    }
    return document += "]";
}

std::optional<std::string> device_document(const Snapshot& snapshot, std::string_view id) {
    const auto found = std::ranges::find_if(
        snapshot.devices, [id](const auto& state) { return state->device->id == id; });
    if (found == snapshot.devices.end()) return std::nullopt;
    const DeviceState& state = **found;
    // Before the first Poll: an Observation that knows nothing.
    Observation nothing;
    nothing.device = state.device->id;
    nothing.time = snapshot.time;
    nothing.mono = snapshot.mono;
    nothing.role = state.role;
    return observation_json(state.latest ? *state.latest : nothing, *state.device, state.health);
}

}  // namespace pantau::control
