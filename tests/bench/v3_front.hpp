#pragma once

#include <cstdint>

namespace pantau::bench {

/// Speaks SNMPv3 for the simulated devices: takes the messages of user `noc` (SHA-256, AES-128) on
/// all addresses of this machine, asks the device behind the address in v2c, and gives its answer
/// signed and encrypted. Each device has an engine id of its own. Runs on a thread of its own for
/// ever: only for the process of a simulator.
///
/// Gives its UDP port; 0: no socket.
[[nodiscard]] std::uint16_t start_v3_front(std::uint16_t city_port);

}  // namespace pantau::bench
