#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace pantau::icmp::test {

/// Sees the echo requests on this thread's loopback and answers as the test wants. Needs a raw
/// socket; IPv4.
class FakePeer {
public:
    /// Takes the place of the kernel, which answers no more.
    FakePeer();
    FakePeer(const FakePeer&) = delete;
    FakePeer& operator=(const FakePeer&) = delete;
    ~FakePeer();

    /// Of an echo request: its IP header and ICMP message as seen on the wire.
    struct Request {
        std::uint32_t from = 0;  ///< In the order of the network.
        std::uint32_t to = 0;
        std::string ip_header;
        std::string message;
    };
    [[nodiscard]] std::optional<Request> next();

    /// The reply the kernel would have sent, for the test to spoil.
    [[nodiscard]] static std::string reply_to(const Request& request);
    /// Sends an ICMP message (its checksum is put in) from an address of 127.0.0.0/8.
    void send(std::uint32_t from, std::uint32_t to, std::string message) const;
    /// Says that a request got nowhere, quoting `bytes` of its message.
    void complain(std::uint32_t from, const Request& about, std::uint8_t type, std::uint8_t code,
                  std::size_t bytes) const;

private:
    int receiver_ = -1;
    int sender_ = -1;
};

}  // namespace pantau::icmp::test
