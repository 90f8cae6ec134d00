#include "state/people.hpp"

#include <algorithm>
#include <cmath>

namespace pantau {
namespace {

std::optional<std::uint64_t> as_count(const std::optional<Number>& number) {
    if (!number || number->as_double() < 0) return std::nullopt;
    if (number->kind() == Number::Kind::real)
        return static_cast<std::uint64_t>(std::llround(number->as_double()));
    return number->as_natural();
}

std::optional<std::uint64_t> total_of(const Observation& measured) {
    const Component* const system = measured.system();
    return system == nullptr ? std::nullopt
                             : as_count(measured.number(*system, quantity::system_clients));
}

std::optional<std::uint64_t> of_ap(const Observation& measured) {
    const auto ap =
        std::ranges::find(measured.components, ComponentKind::access_point, &Component::kind);
    if (ap != measured.components.end()) {
        if (const auto clients = as_count(measured.number(*ap, quantity::ap_clients)))
            return clients;
    }
    return total_of(measured);
}

std::optional<std::uint64_t> of_controller(const Observation& measured) {
    if (const auto total = total_of(measured)) return total;
    std::optional<std::uint64_t> sum;
    for (const Component& component : measured.components) {
        if (component.kind != ComponentKind::access_point) continue;
        if (const auto clients = as_count(measured.number(component, quantity::ap_clients)))
            sum = sum.value_or(0) + *clients;
    }
    return sum;
}

}  // namespace

std::optional<std::uint64_t> clients_of(const DeviceState& state, MonoTime now) {
    const Observation* const measured = current_measurements(state, now);
    if (measured == nullptr) return std::nullopt;
    return is_access_point(state) ? of_ap(*measured) : of_controller(*measured);
}

std::optional<std::uint64_t> people_at(const DeviceState& state, MonoTime now) {
    if (is_access_point(state)) return clients_of(state, now);
    if (current_measurements(state, now) == nullptr) return std::nullopt;
    const PeopleElsewhere people = people_of_controller(state);
    if (people.are_counted_elsewhere) return people.rest;
    if (!people.is_known && state.device->is_parent) return std::nullopt;
    return clients_of(state, now);
}

}  // namespace pantau
