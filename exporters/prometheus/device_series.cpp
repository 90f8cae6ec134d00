#include "exporters/prometheus/device_series.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "exporters/prometheus/label_text.hpp"

namespace pantau::exposition {
namespace {

const QuantityId interface_speed = quantity::require("interface.speed_bits_per_second");

std::string_view text_of(const Observation& seen, const Component& part, QuantityId id) {
    return seen.text(part, id).value_or(std::string_view());
}

/// The access point that a device is itself: the first it tells of. The number of components when
/// it tells of none.
std::size_t place_of_own_ap(const Observation& measured) {
    const auto found =
        std::ranges::find(measured.components, ComponentKind::access_point, &Component::kind);
    return static_cast<std::size_t>(found - measured.components.begin());
}

const Component* own_ap(const Observation& measured) {
    const std::size_t place = place_of_own_ap(measured);
    return place < measured.components.size() ? &measured.components[place] : nullptr;
}

Number flag(bool value) {
    return Number::natural(value ? 1 : 0);
}

/// Unix time to the millisecond: more digits would be noise.
Number unix_time(WallTime time) {
    using std::chrono::milliseconds;
    const auto since = std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
    return Number::real(static_cast<double>(since) / 1000);
}

Number bits_to_bytes(Number bits) {
    if (bits.kind() == Number::Kind::natural && bits.as_natural() % 8 == 0)
        return Number::natural(bits.as_natural() / 8);
    return Number::real(bits.as_double() / 8);
}

std::string degrees(double value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

/// FNV-1a in hexadecimal.
std::string hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3;
    }
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
    return {digits.data(), end};
}

}  // namespace

bool DeviceSeries::is_shown(FamilyId family) const {
    return level_ == Level::full || families_.all()[family].detail == Detail::basic;
}

void DeviceSeries::put(FamilyId family, Labels labels, Number value) {
    if (!is_shown(family)) return;
    if (room_ == 0) {
        ++dropped_;
        return;
    }
    --room_;
    ++written_;
    book_.add(family, labels, value);
}

void DeviceSeries::put_reading(const Reading& reading, FamilyId family, Labels labels) {
    if (family == FamilyTable::none) return;
    const bool is_speed = reading.quantity == interface_speed;
    put(family, labels, is_speed ? bits_to_bytes(reading.value) : reading.value);
}

Labels DeviceSeries::with(std::string_view name, std::string_view value) {
    append_label(book_.begin_like(start_), name, value);
    return book_.close();
}

std::size_t DeviceSeries::room_for(bool is_ap) const {
    constexpr std::size_t up_and_health = 2;
    const std::size_t own = is_ap ? limits_.of_access_point : limits_.of_device;
    const std::size_t rest = limits_.in_all - std::min(limits_.in_all, written_);
    return std::max(std::min(own, rest), up_and_health);
}

void DeviceSeries::begin_labels(const DeviceState& state, bool is_ap) {
    const Device& device = *state.device;
    std::string& text = book_.begin();
    if (append_label(text, is_ap ? "ap" : "device", device.id) == LabelText::replaced) {
        // Two names may look alike once they are mended; their hashes do not.
        text.insert(text.size() - 1, '#' + hash_of(device.id));
    }
    text.push_back(',');
    if (!is_ap) {
        append_label(text, "role", name_of(state.role));
        text.push_back(',');
    }
    for (std::size_t i = 0; i < area_labels_.size(); ++i) {
        append_label(text, area_labels_[i], i < device.area.size() ? device.area[i] : "");
        text.push_back(',');
    }
    start_ = book_.pause();
    book_.begin_like(start_);
    own_ = book_.close();
}

