#include "cli/free_port.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pantau::cli {
namespace {

/// Binds and lets go again. Gives the port, which the system chose when 0 was asked for.
std::optional<std::uint16_t> try_port(Transport transport, std::uint16_t port, bool everywhere) {
    const bool is_udp = transport == Transport::udp;
    const int fd = ::socket(AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (fd < 0) return std::nullopt;
    const int on = 1;
    // As servers do: connections that linger from before are no reason to look elsewhere.
    if (!is_udp) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(everywhere ? INADDR_ANY : INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    const bool is_free = ::bind(fd, raw, size) == 0 && (is_udp || ::listen(fd, 1) == 0) &&
                         ::getsockname(fd, raw, &size) == 0;
    ::close(fd);
    if (!is_free) return std::nullopt;
    return ntohs(address.sin_port);
}

}  // namespace

bool is_port_free(Transport transport, std::uint16_t port, bool everywhere) {
    return try_port(transport, port, everywhere).has_value();
}

std::optional<std::uint16_t> free_ports(Transport transport, std::uint16_t wanted, unsigned count) {
    for (unsigned base = wanted; base + count <= 65536; base += 100) {
        unsigned found = 0;
        while (found < count &&
               is_port_free(transport, static_cast<std::uint16_t>(base + found), true))
            ++found;
        if (found == count) return static_cast<std::uint16_t>(base);
    }
    return std::nullopt;
}

std::optional<std::uint16_t> any_free_port() {
    return try_port(Transport::tcp, 0, false);
}

}  // namespace pantau::cli
