#pragma once

#include <memory>

#include "collectors/snmp/recording.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::fuzz {

/// Lets a device that is a recording be polled with these profiles (null: found from the device)
/// and checks all that comes of it: the Observation, its JSON, and what Prometheus is shown.
void observe(const std::shared_ptr<const ProfileSet>& profiles, const std::string& profile,
             const std::shared_ptr<const snmp::Recording>& recording);

}  // namespace pantau::fuzz
