#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pantau::exposition {

/// The two ways to write series. They differ in the heads of families, and in the line at the end.
enum class Format : std::uint8_t {
    text,          ///< Prometheus' text format 0.0.4.
    open_metrics,  ///< OpenMetrics 1.0: counters are called without `_total` in their head.
};

/// What a rendering in OpenMetrics ends with, whoever wrote its parts.
inline constexpr std::string_view open_metrics_end = "# EOF\n";

/// "# HELP", "# TYPE" and, where OpenMetrics knows one, "# UNIT".
[[nodiscard]] std::string family_head(std::string_view name, std::string_view type,
                                      std::string_view help, Format format);

/// The unit that a metric's name ends in, before `_total`; empty when it says none.
[[nodiscard]] std::string_view unit_in(std::string_view metric);

}  // namespace pantau::exposition
