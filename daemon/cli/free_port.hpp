#pragma once

#include <cstdint>
#include <optional>

namespace pantau::cli {

enum class Transport : std::uint8_t { udp, tcp };

/// Whether nobody has that port now: of 127.0.0.1, or of every address.
[[nodiscard]] bool is_port_free(Transport transport, std::uint16_t port, bool everywhere);

/// The first of `wanted`, wanted + 100, … from which `count` ports in a row are free on every
/// address.
[[nodiscard]] std::optional<std::uint16_t> free_ports(Transport transport, std::uint16_t wanted,
                                                      unsigned count);

/// A port of 127.0.0.1 for TCP that the system chooses.
[[nodiscard]] std::optional<std::uint16_t> any_free_port();

}  // namespace pantau::cli
