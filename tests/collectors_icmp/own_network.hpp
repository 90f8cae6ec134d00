#pragma once

#include <functional>
#include <string>

namespace pantau::icmp::test {

/// Which way of sending echo requests a network grants.
enum class Right { datagram, raw, none };

/// Runs `body` on a thread with a network of its own: the loopback interface alone, with that right
/// and no other. Says so loudly and gives false where that needs a privilege we do not have.
bool in_own_network(Right right, const std::function<void()>& body);

/// Writes a setting of this thread's network: "net/ipv4/icmp_echo_ignore_all".
void set_kernel(const std::string& name, const std::string& value);

}  // namespace pantau::icmp::test
