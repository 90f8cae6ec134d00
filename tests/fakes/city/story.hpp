#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pantau::city {

/// A command to the city, taken apart but not yet looked up.
struct Command {
    enum class Verb : std::uint8_t { outage, restore, kill, revive, reboot, loss, latency };
    Verb verb = Verb::kill;
    std::string target;  ///< A device or a kelurahan, as a slug; empty for loss.
    double number = 0;   ///< Of loss.
    std::chrono::milliseconds duration{0};
};

/// Reads "outage Sumbersari", "kill rw08-sumbersari-1", "reboot rw08-sumbersari-1 40s", "loss 0.3",
/// "latency sw-sumbersari 300ms". The error says what would be right.
[[nodiscard]] Result<Command> parse_command(std::string_view text);

/// "90s", "5m", "250ms"; nothing for other text.
[[nodiscard]] Result<std::chrono::milliseconds> parse_span(std::string_view text);

}  // namespace pantau::city