void DeviceSeries::add(const DeviceState& state, MonoTime now) {
    const bool is_ap = is_access_point(state);
    room_ = room_for(is_ap);
    begin_labels(state, is_ap);
    put(families_.of(is_ap ? Own::ap_up : Own::device_up), own_, flag(state.up));
    put(families_.of(is_ap ? Own::ap_health : Own::device_health), own_,
        Number::natural(static_cast<std::uint64_t>(state.health.state)));
    if (is_ap) add_access_point(state);
    if (!is_ap) add_list(state, now);
    const auto of_whom = current_visit(state, now) != nullptr ? Facts::all : Facts::of_service;
    if (const Observation* const latest = current_poll(state, now)) add_facts(*latest, of_whom);
    const Observation* const measured = current_measurements(state, now);
    if (measured == nullptr) return;
    if (is_ap) {
        add_ap_values(*measured);
    } else {
        add_system(*measured);
    }
    if (level_ == Level::full) add_parts(*measured, is_ap);
}

void DeviceSeries::add_access_point(const DeviceState& state) {
    add_info(state);
    add_location(*state.device);
    if (state.last_success)
        put(families_.of(Own::ap_last_success), own_, unix_time(*state.last_success));
    put(families_.of(Own::ap_reboots), own_, Number::natural(state.reboots));
    put(families_.of(Own::ap_health_changes), own_, Number::natural(state.health_changes));
    if (state.silent && state.up)
        put(families_.of(Own::ap_silent), own_, Number::natural(*state.silent ? 1 : 0));
    if (state.latest != nullptr) add_probes(*state.latest);
}

void DeviceSeries::add_list(const DeviceState& state, MonoTime now) {
    if (state.list == nullptr || current_measurements(state, now) == nullptr) return;
    put(families_.of(Own::device_unassigned), own_, Number::natural(state.list->unassigned.size()));
}

void DeviceSeries::add_info(const DeviceState& state) {
    if (!is_shown(families_.of(Own::ap_info))) return;
    const Observation* const measured = state.measured.get();
    const Component* const system = measured != nullptr ? measured->system() : nullptr;
    const Component* const ap = measured != nullptr ? own_ap(*measured) : nullptr;
    const auto known = [&](QuantityId of_system, std::optional<QuantityId> of_ap) {
        std::string_view word;
        if (ap != nullptr && of_ap) word = text_of(*measured, *ap, *of_ap);
        if (word.empty() && system != nullptr) word = text_of(*measured, *system, of_system);
        return word;
    };
    static const QuantityId ap_model = quantity::require("ap.model");
    static const QuantityId ap_firmware = quantity::require("ap.firmware");
    static const QuantityId ap_serial = quantity::require("ap.serial");
    std::string_view profile = known(quantity::identity_profile, {});
    if (profile.empty() && state.device->profile != "auto") profile = state.device->profile;

    std::string& text = book_.begin_like(start_);
    static const QuantityId ap_address = quantity::require("ap.address");
    std::string_view address = state.device->address;
    if (address.empty() && ap != nullptr) address = text_of(*measured, *ap, ap_address);
    append_label(text, "address", address);
    append_label(text += ',', "vendor", known(quantity::identity_vendor, {}));
    append_label(text += ',', "model", known(quantity::identity_model, ap_model));
    append_label(text += ',', "firmware", known(quantity::identity_firmware, ap_firmware));
    append_label(text += ',', "serial", known(quantity::identity_serial, ap_serial));
    append_label(text += ',', "profile", profile);
    put(families_.of(Own::ap_info), book_.close(), Number::natural(1));
}

void DeviceSeries::add_location(const Device& device) {
    if (!device.latitude || !device.longitude || !is_shown(families_.of(Own::ap_location_info)))
        return;
    std::string& text = book_.begin_like(start_);
    append_label(text, "lat", degrees(*device.latitude));
    append_label(text += ',', "lon", degrees(*device.longitude));
    put(families_.of(Own::ap_location_info), book_.close(), Number::natural(1));
}

void DeviceSeries::add_probes(const Observation& latest) {
    if (!is_shown(families_.of(Own::ap_probe_success))) return;
    for (const CollectorReport& report : latest.collectors) {
        if (report.collector == nullptr) continue;
        // Where we could not look there is nothing to tell: 0 would be the device's fault.
        if (!report.ok && report.reason && is_own_fault(*report.reason)) continue;
        const Labels labels = with("collector", report.collector->name);
        put(families_.of(Own::ap_probe_success), labels, flag(report.ok));
        put(families_.of(Own::ap_probe_duration), labels,
            Number::real(to_seconds(report.duration)));
    }
}

