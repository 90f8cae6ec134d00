#pragma once

#include <functional>

#include "support/own_network.hpp"

namespace pantau::icmp::test {

using pantau::test::set_kernel;

/// Which way of sending echo requests a network grants.
enum class Right { datagram, raw, none };

/// As `pantau::test::in_own_network`, with that right and no other.
bool in_own_network(Right right, const std::function<void()>& body);

}  // namespace pantau::icmp::test
