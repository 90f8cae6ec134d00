#pragma once

#include <array>
#include <string_view>

namespace pantau::test {

/// Which of several values of theirs stands for one of ours.
enum class Take { each, lowest, highest };

/// Where a value of LibreNMS's goes by another name, unit or grouping here. It is compared all the
/// same: with the quantity that tells the same thing.
struct Meaning {
    std::string_view recording;  ///< Its name, or how it begins; empty: all.
    std::string_view field;
    std::string_view about;     ///< Regular expression over what LibreNMS calls the value.
    std::string_view quantity;  ///< Of ours; empty: that of the field.
    double scale = 1;           ///< From their number to the one in their unit,
    double offset = 0;          ///< then sum.
    Take take = Take::each;
};

inline constexpr auto meanings = std::to_array<Meaning>({
    // README of the recordings: "the device sends kHz there"; Apex shows so, too.
    {"airos-af", "frequency", "^Tx Freq", "radio.frequency_hertz", 1e-3},
    {"airos-af", "frequency", "^Rx Freq", "radio.rx_frequency_hertz", 1e-3},
    {"apex-lynx", "frequency", "^Tx", "radio.frequency_hertz", 1e-3},
    {"apex-lynx", "frequency", "^Rx", "radio.rx_frequency_hertz", 1e-3},
    // rbRfFrequency, in MHz on the wire, is shown in GHz.
    {"siklu", "frequency", "", "radio.frequency_hertz", 1e3},
    // The far end sends what we receive.
    {"ericsson-6600", "frequency", "^TX Frequency: F", "radio.rx_frequency_hertz"},
    {"ericsson-6600", "frequency", "^RX Frequency: F", "radio.frequency_hertz"},
    {"", "frequency", "(?:^|[^T])[Rr][Xx] ?[Ff]requency", "radio.rx_frequency_hertz"},
    {"", "airtime", "^Other BSS", "radio.airtime_others_ratio"},
    {"", "airtime", "^Self Rx", "radio.airtime_rx_ratio"},
    {"", "airtime", "^Self Tx", "radio.airtime_tx_ratio"},
    {"pmp_", "airtime", "^1m Uplink", "radio.airtime_rx_ratio"},
    // One value a station; ours is that of the weakest.
    {"epmp", "rssi", "UL RSSI", "radio.rssi_dbm", 1, 0, Take::lowest},
    {"epmp", "rssi", "DL RSSI", "radio.remote_rssi_dbm", 1, 0, Take::lowest},
    {"epmp", "snr", "UL SNR", "radio.snr_db", 1, 0, Take::lowest},
    {"epmp", "snr", "DL SNR", "radio.remote_snr_db", 1, 0, Take::lowest},
    {"tachyon", "rssi", "^RX", "radio.rssi_dbm", 1, 0, Take::lowest},
    {"tachyon", "snr", "^SNR", "radio.snr_db", 1, 0, Take::lowest},
    {"airos-af60", "rssi", "^Remote", "radio.remote_rssi_dbm", 1, 0, Take::lowest},
    {"airos-af60", "snr", "^Remote", "radio.remote_snr_db", 1, 0, Take::lowest},
    {"airos-af", "rx power", "(Rx|RX Power) Chain 0", "radio.chain1_rssi_dbm"},
    {"airos-af", "rx power", "(Rx|RX Power) Chain 1", "radio.chain2_rssi_dbm"},
    // ubntWlStatRssi and ubntRadioRssi count from -96 dBm (devices.md: "positive index").
    {"airos_", "rssi", "^Overall", "radio.rssi_dbm", 1, -96},
    {"airos_", "rssi", "Chain 1", "radio.chain1_rssi_dbm", 1, -96},
    {"airos_", "rssi", "Chain 2", "radio.chain2_rssi_dbm", 1, -96},
    {"ericsson-6600", "tx power", "^Input power: F", "radio.remote_rssi_dbm"},
    {"ericsson-6600", "tx power", "^Input power", "radio.rssi_dbm"},
    {"siklu-mhtg", "rssi", "^RSSI", "radio.rssi_dbm", 1, 0, Take::lowest},
    {"siklu-mhtg", "snr", "^SNR", "radio.snr_db", 1, 0, Take::lowest},
    // A virtual access point has its people on its network; the radio is its master's.
    {"routeros", "radio clients", "SSID:", "ssid.clients"},
    // Of mobile networks; of several modems ours is the strongest.
    {"rutos", "rssi", "RSSI", "system.mobile_rssi_dbm", 1, 0, Take::highest},
    {"rutos", "rssi", "RSRP", "system.mobile_rsrp_dbm", 1, 0, Take::highest},
    {"pepwave", "rssi", "Celullar", "system.mobile_rssi_dbm", 1, 0, Take::highest},
    {"teldat", "rssi", "^RSSI", "system.mobile_rssi_dbm", 1, 0, Take::highest},
});

/// Words that LibreNMS puts together from several objects, or with words of its own: what of them
/// is ours.
struct Wording {
    std::string_view recording;
    std::string_view field;
    std::string_view about;     ///< Regular expression over their text.
    std::string_view ours;      ///< What it becomes.
    std::string_view quantity;  ///< Any of these texts of ours counts; empty: that of the field.
};

inline constexpr auto wordings = std::to_array<Wording>({
    {"stellar", "vendor", "^Alcatel$", "Alcatel-Lucent", ""},    // as it is sold
    {"ciscosb", "model", "^(\\S+) V\\d+$", "$1", ""},            // entPhysicalHardwareRev behind it
    {"ciscosb", "firmware", "^Software ", "", ""},               // a word of its own before it
    {"pmp_", "model", " (AP|SM)$", "", ""},                      // whispBoxBoxDeviceType behind it
    {"ptp670", "model", "^(PTP \\d+) .*$", "$1", ""},            // productName and hardwareVersion
    {"sm-os", "model", "^\\((\\w+)\\)$", "$1", ""},              // a part number alone
    {"sm-os", "model", "^(\\w+) \\(\\w+\\)$", "$1", ""},         // a name and its part number
    {"ruckuswireless", "firmware", " \\([A-Z]{2}\\)$", "", ""},  // the country behind it
    {"vrp_", "firmware", "^[\\d.]+ \\((\\w+)\\).*$", "$1", ""},  // release of VRP, version, mark
    // One serial number of a cluster: of an access point of it.
    {"aruba-instant", "serial", "", "", "ap.serial"},
});

}  // namespace pantau::test
