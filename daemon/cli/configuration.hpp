#pragma once

#include <string>

#include "cli/daemon_call.hpp"
#include "cli/verbs.hpp"
#include "load_all.hpp"

namespace pantau::cli {

/// --config, else /etc/pantau/pantau.yml.
[[nodiscard]] std::string configuration_path(const Invocation& call);

/// Prints mistakes with their places on stderr.
void tell_diagnostics(const Invocation& call, const config::Diagnostics& diagnostics);

/// Everything the configuration says. With mistakes they are told, and there is an exit code;
/// warnings are told by `config check` alone.
[[nodiscard]] OrExit<Loaded> load_configuration(const Invocation& call, const std::string& path);

}  // namespace pantau::cli
