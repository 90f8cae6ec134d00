#pragma once

#include <array>
#include <string_view>

namespace pantau::test {

/// Where LibreNMS is not the truth, or speaks of something that no field of ours is about. What
/// goes by another name here is no difference: field_meanings.hpp. Numbers are below 1.3.6.1.4.1;
/// README is that of the recordings.
struct Difference {
    std::string_view recording;  ///< Its name, or how it begins; empty: all.
    std::string_view field;
    std::string_view about;     ///< Regular expression over what LibreNMS calls the value.
    std::string_view expected;  ///< The value it gives; empty: any.
    std::string_view reason;
};

inline constexpr auto differences = std::to_array<Difference>({
    {"", "frequency", "", "0", "README: \"a 6 GHz or unknown channel becomes frequency 0\""},
    {"merakimr_cw9176", "frequency", "Radio 40", "2432",
     "README: no 6 GHz channel is mapped; row 40 is the third radio"},
    {"mni_mx-d", "frequency", "Band", "",
     "3323.13.1.1.2.1.17 is 6, the band in GHz; no frequency is told"},
    {"", "airtime", "5m |15m ", "",
     "161.19.3.1.12.2 and .3: means over 5 and 15 minutes; ours is that of one, .1"},
    {"pmp_", "airtime", "MIMO", "",
     "161.19.3.1.12.2.29 to .31: kinds of downlink within 5 minutes"},
    {"airos-af-ltu", "rx power", "Ideal", "",
     "41112.1.10.1.4.1.7 and .8: what the link ought to hear, not what it hears"},
    {"mimosa", "rx power", "Min Rx Power", "",
     "43356…9.3.3.1.12: the least power allowed, not what is heard"},
    {"ericsson-6600", "tx power", "^Input power", "-99.9",
     "193.81.3.4.3.1.8.1.7 at -999: nothing is received"},
    {"ericsson-6600", "tx power", "^Output power: F", "", "of the far end, not of this device"},
    {"ericsson-6600", "tx power", "^Output power", "-100",
     "193.81.3.4.3.1.8.1.3 at -100: the transmitter is off"},
    {"ericsson-6600", "tx power", "^Output power", "-99",
     "193.81.3.4.3.1.8.1.3 at -99: the transmitter is off"},
    {"ericsson-6600", "snr", "FCT", "0",
     "not known of the far end: it tells 250 Mbit/s beside 0 dB"},
    {"ray_", "tx power", "Configured", "",
     "33555.1.2.1.12 is as configured; ours is as it is, .17"},
    {"helios", "rssi", "", "0", "47307.1.4.2.1.10.1 is 0 without a link: no level, not 0 dBm"},
    {"radwin", "rssi", "", "-150",
     "4458.1000.1.1.51.7 at its least: no value; the level is the rx power"},
    {"rutos-2xx", "snr", "SINR", "-14.1", "48690.2.22.0 says 14.1"},
    {"openwrt", "snr", "-min|-max", "",
     "snr-IF-min and -max are extremes; ours is the mean, snr-IF-avg"},
    {"lcos_oap1700b", "rssi", "", "",
     "2356.11.1.3.44: networks of others that it hears, by their address"},
    {"routeros", "noise", "SSID:", "0", "devices.md: mtxrWlApNoiseFloor is \"0 on a virtual AP\""},
    {"routeros", "temperature", "sfp", "",
     "mtxrOpticalTemperature: of an optical module, not of the device"},
    {"vrp_ac6605-26", "radio clients", "", "",
     "a band of the whole controller, not a radio; the networks have them"},
    {"pepwave", "clients", "", "", "wlcNumApReg: access points; wlcNumAssocSta, the clients, is 0"},
    {"ciscowlc_cbw240ac", "temperature", "5000", "",
     "bsnSensorTemperature of 5000 is no temperature"},
    {"infinity", "cpu", "", "", "10002.1.1.1.4.2.1.3: a load average, not a share of time"},
    {"mimosa", "model", "", "", "a name made from sysObjectID; sysDescr says B5c"},
    {"edgeswitch_us-8", "serial", "", "", "an address with words before it, no serial number"},
    {"airos-af", "if state", "^3 oper", "", "ifOperStatus.3 of the recording is 2, down"},
    {"airos-af-ltu", "if state", "^2 oper", "",
     "ifOperStatus.2 of the recording is 2, down; theirs is ethConnected"},
    {"airos-af-ltu", "if counter", "^2 ", "",
     "0 for counters the recording lacks, over one it has"},
    {"epmp", "if counter", "", "", "README: six counters \"were masked into hex letters\""},
    {"tachyon", "if state", "^100", "", "wirelessPeersTable: a peer shown as an interface"},
    {"tachyon", "if counter", "^100", "", "wirelessPeersTable: a peer shown as an interface"},
    {"routeros_", "role", "", "", "contract: nothing of Wi-Fi, a switch or router"},
    {"dd-wrt", "role", "", "", "contract: nothing of Wi-Fi, a router"},
    {"infinity", "role", "", "", "NFT is a line of access points"},
});

}  // namespace pantau::test
