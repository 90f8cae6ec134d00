#include "collectors_icmp/fake_peer.hpp"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "collectors_icmp/own_network.hpp"

namespace pantau::icmp::test {
namespace {

/// RFC 1071.
std::uint16_t checksum(const std::string& bytes) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        std::uint16_t word = 0;
        std::memcpy(&word, bytes.data() + at, at + 1 < bytes.size() ? 2 : 1);
        sum += word;
    }
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

int open_raw(int protocol) {
    const int fd = ::socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0) throw std::runtime_error("no raw socket");
    return fd;
}

}  // namespace

FakePeer::FakePeer() : receiver_(open_raw(IPPROTO_ICMP)), sender_(open_raw(IPPROTO_RAW)) {
    set_kernel("net/ipv4/icmp_echo_ignore_all", "1");
}

FakePeer::~FakePeer() {
    ::close(receiver_);
    ::close(sender_);
}

std::optional<FakePeer::Request> FakePeer::next() {
    std::array<char, 4096> packet;
    for (;;) {
        const auto size = ::recv(receiver_, packet.data(), packet.size(), 0);
        if (size < 0) return std::nullopt;
        iphdr ip{};
        std::memcpy(&ip, packet.data(), sizeof ip);
        const std::size_t header = ip.ihl * 4u;
        Request request{
            ip.saddr, ip.daddr, std::string(packet.data(), header),
            std::string(packet.data() + header, static_cast<std::size_t>(size) - header)};
        if (request.message[0] == ICMP_ECHO) return request;
    }
}

std::string FakePeer::reply_to(const Request& request) {
    std::string reply = request.message;
    reply[0] = ICMP_ECHOREPLY;
    return reply;
}

void FakePeer::send(std::uint32_t from, std::uint32_t to, std::string message) const {
    std::memset(message.data() + offsetof(icmphdr, checksum), 0, 2);
    const std::uint16_t sum = checksum(message);
    std::memcpy(message.data() + offsetof(icmphdr, checksum), &sum, sizeof sum);
    iphdr ip{};
    ip.version = 4;
    ip.ihl = 5;
    ip.ttl = 64;
    ip.protocol = IPPROTO_ICMP;
    ip.saddr = from;
    ip.daddr = to;
    std::string packet(reinterpret_cast<const char*>(&ip), sizeof ip);
    packet += message;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = to;
    const auto sent = ::sendto(sender_, packet.data(), packet.size(), 0,
                               reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (sent != static_cast<ssize_t>(packet.size())) throw std::runtime_error("cannot send");
}

void FakePeer::complain(std::uint32_t from, const Request& about, std::uint8_t type,
                        std::uint8_t code, std::size_t bytes) const {
    icmphdr icmp{};
    icmp.type = type;
    icmp.code = code;
    std::string message(reinterpret_cast<const char*>(&icmp), sizeof icmp);
    message += about.ip_header + about.message.substr(0, bytes);
    send(from, about.from, std::move(message));
}

}  // namespace pantau::icmp::test
