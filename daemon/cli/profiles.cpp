#include "cli/profiles.hpp"

#include "cli/configuration.hpp"
#include "cli/installation.hpp"
#include "cli/words.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

constexpr Words no_profiles{
    "no profiles found: name their folders in 'profiles:' of a configuration (--config FILE) or in "
    "$PANTAU_PROFILES",
    "profil tidak ditemukan: sebutkan foldernya di 'profiles:' pada konfigurasi (--config BERKAS) "
    "atau di $PANTAU_PROFILES"};

constexpr Words with_and_without{"{0}; with Wi-Fi {1}", "{0}; dengan Wi-Fi {1}"};

}  // namespace

std::shared_ptr<const ProfileSet> installed_profiles(const Invocation& call) {
    config::Diagnostics diagnostics;
    auto profiles = ProfileSet::load(profile_folders(), collector_kinds(), diagnostics);
    tell_diagnostics(call, diagnostics);
    return profiles;
}

bool has_any(const Invocation& call, const ProfileSet& profiles) {
    if (!profiles.names().empty()) return true;
    call.tell(no_profiles);
    return false;
}

std::shared_ptr<const ProfileSet> profiles_for(const Invocation& call) {
    std::shared_ptr<const ProfileSet> profiles;
    if (call.arguments.has("config")) {
        const auto loaded = load_configuration(call, configuration_path(call));
        if (!loaded) return nullptr;
        profiles = loaded->profiles;
    } else {
        profiles = installed_profiles(call);
    }
    return has_any(call, *profiles) ? profiles : nullptr;
}

std::string roles_of(const Profile& profile, const Invocation& call) {
    const std::string usual(words_of(profile.role()).in(call.language));
    if (profile.role() == profile.role_wireless()) return usual;
    return call.say(with_and_without, usual, words_of(profile.role_wireless()).in(call.language));
}

}  // namespace pantau::cli
