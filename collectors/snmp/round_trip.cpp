#include "collectors/snmp/round_trip.hpp"

#include <algorithm>
#include <cmath>

namespace pantau::snmp {

void RoundTrip::add(Duration sample) {
    // Never 0, which says that nothing is known.
    const auto seconds = static_cast<float>(std::max(1e-6, to_seconds(sample)));
    if (!is_known()) {
        mean_ = seconds;
        deviation_ = seconds / 2;
        return;
    }
    deviation_ += (std::abs(mean_ - seconds) - deviation_) / 4;
    mean_ += (seconds - mean_) / 8;
}

Duration RoundTrip::timeout(unsigned tries, Duration most) const {
    if (!is_known()) return most;
    const double once = std::max(static_cast<double>(mean_) + 4 * static_cast<double>(deviation_),
                                 to_seconds(least));
    // Beyond a few doublings it is `most` anyway.
    const double seconds = once * static_cast<double>(1u << std::min(tries, 16u));
    if (seconds >= to_seconds(most)) return most;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace pantau::snmp
