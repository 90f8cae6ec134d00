#include "control/client.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

namespace pantau::control {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// 50,000 devices are some 20 MB; more than this is no list of ours.
constexpr std::uint64_t answer_bytes_most = 512u << 20;

std::string words_of(int error) {
    return std::generic_category().message(error);
}

class Socket {
public:
    Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int fd() const { return fd_; }

private:
    const int fd_;
};

std::string group_name(gid_t group) {
    std::array<char, 4096> buffer{};
    ::group entry{};
    ::group* found = nullptr;
    if (::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::to_string(group);
    return found->gr_name;
}

/// The group that may use the socket, or at least enter its directory.
std::string group_that_may(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0) return group_name(found.st_gid);
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos && slash != 0 &&
        ::stat(path.substr(0, slash).c_str(), &found) == 0)
        return group_name(found.st_gid);
    return "pantau";
}

tl::unexpected<Error> cannot_connect(const std::string& path, int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ECONNREFUSED:
            return fail(Reason::refused,
                        "pantaud is not running or uses another socket; see 'systemctl status "
                        "pantaud', or name the socket with --socket",
                        path);
        case EACCES:
        case EPERM: {
            const std::string group = group_that_may(path);
            return fail(Reason::auth,
                        fmt::format("you may not talk to pantaud; use sudo, or join the group {0} "
                                    "('sudo adduser $USER {0}') and log in again",
                                    group),
                        path);
        }
        default:
            return fail(Reason::local, "cannot reach pantaud: " + words_of(error), path);
    }
}

tl::unexpected<Error> out_of_time(const std::string& path, Duration timeout) {
    return fail(Reason::timeout,
                fmt::format("pantaud gave no answer within {:.3g} s", to_seconds(timeout)), path);
}

/// Waits until the socket is ready for `events`. False when the time is over.
bool wait_for(int fd, short events, MonoTime deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd waiting{fd, events, 0};
        const int patience = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
        if (::poll(&waiting, 1, patience) > 0) return true;
    }
}

/// One call with its deadline.
class Call {
public:
    Call(const std::string& path, Duration timeout)
        : path_(path), timeout_(timeout), deadline_(std::chrono::steady_clock::now() + timeout) {}

    Result<HttpResponse> run(std::string_view request) {
        if (auto connected = connect(); !connected)
            return tl::unexpected(std::move(connected.error()));
        if (auto sent = send(request); !sent) return tl::unexpected(std::move(sent.error()));
        return receive();
    }

private:
    Result<void> connect() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path_.empty() || path_.size() >= sizeof address.sun_path)
            return fail(Reason::local, "that path is too long or too short for a unix socket",
                        path_);
        std::memcpy(address.sun_path, path_.data(), path_.size());
        if (socket_.fd() < 0) return cannot_connect(path_, errno);
        while (::connect(socket_.fd(), reinterpret_cast<const sockaddr*>(&address),
                         sizeof address) != 0) {
            if (errno == EINTR) continue;
            // A full queue on the other side; there is no event for "not full any more".
            if (errno != EAGAIN) return cannot_connect(path_, errno);
            if (std::chrono::steady_clock::now() >= deadline_) return out_of_time(path_, timeout_);
            static_cast<void>(::poll(nullptr, 0, 10));
        }
        return {};
    }

    Result<void> send(std::string_view rest) {
        while (!rest.empty()) {
            const ssize_t count = ::send(socket_.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (count >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(count));
                continue;
            }
            // The answer may be there already: a refusal of what we are still sending.
            if (errno == EPIPE || errno == ECONNRESET) return {};
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return cannot_connect(path_, errno);
            if (!wait_for(socket_.fd(), POLLOUT, deadline_)) return out_of_time(path_, timeout_);
        }
        return {};
    }

    Result<HttpResponse> receive() {
        http::response_parser<http::string_body> parser;
        parser.eager(true);
        parser.body_limit(answer_bytes_most);
        beast::flat_buffer buffer;
        beast::error_code error;
        while (!parser.is_done()) {
            if (!wait_for(socket_.fd(), POLLIN, deadline_)) return out_of_time(path_, timeout_);
            const auto space = buffer.prepare(std::size_t{64} << 10);
            const ssize_t count = ::recv(socket_.fd(), space.data(), space.size(), 0);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (count <= 0) return cut_short();
            buffer.commit(static_cast<std::size_t>(count));
            buffer.consume(parser.put(buffer.data(), error));
            if (error == http::error::need_more) error = {};
            if (error) return no_pantaud();
        }
        // Three digits are all that the parser asks for: 020 is one to it.
        if (parser.get().result_int() < 100 || parser.get().result_int() > 599) return no_pantaud();
        return to_response(parser.release());
    }

    tl::unexpected<Error> no_pantaud() const {
        return fail(Reason::malformed, "what listens there does not answer like pantaud", path_);
    }

    tl::unexpected<Error> cut_short() const {
        return fail(Reason::malformed, "pantaud closed the connection before its answer was whole",
                    path_);
    }

    static HttpResponse to_response(http::response<http::string_body> message) {
        HttpResponse response = HttpResponse::text(message.result_int(), std::move(message.body()));
        response.content_type = std::string(message[http::field::content_type]);
        for (const auto& field : message)
            response.headers.emplace_back(std::string(field.name_string()),
                                          std::string(field.value()));
        return response;
    }

    const std::string path_;
    const Duration timeout_;
    const MonoTime deadline_;
    Socket socket_;
};

}  // namespace

Result<HttpResponse> control_call(const std::string& socket_path, std::string_view method,
                                  std::string_view target, std::string_view body,
                                  Duration timeout) {
    const std::string request = fmt::format(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        method, target, body.size(), body);
    return Call(socket_path, timeout).run(request);
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string default_control_socket() {
    const char* const folder = std::getenv("RUNTIME_DIRECTORY");
    const bool is_given = folder != nullptr && *folder != '\0';
    return (is_given ? std::string(folder) : std::string("/run/pantau")) + "/control.sock";
}

}  // namespace pantau::control