void DeviceSeries::add_facts(const Observation& latest, Facts of_whom) {
    for (const CollectorReport& report : latest.collectors) {
        if (report.collector == nullptr) continue;
        if (of_whom == Facts::of_service && report.collector->witness != Witness::service) continue;
        for (const Fact& fact : report.facts) {
            const double* const value = fact.number();
            const FamilyId family = families_.of_fact(*report.collector, fact.kind());
            if (value == nullptr || family == FamilyTable::none || !is_shown(family)) continue;
            const FactKind& kind = report.collector->facts[fact.kind()];
            if (kind.label_name.empty()) {
                put(family, own_, Number::real(*value));
                continue;
            }
            const std::string_view said = fact.label();
            const std::string_view word = kind.label_value.empty() ? said : kind.label_value;
            put(family, with(kind.label_name, word), Number::real(*value));
        }
    }
}

void DeviceSeries::add_system(const Observation& measured) {
    const Component* const system = measured.system();
    if (system == nullptr) return;
    for (const Reading& reading : measured.readings_of(*system))
        put_reading(reading, families_.of(reading.quantity), own_);
}

void DeviceSeries::add_ap_values(const Observation& measured) {
    const Component* const system = measured.system();
    const Component* const ap = own_ap(measured);
    // What the access point does not tell of itself, the device tells: they are one box.
    for (const auto [of_ap, of_system] : families_.twins()) {
        std::optional<Number> value;
        if (ap != nullptr) value = measured.number(*ap, of_ap);
        if (!value && system != nullptr) value = measured.number(*system, of_system);
        if (value) put(families_.of(of_ap), own_, *value);
    }
    if (ap == nullptr) return;
    for (const Reading& reading : measured.readings_of(*ap)) {
        if (!families_.has_twin(reading.quantity))
            put_reading(reading, families_.of(reading.quantity), own_);
    }
}

void DeviceSeries::add_parts(const Observation& measured, bool is_ap) {
    names_.name(measured);
    const std::size_t ap = is_ap ? place_of_own_ap(measured) : measured.components.size();
    for (std::size_t i = 0; i < measured.components.size(); ++i) {
        const Component& part = measured.components[i];
        switch (part.kind) {
            case ComponentKind::system:
            case ComponentKind::access_point:
                break;
            case ComponentKind::radio:
            case ComponentKind::ssid:
                // All others belong to access points that no inventory names.
                if (part.parent == ap) add_part(measured, i);
                break;
            case ComponentKind::interface:
                add_part(measured, i);
                break;
        }
    }
}

void DeviceSeries::add_part(const Observation& measured, std::size_t place) {
    std::optional<Labels> labels;
    for (const Reading& reading : measured.readings_of(measured.components[place])) {
        const FamilyId family = families_.of(reading.quantity);
        if (family == FamilyTable::none) continue;
        if (!labels && room_ > 0) labels = part_labels(measured, place);
        put_reading(reading, family, labels.value_or(Labels{}));
    }
}

Labels DeviceSeries::part_labels(const Observation& measured, std::size_t place) {
    const Component& part = measured.components[place];
    std::string& text = book_.begin_like(start_);
    switch (part.kind) {
        case ComponentKind::radio:
            append_label(text, "radio", names_.of(place));
            append_label(text += ',', "band", text_of(measured, part, quantity::radio_band));
            break;
        case ComponentKind::ssid:
            append_label(text, "ssid", names_.of(place));
            append_label(text += ',', "radio", names_.radio_of(place));
            break;
        case ComponentKind::interface:
        case ComponentKind::system:
        case ComponentKind::access_point:
            append_label(text, "interface", names_.of(place));
            break;
    }
    return book_.close();
}

}  // namespace pantau::exposition
