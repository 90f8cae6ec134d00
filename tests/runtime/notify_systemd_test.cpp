#include "runtime/notify_systemd.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

using pantau::ServiceManager;

namespace {

/// A service manager's socket, abstract like systemd's in a container.
class FakeManager {
public:
    explicit FakeManager(const std::string& name)
        : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.data(), name.size());
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
    }
    ~FakeManager() { ::close(fd_); }

    std::string next() const {
        pollfd ready{fd_, POLLIN, 0};
        if (::poll(&ready, 1, 5000) != 1) return "nothing";
        char text[512];
        const auto size = ::recv(fd_, text, sizeof text, 0);
        return {text, static_cast<std::size_t>(size)};
    }

private:
    int fd_;
};

}  // namespace

TEST_SUITE("runtime/notify_systemd") {
    TEST_CASE("every state reaches the manager in its words") {
        const FakeManager fake("pantau-test-notify-" + std::to_string(::getpid()));
        ::setenv("WATCHDOG_USEC", "30000000", 1);
        ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
        const ServiceManager manager = ServiceManager::from_environment();
        REQUIRE(manager.is_there());
        CHECK(manager.watchdog_interval() == std::chrono::seconds(30));
        CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);

        manager.ready();
        CHECK(fake.next() == "READY=1");
        manager.status("5012 AP\nREADY=0");
        CHECK(fake.next() == "STATUS=5012 AP");
        manager.reloading();
        CHECK(fake.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
        manager.watchdog();
        CHECK(fake.next() == "WATCHDOG=1");
        manager.stopping();
        CHECK(fake.next() == "STOPPING=1");
    }

    TEST_CASE("without a manager nothing happens, and a watchdog of another process is not ours") {
        ::unsetenv("NOTIFY_SOCKET");
        ::setenv("WATCHDOG_USEC", "30000000", 1);
        ::setenv("WATCHDOG_PID", "1", 1);
        const ServiceManager manager = ServiceManager::from_environment();
        CHECK_FALSE(manager.is_there());
        CHECK_FALSE(manager.watchdog_interval().has_value());
        manager.ready();
    }
}
