#include "collectors_icmp/own_network.hpp"

#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/process.hpp"

namespace pantau::icmp::test {
namespace {

void raise_loopback() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool is_up = fd >= 0 && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    ::close(fd);
    if (!is_up) throw std::runtime_error("the loopback interface does not come up");
}

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

void set_kernel(const std::string& name, const std::string& value) {
    std::ofstream out("/proc/sys/" + name);
    out << value << std::flush;
    if (!out) throw std::runtime_error("cannot write /proc/sys/" + name);
}

bool in_own_network(Right right, const std::function<void()>& body) {
    bool is_granted = false;
    std::exception_ptr thrown;
    std::thread thread([&] {
        if (::unshare(CLONE_NEWNET) != 0) return;
        is_granted = true;
        try {
            raise_loopback();
            set_kernel("net/ipv4/ping_group_range",
                       right == Right::datagram ? "0 2147483647" : "1 0");
            if (right != Right::raw) drop_raw_right();
            body();
        } catch (...) {
            thrown = std::current_exception();
        }
    });
    thread.join();
    if (thrown) std::rethrow_exception(thrown);
    if (!is_granted) pantau::test::print_skip("a network of its own cannot be made without root");
    return is_granted;
}

}  // namespace pantau::icmp::test
