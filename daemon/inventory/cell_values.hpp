#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/clock.hpp"
#include "model/device.hpp"

/// The texts of cells, read as what they mean: pure, without files and places.
namespace pantau::inventory {

/// Why a text is not what it should be, in words for an operator.
struct Refusal {
    std::string message;
    std::string help;
};

template <class T>
using Reading = tl::expected<T, Refusal>;

/// A device's name goes into labels, links and lists of parents.
[[nodiscard]] Reading<std::string> read_name(std::string_view text);

/// A numeric IPv4 or IPv6 address, the latter in its shortest form, or a host name in lower case.
[[nodiscard]] Reading<std::string> read_address(std::string_view text);

[[nodiscard]] Reading<std::uint16_t> read_port(std::string_view text);
[[nodiscard]] Reading<unsigned> read_retries(std::string_view text);

/// A MAC address in any of its spellings, as `mac_address` writes it.
[[nodiscard]] Reading<std::string> read_mac(std::string_view text);
/// A serial number: one word.
[[nodiscard]] Reading<std::string> read_serial(std::string_view text);

enum class DecimalComma : bool { no, yes };
/// Degrees from -`most` to `most`.
[[nodiscard]] Reading<double> read_degrees(std::string_view text, double most,
                                           DecimalComma decimal_comma);

struct DurationRange {
    Duration least;
    Duration most;
    std::string_view words;  ///< "1s to 24h"
};
[[nodiscard]] Reading<Duration> read_duration(std::string_view text, const DurationRange& range);

/// Words with blanks between them.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// "a b": both; "a|b": either; "none": nothing.
[[nodiscard]] Reading<std::vector<ParentGroup>> read_parents(std::string_view text);

/// The first sign that a reader cannot see; 0: all can be seen.
[[nodiscard]] std::uint32_t find_invisible(std::string_view text);

}  // namespace pantau::inventory
