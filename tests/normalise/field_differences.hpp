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
});

}  // namespace pantau::test
