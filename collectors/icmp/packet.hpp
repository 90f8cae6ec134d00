#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pantau::icmp {

/// What only he can know who saw the request: random, and new for each.
using Token = std::uint64_t;

inline constexpr std::size_t header_bytes = 8;
/// Header and token: what differs between requests. Zeros follow.
inline constexpr std::size_t prefix_bytes = header_bytes + sizeof(Token);

enum class Family : std::uint8_t { v4, v6 };

/// What an echo request or its reply says.
struct Echo {
    std::uint16_t id = 0;
    std::uint16_t sequence = 0;
    /// Absent where an ICMP error quotes less.
    std::optional<Token> token;
    std::size_t payload = 0;  ///< Bytes behind the header, the token's among them.
};

/// The beginning of an echo request whose other bytes are zero. The checksum is that of IPv4; for
/// IPv6 and for datagram sockets the kernel puts its own there.
[[nodiscard]] std::array<char, prefix_bytes> write_request(Family family, std::uint16_t id,
                                                           std::uint16_t sequence, Token token);

/// Reads an echo reply; nothing when it is none.
[[nodiscard]] std::optional<Echo> read_reply(Family family, std::string_view message);

/// Reads what an ICMP error quotes of an echo request; nothing when it quotes something else.
[[nodiscard]] std::optional<Echo> read_quoted(Family family, std::string_view quoted);

/// What stands behind the IPv4 header that raw sockets deliver; nothing when it is cut short.
[[nodiscard]] std::optional<std::string_view> behind_ip_header(std::string_view packet);

}  // namespace pantau::icmp
