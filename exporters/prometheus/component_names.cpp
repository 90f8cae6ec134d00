#include "exporters/prometheus/component_names.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace pantau::exposition {
namespace {

/// Where a kind keeps its name; the order of ComponentKind.
QuantityId name_quantity(ComponentKind kind) {
    switch (kind) {
        case ComponentKind::access_point:
            return quantity::ap_name;
        case ComponentKind::radio:
            return quantity::radio_name;
        case ComponentKind::ssid:
            return quantity::ssid_ssid;
        case ComponentKind::interface:
        case ComponentKind::system:
            break;
    }
    return quantity::interface_name;
}

std::string_view text_of(const Observation& observation, const Component& part, QuantityId id) {
    return observation.text(part, id).value_or(std::string_view());
}

}  // namespace

void ComponentNames::name(const Observation& observation) {
    const std::size_t size = observation.components.size();
    names_.resize(size);
    radios_.resize(size);
    indexes_.resize(size);
    order_.clear();
    std::array<std::uint32_t, 5> places{};
    std::uint32_t parent = Component::no_parent;
    for (std::uint32_t i = 0; i < size; ++i) {
        const Component& part = observation.components[i];
        if (part.kind == ComponentKind::system) continue;
        const bool has_parent =
            part.kind == ComponentKind::radio || part.kind == ComponentKind::ssid;
        if (has_parent && part.parent != parent) {
            parent = part.parent;
            places[static_cast<std::size_t>(ComponentKind::radio)] = 0;
            places[static_cast<std::size_t>(ComponentKind::ssid)] = 0;
        }
        std::uint32_t place = ++places[static_cast<std::size_t>(part.kind)];
        indexes_[i] = std::to_string(place);
        if (part.kind == ComponentKind::interface) {
            if (const auto row = observation.number(part, quantity::interface_index))
                indexes_[i] = std::to_string(row->as_natural());
        }
        names_[i] = text_of(observation, part, name_quantity(part.kind));
        if (names_[i].empty() && part.kind == ComponentKind::access_point)
            names_[i] = text_of(observation, part, quantity::ap_id);
        if (names_[i].empty()) names_[i] = '#' + indexes_[i];
        radios_[i].clear();
        if (part.kind == ComponentKind::ssid)
            radios_[i] = text_of(observation, part, quantity::ssid_radio);
        order_.push_back(i);
    }
    mend_duplicates(observation);
}

bool ComponentNames::is_before(const Observation& observation, std::uint32_t a,
                               std::uint32_t b) const {
    const Component& x = observation.components[a];
    const Component& y = observation.components[b];
    return std::tie(x.kind, x.parent, names_[a], radios_[a], a) <
           std::tie(y.kind, y.parent, names_[b], radios_[b], b);
}

bool ComponentNames::is_same(const Observation& observation, std::uint32_t a,
                             std::uint32_t b) const {
    const Component& x = observation.components[a];
    const Component& y = observation.components[b];
    return std::tie(x.kind, x.parent, names_[a], radios_[a]) ==
           std::tie(y.kind, y.parent, names_[b], radios_[b]);
}

void ComponentNames::mend_duplicates(const Observation& observation) {
    // A mended name may meet another ("a#2" was there already), so look until all differ. Each
    // round makes names longer, so the rounds end; a second one is rare.
    for (bool is_mended = true; is_mended;) {
        is_mended = false;
        std::ranges::sort(
            order_, [&](std::uint32_t a, std::uint32_t b) { return is_before(observation, a, b); });
        for (std::size_t first = 0; first < order_.size();) {
            std::size_t end = first + 1;
            while (end < order_.size() && is_same(observation, order_[first], order_[end]))
                ++end;
            const bool is_shared = end - first > 1;
            for (std::size_t i = first; is_shared && i < end; ++i) {
                const std::uint32_t part = order_[i];
                const bool is_ssid = observation.components[part].kind == ComponentKind::ssid;
                // The same ifIndex twice: only the place tells them apart.
                const bool is_index_shared = std::ranges::any_of(
                    order_.begin() + static_cast<std::ptrdiff_t>(first),
                    order_.begin() + static_cast<std::ptrdiff_t>(end), [&](std::uint32_t other) {
                        return other != part && indexes_[other] == indexes_[part];
                    });
                (is_ssid ? radios_ : names_)[part] +=
                    '#' + (is_index_shared ? std::to_string(part) : indexes_[part]);
            }
            is_mended = is_mended || is_shared;
            first = end;
        }
    }
}

}  // namespace pantau::exposition
