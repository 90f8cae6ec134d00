#include "exporters/web/connection.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/log.hpp"
#include "exporters/web/front_door.hpp"
#include "exporters/web/response_head.hpp"
#include "exporters/web/target.hpp"

namespace pantau::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

/// Read ahead of the header's end; also what a pipelining client may be ahead of us.
constexpr std::size_t read_ahead = 8 * 1024;
/// Bytes of a refused request that are swallowed before we close, so that the refusal arrives.
constexpr std::size_t linger_bytes = 1024 * 1024;

/// Of one answer, before the loop looks at the other connections: a large answer to a hundred
/// readers must not hold up a small one to somebody else.
constexpr std::size_t sent_at_once = 256 * 1024;

using Parser = http::request_parser<http::string_body>;

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

template <class Stream>
constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

/// Where its bytes come from.
template <class Stream>
auto& socket_of(Stream& stream) {
    if constexpr (is_tls<Stream>)
        return stream.next_layer();
    else
        return stream;
}

/// What to say about a request that cannot be read; nothing when nobody is there to hear it.
std::optional<HttpResponse> refusal_for(const error_code& error, const ListenOptions& options) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return HttpResponse::text(431, "The request's header is larger than " +
                                           std::to_string(options.header_bytes) + " bytes.\n");
    if (error == http::error::body_limit)
        return HttpResponse::text(413, options.body_bytes == 0
                                           ? "Requests with a body are not taken here.\n"
                                           : "The request's body is larger than " +
                                                 std::to_string(options.body_bytes) + " bytes.\n");
    if (error == http::error::bad_version)
        return HttpResponse::text(505, "This server speaks HTTP/1.0 and HTTP/1.1.\n");
    if (error == http::error::end_of_stream || error == http::error::partial_message)
        return std::nullopt;
    if (error.category() == http::make_error_code(http::error::bad_method).category())
        return HttpResponse::text(400, "That is not an HTTP request.\n");
    return std::nullopt;
}

HttpResponse refusal_for(const DoorAnswer& answer) {
    if (answer.verdict == DoorAnswer::Verdict::too_often) {
        HttpResponse response =
            HttpResponse::text(429, "Too many wrong logins from your address. Try again later.\n");
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(answer.wait).count();
        response.headers.emplace_back("Retry-After",
                                      std::to_string(std::max<std::int64_t>(1, seconds)));
        return response;
    }
    HttpResponse response = HttpResponse::text(401, "A user and a password are needed.\n");
    response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="pantau", charset="UTF-8")");
    return response;
}

/// RFC 9112: exactly one Host in HTTP/1.1.
bool has_right_host(const Parser::value_type& message) {
    const auto hosts = message.count(http::field::host);
    return message.version() == 10 ? hosts <= 1 : hosts == 1;
}

HttpRequest to_request(Parser::value_type&& message, Target target, const std::string& peer) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    for (const auto& field : message) {
        std::string name(field.name_string());
        for (char& c : name) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.peer = peer;
    return request;
}

/// A handler's one chance to answer. Answers for a handler that loses it.
class PendingReply {
public:
    PendingReply(std::shared_ptr<LoopGate> gate, std::function<void(HttpResponse)> deliver)
        : gate_(std::move(gate)), deliver_(std::move(deliver)) {}
    PendingReply(const PendingReply&) = delete;
    PendingReply& operator=(const PendingReply&) = delete;
    ~PendingReply() { answer(HttpResponse::text(500, "The server lost the answer.\n")); }

    /// Any thread. Only the first counts.
    void answer(HttpResponse response) {
        if (answered_.exchange(true)) return;
        gate_->post([deliver = deliver_, response = std::move(response)] { deliver(response); });
    }

private:
    const std::shared_ptr<LoopGate> gate_;
    const std::function<void(HttpResponse)> deliver_;
    std::atomic<bool> answered_{false};
};

