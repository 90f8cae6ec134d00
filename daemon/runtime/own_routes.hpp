#pragma once

#include <string>

struct sockaddr;

namespace pantau {

/// Where connections come from when the operator says so; empty: as this machine goes everywhere.
struct Origin {
    std::string address;    ///< One of this machine.
    std::string interface;  ///< One of this machine.
};

/// Whether this machine's own routes lead to an address of IPv4 or IPv6. Asks the kernel and sends
/// nothing, so it says nothing about the network behind: what a router or a neighbour answers is
/// not seen here. True when it cannot be asked.
[[nodiscard]] bool is_routed(const sockaddr* to, const Origin& origin);

/// Whether an errno of connect() may be about routes, ours or those of a router.
[[nodiscard]] bool is_about_routes(int number);

}  // namespace pantau
