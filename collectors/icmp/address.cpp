#include "collectors/icmp/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>

namespace pantau::icmp {

std::optional<Address> Address::numeric(const std::string& text) {
    // The old short forms ("10.1", "0x7f.1") would be read as addresses too.
    in_addr four{};
    const bool is_four = ::inet_pton(AF_INET, text.c_str(), &four) == 1;
    if (!is_four && text.find(':') == std::string::npos) return std::nullopt;
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(text.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
    sockaddr_storage storage{};
    std::memcpy(&storage, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    return of(storage);
}

std::optional<Address> Address::of(const sockaddr_storage& address) {
    Address made;
    if (address.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        std::memcpy(made.bytes_.data(), &four.sin_addr, 4);
        return made;
    }
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        std::memcpy(made.bytes_.data(), &six.sin6_addr, 16);
        if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) made.scope_ = six.sin6_scope_id;
        made.is_v6_ = true;
        return made;
    }
    return std::nullopt;
}

socklen_t Address::fill(sockaddr_storage& address) const {
    if (!is_v6_) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        std::memcpy(&four.sin_addr, bytes_.data(), 4);
        std::memcpy(&address, &four, sizeof four);
        return sizeof four;
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_scope_id = scope_;
    std::memcpy(&six.sin6_addr, bytes_.data(), 16);
    std::memcpy(&address, &six, sizeof six);
    return sizeof six;
}

std::string Address::to_string() const {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof text);
    return text;
}

}  // namespace pantau::icmp
