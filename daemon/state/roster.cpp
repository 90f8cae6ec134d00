#include "state/roster.hpp"

#include <algorithm>

#include "base/mac_address.hpp"

namespace pantau {
namespace {

const QuantityId ap_serial = quantity::require("ap.serial");

std::string folded(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::string_view text_of(const Observation& seen, const Component& ap, QuantityId id) {
    return seen.text(ap, id).value_or(std::string_view());
}

/// Twelve digits alone may be a serial number: a controller's MAC address has signs between them.
bool has_signs(std::string_view text) {
    return text.find_first_of(":-.") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> mac_of(const Observation& seen, const Component& ap) {
    for (const QuantityId id : {quantity::ap_id, quantity::ap_name}) {
        const std::string_view text = text_of(seen, ap, id);
        if (!has_signs(text)) continue;
        if (auto mac = mac_address(text)) return mac;
    }
    return std::nullopt;
}

Roster::Roster(const Inventory& inventory) : inventory_(&inventory) {
    names_.reserve(inventory.devices.size());
    for (std::size_t place = 0; place < inventory.devices.size(); ++place) {
        const Device& device = *inventory.devices[place];
        if (!device.mac.empty()) macs_.emplace(device.mac, place);
        if (!device.serial.empty()) serials_.emplace(folded(device.serial), place);
        names_.add(folded(device.id));
    }
    names_.close();
}

std::optional<std::size_t> Roster::named(std::string_view name, const Device& controller) const {
    const std::string wanted = folded(as_device_id(name));
    std::optional<std::size_t> place;
    bool are_several = false;
    for (const PlaceIndex::Entry& each : names_.candidates(wanted)) {
        const DeviceId& id = inventory_->devices[each.place]->id;
        if (folded(id) != wanted) continue;
        are_several |= place.has_value();
        if (!place || id == name) place = each.place;
    }
    if (!place) return std::nullopt;
    const Device& device = *inventory_->devices[*place];
    if (are_several && device.id != name) return std::nullopt;
    const auto& told_by = device.controllers;
    const bool may_tell =
        told_by.empty() || std::ranges::find(told_by, controller.id) != told_by.end();
    // A cluster's head often bears the name of one of its access points.
    return may_tell && device.id != controller.id ? place : std::nullopt;
}

std::optional<Found> Roster::find(const Observation& seen, const Component& ap,
                                  const Device& controller) const {
    if (!macs_.empty()) {
        if (const auto mac = mac_of(seen, ap)) {
            const auto known = macs_.find(*mac);
            if (known != macs_.end()) return Found{known->second, FoundBy::mac};
        }
    }
    if (const std::string_view serial = text_of(seen, ap, ap_serial); !serial.empty()) {
        const auto known = serials_.find(folded(serial));
        if (known != serials_.end()) return Found{known->second, FoundBy::serial};
    }
    if (const std::string_view name = text_of(seen, ap, quantity::ap_name); !name.empty()) {
        if (const auto place = named(name, controller)) return Found{*place, FoundBy::name};
    }
    return std::nullopt;
}

}  // namespace pantau
