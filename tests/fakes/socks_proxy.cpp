#include "fakes/socks_proxy.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

namespace pantau::test {
namespace {

/// Of RFC 1928, section 6.
enum class Said : std::uint8_t { granted = 0, host_unreachable = 4, refused = 5 };

std::optional<std::string> read_exactly(int fd, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::recv(fd, bytes.data(), size, MSG_WAITALL);
    if (got != static_cast<ssize_t>(size)) return std::nullopt;
    return bytes;
}

/// The host of a request, as a name or in digits.
std::optional<std::string> read_host(int fd, char kind) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (kind == 3) {
        const auto size = read_exactly(fd, 1);
        return size ? read_exactly(fd, static_cast<unsigned char>(size->front())) : std::nullopt;
    }
    const auto bytes = read_exactly(fd, kind == 1 ? 4 : 16);
    if (!bytes) return std::nullopt;
    ::inet_ntop(kind == 1 ? AF_INET : AF_INET6, bytes->data(), text.data(), text.size());
    return std::string(text.data());
}

int connect_to(const std::string& address, std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return fd;
    ::close(fd);
    return -1;
}

void answer(const Peer& peer, Said said) {
    peer.send(std::string{5, static_cast<char>(said), 0, 1, 0, 0, 0, 0, 0, 0});
}

/// False: that side has ended.
bool pass_on(int from, int to) {
    std::array<char, 16384> buffer{};
    const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    return Peer(to).send({buffer.data(), static_cast<std::size_t>(got)});
}

/// Until one side ends.
void carry(int near, int far) {
    for (;;) {
        std::array<pollfd, 2> ends{{{near, POLLIN, 0}, {far, POLLIN, 0}}};
        if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
        if (ends[0].revents != 0 && !pass_on(near, far)) return;
        if (ends[1].revents != 0 && !pass_on(far, near)) return;
    }
}

}  // namespace

FakeSocksProxy::FakeSocksProxy(Network network)
    : network_(std::move(network)), server_([this](const Peer& peer) { serve(peer); }) {}

std::vector<std::string> FakeSocksProxy::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

void FakeSocksProxy::serve(const Peer& peer) {
    const int fd = peer.descriptor();
    const auto greeting = read_exactly(fd, 2);
    if (!greeting || !read_exactly(fd, static_cast<unsigned char>((*greeting)[1]))) return;
    peer.send({"\5\0", 2});
    const auto request = read_exactly(fd, 4);
    const auto host = request ? read_host(fd, (*request)[3]) : std::nullopt;
    const auto port = read_exactly(fd, 2);
    if (!host || !port) return;
    {
        const std::lock_guard lock(mutex_);
        asked_.push_back(*host);
    }
    const auto there = network_.find(*host);
    if (there == network_.end()) return answer(peer, Said::host_unreachable);
    const auto high = static_cast<unsigned char>((*port)[0]);
    const auto low = static_cast<unsigned char>((*port)[1]);
    const int far = connect_to(there->second, static_cast<std::uint16_t>(high << 8 | low));
    if (far < 0) return answer(peer, Said::refused);
    answer(peer, Said::granted);
    carry(fd, far);
    ::close(far);
}

}  // namespace pantau::test