template <class Stream>
class StreamConnection final : public Connection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
public:
    StreamConnection(Stream stream, std::string peer, std::shared_ptr<ServerContext> context,
                     std::function<void(const Connection&)> on_closed)
        : stream_(std::move(stream)),
          timer_(stream_.get_executor()),
          peer_(std::move(peer)),
          context_(std::move(context)),
          on_closed_(std::move(on_closed)),
          rules_(context_->options.door ? context_->options.door->rules() : nullptr),
          buffer_(context_->options.header_bytes + read_ahead) {}

    void start() override {
        enter(Stage::receiving_first);
        if constexpr (is_tls<Stream>)
            shake_hands();
        else
            read_header();
    }

    void close() override {
        if (stage() == Stage::closed) return;
        error_code ignored;
        // The kernel would go on for minutes to offer megabytes to a reader that takes none.
        if (stage() == Stage::sending)
            stream_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        enter(Stage::closed);
        timer_.cancel();
        stream_.lowest_layer().close(ignored);
        on_closed_(*this);
    }

    void finish() override {
        switch (stage()) {
            case Stage::asking:
            case Stage::handling:
            case Stage::sending:
                keep_alive_ = false;
                last_deadline_ = std::chrono::steady_clock::now() + context_->options.stop_time;
                set_deadline(context_->options.stop_time);
                return;
            case Stage::lingering:
            case Stage::closed:
            case Stage::idle:
            case Stage::receiving_first:
            case Stage::receiving:
                close();
        }
    }

