#pragma once

#include <algorithm>
#include <cstddef>

#include "base/clock.hpp"

namespace pantau::icmp {

/// How many requests may leave now: so many a second for as long as one likes, and so many at once
/// after a pause. A pure machine.
class Pace {
public:
    /// Both at least 1.
    Pace(unsigned per_second, unsigned at_once)
        : step_(Duration(std::chrono::seconds(1)) / std::max(1u, per_second)),
          credit_most_(step_ * std::max(1u, at_once)) {}

    /// At most `wanted`. They count only when `left` says so.
    [[nodiscard]] std::size_t room(MonoTime now, std::size_t wanted) const {
        const Duration credit = std::min(credit_most_, now - paid_until_);
        return std::min(wanted, static_cast<std::size_t>(std::max(Duration(0), credit) / step_));
    }
    void left(MonoTime now, std::size_t count) {
        paid_until_ =
            std::max(paid_until_, now - credit_most_) + step_ * static_cast<Duration::rep>(count);
    }
    /// When there is room again, for whoever found none.
    [[nodiscard]] MonoTime next() const { return paid_until_ + step_; }

private:
    Duration step_;
    Duration credit_most_;
    MonoTime paid_until_{};
};

}  // namespace pantau::icmp
