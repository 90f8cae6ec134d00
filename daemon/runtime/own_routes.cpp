#include "runtime/own_routes.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace pantau {
namespace {

socklen_t size_of(int family) {
    return family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

/// The kernel chooses a route by where a packet comes from, too.
bool set_origin(int fd, int family, const Origin& origin) {
    if (!origin.interface.empty() &&
        ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, origin.interface.c_str(),
                     static_cast<socklen_t>(origin.interface.size())) != 0)
        return false;
    if (origin.address.empty()) return true;
    sockaddr_storage from{};
    from.ss_family = static_cast<sa_family_t>(family);
    void* const place = family == AF_INET6
                            ? static_cast<void*>(&reinterpret_cast<sockaddr_in6&>(from).sin6_addr)
                            : static_cast<void*>(&reinterpret_cast<sockaddr_in&>(from).sin_addr);
    return ::inet_pton(family, origin.address.c_str(), place) == 1 &&
           ::bind(fd, reinterpret_cast<const sockaddr*>(&from), size_of(family)) == 0;
}

}  // namespace

bool is_about_routes(int number) {
    return number == ENETUNREACH || number == EHOSTUNREACH || number == ENETDOWN ||
           number == EHOSTDOWN;
}

bool is_routed(const sockaddr* to, const Origin& origin) {
    const int family = to->sa_family;
    if (family != AF_INET && family != AF_INET6) return true;
    // connect() of a datagram socket looks for the route, and no more.
    const int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return true;
    const bool is_asked = set_origin(fd, family, origin);
    const bool is_refused =
        is_asked && ::connect(fd, to, size_of(family)) != 0 && is_about_routes(errno);
    ::close(fd);
    return !is_refused;
}

}  // namespace pantau
