#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/console.hpp"
#include "cli/texts.hpp"
#include "model/health.hpp"

namespace pantau::cli {

/// How facts read in a table: numbers, times and states as people write them.

[[nodiscard]] const Words& words_of(HealthState state);
[[nodiscard]] const Words& words_of(Reason reason);
[[nodiscard]] const Words& words_of(Role role);
[[nodiscard]] Tint tint_of(HealthState state);

/// The state of that name, in English or Indonesian; spaces may be '-' or '_'.
[[nodiscard]] std::optional<HealthState> health_named(std::string_view word);

/// A number with at most so many digits behind the point (a comma in Indonesian), none of them a
/// trailing zero.
[[nodiscard]] std::string shown_number(double number, int digits, Language language);
/// "1.2 GB", in powers of 1000.
[[nodiscard]] std::string shown_bytes(double bytes, Language language);
/// "61 %".
[[nodiscard]] std::string shown_ratio(double ratio, Language language);
/// The two largest parts: "12 d 3 h", "41 s"; "12 hari 3 jam".
[[nodiscard]] std::string shown_span(double seconds, Language language);
/// Short times: "4.1 ms", "2.3 s".
[[nodiscard]] std::string shown_duration(double seconds, Language language);
/// "1,234"; "1.234".
[[nodiscard]] std::string shown_count(std::uint64_t count, Language language);

/// Reads "2026-11-24T02:38:00Z".
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> time_of(std::string_view stamp);

}  // namespace pantau::cli
