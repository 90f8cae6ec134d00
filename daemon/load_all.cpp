#include "load_all.hpp"

#include <utility>
#include <vector>

#include "collectors/registry.hpp"
#include "config/settings.hpp"

namespace pantau {

std::optional<Loaded> load_all(const std::string& path, config::Diagnostics& diagnostics) {
    auto settings = config::load_settings(path, diagnostics);
    // Without the levels every column of an area would be a mistake of its own.
    if (!settings || settings->hierarchy.empty()) return std::nullopt;
    Loaded loaded;
    loaded.profiles = ProfileSet::load(settings->profiles, collector_kinds(), diagnostics);
    const std::vector<std::string> names = loaded.profiles->names();
    auto configuration =
        load_inventory(std::move(*settings), collector_kinds(), names, diagnostics);
    if (!configuration || diagnostics.has_errors()) return std::nullopt;
    loaded.configuration = std::move(*configuration);
    return loaded;
}

}  // namespace pantau
