#include "collectors/http/redirect.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.hpp"

namespace pantau::http {
namespace {

bool is_private_v4(std::uint32_t address) {
    const std::uint32_t first = address >> 24;
    return first == 0 || first == 127 || (address >> 16) == 0xA9FE || first >= 224;
}

bool is_private_v6(const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address) || IN6_IS_ADDR_V4COMPAT(&address)) {
        std::uint32_t inner = 0;
        std::memcpy(&inner, address.s6_addr + 12, sizeof inner);
        return is_private_v4(ntohl(inner));
    }
    return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) ||
           IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MULTICAST(&address);
}

/// As text, without a zone.
std::string address_text(const sockaddr* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    const void* bytes = address->sa_family == AF_INET ? static_cast<const void*>(&v4->sin_addr)
                                                      : static_cast<const void*>(&v6->sin6_addr);
    if (::inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr) return {};
    return text.data();
}

/// Whether a text is that address, however it writes it.
bool is_same(const std::string& text, const sockaddr* address) {
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        return address_text(reinterpret_cast<const sockaddr*>(&v4)) == address_text(address);
    }
    if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return false;
    v6.sin6_family = AF_INET6;
    return address_text(reinterpret_cast<const sockaddr*>(&v6)) == address_text(address);
}

/// The address in a URL's host, when it is one that is private to the machine.
bool is_private_literal(const Target& target) {
    std::string host = target.host;
    if (host.starts_with('[')) host = host.substr(1, host.find_first_of("%]") - 1);
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1)
        return is_private_v4(ntohl(v4.sin_addr.s_addr));
    return ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1 && is_private_v6(v6.sin6_addr);
}

tl::unexpected<Error> refused(std::string_view location, std::string_view why) {
    const Text shown = Text::from_network(location.substr(0, location.find_first_of("?#")));
    return fail(Reason::redirect,
                fmt::format("leads to {}, which is not followed: {}", shown.view(), why));
}

}  // namespace

bool is_private_to_machine(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return is_private_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return true;
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    return is_private_v6(v6.sin6_addr);
}

bool may_connect(const Border& border, const sockaddr* address) {
    if (border.is_proxied) return true;
    if (!border.only.empty() && !is_same(border.only, address)) return false;
    return !border.is_led || !is_private_to_machine(address) || is_same(border.home, address);
}

Result<Target> follow(const Target& from, const Target& first, std::string_view location,
                      const Page& page) {
    Result<Target> target = target_from(from, location);
    if (!target) return refused(location, target.error().detail);
    const auto& allowed = page.redirects.hosts;
    const bool is_home = target->host == first.host;
    if (!is_home && std::find(allowed.begin(), allowed.end(), target->host) == allowed.end())
        return refused(location, "it is another host");
    if (!is_home && is_private_literal(*target))
        return refused(location, "it is an address of this machine or its local link");
    if (from.is_tls && !target->is_tls) return refused(location, "it leaves TLS");
    // Whom a pin or a login is meant for is one host, one origin.
    target->pin = is_home ? first.pin : std::string();
    target->takes_login = target->origin == first.origin;
    settle(*target, page.via);
    return target;
}

}  // namespace pantau::http
