#include "runtime/notify_systemd.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace pantau {
namespace {

std::optional<long long> number_in(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    long long value = 0;
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    if (error != std::errc{} || stop != end || value <= 0) return std::nullopt;
    return value;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    ServiceManager manager;
    if (const char* socket = std::getenv("NOTIFY_SOCKET");
        socket != nullptr && (socket[0] == '/' || socket[0] == '@')) {
        manager.socket_ = socket;
    }
    const auto pid = number_in("WATCHDOG_PID");
    const auto interval = number_in("WATCHDOG_USEC");
    if (interval && (!pid || *pid == ::getpid())) {
        manager.watchdog_ = std::chrono::microseconds(*interval);
    }
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    return manager;
}

void ServiceManager::reloading() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::status(std::string_view line) const {
    send("STATUS=" + std::string(line.substr(0, line.find('\n'))));
}

void ServiceManager::send(std::string_view assignments) const {
    if (socket_.empty()) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    // A manager that does not listen must not stop us: the answer is ignored, the call cannot
    // block.
    [[maybe_unused]] const auto sent =
        ::sendto(fd, assignments.data(), assignments.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&address), size);
    ::close(fd);
}

}  // namespace pantau
