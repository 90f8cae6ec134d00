#include "load_all.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "collectors/registry.hpp"
#include "config/settings.hpp"

namespace pantau {
namespace {

/// The first of them, and how many more.
std::string list_of(const std::vector<std::string>& names) {
    constexpr std::size_t shown_most = 3;
    const std::size_t shown = std::min(names.size(), shown_most);
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
    const std::string list = fmt::format("{}", fmt::join(names.begin(), end, ", "));
    return names.size() == shown ? list : fmt::format("{} and {} more", list, names.size() - shown);
}

/// A device whose profile is left out is recognised by its answers until that is mended.
void recognise_instead(Inventory& inventory, const RefusedProfile& refused,
                       config::Diagnostics& diagnostics) {
    std::vector<std::string> names;
    for (std::shared_ptr<const Device>& device : inventory.devices) {
        if (device->profile != refused.name) continue;
        auto changed = std::make_shared<Device>(*device);
        changed->profile = "auto";
        names.push_back(changed->id);
        device = std::move(changed);
    }
    if (names.empty()) return;
    diagnostics.warning(
        refused.location,
        fmt::format("profile \"{}\" is left out; {}, {} recognised by the answers among the others",
                    refused.name,
                    names.size() == 1 ? std::string("the device that names it")
                                      : fmt::format("{} devices that name it", names.size()),
                    list_of(names) + (names.size() == 1 ? ", is" : ", are")),
        "mend the profile");
}

}  // namespace

std::optional<Loaded> load_all(const std::string& path, config::Diagnostics& diagnostics,
                               const config::WebCommandLine& command_line) {
    const std::vector<std::string> keys = device_keys(collector_kinds());
    auto settings = config::load_settings(path, diagnostics, {keys, command_line});
    // Without the levels every column of an area would be a mistake of its own.
    if (!settings || settings->hierarchy.empty()) return std::nullopt;
    const bool are_settings_good = !diagnostics.has_errors();
    Loaded loaded;
    loaded.profiles = ProfileSet::load(settings->profiles, collector_kinds(), diagnostics);
    const std::vector<RefusedProfile>& refused = loaded.profiles->refused();
    std::vector<std::string> names = loaded.profiles->names();
    const bool is_any_left = !names.empty() || refused.empty();
    for (const RefusedProfile& each : refused)
        names.push_back(each.name);
    auto configuration =
        load_inventory(std::move(*settings), collector_kinds(), names, diagnostics);
    if (!configuration || !are_settings_good || !is_any_left) return std::nullopt;
    for (const RefusedProfile& each : refused) {
        if (loaded.profiles->find(each.name) == nullptr)
            recognise_instead(*configuration->inventory, each, diagnostics);
    }
    loaded.configuration = std::move(*configuration);
    return loaded;
}

}  // namespace pantau
