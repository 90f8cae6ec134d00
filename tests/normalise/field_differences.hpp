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
    {"", "frequency", "(?:^|[^T])[Rr][Xx] ?[Ff]requency", "",
     "a radio has one frequency here: the one it sends on"},
    {"", "frequency", "", "0", "channel unknown or off: no frequency, not 0 Hz"},
    {"", "rssi", "Remote|DL RSSI", "", "what the other end hears, not this radio"},
    {"", "snr", "Remote|DL SNR", "", "what the other end hears, not this radio"},
    {"", "airtime", "Other BSS|Self Rx|Self Tx", "", "a part; airtime is the whole"},
    {"", "airtime", "5m |15m ", "", "means over longer times; ours is the newest"},
    {"airos-af", "if state", "^3 oper", "", "taken to be up; the interface itself says down"},
    {"airos-af-ltu", "if state", "^2 oper", "",
     "from ethConnected; the interface itself says down"},
    {"airos-af-ltu", "if counter", "^2 ", "",
     "0 for counters the recording lacks, over one it has"},
    {"apex-lynx", "frequency", "^Tx", "17900000", "kHz shown as MHz"},
    {"ericsson-6600", "tx power", "^Input power", "", "received, not sent; ours is the rssi"},
    {"ericsson-6600", "tx power", "^Output power", "-100", "the transmitter is off"},
    {"ericsson-6600", "tx power", "^Output power", "-99", "the transmitter is off"},
    {"helios", "rssi", "", "0", "no link: no level, not 0 dBm"},
    {"mni_mx-d", "frequency", "Band", "", "the band 6 GHz, times a million; no frequency is told"},
    {"pepwave", "clients", "", "", "access points online, not clients"},
    {"pepwave", "rssi", "Celullar", "", "of a mobile network; a router has no Wi-Fi radio here"},
    {"radwin", "rssi", "", "-150", "no value; the level is the rx power"},
    {"ray_", "tx power", "Configured", "", "as configured; ours is as it is"},
    {"siklu", "frequency", "", "72.375", "GHz shown as MHz"},
    {"edgeswitch_us-8", "serial", "", "", "an address with words before it, no serial number"},
    {"rutos", "rssi", "", "", "of a mobile network; a router has no Wi-Fi radio here"},
    {"rutos", "snr", "", "", "of a mobile network; a router has no Wi-Fi radio here"},
    {"teldat", "rssi", "", "", "of a mobile network; a router has no Wi-Fi radio here"},
    {"sm-os", "model", "", "", "a name and a part number put together"},
    {"airos_", "rssi", "", "", "a positive index, not dBm; the level is the rx power"},
    {"airos-af", "frequency", "Tx", "11485000", "kHz shown as MHz"},
    {"airos-af", "rx power", "Ideal", "", "what the link ought to hear, not what it hears"},
    {"airos-af", "rx power", "Chain 1", "", "the second chain of the one radio"},
    {"epmp", "rssi", "Subscriber", "", "a level a station; ours is that of the weakest"},
    {"epmp", "snr", "Subscriber", "", "a ratio a station; ours is that of the weakest"},
    {"epmp", "if counter", "", "", "of masked values that are no numbers"},
    {"infinity", "cpu", "", "", "a load average, not a share of time"},
    {"merakimr_cw9176", "frequency", "Radio 40", "2432", "channel 5 of 6 GHz, not of 2.4 GHz"},
    {"mimosa", "model", "", "", "a name of the MIB's; sysDescr tells the model"},
    {"mimosa", "rx power", "Min Rx Power", "", "the least power allowed, not what is heard"},
    {"openwrt", "snr", "-min|-max", "", "extremes; ours is the mean"},
    {"pmp_", "airtime", "Uplink|MIMO", "", "parts and the other direction; ours is the downlink"},
    {"pmp_", "model", "", "", "the model and what it is used as put together"},
    {"ptp670", "model", "", "", "the model, its side and its board put together"},
    {"routeros", "radio clients", "SSID:", "", "a virtual access point: a network, not a radio"},
    {"routeros", "noise", "SSID:", "0", "a virtual access point: a network, not a radio"},
    {"routeros", "temperature", "sfp", "", "of an optical module, not of the device"},
    {"routeros_", "role", "", "", "nothing of Wi-Fi: a switch or router"},
    {"dd-wrt", "role", "", "", "nothing of Wi-Fi: a router"},
    {"freshtomato", "role", "", "", "nothing of Wi-Fi: a router"},
    {"dlinkap", "role", "", "", "nothing of Wi-Fi in the recording"},
    {"infinity", "role", "", "", "nothing of Wi-Fi in the recording"},
    {"unifi_e7", "role", "", "", "nothing of Wi-Fi in the recording"},
    {"tachyon", "rssi", "RX", "", "a level a peer; ours is that of the weakest"},
    {"tachyon", "snr", "SNR", "", "a ratio a peer; ours is that of the weakest"},
    {"tachyon", "if state", "^100", "", "a peer shown as an interface"},
    {"tachyon", "if counter", "^100", "", "a peer shown as an interface"},
    {"aruba-instant", "serial", "", "", "of the first of the cluster, not of the one that answers"},
    {"ciscosb", "model", "", "", "the model and its hardware's version put together"},
    {"ciscosb", "firmware", "", "", "with a word before it"},
    {"ciscowlc_cbw240ac", "temperature", "5000", "", "5000 is no temperature"},
    {"fortigate_vm01", "cpu", "", "", "a mean of the whole and of its one core; ours is the core"},
    {"lcos_oap1700b", "rssi", "", "", "a level a neighbour"},
    {"ruckuswireless", "firmware", "", "", "the version and the country put together"},
    {"ruckuswireless_zd1200", "ssid clients", "", "",
     "names are masked; these are numbers of rows"},
    {"vrp_ac6605-26", "firmware", "", "", "two versions and a mark put together"},
    {"vrp_ac6605-26", "radio clients", "", "", "of a band of the whole controller, not of a radio"},
});

}  // namespace pantau::test
