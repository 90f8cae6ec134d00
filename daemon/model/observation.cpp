#include "model/observation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assert.hpp"

namespace pantau {

const Component* Observation::system() const {
    const auto found = std::ranges::find(components, ComponentKind::system, &Component::kind);
    return found == components.end() ? nullptr : &*found;
}

std::optional<Number> Observation::number(const Component& component, QuantityId id) const {
    for (const Reading& reading : readings_of(component)) {
        if (reading.quantity == id) return reading.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Observation::text(const Component& component, QuantityId id) const {
    for (const TextReading& reading : texts_of(component)) {
        if (reading.quantity == id) return text_of(reading);
    }
    return std::nullopt;
}

bool Observation::any_answer() const {
    return std::ranges::any_of(collectors, [](const CollectorReport& report) { return report.ok; });
}

std::uint32_t ObservationBuilder::begin(ComponentKind kind, std::uint32_t parent) {
    Component component;
    component.kind = kind;
    component.parent = parent;
    component.first_reading = static_cast<std::uint32_t>(out_.readings.size());
    component.first_text = static_cast<std::uint32_t>(out_.texts.size());
    out_.components.push_back(component);
    return static_cast<std::uint32_t>(out_.components.size() - 1);
}

bool ObservationBuilder::add(QuantityId id, Number value, bool wraps_at_32_bits) {
    PANTAU_ASSERT(!out_.components.empty());
    const QuantityInfo& info = quantity_info(id);
    PANTAU_ASSERT(info.component == out_.components.back().kind);
    const double as_double = value.as_double();
    if (!std::isfinite(as_double) || as_double < info.least || as_double > info.most) return false;
    out_.readings.push_back({value, wraps_at_32_bits, id});
    ++out_.components.back().reading_count;
    return true;
}

void ObservationBuilder::add(QuantityId id, const Text& value) {
    add_text(id, value.view());
}

void ObservationBuilder::add(QuantityId id, const Observation& from, const TextReading& text) {
    add_text(id, from.text_of(text));
}

void ObservationBuilder::add_text(QuantityId id, std::string_view harmless) {
    PANTAU_ASSERT(!out_.components.empty());
    PANTAU_ASSERT(quantity_info(id).component == out_.components.back().kind);
    PANTAU_ASSERT(harmless.size() <= std::numeric_limits<std::uint16_t>::max());
    out_.texts.push_back({place_of(harmless), static_cast<std::uint16_t>(harmless.size()), id});
    ++out_.components.back().text_count;
}

/// What a device says of itself as a system and as an access point, the radio that each of its
/// networks names: lists of controllers are too long to be searched whole.
std::uint32_t ObservationBuilder::place_of(std::string_view harmless) {
    constexpr std::size_t searched_most = 64;
    const std::size_t searched = std::min(out_.texts.size(), searched_most);
    for (const TextReading& each : std::span(out_.texts).first(searched))
        if (out_.text_of(each) == harmless) return each.first_byte;
    const auto place = static_cast<std::uint32_t>(out_.text_bytes.size());
    out_.text_bytes += harmless;
    return place;
}

}  // namespace pantau
