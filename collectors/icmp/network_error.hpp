#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "collectors/icmp/counts.hpp"
#include "collectors/icmp/packet.hpp"

namespace pantau::icmp {

/// An ICMP message of somebody on the way, as the kernel's error queue tells it.
struct Complaint {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::string from;        ///< The address of who says so; may be empty.
    bool is_device = false;  ///< Whether that is the device itself.
};

/// What it says about the request it quotes; nothing when that may still be answered.
[[nodiscard]] std::optional<Error> error_of(Family family, const Complaint& complaint);

/// What an errno of sending says, and which of the counted faults it is.
struct SendError {
    Error error;
    SendFault fault = SendFault::other;
};
[[nodiscard]] SendError send_error_of(int number);

}  // namespace pantau::icmp
