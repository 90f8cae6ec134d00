#pragma once

#include "base/result.hpp"
#include "collectors/icmp/packet.hpp"

namespace pantau::icmp {

/// A socket for echo requests of one address family.
struct EchoSocket {
    int fd = -1;
    /// Raw ones need CAP_NET_RAW, hear all echo replies of the machine and choose their id;
    /// datagram ones hear their own only.
    bool is_raw = false;
    std::uint16_t id = 0;  ///< Of a raw one.
};

/// Opens a datagram socket, or a raw one where that alone is allowed. An error has Reason local;
/// `is_forbidden` tells a missing right from other troubles.
[[nodiscard]] Result<EchoSocket> open_socket(Family family, std::uint16_t id, int buffer_bytes,
                                             bool& is_forbidden);

}  // namespace pantau::icmp
