#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstring>
#include <thread>

#include "base/utf8.hpp"
#include "exporters/web/server.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

/// What every handler may rely on.
void check_request(const HttpRequest& request) {
    PROMISE(request.path.starts_with('/'));
    PROMISE(!find_invalid_utf8(request.path));
    for (const auto& [name, value] : request.headers)
        PROMISE_ABOUT(name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ \r\n") == std::string::npos &&
                          value.find_first_of("\r\n") == std::string::npos,
                      name);
    PROMISE(request.body.size() <= 4096);
}

class Server {
public:
    Server() {
        web::ListenOptions options;
        options.address = "unix:" + folder() + "/web.sock";
        options.body_bytes = 4096;
        auto listening = web::WebServer::listen(loop_, std::move(options), routes());
        PROMISE_ABOUT(listening.has_value(), listening.error().detail);
        server_ = std::move(*listening);
        thread_ = std::thread([this] { loop_.run(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        server_->stop();
        work_.reset();
        thread_.join();
    }
    [[nodiscard]] std::string path() const { return folder() + "/web.sock"; }

private:
    static std::vector<HttpRoute> routes() {
        const HttpHandler echo = [](const HttpRequest& request, const HttpReply& reply) {
            try {
                check_request(request);
                reply(HttpResponse::text(200, "fine\n"));
            } catch (const BrokenPromise& why) {
                reply(HttpResponse::text(599, why.what()));
            }
        };
        return {{"GET", "/", echo}, {"GET", "/metrics", echo}, {"POST", "/-/reload", echo}};
    }

    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::unique_ptr<web::WebServer> server_;
    std::thread thread_;
};

/// All that the server answers until it closes, which it must, and soon.
std::string exchange(const std::string& path, std::string_view bytes) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    PROMISE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    PROMISE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    static_cast<void>(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    ::shutdown(fd, SHUT_WR);
    std::string answers;
    char piece[16384];
    pollfd waiting{fd, POLLIN, 0};
    bool is_closed = false;
    while (!is_closed && ::poll(&waiting, 1, 20'000) > 0) {
        const ssize_t count = ::recv(fd, piece, sizeof piece, 0);
        is_closed = count <= 0;
        if (count > 0) answers.append(piece, static_cast<std::size_t>(count));
    }
    ::close(fd);
    PROMISE_ABOUT(is_closed, answers);
    return answers;
}

std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "Content-Length: ";
    std::size_t length = 0;
    const std::size_t at = head.find(name);
    if (at != std::string_view::npos)
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    return length;
}

/// Takes one answer off the front.
void take_answer(std::string_view& answers) {
    const std::string seen(answers.substr(0, 400));
    PROMISE_ABOUT(answers.starts_with("HTTP/1.1 ") || answers.starts_with("HTTP/1.0 "), seen);
    int status = 0;
    std::from_chars(answers.data() + 9, answers.data() + answers.size(), status);
    PROMISE_ABOUT(status >= 100 && status < 599, seen);
    const std::size_t end = answers.find("\r\n\r\n");
    PROMISE_ABOUT(end != std::string_view::npos, seen);
    const std::string head(answers.substr(0, end));
    for (std::size_t at = head.find('\n'); at != std::string::npos; at = head.find('\n', at + 1))
        PROMISE_ABOUT(head[at - 1] == '\r', seen);
    const std::size_t length = content_length(answers.substr(0, end));
    answers.remove_prefix(end + 4);
    // The answer to HEAD names a length and has no body.
    if (answers.size() >= length && !answers.starts_with("HTTP/1.")) answers.remove_prefix(length);
}

}  // namespace

/// Bytes from the network to the server; every answer is a whole one, and it always ends.
void http_server(std::string_view bytes) {
    static const Server server;
    const std::string answers = exchange(server.path(), bytes);
    std::string_view rest = answers;
    while (!rest.empty())
        take_answer(rest);
}

}  // namespace pantau::fuzz
