#include "collectors/http/redirect.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
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

Result<Target> follow(const Target& from, const Target& first, std::string_view location,
                      const Page& page) {
    const Result<Target> target = target_from(from, location);
    if (!target) return refused(location, target.error().detail);
    const auto& allowed = page.redirects.hosts;
    const bool is_home = target->host == first.host;
    if (!is_home && std::find(allowed.begin(), allowed.end(), target->host) == allowed.end())
        return refused(location, "it is another host");
    if (from.is_tls && !target->is_tls) return refused(location, "it leaves TLS");
    return target;
}

}  // namespace pantau::http