private:
    // --- time ---

    void set_deadline(Duration patience) {
        const MonoTime deadline = std::chrono::steady_clock::now() + patience;
        timer_.expires_at(std::min(deadline, last_deadline_));
        timer_.async_wait([self = this->shared_from_this()](const error_code& error) {
            // A wait that was over in the moment it was set anew is an old one.
            if (!error && self->timer_.expiry() <= std::chrono::steady_clock::now())
                self->on_deadline();
        });
    }

    void on_deadline() {
        if (stage() == Stage::closed) return;
        context_->counters.timed_out.fetch_add(1, std::memory_order_relaxed);
        if (stage() == Stage::handling || stage() == Stage::asking) {
            keep_alive_ = false;
            send(HttpResponse::text(503, "No answer in time. Try again later.\n"));
            return;
        }
        close();
    }

    // --- receiving ---

    void shake_hands() {
        set_deadline(context_->options.header_time);
        stream_.async_handshake(asio::ssl::stream_base::server,
                                [self = this->shared_from_this()](const error_code& error) {
                                    self->on_handshake(error);
                                });
    }

    void on_handshake(const error_code& error) {
        if (stage() == Stage::closed) return;
        if (!error) return read_header();
        // What went wrong there is in the client's hands, and its number would set the log's pace.
        context_->counters.handshake_failures.fetch_add(1, std::memory_order_relaxed);
        close();
    }

    void read_header() {
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(context_->options.header_bytes));
        parser_->body_limit(context_->options.body_bytes);
        set_deadline(context_->options.header_time);
        http::async_read_header(
            stream_, buffer_, *parser_,
            [self = this->shared_from_this()](const error_code& error, std::size_t) {
                self->on_header(error);
            });
    }

    void on_header(const error_code& error) {
        if (stage() == Stage::closed) return;
        if (error) return refuse_unreadable(error);

        const auto& message = parser_->get();
        keep_alive_ = message.keep_alive();
        is_head_ = message.method() == http::verb::head;
        is_http_10_ = message.version() == 10;
        if (!has_right_host(message))
            return refuse(HttpResponse::text(400, "A request needs one Host header.\n"));
        if (!context_->options.door) return route();
        ask_who();
    }

    void ask_who() {
        enter(Stage::asking);
        set_deadline(context_->options.handler_time);
        const auto given = parser_->get()[http::field::authorization];
        FrontDoor::Question question{std::string(given), source_of(peer_), login_};
        context_->options.door->ask(
            std::move(question),
            [weak = this->weak_from_this(), number = ++request_number_](const DoorAnswer& answer) {
                const auto self = weak.lock();
                if (self && self->stage() == Stage::asking && self->request_number_ == number)
                    self->on_door(answer);
            });
    }

    void on_door(const DoorAnswer& answer) {
        login_ = answer.login;
        if (answer.verdict == DoorAnswer::Verdict::welcome) return route();
        if (!parser_->is_done()) return refuse(refusal_for(answer));
        send(refusal_for(answer));
    }

    void route() {
        const auto& message = parser_->get();
        auto target = parse_target({message.target().data(), message.target().size()});
        if (!target)
            return refuse(HttpResponse::text(400, "Bad request: " + target.error().detail + ".\n"));
        const std::string method(message.method_string());
        Router::Match match = context_->router.find(method, target->path);
        if (match.handler == nullptr) {
            if (!parser_->is_done()) return refuse(std::move(match.refusal));
            return send(std::move(match.refusal));
        }
        target_ = std::move(*target);
        handler_ = match.handler;
        if (parser_->is_done()) return handle();
        invite_body();
    }

    /// Some clients wait for this line before they send a body.
    void invite_body() {
        set_deadline(context_->options.body_time);
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue"))
            return read_body();
        asio::async_write(stream_, asio::buffer(continue_line),
                          [self = this->shared_from_this()](const error_code& error, std::size_t) {
                              if (self->stage() == Stage::closed) return;
                              if (error) return self->close();
                              self->read_body();
                          });
    }

    void read_body() {
        http::async_read(stream_, buffer_, *parser_,
                         [self = this->shared_from_this()](const error_code& error, std::size_t) {
                             if (self->stage() == Stage::closed) return;
                             if (error) return self->refuse_unreadable(error);
                             self->handle();
                         });
    }

    /// What follows a request we could not read is unknown: this answer is the last.
    void refuse(HttpResponse response) {
        keep_alive_ = false;
        send(std::move(response));
    }

    void refuse_unreadable(const error_code& error) {
        is_http_10_ = false;
        is_head_ = false;
        auto refusal = refusal_for(error, context_->options);
        if (!refusal) return close();
        refuse(std::move(*refusal));
    }

    // --- handling ---

    void handle() {
        enter(Stage::handling);
        set_deadline(context_->options.handler_time);
        const std::uint64_t number = ++request_number_;
        const auto pending = std::make_shared<PendingReply>(
            context_->gate, [weak = this->weak_from_this(), number](HttpResponse response) {
                if (const auto self = weak.lock()) self->on_reply(number, std::move(response));
            });
        const HttpRequest request = to_request(parser_->release(), std::move(target_), peer_);
        try {
            (*handler_)(request,
                        [pending](HttpResponse response) { pending->answer(std::move(response)); });
        } catch (const std::exception& error) {
            log(msg::local_fault,
                {{"what", "a web page"}, {"path", request.path}, {"error", error.what()}});
            pending->answer(HttpResponse::text(500, "The server failed to make this page.\n"));
        }
    }

    void on_reply(std::uint64_t number, HttpResponse response) {
        if (stage() != Stage::handling || number != request_number_) return;
        send(std::move(response));
    }

    // --- sending ---

    void send(HttpResponse response) {
        enter(Stage::sending);
        context_->counters.requests.fetch_add(1, std::memory_order_relaxed);
        if (response.status >= 400)
            context_->counters.refused.fetch_add(1, std::memory_order_relaxed);
        if (context_->options.door) obey(*context_->options.door, response);
        head_ = response_head(response, {.keep_alive = keep_alive_, .is_http_10 = is_http_10_});
        body_ = is_head_ ? nullptr : std::move(response.body);
        sent_ = 0;
        send_until_ = std::chrono::steady_clock::now() + context_->options.send_time;
        send_more();
    }

    void obey(const FrontDoor& door, HttpResponse& response) {
        const auto rules = door.rules();
        const auto& headers = rules->config.headers;
        response.headers.insert(response.headers.end(), headers.begin(), headers.end());
        // The next request comes by the new certificate, or the new demand for one.
        if (rules != rules_) keep_alive_ = false;
    }

    void send_more() {
        const std::size_t body_size = body_ ? body_->size() : 0;
        if (sent_ == head_.size() + body_size) return on_sent();
        const std::size_t of_body = sent_ - std::min(sent_, head_.size());
        const std::array<asio::const_buffer, 2> rest{
            asio::buffer(head_) + sent_,
            body_ ? asio::buffer(asio::buffer(*body_) + of_body, sent_at_once)
                  : asio::const_buffer()};
        set_deadline(
            std::min(context_->options.stall_time, send_until_ - std::chrono::steady_clock::now()));
        stream_.async_write_some(
            rest, [self = this->shared_from_this()](const error_code& error, std::size_t count) {
                if (self->stage() == Stage::closed) return;
                if (error) return self->close();
                self->sent_ += count;
                self->send_more();
            });
    }

    void on_sent() {
        body_.reset();
        if (!keep_alive_) return linger();
        next_request();
    }

    /// An empty line between two requests is allowed; Beast does not skip it.
    void next_request() {
        while (buffer_.size() >= 2 && starts_with_line_end())
            buffer_.consume(2);
        if (buffer_.size() == 0) return wait_for_request();
        enter(Stage::receiving);
        read_header();
    }

    [[nodiscard]] bool starts_with_line_end() const {
        const auto* bytes = static_cast<const char*>(buffer_.data().data());
        return bytes[0] == '\r' && bytes[1] == '\n';
    }

    void wait_for_request() {
        enter(Stage::idle);
        set_deadline(context_->options.idle_time);
        stream_.async_read_some(
            buffer_.prepare(read_ahead),
            [self = this->shared_from_this()](const error_code& error, std::size_t count) {
                if (self->stage() == Stage::closed) return;
                if (error) return self->close();
                self->buffer_.commit(count);
                self->next_request();
            });
    }

    // --- the end ---

    /// Closing with unread bytes would send a reset, and the answer could be lost with it.
    void linger() {
        enter(Stage::lingering);
        buffer_.consume(buffer_.size());
        set_deadline(context_->options.linger_time);
        if constexpr (is_tls<Stream>) {
            // Tells that the answer was whole; then waits for the same from the other side, which
            // may rather end at once.
            stream_.async_shutdown([self = this->shared_from_this()](const error_code&) {
                if (self->stage() != Stage::closed) self->end_sending();
            });
        } else {
            end_sending();
        }
    }

    void end_sending() {
        error_code ignored;
        socket_of(stream_).shutdown(asio::socket_base::shutdown_send, ignored);
        swallow(0);
    }

    void swallow(std::size_t so_far) {
        socket_of(stream_).async_read_some(
            buffer_.prepare(read_ahead),
            [self = this->shared_from_this(), so_far](const error_code& error, std::size_t count) {
                if (self->stage() == Stage::closed) return;
                if (error || so_far + count > linger_bytes) return self->close();
                self->swallow(so_far + count);
            });
    }

    static constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

    Stream stream_;
    asio::steady_timer timer_;
    const std::string peer_;
    const std::shared_ptr<ServerContext> context_;
    const std::function<void(const Connection&)> on_closed_;
    const std::shared_ptr<const DoorRules> rules_;  ///< In force when it came; null: no door.
    std::optional<Passwords::Tag> login_;           ///< Who it came in as, last.

    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Target target_;
    const HttpHandler* handler_ = nullptr;
    std::uint64_t request_number_ = 0;
    bool keep_alive_ = false;
    bool is_head_ = false;
    bool is_http_10_ = false;

    std::string head_;
    std::shared_ptr<const std::string> body_;
    std::size_t sent_ = 0;  ///< Of head and body together.
    MonoTime send_until_{};
    MonoTime last_deadline_ = MonoTime::max();  ///< Set by `finish`.
};

