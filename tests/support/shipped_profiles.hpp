#pragma once

#include <doctest/doctest.h>

#include <memory>

#include "collectors/registry.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::test {

/// The profiles of etc/profiles, read once.
inline std::shared_ptr<const ProfileSet> shipped_profiles() {
    static const std::shared_ptr<const ProfileSet> profiles = [] {
        config::Diagnostics said;
        auto set = ProfileSet::load({PANTAU_SOURCE_DIR "/etc/profiles"}, collector_kinds(), said);
        REQUIRE(!said.has_errors());
        return set;
    }();
    return profiles;
}

}  // namespace pantau::test
