#include "cli/profiles.hpp"

#include "cli/configuration.hpp"
#include "cli/installation.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

constexpr Words no_profiles{"no profiles found; name their folder in $PANTAU_PROFILES",
                            "profil tidak ditemukan; sebutkan foldernya di $PANTAU_PROFILES"};

}  // namespace

std::shared_ptr<const ProfileSet> profiles_for(const Invocation& call) {
    std::shared_ptr<const ProfileSet> profiles;
    if (call.arguments.has("config")) {
        const auto loaded = load_configuration(call, configuration_path(call));
        if (!loaded) return nullptr;
        profiles = loaded->profiles;
    } else {
        config::Diagnostics diagnostics;
        profiles = ProfileSet::load(profile_folders(), collector_kinds(), diagnostics);
        tell_diagnostics(call, diagnostics);
    }
    if (!profiles->names().empty()) return profiles;
    call.tell(no_profiles);
    return nullptr;
}

}  // namespace pantau::cli
