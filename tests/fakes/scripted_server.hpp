#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pantau::test {

/// One accepted connection, as a script sees it. Every call gives up once the server ends.
class Peer {
public:
    explicit Peer(int fd) : fd_(fd) {}

    /// Reads up to the empty line after the headers.
    [[nodiscard]] std::string read_request() const;
    /// False when the other side has closed.
    bool send(std::string_view bytes) const;
    /// Waits until the other side closes.
    void wait_for_close() const;
    /// Ends the connection with RST instead of FIN.
    void reset() const;
    /// Says that nothing more will come, and stays.
    void half_close() const;
    /// For those who speak something else on it.
    [[nodiscard]] int descriptor() const { return fd_; }

private:
    int fd_;
};

/// A TCP server on 127.0.0.1 that plays a script on each connection, each in its own thread.
class ScriptedServer {
public:
    using Script = std::function<void(const Peer&)>;

    explicit ScriptedServer(Script script);
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(std::string_view path = "/") const;
    [[nodiscard]] std::size_t connections() const { return connections_; }

private:
    void accept_all();

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> connections_{0};
    std::mutex mutex_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// A ScriptedServer in a process of its own: what it needs is not ours. Make it while this process
/// has one thread.
class ServerProcess {
public:
    explicit ServerProcess(const ScriptedServer::Script& script);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(std::string_view path = "/") const;

private:
    int child_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace pantau::test
