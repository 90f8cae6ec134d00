#include "exporters_web/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <doctest/doctest.h>

namespace pantau::test {
namespace {

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

void connect_ipv4(int fd, const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    REQUIRE(::inet_pton(AF_INET, address.substr(0, colon).c_str(), &four.sin_addr) == 1);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&four), sizeof four) == 0);
}

int connect_tcp(const std::string& address) {
    if (address.starts_with('[')) {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port =
            htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        six.sin6_addr = in6addr_loopback;
        const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&six), sizeof six) == 0);
        return fd;
    }
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect_ipv4(fd, address);
    return fd;
}

}  // namespace

RawClient::RawClient(const std::string& address)
    : fd_(address.starts_with("unix:") ? connect_unix(address.substr(5)) : connect_tcp(address)) {}

RawClient RawClient::unconnected() {
    return RawClient(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

void RawClient::connect(const std::string& address) {
    connect_ipv4(fd_, address);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      ended_(other.ended_),
      pending_(std::move(other.pending_)) {}

RawClient::~RawClient() {
    if (fd_ >= 0) ::close(fd_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void RawClient::end_sending() {
    ::shutdown(fd_, SHUT_WR);
}

void RawClient::shrink_window() {
    const int bytes = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool RawClient::read_some(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd waiting{fd_, POLLIN, 0};
    if (ended_ || left.count() < 0 || ::poll(&waiting, 1, static_cast<int>(left.count()) + 1) <= 0)
        return false;
    char bytes[16384];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count <= 0) {
        ended_ = true;
        return false;
    }
    pending_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_all(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (read_some(until)) {
    }
    return std::exchange(pending_, {});
}

std::string RawClient::read_answer(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::size_t header = std::string::npos;
    while ((header = pending_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_some(until)) return std::exchange(pending_, {});
    }
    const std::string length = header_of(pending_, "Content-Length");
    const std::size_t size = header + 4 + std::strtoull(length.c_str(), nullptr, 10);
    while (pending_.size() < size && read_some(until)) {
    }
    std::string answer = pending_.substr(0, size);
    pending_.erase(0, answer.size());
    return answer;
}

bool RawClient::is_closed(std::chrono::milliseconds patience) {
    static_cast<void>(read_all(patience));
    return ended_;
}

std::string ask_raw(const std::string& address, std::string_view request) {
    RawClient client(address);
    client.send(request);
    client.end_sending();
    return client.read_all();
}

int status_of(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ")) return 0;
    return std::atoi(std::string(answer.substr(9, 3)).c_str());
}

std::string header_of(std::string_view answer, std::string_view name) {
    std::string_view rest = answer.substr(0, answer.find("\r\n\r\n"));
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        const std::size_t colon = line.find(": ");
        if (colon == name.size() && std::equal(name.begin(), name.end(), line.begin(),
                                               [](unsigned char a, unsigned char b) {
                                                   return std::tolower(a) == std::tolower(b);
                                               }))
            return std::string(line.substr(colon + 2));
        rest = end == std::string_view::npos ? "" : rest.substr(end + 2);
    }
    return {};
}

std::string body_of(std::string_view answer) {
    const std::size_t header = answer.find("\r\n\r\n");
    return header == std::string_view::npos ? "" : std::string(answer.substr(header + 4));
}

}  // namespace pantau::test
