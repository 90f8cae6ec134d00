#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/oid.hpp"
#include "collectors/snmp/codec.hpp"

namespace pantau::bench {

/// One kind of request, again and again to many devices, each as soon as its last one is answered:
/// what carrying it costs, without schedule, profile and fleet.
struct Carried {
    double cpu = 0;  ///< Seconds, of this process.
    double requests = 0;
    double varbinds = 0;
    double failures = 0;

    [[nodiscard]] double microseconds() const { return cpu * 1e6 / requests; }
};

/// By pantau's engine, on one socket. `addresses`: "127.73.0.1".
[[nodiscard]] Carried carry_by_engine(const std::vector<std::string>& addresses, std::uint16_t port,
                                      const snmp::RequestBody& body, Duration time);

/// By net-snmp's asynchronous sessions, one for each device. `peers`: "udp:127.73.0.1:16100".
[[nodiscard]] Carried carry_by_sessions(const std::vector<std::string>& peers,
                                        const snmp::RequestBody& body, Duration time);

}  // namespace pantau::bench
