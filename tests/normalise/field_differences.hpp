#pragma once

#include <array>
#include <string_view>

namespace pantau::test {

/// Where LibreNMS is not the truth, or speaks of something else than our field does.
struct Difference {
    std::string_view recording;  ///< Its name, or how it begins; empty: all.
    std::string_view field;
    std::string_view about;     ///< Regular expression over what LibreNMS calls the value.
    std::string_view expected;  ///< The value it gives; empty: any.
    std::string_view reason;
};

inline constexpr auto differences = std::to_array<Difference>({
    {"", "frequency", "", "0", "channel unknown or off: no frequency, not 0 Hz"},
    {"", "airtime", "5m |15m ", "", "means over longer times; ours is the newest"},
    {"airos-af", "if state", "^3 oper", "", "taken to be up; the interface itself says down"},
    {"airos-af-ltu", "if state", "^2 oper", "",
     "from ethConnected; the interface itself says down"},
    {"airos-af-ltu", "if counter", "^2 ", "",
     "0 for counters the recording lacks, over one it has"},
    {"ericsson-6600", "tx power", "^Input power", "-99.9", "nothing is received"},
    {"ericsson-6600", "tx power", "^Output power: F", "", "of the far end, not of this device"},
    {"ericsson-6600", "snr", "FCT", "0", "not known of the far end: it tells 250 Mbit/s beside it"},
    {"ericsson-6600", "tx power", "^Output power", "-100", "the transmitter is off"},
    {"ericsson-6600", "tx power", "^Output power", "-99", "the transmitter is off"},
    {"rutos-2xx", "snr", "SINR", "-14.1", "the recording says 14.1"},
    {"helios", "rssi", "", "0", "no link: no level, not 0 dBm"},
    {"mni_mx-d", "frequency", "Band", "", "the band 6 GHz, times a million; no frequency is told"},
    {"pepwave", "clients", "", "", "access points online, not clients"},
    {"radwin", "rssi", "", "-150", "no value; the level is the rx power"},
    {"ray_", "tx power", "Configured", "", "as configured; ours is as it is"},
    {"edgeswitch_us-8", "serial", "", "", "an address with words before it, no serial number"},
    {"airos-af", "rx power", "Ideal", "", "what the link ought to hear, not what it hears"},
    {"epmp", "if counter", "", "", "of masked values that are no numbers"},
    {"infinity", "cpu", "", "", "a load average, not a share of time"},
    {"merakimr_cw9176", "frequency", "Radio 40", "2432", "channel 5 of 6 GHz, not of 2.4 GHz"},
    {"mimosa", "model", "", "", "a name of the MIB's; sysDescr tells the model"},
    {"mimosa", "rx power", "Min Rx Power", "", "the least power allowed, not what is heard"},
    {"openwrt", "snr", "-min|-max", "", "extremes; ours is the mean"},
    {"pmp_", "airtime", "Uplink|MIMO", "", "parts and the other direction; ours is the downlink"},
    {"routeros", "noise", "SSID:", "0", "a virtual access point: a network, not a radio"},
    {"routeros", "temperature", "sfp", "", "of an optical module, not of the device"},
    {"routeros_", "role", "", "", "nothing of Wi-Fi: a switch or router"},
    {"dd-wrt", "role", "", "", "nothing of Wi-Fi: a router"},
    {"freshtomato", "role", "", "", "nothing of Wi-Fi: a router"},
    {"infinity", "role", "", "", "NFT is a line of access points"},
    {"tachyon", "if state", "^100", "", "a peer shown as an interface"},
    {"tachyon", "if counter", "^100", "", "a peer shown as an interface"},
    {"ciscowlc_cbw240ac", "temperature", "5000", "", "5000 is no temperature"},
    {"lcos_oap1700b", "rssi", "", "", "a level a neighbour"},
    {"vrp_ac6605-26", "radio clients", "", "", "of a band of the whole controller, not of a radio"},
});

}  // namespace pantau::test
