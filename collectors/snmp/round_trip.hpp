#pragma once

#include "base/clock.hpp"

namespace pantau::snmp {

/// How long a device takes to answer, smoothed, and how long it is worth waiting before the same is
/// asked again (RFC 6298: mean and deviation with weights of 1/8 and 1/4). Every request has an id
/// of its own, so each sample belongs to one request and repeated ones may be counted, too.
class RoundTrip {
public:
    /// Less is never waited: access points let a request lie while they serve their radios.
    static constexpr Duration least = std::chrono::milliseconds(250);

    void add(Duration sample);
    /// Nothing is known any more: the device was silent, and may come back as another one.
    void forget() { *this = RoundTrip(); }

    [[nodiscard]] bool is_known() const { return mean_ != 0; }
    /// For the try number `tries` (0: the first) of a request when the last try waits `most`: each
    /// waits twice as long as the one before. Never more than `most`; as long as nothing is known
    /// it is that.
    [[nodiscard]] Duration timeout(unsigned tries, Duration most) const;

private:
    float mean_ = 0;  ///< Seconds; 0: nothing is known. A float: there is one for each device.
    float deviation_ = 0;
};

}  // namespace pantau::snmp
