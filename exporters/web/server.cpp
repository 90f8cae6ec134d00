#include "exporters/web/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/log.hpp"
#include "exporters/web/connection.hpp"
#include "exporters/web/front_door.hpp"
#include "exporters/web/source_buckets.hpp"

namespace pantau::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Accepted in one go before the loop looks at anything else.
constexpr int accepts_per_turn = 32;
/// Rest after the machine had no descriptor for us, and between two log lines about it.
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr auto accept_log_pause = std::chrono::minutes(1);

std::string peer_of_unix(int socket) {
    ucred who{};
    socklen_t length = sizeof who;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) return "unknown";
    return "uid=" + std::to_string(who.uid) + " gid=" + std::to_string(who.gid) +
           " pid=" + std::to_string(who.pid);
}

std::string peer_of_tcp(const sockaddr_storage& from) {
    char host[INET6_ADDRSTRLEN] = {};
    if (from.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &from, sizeof six);
        ::inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
        return "[" + std::string(host) + "]:" + std::to_string(ntohs(six.sin6_port));
    }
    sockaddr_in four{};
    std::memcpy(&four, &from, sizeof four);
    ::inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(four.sin_port));
}

/// Answers leave at once, and the kernel keeps little for a reader that takes nothing: its buffer
/// would otherwise grow to net.ipv4.tcp_wmem's 4 MiB for each of them.
void tune(int socket) {
    const int on = 1;
    const int unsent_bytes_most = 256 * 1024;
    static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_most,
                                   sizeof unsent_bytes_most));
}

/// The machine has run out of something; waiting may help.
bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

}  // namespace

/// The listener and its connections. Everything but `counters`, `address` and `request_stop`
/// happens on the loop's thread.
class WebServer::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(asio::io_context& loop, Listening listening, ListenOptions options,
         std::vector<HttpRoute> routes)
        : loop_(loop),
          address_(listening.address),
          is_unix_(listening.is_unix),
          is_exposed_(listening.is_exposed),
          lock_(std::move(listening.lock)),
          file_(std::move(listening.file)),
          listener_(loop, listening.socket.release()),
          pause_(loop),
          context_(std::make_shared<ServerContext>(std::move(options), std::move(routes), loop)),
          arrivals_({.burst = context_->options.arrivals_at_once,
                     .per_second = context_->options.arrivals_per_second}) {}

    void wait_for_client() {
        listener_.async_wait(asio::posix::stream_descriptor::wait_read,
                             [self = shared_from_this()](const error_code& error) {
                                 if (!error && !self->stopped_) self->accept_some();
                             });
    }

    void request_stop() {
        context_->gate->post([self = shared_from_this()] { self->stop(); });
    }
    void close_gate() { context_->gate->close(); }

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] bool is_exposed() const { return is_exposed_; }
    [[nodiscard]] const LiveCounters& counters() const { return context_->counters; }

