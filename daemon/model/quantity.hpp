#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace pantau {

/// What a Quantity is about: the parts of an Observation.
enum class ComponentKind : std::uint8_t { system, access_point, radio, ssid, interface };

/// How a Quantity behaves: decides JSON type, metric type and how values are combined.
enum class QuantityKind : std::uint8_t {
    gauge,    ///< A value that goes up and down.
    counter,  ///< A total that only grows, until a restart or a wrap.
    flag,     ///< 0 or 1; true or false in JSON.
    text,     ///< Words; never a metric value, at most a label of an info metric.
};

/// Row number in the catalogue.
using QuantityId = std::uint16_t;

/// One row of the catalogue of measurable things. Metrics, JSON, HELP and docs are made from it.
struct QuantityInfo {
    std::string_view name;  ///< As a profile writes it: "radio.airtime_ratio".
    ComponentKind component;
    QuantityKind kind;
    std::string_view unit;      ///< "ratio", "bytes", "dBm" …; empty for texts and flags.
    std::string_view json_key;  ///< Key inside its component, contract of `pantau probe -o json`.
    std::string_view metric;    ///< Full metric name; empty: not exposed.
    std::string_view help;      ///< One sentence.
    double least = -std::numeric_limits<double>::infinity();  ///< Below: malformed, no Reading.
    double most = std::numeric_limits<double>::infinity();    ///< Above: malformed, no Reading.
};

/// The whole catalogue, grouped by component, in the order JSON shows it.
[[nodiscard]] std::span<const QuantityInfo> quantities() noexcept;

[[nodiscard]] inline const QuantityInfo& quantity_info(QuantityId id) {
    return quantities()[id];
}

/// The row with that name, or nothing.
[[nodiscard]] std::optional<QuantityId> quantity_named(std::string_view name) noexcept;

/// The word for a component: "system", "ap", "radio", "ssid", "interface".
[[nodiscard]] std::string_view name_of(ComponentKind kind) noexcept;

/// Rows that code needs by name. Checked against the catalogue by a test.
namespace quantity {
#define PANTAU_NAMED_QUANTITIES(X)                        \
    X(identity_vendor, "identity.vendor")                 \
    X(identity_profile, "identity.profile")               \
    X(identity_model, "identity.model")                   \
    X(identity_firmware, "identity.firmware")             \
    X(identity_serial, "identity.serial")                 \
    X(identity_name, "identity.name")                     \
    X(identity_location, "identity.location")             \
    X(identity_contact, "identity.contact")               \
    X(identity_object_id, "identity.object_id")           \
    X(identity_description, "identity.description")       \
    X(system_uptime, "system.uptime_seconds")             \
    X(system_clients, "system.clients")                   \
    X(system_access_points, "system.access_points_total") \
    X(ap_name, "ap.name")                                 \
    X(ap_id, "ap.id")                                     \
    X(ap_up, "ap.up")                                     \
    X(ap_clients, "ap.clients")                           \
    X(ap_uptime, "ap.uptime_seconds")                     \
    X(radio_name, "radio.name")                           \
    X(radio_band, "radio.band")                           \
    X(radio_clients, "radio.clients")                     \
    X(radio_channel, "radio.channel")                     \
    X(radio_frequency, "radio.frequency_hertz")           \
    X(ssid_ssid, "ssid.ssid")                             \
    X(ssid_radio, "ssid.radio")                           \
    X(ssid_clients, "ssid.clients")                       \
    X(interface_index, "interface.index")                 \
    X(interface_name, "interface.name")                   \
    X(interface_up, "interface.up")

/// The row of a name that is known to be in the catalogue; ends the process otherwise.
[[nodiscard]] QuantityId require(std::string_view name);

#define PANTAU_NAMED_QUANTITY(symbol, text) extern const QuantityId symbol;
PANTAU_NAMED_QUANTITIES(PANTAU_NAMED_QUANTITY)
#undef PANTAU_NAMED_QUANTITY
}  // namespace quantity

}  // namespace pantau
