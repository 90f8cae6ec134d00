#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cli/daemon_call.hpp"
#include "cli/verbs.hpp"
#include "model/device.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// What a probe looks at, and what it needs to understand the answers.
struct ProbeTarget {
    std::shared_ptr<const Device> device;
    std::shared_ptr<const ProfileSet> profiles;
    std::string recording;  ///< A file; empty: the network.
    /// A name of the inventory that may have been meant, when the target is none.
    std::optional<std::string> perhaps = std::nullopt;
};

/// The options of a one-off connection: for probe, and later for discover.
[[nodiscard]] std::span<const Option> connection_options();
/// Those of them that say how to speak SNMP: for walk.
[[nodiscard]] std::span<const Option> snmp_options();

/// Finds the target the command line names and lays its options over what the inventory says.
/// Throws UsageError.
[[nodiscard]] OrExit<ProbeTarget> find_probe_target(const Invocation& call);
/// The same for who asks over SNMP and needs no profile: there are none in it.
[[nodiscard]] OrExit<ProbeTarget> find_walk_target(const Invocation& call);

}  // namespace pantau::cli
