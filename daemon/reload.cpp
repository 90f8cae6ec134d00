#include "reload.hpp"

#include <fmt/format.h>

#include <sstream>

#include "base/log.hpp"

namespace pantau {
namespace {

/// Enough to mend a file by; `pantau config check` shows all.
constexpr std::size_t logged_most = 20;

bool is_error(const config::Diagnostic& entry) {
    return entry.severity == config::Diagnostic::Severity::error;
}

std::string place_of(const config::Location& location) {
    if (location.source == nullptr) return "";
    if (location.line == 0) return location.source->name;
    return fmt::format("{}:{}:{}", location.source->name, location.line, location.column);
}

}  // namespace

std::vector<std::string> printed_errors(const config::Diagnostics& diagnostics) {
    std::vector<std::string> printed;
    for (const config::Diagnostic& entry : diagnostics.entries()) {
        if (!is_error(entry)) continue;
        config::Diagnostics one;
        one.error(entry.location, entry.message, entry.help, entry.path);
        std::ostringstream out;
        one.print(out, false);
        printed.push_back(std::move(out).str());
    }
    return printed;
}

void log_diagnostics(const config::Diagnostics& diagnostics) {
    std::size_t told = 0;
    for (const config::Diagnostic& entry : diagnostics.entries()) {
        if (++told > logged_most) return;
        log(is_error(entry) ? msg::config_mistake : msg::config_doubt,
            {{"where", place_of(entry.location)}, {"detail", entry.message}, {"help", entry.help}});
    }
}

void log_refused_profiles(const ProfileSet& profiles, const config::Diagnostics& diagnostics) {
    for (const RefusedProfile& refused : profiles.refused()) {
        const std::string place = place_of(refused.location);
        log(msg::profile_refused,
            {{"profile", refused.name},
             {"where", place.empty() ? refused.path : place},
             {"detail", refused.why},
             {"instead", refused.instead.empty() ? "none" : refused.instead}});
    }
    config::Diagnostics warnings;
    for (const config::Diagnostic& entry : diagnostics.entries()) {
        if (!is_error(entry)) warnings.warning(entry.location, entry.message, entry.help);
    }
    log_diagnostics(warnings);
}

std::vector<std::string> needing_restart(const config::Settings& before,
                                         const config::Settings& after) {
    std::vector<std::string> names;
    const auto note = [&](bool differs, const char* name) {
        if (differs) names.emplace_back(name);
    };
    note(before.web.listen != after.web.listen, "web.listen");
    note(before.web.config_file != after.web.config_file, "web.config_file");
    note(before.web.insecure != after.web.insecure, "web.insecure");
    note(before.web.enable_lifecycle != after.web.enable_lifecycle, "web.enable_lifecycle");
    note(before.control_socket != after.control_socket, "control.socket");
    note(before.state_dir != after.state_dir, "state_dir");
    note(before.timezone != after.timezone, "timezone");
    note(before.history.path != after.history.path, "history.path");
    note(before.workers != after.workers, "poll.workers");
    return names;
}

}  // namespace pantau
