// What a device says, all the way to what people see, with the profiles that pantau ships.
#include "collectors/registry.hpp"
#include "fuzz/observing.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

std::shared_ptr<const ProfileSet> shipped() {
    static const std::shared_ptr<const ProfileSet> profiles = [] {
        config::Diagnostics said;
        auto loaded =
            ProfileSet::load({PANTAU_SOURCE_DIR "/etc/profiles"}, collector_kinds(), said);
        PROMISE_ABOUT(!said.has_errors(), shown(said));
        return loaded;
    }();
    return profiles;
}

}  // namespace

/// The first byte chooses the profile (0: found from what the device says); a recording follows.
void observation(std::string_view bytes) {
    Feed feed(bytes);
    std::vector<std::string> names = shipped()->names();
    names.insert(names.begin(), "auto");
    const std::string& profile = names[feed.byte() % names.size()];
    observe(shipped(), profile,
            std::make_shared<const snmp::Recording>(snmp::Recording::parse(feed.rest())));
}

}  // namespace pantau::fuzz
