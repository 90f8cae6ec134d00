#pragma once

#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "state/fleet.hpp"

namespace pantau {

/// Tells the log what became of devices, once at each change. When a whole city goes dark, or a
/// device makes itself important, only the first changes of a stretch of time are told one by one,
/// the others as a number: nothing from the network sets the pace of the log.
/// Lives on the fleet's thread.
class ChangeLog {
public:
    static constexpr unsigned lines_most = 50;
    static constexpr Duration stretch = std::chrono::seconds(10);

    void tell(std::span<const Change> changes, MonoTime now);
    /// Tells what was folded, when its stretch is over. Call now and then.
    void flush(MonoTime now);

private:
    MonoTime began_{};
    unsigned lines_ = 0;
    std::uint64_t folded_ = 0;
};

}  // namespace pantau
