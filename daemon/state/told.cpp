#include "state/told.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pantau {
namespace {

/// For each quantity of an access point the one of the system that says the same, or itself.
std::vector<QuantityId> find_twins() {
    std::vector<QuantityId> twins(quantities().size());
    for (QuantityId id = 0; id < quantities().size(); ++id) {
        twins[id] = id;
        const QuantityInfo& info = quantity_info(id);
        if (info.component != ComponentKind::access_point) continue;
        for (const char* const prefix : {"system.", "identity."}) {
            if (const auto twin = quantity_named(prefix + std::string(info.json_key)))
                twins[id] = *twin;
        }
    }
    return twins;
}

QuantityId twin_of(QuantityId id) {
    static const std::vector<QuantityId> twins = find_twins();
    return twins[id];
}

/// All readings of a component that `into` does not have yet.
void copy(const Observation& from, const Component& component, ObservationBuilder& build,
          const Observation& into) {
    for (const Reading& reading : from.readings_of(component)) {
        if (!into.number(into.components.back(), reading.quantity))
            build.add(reading.quantity, reading.value, reading.wraps_at_32_bits);
    }
    for (const TextReading& reading : from.texts_of(component)) {
        if (!into.text(into.components.back(), reading.quantity))
            build.add(reading.quantity, from, reading);
    }
}

void copy_all(const Observation& from, ComponentKind kind, ObservationBuilder& build,
              const Observation& into, std::uint32_t parent) {
    for (const Component& component : from.components) {
        if (component.kind != kind) continue;
        const bool is_of_ap = component.parent != Component::no_parent;
        build.begin(kind, is_of_ap ? parent : Component::no_parent);
        copy(from, component, build, into);
    }
}

bool has_kind(const Observation& seen, ComponentKind kind) {
    return std::ranges::find(seen.components, kind, &Component::kind) != seen.components.end();
}

void reserve(Observation& out, const Observation& like) {
    out.components.reserve(like.components.size());
    out.readings.reserve(like.readings.size());
    out.texts.reserve(like.texts.size());
    out.text_bytes.reserve(like.text_bytes.size());
}

}  // namespace

std::uint32_t end_of_part(const Observation& seen, std::uint32_t ap) {
    std::uint32_t end = ap + 1;
    while (end < seen.components.size() && seen.components[end].parent == ap)
        ++end;
    return end;
}

std::shared_ptr<const Observation> part_of(const Observation& controllers, std::uint32_t ap,
                                           const DeviceId& device) {
    const std::uint32_t end = end_of_part(controllers, ap);
    std::size_t readings = controllers.components[ap].reading_count;
    std::size_t texts = controllers.components[ap].text_count + std::size_t{2};
    for (std::uint32_t i = ap; i < end; ++i) {
        readings += controllers.components[i].reading_count;
        texts += controllers.components[i].text_count;
    }
    auto part = std::make_shared<Observation>();
    part->device = device;
    part->time = controllers.time;
    part->mono = controllers.mono;
    part->role = Role::access_point;
    part->components.reserve(end - ap + 1);
    part->readings.reserve(readings);
    part->texts.reserve(texts);

    ObservationBuilder build(*part);
    build.begin(ComponentKind::system);
    if (const Component* const system = controllers.system()) {
        for (const TextReading& reading : controllers.texts_of(*system)) {
            const QuantityId id = reading.quantity;
            if (id == quantity::identity_vendor || id == quantity::identity_profile)
                build.add(id, controllers, reading);
        }
    }
    const Component& listed = controllers.components[ap];
    for (const Reading& reading : controllers.readings_of(listed)) {
        const QuantityId twin = twin_of(reading.quantity);
        if (twin != reading.quantity) build.add(twin, reading.value);
    }
    for (const TextReading& reading : controllers.texts_of(listed)) {
        const QuantityId twin = twin_of(reading.quantity);
        if (twin != reading.quantity) build.add(twin, controllers, reading);
    }
    constexpr std::uint32_t place_of_ap = 1;
    for (std::uint32_t i = ap; i < end; ++i) {
        const Component& component = controllers.components[i];
        build.begin(component.kind, i == ap ? Component::no_parent : place_of_ap);
        copy(controllers, component, build, *part);
    }
    return part;
}

std::shared_ptr<const Observation> filled_up(const Observation& own, const Observation& told) {
    auto both = std::make_shared<Observation>();
    both->device = own.device;
    both->time = own.time;
    both->mono = own.mono;
    both->role = own.role == Role::other ? told.role : own.role;
    both->collectors = own.collectors;
    both->problems = own.problems;
    reserve(*both, own);

    ObservationBuilder build(*both);
    const auto first_of = [](const Observation& seen, ComponentKind kind) {
        const auto found = std::ranges::find(seen.components, kind, &Component::kind);
        return found == seen.components.end() ? nullptr : &*found;
    };
    std::uint32_t ap = Component::no_parent;
    for (const ComponentKind kind : {ComponentKind::system, ComponentKind::access_point}) {
        const std::uint32_t place = build.begin(kind);
        if (kind == ComponentKind::access_point) ap = place;
        for (const Observation* const seen : {&own, &told}) {
            if (const Component* const component = first_of(*seen, kind))
                copy(*seen, *component, build, *both);
        }
    }
    for (const ComponentKind kind : {ComponentKind::radio, ComponentKind::ssid})
        copy_all(has_kind(own, kind) ? own : told, kind, build, *both, ap);
    copy_all(own, ComponentKind::interface, build, *both, ap);
    return both;
}

}  // namespace pantau
