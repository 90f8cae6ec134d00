#include "collectors/citizen/dns_client.hpp"

#include <fmt/format.h>
#include <net/if.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "base/assert.hpp"
#include "collectors/citizen/dns_message.hpp"

namespace pantau::citizen {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;
using Kind = NameAnswer::Kind;

/// A lost datagram is asked again after this; resolvers of phones wait as long.
constexpr Duration repeat_after = std::chrono::seconds(1);
/// A flood of forged answers must not keep us busy until the limit.
constexpr int strangers_most = 64;

/// Errors that lie with this machine, not with the way to the server.
bool is_local(const error_code& error) {
    return error == asio::error::address_in_use || error == asio::error::no_descriptors ||
           error == asio::error::no_memory || error == asio::error::no_buffer_space ||
           error == asio::error::access_denied || error == asio::error::no_permission ||
           error == asio::error::address_family_not_supported ||
           error == asio::error::network_unreachable || error.value() == EADDRNOTAVAIL ||
           error.value() == ENODEV || error.value() == ENFILE;
}

NameAnswer failure(Kind kind, std::string words) {
    NameAnswer answer;
    answer.kind = kind;
    answer.words = std::move(words);
    return answer;
}

NameAnswer failure_of(const error_code& error, std::string_view doing) {
    if (is_local(error))
        return failure(Kind::local,
                       fmt::format("this machine could not {}: {}", doing, error.message()));
    if (error == asio::error::connection_refused)
        return failure(Kind::refused, "nothing listens there (connection refused)");
    return failure(Kind::silent,
                   fmt::format("the network knows no way there: {}", error.message()));
}

/// Makes a socket send from the citizen's side.
template <class Socket>
error_code look_from(Socket& socket, const Via& via) {
    error_code error;
    if (!via.interface_name.empty() &&
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_BINDTODEVICE,
                     via.interface_name.c_str(),
                     static_cast<socklen_t>(via.interface_name.size())) != 0)
        return {errno, boost::system::system_category()};
    if (!via.source.empty()) socket.bind({asio::ip::make_address(via.source), 0}, error);
    return error;
}

class LookupImpl final : public Lookup, public std::enable_shared_from_this<LookupImpl> {
    /// Handlers find nobody once the lookup is over.
    template <class Handler>
    auto guarded(Handler handler) {
        return [self = shared_from_this(), handler = std::move(handler)](const error_code& error,
                                                                         auto...) {
            if (self->done_) handler(error);
        };
    }
    template <class Handler>
    auto guarded_size(Handler handler) {
        return [self = shared_from_this(), handler = std::move(handler)](const error_code& error,
                                                                         std::size_t size) {
            if (self->done_) handler(error, size);
        };
    }
    template <class Handler>
    auto guarded0(Handler handler) {
        return [self = shared_from_this(), handler = std::move(handler)] {
            if (self->done_) handler();
        };
    }

public:
    LookupImpl(asio::io_context& loop, const Place& server, const Via& via,
               const AskNames::Question& question, Done done)
        : loop_(loop),
          udp_(loop),
          tcp_(loop),
          limit_(loop),
          repeat_(loop),
          server_(server),
          via_(via),
          done_(std::move(done)),
          started_(std::chrono::steady_clock::now()) {
        query_.name = question.name;
        query_.is_v6 = question.is_v6;
    }

    void begin(Duration limit) {
        limit_.expires_after(limit);
        limit_.async_wait(guarded([this](const error_code& error) {
            if (!error) finish(failure(Kind::silent, "no answer in time"));
        }));
        asio::post(loop_, guarded0([this] { ask(); }));
    }

    void close() {
        done_ = nullptr;
        error_code ignored;
        udp_.close(ignored);
        tcp_.close(ignored);
        limit_.cancel();
        repeat_.cancel();
    }

private:
    void ask() {
        query_.id = static_cast<std::uint16_t>(random_bits());
        request_ = encode(query_);
        via_.proxy.empty() ? ask_udp() : ask_tcp();
    }

    void ask_udp() {
        error_code error;
        const udp::endpoint to(asio::ip::make_address(server_.address), server_.port);
        if (udp_.is_open()) udp_.close(error);
        udp_.open(to.protocol(), error);
        if (error) return finish(failure_of(error, "open a socket"));
        if (const error_code failed = look_from(udp_, via_))
            return finish(
                failure(Kind::local,
                        fmt::format("this machine cannot send from there: {}", failed.message())));
        udp_.connect(to, error);
        if (error) return finish(failure_of(error, "send there"));
        send();
        receive();
    }

    void send() {
        error_code error;
        udp_.send(asio::buffer(request_), 0, error);
        if (error) return finish(failure_of(error, "send a question"));
        repeat_.expires_after(repeat_after);
        repeat_.async_wait(guarded([this](const error_code& failed) {
            if (!failed && udp_.is_open()) send();
        }));
    }

    void receive() {
        udp_.async_receive(asio::buffer(reply_),
                           guarded_size([this](const error_code& error, std::size_t size) {
                               if (error == asio::error::operation_aborted) return;
                               if (error) return finish(failure_of(error, "hear the answer"));
                               on_datagram(size);
                           }));
    }

    void on_datagram(std::size_t size) {
        const auto reply = decode({reply_.data(), size}, query_);
        if (!reply) {
            if (++strangers_ > strangers_most)
                return finish(failure(Kind::silent, "nothing but answers to other questions"));
            return receive();
        }
        repeat_.cancel();
        if (!reply->is_truncated) return take(reply->answer);
        error_code ignored;
        udp_.close(ignored);
        ask_tcp();
    }

