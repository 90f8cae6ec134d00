#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pantau::web {

/// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    int release() noexcept {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }

private:
    int fd_ = -1;
};

/// "unix:/path" or "host:port", taken apart. Exactly one of the two forms is filled.
struct ListenAddress {
    std::string path;  ///< Of a unix socket.
    std::string host;  ///< Without brackets; empty: every address of this machine.
    std::string port;  ///< Decimal.

    [[nodiscard]] bool is_unix() const { return !path.empty(); }
    bool operator==(const ListenAddress&) const = default;
};

/// "127.0.0.1:8551", "[::1]:8551", ":8551", "localhost:8551", "unix:/run/pantau/control.sock".
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

/// The file a unix listener made: gone with this object, if it is still ours.
class SocketFile {
public:
    SocketFile() = default;
    SocketFile(std::string path, std::uint64_t device, std::uint64_t inode)
        : path_(std::move(path)), device_(device), inode_(inode) {}
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;
    SocketFile(SocketFile&& other) noexcept;
    SocketFile& operator=(SocketFile&& other) noexcept;
    ~SocketFile() { remove(); }

    void remove() noexcept;

private:
    std::string path_;
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
};

/// A socket that listens, not blocking and close-on-exec.
struct Listening {
    Descriptor socket;
    Descriptor lock;      ///< Unix: keeps a second daemon from the path as long as we live.
    SocketFile file;      ///< Unix only.
    std::string address;  ///< As a person would type it, with the real port.
    bool is_unix = false;
    bool is_exposed = false;  ///< Other machines can reach it.
};

/// Opens it. The error says which address, why, and what to do.
[[nodiscard]] Result<Listening> open_listener(std::string_view text);

}  // namespace pantau::web
