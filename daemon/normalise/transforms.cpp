#include "normalise/transforms.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pantau {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_padding(char c) {
    return c == ' ' || c == '\0' || c == '\t' || c == '\r' || c == '\n';
}

// Beyond 2^53 a double no longer holds every integer.
constexpr double exact_most = 9007199254740992.0;

bool is_exact_integer(double value) {
    return std::abs(value) < exact_most && std::trunc(value) == value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_padding(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && is_padding(text.front()))
        text.remove_prefix(1);
    return text;
}

std::optional<Number> number_in(std::string_view text) {
    text = trimmed(text);
    const bool is_negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    std::size_t whole = 0;
    while (whole < text.size() && is_digit(text[whole]))
        ++whole;
    if (whole == 0) return std::nullopt;
    std::size_t end = whole;
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        ++end;
        while (end < text.size() && is_digit(text[end]))
            ++end;
    }
    // A decimal comma or a thousands comma: a factor of 1000 apart, so neither.
    if (end + 1 < text.size() && text[end] == ',' && is_digit(text[end + 1])) return std::nullopt;
    if (end == whole) {
        std::uint64_t natural = 0;
        const auto read = std::from_chars(text.data(), text.data() + whole, natural);
        if (read.ec == std::errc{}) {
            if (!is_negative) return Number::natural(natural);
            if (natural <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return Number::integer(-static_cast<std::int64_t>(natural));
        }
    }
    double real = 0;
    const auto read = std::from_chars(text.data(), text.data() + end, real);
    if (read.ec != std::errc{}) return std::nullopt;
    return Number::real(is_negative ? -real : real);
}

Scaling::Scaling(double factor, bool is_negated, double offset)
    : factor_(factor), offset_(offset), is_negated_(is_negated) {
    const double parts = std::round(1 / factor);
    if (std::abs(factor) < 1 && std::abs(parts * factor - 1) < 1e-12) divisor_ = parts;
    is_identity_ = factor == 1 && !is_negated && offset == 0;
    is_integral_ = is_exact_integer(factor) && is_exact_integer(offset);
}

Number Scaling::apply(Number value) const {
    if (is_identity_) return value;
    if (is_integral_ && value.kind() != Number::Kind::real) {
        __extension__ using Wide = __int128;
        const Wide read = value.kind() == Number::Kind::natural
                              ? static_cast<Wide>(value.as_natural())
                              : static_cast<Wide>(value.as_integer());
        // 64 bits times 53 bits fits in 128.
        Wide result = read * static_cast<std::int64_t>(factor_);
        if (is_negated_) result = -result;
        result += static_cast<std::int64_t>(offset_);
        if (result >= 0 && result <= std::numeric_limits<std::uint64_t>::max())
            return Number::natural(static_cast<std::uint64_t>(result));
        if (result < 0 && result >= std::numeric_limits<std::int64_t>::min())
            return Number::integer(static_cast<std::int64_t>(result));
    }
    const double read = value.as_double();
    double result = divisor_ != 1 ? read / divisor_ : read * factor_;
    if (is_negated_) result = -result;
    // + 0.0 makes a negated zero a plain one.
    return Number::real(result + offset_ + 0.0);
}

namespace {

struct Unit {
    std::string_view word;
    double factor;
};

constexpr std::array units{
    Unit{"percent", 0.01},     Unit{"tenths", 0.1}, Unit{"hundredths", 0.01},
    Unit{"thousandths", 1e-3}, Unit{"halves", 0.5}, Unit{"ticks", 0.01},
    Unit{"ms", 1e-3},          Unit{"minutes", 60}, Unit{"hours", 3600},
    Unit{"days", 86400},       Unit{"kB", 1024},    Unit{"MB", 1048576},
    Unit{"GB", 1073741824},    Unit{"kHz", 1e3},    Unit{"MHz", 1e6},
    Unit{"GHz", 1e9},          Unit{"kbit/s", 1e3}, Unit{"Mbit/s", 1e6},
    Unit{"Gbit/s", 1e9},
};

constexpr auto words_of_units = [] {
    std::array<std::string_view, units.size()> words;
    for (std::size_t i = 0; i < units.size(); ++i)
        words[i] = units[i].word;
    return words;
}();

}  // namespace

