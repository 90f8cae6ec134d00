#include "cli/configuration.hpp"

#include <sstream>

namespace pantau::cli {

std::string configuration_path(const Invocation& call) {
    return call.arguments.text("config").value_or("/etc/pantau/pantau.yml");
}

void tell_diagnostics(const Invocation& call, const config::Diagnostics& diagnostics) {
    std::ostringstream words;
    diagnostics.print(words, call.console.color_err);
    call.console.err(words.str());
}

OrExit<Loaded> load_configuration(const Invocation& call, const std::string& path) {
    config::Diagnostics diagnostics;
    auto loaded = load_all(path, diagnostics);
    if (!loaded || diagnostics.has_errors()) tell_diagnostics(call, diagnostics);
    if (loaded) return std::move(*loaded);
    return tl::unexpected(exit_failed);
}

}  // namespace pantau::cli
