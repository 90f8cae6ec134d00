#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "model/observation.hpp"

namespace pantau {

/// What became of the counters of one device between two Observations.
struct Followed {
    /// The Observation to show: the one given, or a copy of it with corrected counters.
    std::shared_ptr<const Observation> shown;
    bool rebooted = false;
};

/// Keeps the counters of one device honest, so that rates made from them are true:
/// - a 32-bit counter that wraps goes on in 64 bits instead of falling to 0;
/// - a counter that restarted (reboot, reset of one interface) falls, which Prometheus counts
/// right;
/// - a counter that steps back by a hair (an agent that sums its cores without a lock) stands
/// still.
///
/// A fall is a wrap when the way over 2^32 is the shorter one and no other counter of the same
/// component restarted. A device has rebooted when its uptime went back, or is shorter than the
/// time since we last saw it; the wrap of sysUpTime after 497.1 days is no reboot. Nor is the
/// restart of an agent alone, where the counters of its machine tell: they all go on.
///
/// Profiles give the largest of sysUpTime, hrSystemUptime and snmpEngineTime as uptime: the second
/// outlives the agent, the third has no wrap. Where one of them is missing for a while the uptime
/// falls, but not below the time we looked away: that is no reboot either.
///
/// The memory is the Observation shown last (the lower 32 bits of a shown counter are the device's
/// own), plus, for an hour, the counters that can wrap and did not arrive lately.
/// Owner: the thread of the Fleet.
class CounterMemory {
public:
    [[nodiscard]] Followed follow(std::shared_ptr<const Observation> now);

    /// Another device answers from now on: nothing is known of its counters.
    void forget() { *this = CounterMemory(); }

private:
    struct Uptime {
        double seconds;
        MonoTime seen;
    };
    /// A counter whose component or value did not arrive lately.
    struct Missing {
        std::uint64_t component;  ///< Hash of the component's identity.
        QuantityId quantity;
        std::uint64_t shown;
        MonoTime since;
    };

    bool has_rebooted(const Observation& now, const std::vector<std::uint64_t>& present);
    [[nodiscard]] bool all_went_on(const Observation& now,
                                   const std::vector<std::uint64_t>& present) const;
    void remember_missing(const Observation& now, const std::vector<std::uint64_t>& present);
    /// What was shown last for that counter, wherever it is kept.
    std::optional<std::uint64_t> shown_before(std::size_t place, std::uint64_t component,
                                              const Reading& reading, std::size_t likely);
    std::shared_ptr<const Observation> correct(std::shared_ptr<const Observation> now,
                                               const std::vector<std::uint64_t>& present);

    std::shared_ptr<const Observation> last_;
    std::vector<std::uint64_t> identities_;  ///< Of the components of `last_`, in its order.
    std::vector<Missing> missing_;
    std::optional<Uptime> uptime_;
};

}  // namespace pantau
