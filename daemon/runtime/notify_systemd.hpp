#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pantau {

/// Tells the service manager how we are: the datagrams of sd_notify(3), to the socket that
/// NOTIFY_SOCKET names (a path, or an abstract name that begins with @). Without it, does nothing.
class ServiceManager {
public:
    /// Reads NOTIFY_SOCKET and WATCHDOG_USEC from the environment and takes them out of it, so that
    /// no child of ours speaks in our name. Call before threads start.
    [[nodiscard]] static ServiceManager from_environment();

    void ready() const { send("READY=1"); }
    /// Also tells the time, which systemd 253 and later want (MONOTONIC_USEC).
    void reloading() const;
    void stopping() const { send("STOPPING=1"); }
    /// One line for `systemctl status`.
    void status(std::string_view line) const;
    void watchdog() const { send("WATCHDOG=1"); }

    /// How often a watchdog message is due at the latest; nothing: no watchdog.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const {
        return watchdog_;
    }
    [[nodiscard]] bool is_there() const { return !socket_.empty(); }

    /// Sends any assignment lines; for tests and EXTEND_TIMEOUT_USEC.
    void send(std::string_view assignments) const;

private:
    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace pantau
