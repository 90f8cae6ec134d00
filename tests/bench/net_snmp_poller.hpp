#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/oid.hpp"

namespace pantau::bench {

/// What one would write instead of pantau's engine: net-snmp's own asynchronous sessions, one for
/// each device (snmp_open), GETs one after the other (snmp_async_send), select. It keeps the latest
/// values and does nothing with them.
class NetSnmpPoller {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `requests`: the names of each GET that a poll consists of, or of each GETBULK when there are
    /// `repetitions`. `peers`: "udp:127.73.0.1:16100".
    NetSnmpPoller(const std::vector<std::string>& peers, std::vector<std::vector<Oid>> requests,
                  unsigned repetitions = 0);
    NetSnmpPoller(const NetSnmpPoller&) = delete;
    NetSnmpPoller& operator=(const NetSnmpPoller&) = delete;
    ~NetSnmpPoller();

    /// Polls every device each `interval`, evenly spread; zero: again as soon as it has answered.
    void run(std::chrono::milliseconds interval, Time end);

    [[nodiscard]] std::uint64_t polls() const;
    [[nodiscard]] std::uint64_t varbinds() const;
    [[nodiscard]] std::uint64_t timeouts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pantau::bench
