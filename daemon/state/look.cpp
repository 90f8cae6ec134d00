#include <algorithm>
#include <string_view>

#include "model/quantity.hpp"
#include "state/history.hpp"

namespace pantau {
namespace {

std::uint64_t hash_of(std::optional<std::string_view> text) {
    return text ? std::hash<std::string_view>{}(*text) : 0;
}

/// The quantities that say who a component is and what it has carried.
struct Carrier {
    ComponentKind kind;
    QuantityId rx;
    QuantityId tx;
    QuantityId name;
    QuantityId second_name;
};

std::vector<Carried> carried_by(const Carrier& carrier, const Observation& seen) {
    std::vector<Carried> all;
    for (const Component& component : seen.components) {
        if (component.kind != carrier.kind) continue;
        const auto rx = seen.number(component, carrier.rx);
        const auto tx = seen.number(component, carrier.tx);
        if (!rx || !tx) continue;  // Half of it, missing now and then, would look like a leap.
        const std::uint64_t name = hash_of(seen.text(component, carrier.name)) * 31 +
                                   hash_of(seen.text(component, carrier.second_name));
        all.push_back({name, rx->as_natural(), tx->as_natural()});
    }
    return all;
}

/// Radios count all traffic of citizens once; where they do not, the networks do. Interfaces are
/// left out: the wire to the city is one of them, and bridges count everything twice.
std::vector<Carried> carried_in(const Observation& seen) {
    static const Carrier radios{ComponentKind::radio, quantity::require("radio.rx_bytes_total"),
                                quantity::require("radio.tx_bytes_total"), quantity::radio_name,
                                quantity::radio_band};
    static const Carrier ssids{ComponentKind::ssid, quantity::require("ssid.rx_bytes_total"),
                               quantity::require("ssid.tx_bytes_total"), quantity::ssid_ssid,
                               quantity::ssid_radio};
    std::vector<Carried> all = carried_by(radios, seen);
    return all.empty() ? carried_by(ssids, seen) : all;
}

std::optional<std::uint32_t> clients_in(const Observation& seen) {
    for (const Component& component : seen.components) {
        if (component.kind != ComponentKind::access_point) continue;
        const auto clients = seen.number(component, quantity::ap_clients);
        if (!clients || clients->as_double() < 0) return std::nullopt;
        return static_cast<std::uint32_t>(std::min(clients->as_double(), 4e9));
    }
    return std::nullopt;
}

/// What this state says of people and traffic, if it is new: a poll that brought nothing leaves the
/// measurements of the one before standing.
const Observation* fresh_measurements(const DeviceState& state, MonoTime now) {
    const Observation* const seen = current_measurements(state, now);
    return state.latest == state.measured || state.controller != nullptr ? seen : nullptr;
}

}  // namespace

std::optional<Look> look_of(const DeviceState& state, WallTime wall, MonoTime mono) {
    const bool is_told = state.controller != nullptr;
    if (!is_access_point(state) || (state.latest == nullptr && !is_told)) return std::nullopt;
    Look look;
    look.device = state.device;
    // The news may be that of a controller, of whose poll the access point knows no time.
    look.wall = is_told ? wall : state.latest->time;
    look.mono = is_told ? mono : state.latest->mono;
    look.every = state.device->poll.interval;
    if (is_told) look.every = std::max(look.every, state.controller->poll.interval);
    look.health = state.health;
    look.silent = state.silent;
    look.reboots = state.reboots;
    if (const Observation* const seen = fresh_measurements(state, mono)) {
        look.clients = clients_in(*seen);
        look.carried = carried_in(*seen);
        // A controller counts for itself: its numbers are no continuation of the device's own.
        const std::uint64_t source = state.measured_every != Duration::zero() ? 1 : 0;
        for (Carried& carried : look.carried)
            carried.component = carried.component * 2 + source;
    }
    return look;
}

}  // namespace pantau
