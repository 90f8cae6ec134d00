#include "support/own_network.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/process.hpp"

namespace pantau::test {
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

int network_of_this_thread() {
    return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

void enter(int network) {
    if (::setns(network, CLONE_NEWNET) != 0) throw std::runtime_error("the network is gone");
}

}  // namespace

void set_kernel(const std::string& name, const std::string& value) {
    std::ofstream out("/proc/sys/" + name);
    out << value << std::flush;
    if (!out) throw std::runtime_error("cannot write /proc/sys/" + name);
}

bool in_own_network(const std::function<void()>& body) {
    bool is_granted = false;
    std::exception_ptr thrown;
    std::thread thread([&] {
        if (::unshare(CLONE_NEWNET) != 0) return;
        is_granted = true;
        try {
            raise_loopback();
            body();
        } catch (...) {
            thrown = std::current_exception();
        }
    });
    thread.join();
    if (thrown) std::rethrow_exception(thrown);
    if (!is_granted) print_skip("a network of its own cannot be made without root");
    return is_granted;
}

FarNetwork::FarNetwork() : near_(network_of_this_thread()) {
    if (::unshare(CLONE_NEWNET) != 0) throw std::runtime_error("no second network");
    far_ = network_of_this_thread();
    raise_loopback();
    enter(near_);
}

FarNetwork::~FarNetwork() {
    ::close(near_);
    ::close(far_);
}

std::string FarNetwork::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(far_);
}

void FarNetwork::inside(const std::function<void()>& body) const {
    enter(far_);
    try {
        body();
    } catch (...) {
        enter(near_);
        throw;
    }
    enter(near_);
}

}  // namespace pantau::test
