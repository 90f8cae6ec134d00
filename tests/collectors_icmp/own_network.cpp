#include "collectors_icmp/own_network.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <stdexcept>

namespace pantau::icmp::test {
namespace {

/// Of this thread alone.
void drop_raw_right() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    const long got = ::syscall(SYS_capget, &header, sets);
    sets[0].effective &= ~(1u << CAP_NET_RAW);
    if (got != 0 || ::syscall(SYS_capset, &header, sets) != 0)
        throw std::runtime_error("CAP_NET_RAW cannot be given up");
}

}  // namespace

bool in_own_network(Right right, const std::function<void()>& body) {
    return pantau::test::in_own_network([&] {
        set_kernel("net/ipv4/ping_group_range", right == Right::datagram ? "0 2147483647" : "1 0");
        if (right != Right::raw) drop_raw_right();
        body();
    });
}

}  // namespace pantau::icmp::test
