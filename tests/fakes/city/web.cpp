#include "tests/fakes/city/web.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

namespace pantau::city {

namespace {

constexpr std::size_t request_max = 8 * 1024;
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::seconds slow_answer{5};

/// Texts of devices may hold anything; a page must not.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string response(std::string_view status, std::string_view more_headers, std::string_view body,
                     bool has_body) {
    std::string out = "HTTP/1.1 ";
    out += status;
    out += "\r\nServer: pantau-city\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ";
    out += std::to_string(body.size());
    out += "\r\n";
    out += more_headers;
    out += "\r\n";
    if (has_body) out += body;
    return out;
}

std::string page_of(const Device& device, const CityTime& time) {
    const Moment moment = Moment::of(device, time);
    std::string page = "<!DOCTYPE html>\n<html><head><title>";
    page += escaped(device.text(TextOf::name));
    page += "</title></head><body><h1>";
    page += escaped(device.text(TextOf::model));
    page += "</h1><p>";
    page += escaped(device.text(TextOf::location));
    page += "</p><p>uptime ";
    page += std::to_string(moment.uptime / 100);
    page += " s</p></body></html>\n";
    return page;
}

/// What the device answers to one request line.
std::string answer_to(std::string_view request_line, const Device& device, const CityTime& time) {
    const std::size_t space = request_line.find(' ');
    const std::string_view method = request_line.substr(0, space);
    std::string_view target =
        space == std::string_view::npos ? std::string_view() : request_line.substr(space + 1);
    target = target.substr(0, target.find_first_of(" ?"));
    const bool has_body = method != "HEAD";
    if (method != "GET" && method != "HEAD")
        return response("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "", has_body);
    if (device.has(Condition::http_401))
        return response("401 Unauthorized", "WWW-Authenticate: Basic realm=\"device\"\r\n",
                        "<h1>401</h1>\n", has_body);
    if (device.has(Condition::http_500))
        return response("500 Internal Server Error", "", "<h1>500</h1>\n", has_body);
    if (target != "/") return response("404 Not Found", "", "<h1>404</h1>\n", has_body);
    return response("200 OK", "", page_of(device, time), has_body);
}

bool asks_to_close(std::string_view head) {
    std::string lower(head);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return lower.find("\r\nconnection: close") != std::string::npos ||
           (lower.find(" http/1.0\r\n") != std::string::npos &&
            lower.find("\r\nconnection: keep-alive") == std::string::npos);
}

/// Half of the descriptors this process may have: the other half is for whoever it is part of.
std::size_t connection_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
    return std::min<std::size_t>(8192, limit.rlim_cur / 2);
}

void set_reset_on_close(int descriptor) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

Web::Web(int epoll, int listener, Find find)
    : epoll_(epoll),
      listener_(listener),
      find_(std::move(find)),
      connections_max_(connection_limit()) {}

Web::~Web() {
    for (const auto& [descriptor, connection] : connections_)
        ::close(descriptor);
}

void Web::accept_all(const CityTime& time, Time now) {
    for (;;) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;  // none left, or no descriptors: the next turn tries again
        open(descriptor, time, now);
    }
}

void Web::open(int descriptor, const CityTime& time, Time now) {
    sockaddr_in local{};
    socklen_t size = sizeof local;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size);
    Device* device = find_(ntohl(local.sin_addr.s_addr));
    const bool is_full = connections_.size() >= connections_max_;
    const bool is_on_air = device != nullptr && is_reachable(*device, time);
    if (device == nullptr || is_full || (is_on_air && device->has(Condition::http_closed))) {
        set_reset_on_close(descriptor);
        ::close(descriptor);
        return;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        ::close(descriptor);
        return;
    }
    Connection connection;
    connection.device = device;
    connection.drop_at = now + patience;
    connection.is_mute = !is_on_air;
    connections_.emplace(descriptor, std::move(connection));
}

bool Web::on_event(int descriptor, const CityTime& time, Time now) {
    const auto found = connections_.find(descriptor);
    if (found == connections_.end()) return false;
    Connection& connection = found->second;
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::recv(descriptor, buffer, sizeof buffer, 0);
        if (got > 0) {
            if (!connection.is_mute) connection.input.append(buffer, static_cast<std::size_t>(got));
            if (connection.input.size() > request_max) {
                close_connection(descriptor);
                return true;
            }
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (got < 0 && errno == EINTR) continue;
        close_connection(descriptor);
        return true;
    }
    digest(connection, time, now);
    if (!flush(descriptor, connection, now)) close_connection(descriptor);
    return true;
}

void Web::digest(Connection& connection, const CityTime& time, Time now) {
    if (connection.is_mute) return;
    std::size_t end = 0;
    while ((end = connection.input.find("\r\n\r\n")) != std::string::npos) {
        const std::string head = connection.input.substr(0, end + 2);
        connection.input.erase(0, end + 4);
        Device& device = *connection.device;
        device.http_requests.fetch_add(1, std::memory_order_relaxed);
        if (!is_reachable(device, time)) {
            connection.is_mute = true;
            return;
        }
        const std::string_view line = std::string_view(head).substr(0, head.find("\r\n"));
        connection.output += answer_to(line, device, time);
        connection.must_close = connection.must_close || asks_to_close(head);
        connection.answer_at =
            now +
            std::chrono::microseconds(device.latency_microseconds.load(std::memory_order_relaxed));
        if (device.has(Condition::http_slow)) connection.answer_at += slow_answer;
        connection.drop_at = now + patience;
    }
}

bool Web::flush(int descriptor, Connection& connection, Time now) {
    if (connection.output.empty() || connection.answer_at > now) return true;
    // The answers are far smaller than a socket's buffer: they go in one piece or not at all.
    const ssize_t sent = ::send(descriptor, connection.output.data(), connection.output.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(connection.output.size())) return false;
    connection.output.clear();
    return !connection.must_close;
}

void Web::tick(Time now) {
    std::vector<int> over;
    for (auto& [descriptor, connection] : connections_)
        if (connection.drop_at <= now || !flush(descriptor, connection, now))
            over.push_back(descriptor);
    for (const int descriptor : over)
        close_connection(descriptor);
}

void Web::close_connection(int descriptor) {
    connections_.erase(descriptor);
    ::close(descriptor);
}

}  // namespace pantau::city