/// Null when the loop cannot take another descriptor.
template <class Protocol>
std::optional<typename Protocol::socket> adopt(asio::io_context& loop, Protocol protocol,
                                               Descriptor descriptor) {
    typename Protocol::socket socket(loop);
    error_code error;
    socket.assign(protocol, descriptor.get(), error);
    if (error) return std::nullopt;
    descriptor.release();
    return socket;
}

template <class Stream, class... Rest>
std::shared_ptr<Connection> connection_over(Stream stream, Rest&&... rest) {
    return std::make_shared<StreamConnection<Stream>>(std::move(stream),
                                                      std::forward<Rest>(rest)...);
}

asio::ip::tcp protocol_of(const Descriptor& socket) {
    int family = 0;
    socklen_t length = sizeof family;
    static_cast<void>(::getsockopt(socket.get(), SOL_SOCKET, SO_DOMAIN, &family, &length));
    return family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
}

}  // namespace

std::shared_ptr<Connection> make_connection(boost::asio::io_context& loop, Descriptor socket,
                                            bool is_unix, std::string peer,
                                            std::shared_ptr<ServerContext> context,
                                            std::function<void(const Connection&)> on_closed) {
    if (is_unix) {
        auto local = adopt(loop, asio::local::stream_protocol(), std::move(socket));
        if (!local) return nullptr;
        return connection_over(std::move(*local), std::move(peer), std::move(context),
                               std::move(on_closed));
    }
    const auto protocol = protocol_of(socket);
    auto tcp = adopt(loop, protocol, std::move(socket));
    if (!tcp) return nullptr;
    const TlsContext tls = context->options.door ? context->options.door->rules()->tls : nullptr;
    if (!tls)
        return connection_over(std::move(*tcp), std::move(peer), std::move(context),
                               std::move(on_closed));
    SSL* session = ::SSL_new(tls.get());
    if (session == nullptr) return nullptr;
    return connection_over(TlsStream(std::move(*tcp), session), std::move(peer), std::move(context),
                           std::move(on_closed));
}

}  // namespace pantau::web
