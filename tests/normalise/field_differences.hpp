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
    {"apex-lynx", "frequency", "^Tx", "17900000", "kHz shown as MHz"},
    {"ericsson-6600", "tx power", "^Input power", "", "received, not sent; ours is the rssi"},
    {"ericsson-6600", "tx power", "^Output power", "-100", "the transmitter is off"},
    {"ericsson-6600", "tx power", "^Output power", "-99", "the transmitter is off"},
    {"helios", "rssi", "", "0", "no link: no level, not 0 dBm"},
    {"horizon-quantum", "if state", "^8 ", "",
     "port 8 of another table; interface 8 of the standard one is down"},
    {"horizon-quantum", "if counter", "^8 ", "",
     "port 8 of another table; interface 8 of the standard one is down"},
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
});

}  // namespace pantau::test
