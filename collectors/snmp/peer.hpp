#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pantau::snmp {

/// Where a device's agent listens: one address and port, comparable without regard to padding.
class Peer {
public:
    Peer() = default;

    /// A numeric IPv4 or IPv6 address ("fe80::1%eth0" as well); nothing for a name.
    [[nodiscard]] static std::optional<Peer> numeric(const std::string& address,
                                                     std::uint16_t port);
    /// The kernel's form; nothing for a family other than IPv4 and IPv6.
    [[nodiscard]] static std::optional<Peer> of(const sockaddr_storage& address);

    [[nodiscard]] bool is_v6() const { return is_v6_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Fills the kernel's form and gives its length.
    socklen_t fill(sockaddr_storage& address) const;
    [[nodiscard]] std::string to_string() const;

    /// The scope counts only where an address has no meaning without it (link-local).
    friend bool operator==(const Peer&, const Peer&) = default;

private:
    std::array<std::uint8_t, 16> address_{};  ///< IPv4: the first four.
    std::uint32_t scope_ = 0;
    std::uint16_t port_ = 0;
    bool is_v6_ = false;
};

}  // namespace pantau::snmp
