#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pantau {

/// What the command line of pantaud says.
struct DaemonOptions {
    enum class Action { run, check, version, help };

    Action action = Action::run;
    std::string config = "/etc/pantau/pantau.yml";
    config::WebCommandLine web;  ///< Instead of the configuration's.
    std::string state_dir;       ///< Instead of the configuration's; empty: that one.
    std::string control_socket;  ///< Instead of the configuration's; empty: that one.
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::logfmt;
};

/// Reads the arguments without the program's name. The error is one line for the terminal.
[[nodiscard]] Result<DaemonOptions> parse_options(const std::vector<std::string>& arguments);

[[nodiscard]] std::string options_help();

}  // namespace pantau
