#include "model/quantity.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace pantau {
namespace {

using enum ComponentKind;
using enum QuantityKind;

constexpr double none = std::numeric_limits<double>::infinity();

// name, component, kind, unit, JSON key, metric, help, least, most.
// Ranges are generous physics, so that a sentinel (-9999, 2147483647) never becomes a Reading.
constexpr auto catalogue = std::to_array<QuantityInfo>({
    {"identity.vendor", system, text, "", "vendor", "", "Maker of the device, from its profile."},
    {"identity.profile", system, text, "", "profile", "", "Profile that explains the device."},
    {"identity.model", system, text, "", "model", "", "Model, as the device names itself."},
    {"identity.firmware", system, text, "", "firmware", "", "Version of the firmware."},
    {"identity.serial", system, text, "", "serial", "", "Serial number."},
    {"identity.name", system, text, "", "name", "",
     "What the device calls itself. Source SNMPv2-MIB sysName."},
    {"identity.location", system, text, "", "location", "",
     "Where the device says it is. Source SNMPv2-MIB sysLocation."},
    {"identity.contact", system, text, "", "contact", "",
     "Whom the device names as responsible. Source SNMPv2-MIB sysContact."},
    {"identity.object_id", system, text, "", "object_id", "", "Source SNMPv2-MIB sysObjectID."},
    {"identity.description", system, text, "", "description", "", "Source SNMPv2-MIB sysDescr."},

    {"system.uptime_seconds", system, gauge, "seconds", "uptime_seconds", "",
     "Time since the device started.", 0, 4e9},
    {"system.cpu_ratio", system, gauge, "ratio", "cpu_ratio", "pantau_device_cpu_ratio",
     "Share of time the processors are busy.", 0, 1},
    {"system.memory_ratio", system, gauge, "ratio", "memory_ratio", "pantau_device_memory_ratio",
     "Share of memory in use, buffers and cache not counted where the device tells them apart.", 0,
     1},
    {"system.memory_total_bytes", system, gauge, "bytes", "memory_total_bytes", "",
     "Size of the memory.", 1, 1e15},
    {"system.load1", system, gauge, "", "load1", "", "Load average over one minute.", 0, 1e5},
    {"system.temperature_celsius", system, gauge, "celsius", "temperature_celsius", "",
     "Temperature of the device.", -60, 200},
    {"system.clients", system, gauge, "", "clients", "pantau_device_clients",
     "Clients connected, as the device itself totals them.", 0, 1e7},
    {"system.access_points_total", system, gauge, "", "access_points_total",
     "pantau_device_access_points", "Access points the device serves, as it totals them itself.", 0,
     1e6},

    {"system.mobile_rssi_dbm", system, gauge, "dBm", "mobile_rssi_dbm",
     "pantau_device_mobile_rssi_dbm",
     "Received signal strength of the mobile network; of several modems the strongest.", -150, 0},
    {"system.mobile_rsrp_dbm", system, gauge, "dBm", "mobile_rsrp_dbm",
     "pantau_device_mobile_rsrp_dbm",
     "Reference signal received power of the mobile network (LTE, 5G); of several modems the "
     "strongest.",
     -160, 0},
    {"system.mobile_sinr_db", system, gauge, "dB", "mobile_sinr_db", "pantau_device_mobile_sinr_db",
     "Signal to interference and noise ratio of the mobile network; of several modems the best.",
     -30, 60},

    {"ap.name", access_point, text, "", "name", "", "Name of the access point."},
    {"ap.id", access_point, text, "", "id", "",
     "What tells this access point from the others of its controller."},
    {"ap.up", access_point, flag, "", "up", "",
     "Whether the access point works, as its controller says."},
    {"ap.model", access_point, text, "", "model", "", "Model of the access point."},
    {"ap.firmware", access_point, text, "", "firmware", "", "Version of its firmware."},
    {"ap.serial", access_point, text, "", "serial", "", "Serial number of the access point."},
    {"ap.address", access_point, text, "", "address", "",
     "Management address of the access point."},
    {"ap.uptime_seconds", access_point, gauge, "seconds", "uptime_seconds",
     "pantau_ap_uptime_seconds", "Time since the access point started.", 0, 4e9},
    {"ap.clients", access_point, gauge, "", "clients", "pantau_ap_clients",
     "People connected to the access point: one count, never two views added.", 0, 1e6},
    {"ap.cpu_ratio", access_point, gauge, "ratio", "cpu_ratio", "pantau_ap_cpu_ratio",
     "Share of time the processors are busy.", 0, 1},
    {"ap.memory_ratio", access_point, gauge, "ratio", "memory_ratio", "pantau_ap_memory_ratio",
     "Share of memory in use, buffers and cache not counted where the device tells them apart.", 0,
     1},
    {"ap.memory_total_bytes", access_point, gauge, "bytes", "memory_total_bytes",
     "pantau_ap_memory_total_bytes", "Size of the memory.", 1, 1e15},
    {"ap.load1", access_point, gauge, "", "load1", "pantau_ap_load1",
     "Load average over one minute.", 0, 1e5},
    {"ap.temperature_celsius", access_point, gauge, "celsius", "temperature_celsius",
     "pantau_ap_temperature_celsius", "Temperature of the access point.", -60, 200},

    {"radio.name", radio, text, "", "name", "", "Name of the radio."},
    {"radio.band", radio, text, "", "band", "", "2.4GHz, 5GHz, 6GHz, 60GHz or other."},
    {"radio.channel", radio, gauge, "", "channel", "pantau_radio_channel",
     "IEEE 802.11 channel number.", 1, 255},
    {"radio.frequency_hertz", radio, gauge, "hertz", "frequency_hertz",
     "pantau_radio_frequency_hertz", "Centre of the primary channel.", 1e8, 1e12},
    {"radio.width_hertz", radio, gauge, "hertz", "width_hertz", "", "Width of the channel.", 1e6,
     1e10},
    {"radio.tx_power_dbm", radio, gauge, "dBm", "tx_power_dbm", "pantau_radio_tx_power_dbm",
     "Transmit power.", -40, 60},
    {"radio.noise_dbm", radio, gauge, "dBm", "noise_dbm", "pantau_radio_noise_dbm", "Noise floor.",
     -150, -20},
    {"radio.airtime_ratio", radio, gauge, "ratio", "airtime_ratio", "pantau_radio_airtime_ratio",
     "Share of time the channel is busy, as this radio hears it.", 0, 1},
    {"radio.rssi_dbm", radio, gauge, "dBm", "rssi_dbm", "pantau_radio_rssi_dbm",
     "Received signal strength.", -150, 30},
    {"radio.snr_db", radio, gauge, "dB", "snr_db", "pantau_radio_snr_db", "Signal to noise ratio.",
     -50, 150},
    {"radio.rx_frequency_hertz", radio, gauge, "hertz", "rx_frequency_hertz",
     "pantau_radio_receive_frequency_hertz",
     "Frequency received on, of links that send on another.", 1e8, 1e12},
    {"radio.airtime_rx_ratio", radio, gauge, "ratio", "airtime_rx_ratio",
     "pantau_radio_airtime_receive_ratio", "Share of time this radio receives for its own.", 0, 1},
    {"radio.airtime_tx_ratio", radio, gauge, "ratio", "airtime_tx_ratio",
     "pantau_radio_airtime_transmit_ratio", "Share of time this radio sends.", 0, 1},
    {"radio.airtime_others_ratio", radio, gauge, "ratio", "airtime_others_ratio",
     "pantau_radio_airtime_others_ratio", "Share of time the networks of others take.", 0, 1},
    {"radio.chain1_rssi_dbm", radio, gauge, "dBm", "chain1_rssi_dbm",
     "pantau_radio_chain1_rssi_dbm", "Received signal strength at the first antenna chain.", -150,
     30},
    {"radio.chain2_rssi_dbm", radio, gauge, "dBm", "chain2_rssi_dbm",
     "pantau_radio_chain2_rssi_dbm",
     "Received signal strength at the second antenna chain; far from the first, one is damaged.",
     -150, 30},
    {"radio.remote_rssi_dbm", radio, gauge, "dBm", "remote_rssi_dbm",
     "pantau_radio_remote_rssi_dbm",
     "Signal strength the other end receives; of several stations that of the weakest.", -150, 30},
    {"radio.remote_snr_db", radio, gauge, "dB", "remote_snr_db", "pantau_radio_remote_snr_db",
     "Signal to noise ratio at the other end; of several stations that of the weakest.", -20, 100},
    {"radio.clients", radio, gauge, "", "clients", "pantau_radio_clients",
     "Clients connected by this radio.", 0, 1e5},
    {"radio.rx_bytes_total", radio, counter, "bytes", "rx_bytes_total",
     "pantau_radio_receive_bytes_total", "Bytes received over the air.", 0, none},
    {"radio.tx_bytes_total", radio, counter, "bytes", "tx_bytes_total",
     "pantau_radio_transmit_bytes_total", "Bytes sent over the air.", 0, none},
    {"radio.rx_errors_total", radio, counter, "", "rx_errors_total",
     "pantau_radio_receive_errors_total", "Frames received with errors.", 0, none},
    {"radio.tx_retries_total", radio, counter, "", "tx_retries_total",
     "pantau_radio_transmit_retries_total", "Frames sent again.", 0, none},

    {"ssid.ssid", ssid, text, "", "ssid", "", "Network name."},
    {"ssid.radio", ssid, text, "", "radio", "", "Radio that carries the network."},
    {"ssid.up", ssid, flag, "", "up", "pantau_ssid_up", "Whether the network is on the air.", 0, 1},
    {"ssid.clients", ssid, gauge, "", "clients", "pantau_ssid_clients",
     "Clients connected to the network.", 0, 1e5},
    {"ssid.rx_bytes_total", ssid, counter, "bytes", "rx_bytes_total",
     "pantau_ssid_receive_bytes_total", "Bytes received from clients.", 0, none},
    {"ssid.tx_bytes_total", ssid, counter, "bytes", "tx_bytes_total",
     "pantau_ssid_transmit_bytes_total", "Bytes sent to clients.", 0, none},
    {"ssid.rx_packets_total", ssid, counter, "", "rx_packets_total",
     "pantau_ssid_receive_packets_total", "Packets received from clients.", 0, none},
    {"ssid.tx_packets_total", ssid, counter, "", "tx_packets_total",
     "pantau_ssid_transmit_packets_total", "Packets sent to clients.", 0, none},
    {"ssid.rx_errors_total", ssid, counter, "", "rx_errors_total",
     "pantau_ssid_receive_errors_total", "Frames received with errors.", 0, none},
    {"ssid.tx_errors_total", ssid, counter, "", "tx_errors_total",
     "pantau_ssid_transmit_errors_total", "Frames that could not be sent.", 0, none},
    {"ssid.rx_dropped_total", ssid, counter, "", "rx_dropped_total",
     "pantau_ssid_receive_dropped_total", "Received frames thrown away.", 0, none},
    {"ssid.tx_dropped_total", ssid, counter, "", "tx_dropped_total",
     "pantau_ssid_transmit_dropped_total", "Frames thrown away instead of sent.", 0, none},
    {"ssid.tx_retries_total", ssid, counter, "", "tx_retries_total",
     "pantau_ssid_transmit_retries_total", "Frames sent again.", 0, none},

    {"interface.index", interface, gauge, "", "index", "",
     "Row of the interface. Source IF-MIB ifIndex.", 0, 4294967295.0},
    {"interface.name", interface, text, "", "name", "", "Source IF-MIB ifName, else ifDescr."},
    {"interface.alias", interface, text, "", "alias", "",
     "The owner's words for the interface. Source IF-MIB ifAlias."},
    {"interface.type", interface, gauge, "", "type", "", "Source IF-MIB ifType (IANAifType).", 0,
     1000},
    {"interface.up", interface, flag, "", "up", "pantau_interface_up",
     "Whether the interface works. Source IF-MIB ifOperStatus.", 0, 1},
    {"interface.admin_up", interface, flag, "", "admin_up", "pantau_interface_admin_up",
     "Whether the interface is meant to work. Source IF-MIB ifAdminStatus.", 0, 1},
    {"interface.speed_bits_per_second", interface, gauge, "bits per second",
     "speed_bits_per_second", "pantau_interface_speed_bytes_per_second",
     "Speed of the interface; bytes per second in metrics. Source IF-MIB ifHighSpeed, else "
     "ifSpeed.",
     0, 1e15},
    {"interface.rx_bytes_total", interface, counter, "bytes", "rx_bytes_total",
     "pantau_interface_receive_bytes_total",
     "Bytes received. Source IF-MIB ifHCInOctets, else ifInOctets.", 0, none},
    {"interface.tx_bytes_total", interface, counter, "bytes", "tx_bytes_total",
     "pantau_interface_transmit_bytes_total",
     "Bytes sent. Source IF-MIB ifHCOutOctets, else ifOutOctets.", 0, none},
    {"interface.rx_packets_total", interface, counter, "", "rx_packets_total",
     "pantau_interface_receive_packets_total",
     "Unicast packets received. Source IF-MIB ifHCInUcastPkts, else ifInUcastPkts.", 0, none},
    {"interface.tx_packets_total", interface, counter, "", "tx_packets_total",
     "pantau_interface_transmit_packets_total",
     "Unicast packets sent. Source IF-MIB ifHCOutUcastPkts, else ifOutUcastPkts.", 0, none},
    {"interface.rx_errors_total", interface, counter, "", "rx_errors_total",
     "pantau_interface_receive_errors_total",
     "Frames received with errors. Source IF-MIB ifInErrors.", 0, none},
    {"interface.tx_errors_total", interface, counter, "", "tx_errors_total",
     "pantau_interface_transmit_errors_total",
     "Frames that could not be sent. Source IF-MIB ifOutErrors.", 0, none},
    {"interface.rx_discards_total", interface, counter, "", "rx_discards_total",
     "pantau_interface_receive_discards_total",
     "Received frames thrown away. Source IF-MIB ifInDiscards.", 0, none},
    {"interface.tx_discards_total", interface, counter, "", "tx_discards_total",
     "pantau_interface_transmit_discards_total",
     "Frames thrown away instead of sent. Source IF-MIB ifOutDiscards.", 0, none},
});

constexpr std::array<std::string_view, 5> component_words{"system", "ap", "radio", "ssid",
                                                          "interface"};

}  // namespace

std::span<const QuantityInfo> quantities() noexcept {
    return catalogue;
}

std::optional<QuantityId> quantity_named(std::string_view name) noexcept {
    const auto row = std::find_if(catalogue.begin(), catalogue.end(),
                                  [&](const QuantityInfo& info) { return info.name == name; });
    if (row == catalogue.end()) return std::nullopt;
    return static_cast<QuantityId>(row - catalogue.begin());
}

std::string_view name_of(ComponentKind kind) noexcept {
    return component_words[static_cast<std::size_t>(kind)];
}

namespace quantity {

QuantityId require(std::string_view name) {
    const auto id = quantity_named(name);
    PANTAU_ASSERT(id.has_value());
    return *id;
}

#define PANTAU_NAMED_QUANTITY(symbol, text) const QuantityId symbol = require(text);
PANTAU_NAMED_QUANTITIES(PANTAU_NAMED_QUANTITY)
#undef PANTAU_NAMED_QUANTITY

}  // namespace quantity
}  // namespace pantau
