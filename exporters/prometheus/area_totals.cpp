#include "exporters/prometheus/area_totals.hpp"

#include <algorithm>

#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

const Component* first_ap(const Observation& measured) {
    const auto found =
        std::ranges::find(measured.components, ComponentKind::access_point, &Component::kind);
    return found == measured.components.end() ? nullptr : &*found;
}

std::optional<Number> total_of_system(const Observation& measured) {
    const Component* const system = measured.system();
    return system == nullptr ? std::nullopt : measured.number(*system, quantity::system_clients);
}

std::uint64_t whole(Number number) {
    return number.kind() == Number::Kind::real ? static_cast<std::uint64_t>(number.as_double())
                                               : number.as_natural();
}

/// People to count in the area of a device. Those on access points of the inventory are counted
/// there: of a controller that lists some of them only the others count; one that access points
/// name as their parent, and that lists none of them, is not counted.
std::optional<Number> people_at(const DeviceState& state, const Observation& measured) {
    if (is_access_point(state)) return clients_of_ap(measured);
    const PeopleElsewhere people = people_of_controller(state);
    if (people.are_counted_elsewhere)
        return people.rest ? std::optional(Number::natural(*people.rest)) : std::nullopt;
    if (people.is_known) return clients_of_controller(measured);
    return state.device->is_parent ? std::nullopt : clients_of_controller(measured);
}

}  // namespace

std::optional<Number> clients_of_ap(const Observation& measured) {
    if (const Component* const ap = first_ap(measured)) {
        if (const auto clients = measured.number(*ap, quantity::ap_clients)) return clients;
    }
    return total_of_system(measured);
}

std::optional<Number> clients_of_controller(const Observation& measured) {
    if (const auto total = total_of_system(measured)) return total;
    std::optional<Number> sum;
    for (const Component& component : measured.components) {
        if (component.kind != ComponentKind::access_point) continue;
        if (const auto clients = measured.number(component, quantity::ap_clients))
            sum = Number::natural(whole(sum.value_or(Number())) + whole(*clients));
    }
    return sum;
}

AreaTotals::AreaTotals(std::span<const std::string> labels, std::span<const std::string> hierarchy,
                       std::size_t depth_least)
    : labels_(labels), hierarchy_(hierarchy), depth_least_(depth_least), totals_(labels.size()) {}

void AreaTotals::add(const DeviceState& state, MonoTime now) {
    const Observation* const measured = current_measurements(state, now);
    const auto people = measured != nullptr ? people_at(state, *measured) : std::nullopt;
    const bool is_ap = is_access_point(state);
    if (!is_ap && !people) return;
    const std::vector<std::string>& area = state.device->area;
    text_.assign(1, '{');
    for (std::size_t level = 0; level < std::min(labels_.size(), area.size()); ++level) {
        append_label(text_, labels_[level], area[level]);
        text_.push_back(',');
        // A device that names no kelurahan belongs to none, but still to its kecamatan.
        if (area[level].empty() || level + 1 < depth_least_) continue;
        auto& of_level = totals_[level];
        auto total = of_level.find(text_);
        if (total == of_level.end()) total = of_level.emplace(text_, Total{}).first;
        if (is_ap) ++total->second.aps[static_cast<std::size_t>(state.health.state)];
        if (people) {
            total->second.clients += whole(*people);
            total->second.has_clients = true;
        }
    }
}

void AreaTotals::write(SeriesBook& book, const FamilyTable& families) const {
    for (std::size_t level = 0; level < totals_.size(); ++level) {
        for (const auto& [area, total] : totals_[level]) {
            // Named in the capture: C++20 lambdas may not refer to a structured binding.
            const auto begin = [&, &labels = area]() -> std::string& {
                std::string& text = book.begin();
                text.append(labels, 1);
                append_label(text, "level", hierarchy_[level]);
                return text;
            };
            for (std::size_t state = 0; state < total.aps.size(); ++state) {
                std::string& text = begin();
                text.push_back(',');
                append_label(text, "health", name_of(static_cast<HealthState>(state)));
                book.add(families.of(Own::area_aps), book.close(),
                         Number::natural(total.aps[state]));
            }
            if (!total.has_clients) continue;
            begin();
            book.add(families.of(Own::area_clients), book.close(), Number::natural(total.clients));
        }
    }
}

}  // namespace pantau::exposition