private:
    void accept_some() {
        for (int i = 0; i < accepts_per_turn; ++i) {
            sockaddr_storage from{};
            socklen_t length = sizeof from;
            Descriptor socket(::accept4(listener_.native_handle(),
                                        reinterpret_cast<sockaddr*>(&from), &length,
                                        SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (socket.is_open()) {
                admit(std::move(socket), from);
                continue;
            }
            if (is_shortage(errno)) return pause_accepting(errno);
            // Anything else is about that one client (gone already, network trouble): next.
            if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        }
        wait_for_client();
    }

    void admit(Descriptor socket, const sockaddr_storage& from) {
        context_->counters.accepted.fetch_add(1, std::memory_order_relaxed);
        std::string peer = is_unix_ ? peer_of_unix(socket.get()) : peer_of_tcp(from);
        if (!may_arrive(peer)) {
            context_->counters.throttled.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        while (connections_.size() >= std::max<std::size_t>(1, context_->options.connections))
            evict_one();
        if (!is_unix_) tune(socket.get());
        auto connection =
            make_connection(loop_, std::move(socket), is_unix_, std::move(peer), context_,
                            [weak = weak_from_this()](const Connection& closed) {
                                if (const auto self = weak.lock()) self->forget(closed);
                            });
        if (!connection) {
            context_->counters.accept_failures.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        connections_.push_back(connection);
        context_->counters.open.store(connections_.size(), std::memory_order_relaxed);
        connection->start();
    }

    bool may_arrive(const std::string& peer) {
        if (is_unix_) return true;
        const std::string source = source_of(peer);
        const bool is_own = source.starts_with("127.") || peer.starts_with("[::1]");
        if (is_own && context_->options.are_own_arrivals_free) return true;
        return arrivals_.take(source, std::chrono::steady_clock::now());
    }

    void evict_one() {
        const auto victim = std::min_element(
            connections_.begin(), connections_.end(), [](const auto& a, const auto& b) {
                return std::tuple(a->stage(), a->since()) < std::tuple(b->stage(), b->since());
            });
        if (victim == connections_.end()) return;
        context_->counters.evicted.fetch_add(1, std::memory_order_relaxed);
        const auto keep = *victim;
        keep->close();
    }

    void forget(const Connection& closed) {
        std::erase_if(connections_, [&closed](const auto& c) { return c.get() == &closed; });
        context_->counters.open.store(connections_.size(), std::memory_order_relaxed);
    }

    /// The clients wait in the kernel's queue meanwhile. One of ours that is of no use gives its
    /// descriptor back.
    void pause_accepting(int error) {
        context_->counters.accept_failures.fetch_add(1, std::memory_order_relaxed);
        const MonoTime now = std::chrono::steady_clock::now();
        if (!last_complaint_ || now - *last_complaint_ >= accept_log_pause) {
            last_complaint_ = now;
            log(msg::local_fault, {{"what", "accept a connection"},
                                   {"address", address_},
                                   {"error", std::generic_category().message(error)}});
        }
        evict_one();
        pause_.expires_after(accept_pause);
        pause_.async_wait([self = shared_from_this()](const error_code& cancelled) {
            if (!cancelled && !self->stopped_) self->accept_some();
        });
    }

    void stop() {
        if (std::exchange(stopped_, true)) return;
        error_code ignored;
        listener_.close(ignored);
        pause_.cancel();
        file_.remove();
        lock_ = Descriptor();
        const auto all = connections_;
        for (const auto& connection : all)
            connection->finish();
    }

    asio::io_context& loop_;
    const std::string address_;
    const bool is_unix_;
    const bool is_exposed_;
    Descriptor lock_;
    SocketFile file_;
    asio::posix::stream_descriptor listener_;
    asio::steady_timer pause_;
    const std::shared_ptr<ServerContext> context_;
    SourceBuckets arrivals_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::optional<MonoTime> last_complaint_;
    bool stopped_ = false;
};

ListenOptions control_options(const std::string& path) {
    ListenOptions options;
    options.address = "unix:" + path;
    options.body_bytes = 1024 * 1024;
    return options;
}

Result<std::unique_ptr<WebServer>> WebServer::listen(asio::io_context& loop, ListenOptions options,
                                                     std::vector<HttpRoute> routes) {
    auto listening = open_listener(options.address);
    if (!listening) return tl::unexpected(std::move(listening.error()));
    return take(loop, std::move(*listening), std::move(options), std::move(routes));
}

Result<std::unique_ptr<WebServer>> WebServer::take(asio::io_context& loop, Listening listening,
                                                   ListenOptions options,
                                                   std::vector<HttpRoute> routes) {
    const bool asks_who = options.door && options.door->asks_who();
    if (listening.is_exposed && !asks_who && !options.insecure)
        return fail(Reason::local,
                    "not listening on " + listening.address +
                        ": others can reach it, and nobody is asked who he is. Listen on "
                        "127.0.0.1, name a file with users or client certificates in "
                        "web.config_file, or say that it is meant: web.insecure: true");
    log(listening.is_unix ? msg::control_listening : msg::web_listening,
        {{"address", listening.address}});
    if (listening.is_exposed && !asks_who) log(msg::web_insecure, {{"address", listening.address}});
    if (listening.is_exposed && asks_who && !options.door->rules()->tls)
        log(msg::web_passwords_in_clear, {{"address", listening.address}});
    auto impl =
        std::make_shared<Impl>(loop, std::move(listening), std::move(options), std::move(routes));
    impl->wait_for_client();
    return std::unique_ptr<WebServer>(new WebServer(std::move(impl)));
}

WebServer::WebServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebServer::~WebServer() {
    impl_->request_stop();
    impl_->close_gate();
}

const std::string& WebServer::address() const {
    return impl_->address();
}

bool WebServer::is_exposed() const {
    return impl_->is_exposed();
}

void WebServer::stop() {
    impl_->request_stop();
}

WebCounters WebServer::counters() const {
    const LiveCounters& live = impl_->counters();
    constexpr auto relaxed = std::memory_order_relaxed;
    return {.accepted = live.accepted.load(relaxed),
            .open = live.open.load(relaxed),
            .requests = live.requests.load(relaxed),
            .refused = live.refused.load(relaxed),
            .evicted = live.evicted.load(relaxed),
            .timed_out = live.timed_out.load(relaxed),
            .accept_failures = live.accept_failures.load(relaxed),
            .throttled = live.throttled.load(relaxed),
            .handshake_failures = live.handshake_failures.load(relaxed)};
}

WebCounters& WebCounters::operator+=(const WebCounters& other) {
    for (const auto counter :
         {&WebCounters::accepted, &WebCounters::open, &WebCounters::requests, &WebCounters::refused,
          &WebCounters::evicted, &WebCounters::timed_out, &WebCounters::accept_failures,
          &WebCounters::throttled, &WebCounters::handshake_failures})
        this->*counter += other.*counter;
    return *this;
}

}  // namespace pantau::web
