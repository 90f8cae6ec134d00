#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "tests/fakes/city/agent.hpp"

/// The city's sockets: one for all datagrams, read and written in batches with the address each
/// came to, and one for all pages.
namespace pantau::city {

inline constexpr std::size_t batch_max = 64;
inline constexpr std::size_t request_max = 8 * 1024;  ///< A longer datagram counts as malformed.

/// A descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value = -1) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

/// On all addresses of this machine; port 0 is any free one. Errors say what to do.
[[nodiscard]] Result<Descriptor> open_udp(std::uint16_t port);
[[nodiscard]] Result<Descriptor> open_listener(std::uint16_t port);
[[nodiscard]] std::uint16_t port_of(int descriptor);
[[nodiscard]] tl::unexpected<Error> no_descriptor();

/// The address a datagram came to or goes out from, as ancillary data.
union alignas(cmsghdr) PacketInfo {
    char bytes[CMSG_SPACE(sizeof(in_pktinfo))];
};

/// The datagrams of one recvmmsg call.
struct Inbox {
    std::array<mmsghdr, batch_max> headers{};
    std::array<iovec, batch_max> pieces{};
    std::array<sockaddr_in, batch_max> peers{};
    std::array<PacketInfo, batch_max> infos{};
    std::array<std::array<char, request_max>, batch_max> bytes{};

    /// Up to batch_max datagrams that wait; 0: none.
    std::size_t receive(int socket);
    /// The address of ours that datagram `i` was sent to.
    [[nodiscard]] in_addr destination(std::size_t i);
    [[nodiscard]] bool is_cut(std::size_t i) const {
        return (headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    }
    [[nodiscard]] std::string_view datagram(std::size_t i) const {
        return {bytes[i].data(), headers[i].msg_len};
    }
};

/// Replies that go out with one sendmmsg call, each from the address that was asked.
struct Outbox {
    std::array<mmsghdr, batch_max> headers{};
    std::array<iovec, batch_max> pieces{};
    std::array<sockaddr_in, batch_max> peers{};
    std::array<PacketInfo, batch_max> infos{};
    std::array<std::array<char, Agent::reply_max>, batch_max> bytes{};
    std::size_t count = 0;

    /// Copies the reply; sends what is there first when the box is full.
    void add(int socket, const sockaddr_in& peer, in_addr from, std::string_view reply);

    void flush(int socket);
};

}  // namespace pantau::city
