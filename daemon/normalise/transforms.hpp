#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/number.hpp"

namespace pantau {

/// The small named steps between a raw value and a Reading. All of them are total: nonsense in,
/// nothing out.

/// The number at the start of a text, as devices send them: "3.7", "-62.8", "35 C", "161E".
/// Nothing when the text starts with no number, or when a comma leaves open what is meant ("3,7").
[[nodiscard]] std::optional<Number> number_in(std::string_view text);

/// Without the blanks and NUL bytes some agents put around a text.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// value * factor, negated, plus an offset. Integers stay exact as long as the result is one and
/// fits; a factor such as 0.01 is carried out as a division, so that 7 percent is 0.07.
class Scaling {
public:
    Scaling() = default;
    Scaling(double factor, bool is_negated, double offset);

    [[nodiscard]] bool is_identity() const { return is_identity_; }
    [[nodiscard]] Number apply(Number value) const;

private:
    double factor_ = 1;
    double divisor_ = 1;  // not 1 only for factors that are one part of an integer
    double offset_ = 0;
    bool is_negated_ = false;
    bool is_identity_ = true;
    bool is_integral_ = true;
};

/// What one unit of the profile language is in the unit of the catalogue: "percent" 0.01,
/// "kB" 1024. Nothing for an unknown word.
[[nodiscard]] std::optional<double> unit_factor(std::string_view unit);
/// All unit words, for did-you-mean.
[[nodiscard]] std::span<const std::string_view> unit_words();

/// "aa:bb:cc:dd:ee:ff" from six bytes; nothing for another length.
[[nodiscard]] std::optional<std::string> mac_text(std::string_view bytes);
/// Dotted IPv4 from 4 bytes, IPv6 text from 16; nothing for another length.
[[nodiscard]] std::optional<std::string> address_text(std::string_view bytes);
[[nodiscard]] std::string hex_text(std::string_view bytes);

/// The word of the catalogue for a frequency: "2.4GHz", "5GHz", "6GHz", "60GHz", "other".
[[nodiscard]] std::string_view band_of_frequency(double hertz);
/// The band an IEEE 802.11 channel number stands for when nothing else tells: never 6 GHz, whose
/// numbers all occur in another band too or in none.
[[nodiscard]] std::optional<std::string_view> band_of_channel(std::uint64_t channel);
/// Centre of the primary 20 MHz in hertz. Nothing for a number the band does not have.
[[nodiscard]] std::optional<std::uint64_t> frequency_of(std::string_view band,
                                                        std::uint64_t channel);
/// The channel whose primary centre lies exactly there.
[[nodiscard]] std::optional<std::uint64_t> channel_of_frequency(double hertz);

}  // namespace pantau
