#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace pantau::icmp {

/// Whom an echo request goes to: an IPv4 or IPv6 address, comparable without regard to padding.
class Address {
public:
    Address() = default;

    /// A numeric address ("fe80::1%eth0" as well); nothing for a name.
    [[nodiscard]] static std::optional<Address> numeric(const std::string& text);
    /// The kernel's form; nothing for other families.
    [[nodiscard]] static std::optional<Address> of(const sockaddr_storage& address);

    [[nodiscard]] bool is_v6() const { return is_v6_; }
    /// Fills the kernel's form, port 0, and gives its length.
    socklen_t fill(sockaddr_storage& address) const;
    [[nodiscard]] std::string to_string() const;

    /// The scope counts only where an address has no meaning without it (link-local).
    friend bool operator==(const Address&, const Address&) = default;

private:
    std::array<std::uint8_t, 16> bytes_{};  ///< IPv4: the first four.
    std::uint32_t scope_ = 0;
    bool is_v6_ = false;
};

}  // namespace pantau::icmp
