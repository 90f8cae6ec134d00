#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.hpp"

namespace pantau::snmp {

/// A token bucket: `rate` things a second for as long as one likes, `burst` of them at once. A pure
/// machine: time comes in and never goes back.
class RateLimit {
public:
    /// Both at least 1.
    RateLimit(std::uint32_t rate, std::uint32_t burst)
        : step_(Duration(std::chrono::seconds(1)) / std::max(1u, rate)),
          depth_(step_ * std::max(1u, burst)) {}

    /// Whether one more may go now. Counts it when it may.
    [[nodiscard]] bool take(MonoTime now) {
        if (next(now) > now) return false;
        full_ = std::max(full_, now) + step_;
        return true;
    }
    /// When the next one may go, not before `now`.
    [[nodiscard]] MonoTime next(MonoTime now) const {
        return std::max(now, full_ + step_ - depth_);
    }

private:
    Duration step_;    ///< From one token to the next.
    Duration depth_;   ///< How long an empty bucket takes to be full.
    MonoTime full_{};  ///< When the bucket is full again if nothing more is taken.
};

}  // namespace pantau::snmp