    void ask_tcp() {
        error_code error;
        const Place& first = via_.proxy.empty() ? server_ : via_.proxy_place;
        const tcp::endpoint to(asio::ip::make_address(first.address), first.port);
        if (tcp_.is_open()) tcp_.close(error);
        tcp_.open(to.protocol(), error);
        if (error) return finish(failure_of(error, "open a socket"));
        if (const error_code failed = look_from(tcp_, via_))
            return finish(
                failure(Kind::local,
                        fmt::format("this machine cannot send from there: {}", failed.message())));
        tcp_.async_connect(to, guarded([this](const error_code& failed) {
                               if (failed && !via_.proxy.empty())
                                   return proxy_fault(failed.message());
                               if (failed) return finish(failure_of(failed, "connect"));
                               via_.proxy.empty() ? send_tcp() : greet_proxy();
                           }));
    }

    void proxy_fault(std::string_view why) {
        finish(failure(Kind::local, fmt::format("the proxy cannot be used: {}", why)));
    }

    /// RFC 1928: no password, then a connection to the name server.
    void greet_proxy() {
        out_ = {5, 1, 0};
        exchange(2, [this] {
            if (in_[0] != 5 || in_[1] != 0) return proxy_fault("it wants a password");
            const auto address = asio::ip::make_address(server_.address);
            out_ = {5, 1, 0, static_cast<std::uint8_t>(address.is_v4() ? 1 : 4)};
            if (address.is_v4()) {
                const auto bytes = address.to_v4().to_bytes();
                out_.insert(out_.end(), bytes.begin(), bytes.end());
            } else {
                const auto bytes = address.to_v6().to_bytes();
                out_.insert(out_.end(), bytes.begin(), bytes.end());
            }
            out_.push_back(static_cast<std::uint8_t>(server_.port >> 8));
            out_.push_back(static_cast<std::uint8_t>(server_.port & 0xFF));
            exchange(4, [this] { on_proxy_answer(); });
        });
    }

    void on_proxy_answer() {
        if (in_[0] != 5) return proxy_fault("it does not speak SOCKS 5");
        switch (in_[1]) {
            case 0:
                break;
            case 5:
                return finish(failure(
                    Kind::refused, "connection refused, says the proxy (it asks over TCP alone)"));
            case 2:
                return proxy_fault("it does not allow connections to the name server");
            case 7:
            case 8:
                return proxy_fault("it cannot connect to such an address");
            default:
                return finish(failure(Kind::silent, "no way there, says the proxy"));
        }
        if (in_[3] != 1 && in_[3] != 4) return proxy_fault("it does not speak SOCKS 5");
        const std::size_t rest = in_[3] == 1 ? 6 : 18;
        read(rest, [this] { send_tcp(); });
    }

    void send_tcp() {
        out_ = {static_cast<std::uint8_t>(request_.size() >> 8),
                static_cast<std::uint8_t>(request_.size() & 0xFF)};
        out_.insert(out_.end(), request_.begin(), request_.end());
        exchange(2, [this] {
            const std::size_t size = static_cast<std::size_t>(in_[0]) << 8 | in_[1];
            read(size, [this] {
                auto reply = decode(in_, query_);
                if (!reply || reply->is_truncated)
                    return finish(failure(Kind::silent, "no usable answer over TCP"));
                take(reply->answer);
            });
        });
    }

    template <class Next>
    void exchange(std::size_t size, Next next) {
        asio::async_write(tcp_, asio::buffer(out_),
                          guarded([this, size, next = std::move(next)](const error_code& error) {
                              if (error) return tcp_lost();
                              read(size, next);
                          }));
    }

    template <class Next>
    void read(std::size_t size, Next next) {
        in_.assign(size, 0);
        asio::async_read(tcp_, asio::buffer(in_),
                         guarded([this, next = std::move(next)](const error_code& error) {
                             if (error) return tcp_lost();
                             next();
                         }));
    }

    void tcp_lost() { finish(failure(Kind::silent, "the connection was cut before an answer")); }

    void take(NameAnswer answer) {
        if (answer.kind == Kind::no_address && !query_.is_v6) {
            query_.is_v6 = true;
            return ask();
        }
        finish(std::move(answer));
    }

    void finish(NameAnswer answer) {
        answer.took = std::chrono::steady_clock::now() - started_;
        const Done done = std::exchange(done_, nullptr);
        close();
        done(std::move(answer));
    }

    asio::io_context& loop_;
    udp::socket udp_;
    tcp::socket tcp_;
    asio::steady_timer limit_;
    asio::steady_timer repeat_;
    Place server_;
    Via via_;
    Done done_;
    MonoTime started_;
    DnsQuery query_;
    int strangers_ = 0;
    std::vector<std::uint8_t> request_;
    std::array<std::uint8_t, 4096> reply_{};
    std::vector<std::uint8_t> out_;
    std::vector<std::uint8_t> in_;
};

/// Its end is the lookup's end, though handlers may still hold the lookup.
class Handle final : public Lookup {
public:
    explicit Handle(std::shared_ptr<LookupImpl> lookup) : lookup_(std::move(lookup)) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() override { lookup_->close(); }

private:
    std::shared_ptr<LookupImpl> lookup_;
};

}  // namespace

std::unique_ptr<Lookup> Lookup::start(asio::io_context& loop, const Place& server, const Via& via,
                                      const AskNames::Question& question, Duration limit,
                                      Done done) {
    auto lookup = std::make_shared<LookupImpl>(loop, server, via, question, std::move(done));
    lookup->begin(limit);
    return std::make_unique<Handle>(std::move(lookup));
}

std::uint64_t random_bits() {
    std::uint64_t bits = 0;
    const ssize_t got = ::getrandom(&bits, sizeof bits, 0);
    PANTAU_ASSERT(got == static_cast<ssize_t>(sizeof bits));
    return bits;
}

}  // namespace pantau::citizen