std::optional<double> unit_factor(std::string_view unit) {
    const auto found = std::ranges::find(units, unit, &Unit::word);
    if (found == units.end()) return std::nullopt;
    return found->factor;
}

std::span<const std::string_view> unit_words() {
    return words_of_units;
}

std::string hex_text(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

std::optional<std::string> mac_text(std::string_view bytes) {
    if (bytes.size() != 6) return std::nullopt;
    const std::string hex = hex_text(bytes);
    std::string text;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        if (i != 0) text.push_back(':');
        text.append(hex, i, 2);
    }
    return text;
}

std::optional<std::string> address_text(std::string_view bytes) {
    char text[INET6_ADDRSTRLEN] = {};
    if (bytes.size() == 4 && inet_ntop(AF_INET, bytes.data(), text, sizeof text)) return text;
    if (bytes.size() == 16 && inet_ntop(AF_INET6, bytes.data(), text, sizeof text)) return text;
    return std::nullopt;
}

namespace {

struct Band {
    std::string_view name;
    double least;  // hertz
    double most;
};

// Edges of the Wi-Fi bands; 5 GHz from the Japanese 4.9 GHz up, 6 GHz to the end of U-NII-8.
constexpr std::array bands{
    Band{"2.4GHz", 2.4e9, 2.5e9},
    Band{"5GHz", 4.9e9, 5.925e9},
    Band{"6GHz", 5.925e9, 7.125e9},
    Band{"60GHz", 57e9, 71e9},
};

constexpr std::uint64_t megahertz = 1'000'000;

bool is_5ghz_channel(std::uint64_t channel) {
    const bool low = channel >= 36 && channel <= 64 && channel % 4 == 0;
    const bool middle = channel >= 100 && channel <= 144 && channel % 4 == 0;
    const bool high = channel >= 149 && channel <= 177 && channel % 4 == 1;
    return low || middle || high;
}

}  // namespace

std::string_view band_of_frequency(double hertz) {
    for (const Band& band : bands) {
        if (hertz >= band.least && hertz < band.most) return band.name;
    }
    return "other";
}

std::optional<std::string_view> band_of_channel(std::uint64_t channel) {
    if (channel >= 1 && channel <= 14) return "2.4GHz";
    if (is_5ghz_channel(channel)) return "5GHz";
    return std::nullopt;
}

std::optional<std::uint64_t> frequency_of(std::string_view band, std::uint64_t channel) {
    if (band == "2.4GHz") {
        if (channel == 14) return 2484 * megahertz;
        if (channel >= 1 && channel <= 13) return (2407 + 5 * channel) * megahertz;
    } else if (band == "5GHz") {
        // Channels in use beside the regular ones (primary 20 MHz of outdoor gear) count too.
        if (channel >= 32 && channel <= 184) return (5000 + 5 * channel) * megahertz;
        if (channel > 184 && channel <= 196) return (4000 + 5 * channel) * megahertz;
    } else if (band == "6GHz") {
        if (channel == 2) return 5935 * megahertz;
        if (channel >= 1 && channel <= 233) return (5950 + 5 * channel) * megahertz;
    } else if (band == "60GHz") {
        if (channel >= 1 && channel <= 6) return (56160 + 2160 * channel) * megahertz;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> channel_of_frequency(double hertz) {
    const double mhz = hertz / 1e6;
    if (!is_exact_integer(mhz) || mhz < 2400 || mhz > 71000) return std::nullopt;
    const auto whole = static_cast<std::uint64_t>(mhz);
    if (whole == 2484) return 14;
    if (whole >= 2412 && whole <= 2472 && (whole - 2407) % 5 == 0) return (whole - 2407) / 5;
    if (whole > 5000 && whole < 5925 && (whole - 5000) % 5 == 0) {
        const std::uint64_t channel = (whole - 5000) / 5;
        if (is_5ghz_channel(channel)) return channel;
    }
    if (whole >= 5955 && whole <= 7115 && (whole - 5955) % 20 == 0) return (whole - 5950) / 5;
    if (whole >= 58320 && whole <= 69120 && (whole - 56160) % 2160 == 0)
        return (whole - 56160) / 2160;
    return std::nullopt;
}

}  // namespace pantau
