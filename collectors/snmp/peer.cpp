#include "collectors/snmp/peer.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>

namespace pantau::snmp {

std::optional<Peer> Peer::numeric(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    // The old short forms ("10.1", "0x7f.1") would be read as addresses too.
    in_addr four{};
    const bool is_four = ::inet_pton(AF_INET, address.c_str(), &four) == 1;
    if (!is_four && address.find(':') == std::string::npos) return std::nullopt;
    if (::getaddrinfo(address.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
    sockaddr_storage storage{};
    std::memcpy(&storage, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    auto peer = of(storage);
    if (peer) peer->port_ = port;
    return peer;
}

std::optional<Peer> Peer::of(const sockaddr_storage& address) {
    Peer peer;
    if (address.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        std::memcpy(peer.address_.data(), &four.sin_addr, 4);
        peer.port_ = ntohs(four.sin_port);
        return peer;
    }
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        std::memcpy(peer.address_.data(), &six.sin6_addr, 16);
        peer.port_ = ntohs(six.sin6_port);
        if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) peer.scope_ = six.sin6_scope_id;
        peer.is_v6_ = true;
        return peer;
    }
    return std::nullopt;
}

socklen_t Peer::fill(sockaddr_storage& address) const {
    if (!is_v6_) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port_);
        std::memcpy(&four.sin_addr, address_.data(), 4);
        std::memcpy(&address, &four, sizeof four);
        return sizeof four;
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port_);
    six.sin6_scope_id = scope_;
    std::memcpy(&six.sin6_addr, address_.data(), 16);
    std::memcpy(&address, &six, sizeof six);
    return sizeof six;
}

std::string Peer::to_string() const {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, address_.data(), text, sizeof text);
    const std::string port = std::to_string(port_);
    return is_v6_ ? "[" + std::string(text) + "]:" + port : std::string(text) + ":" + port;
}

}  // namespace pantau::snmp
