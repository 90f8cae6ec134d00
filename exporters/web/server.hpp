#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "runtime/http_message.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau::web {

class FrontDoor;
struct Listening;

/// Where to listen, and what one client may cost. The defaults are those of the web port.
struct ListenOptions {
    /// "127.0.0.1:8551", "[::1]:8551", ":8551" (every address), or "unix:/path".
    std::string address = "127.0.0.1:8551";
    std::size_t header_bytes = 8 * 1024;
    std::size_t body_bytes = 0;
    /// At most this many at once. A new one is always let in: it takes the place of the oldest that
    /// has not finished a request, else of the oldest idle one.
    std::size_t connections = 128;
    Duration header_time = std::chrono::seconds(5);    ///< From the first byte, or the accept.
    Duration body_time = std::chrono::seconds(10);     ///< For the whole body.
    Duration idle_time = std::chrono::seconds(60);     ///< Between two requests.
    Duration handler_time = std::chrono::seconds(60);  ///< Then the answer is 503.
    Duration stall_time = std::chrono::seconds(10);    ///< A reader that takes no byte.
    Duration send_time = std::chrono::seconds(60);     ///< For a whole answer.
    Duration linger_time = std::chrono::seconds(2);    ///< For the other side to close.
    Duration stop_time = std::chrono::seconds(2);      ///< For what is under way at `stop`.
    /// New connections of one source: so many at once, so many a second. Those of this machine are
    /// not counted: a proxy here speaks for many.
    double arrivals_at_once = 100;
    double arrivals_per_second = 20;
    bool are_own_arrivals_free = true;

    /// Who may ask, and how; null: everybody who can reach the address, in plain HTTP.
    std::shared_ptr<FrontDoor> door;
    /// An address that others can reach, and nobody is asked who he is: meant.
    bool insecure = false;
};

/// The options of a control socket: a unix path, bodies up to 1 MiB.
[[nodiscard]] ListenOptions control_options(const std::string& path);

/// Totals since the start, and what is open now.
struct WebCounters {
    std::uint64_t accepted = 0;
    std::uint64_t open = 0;
    std::uint64_t requests = 0;            ///< Answered, whatever the status.
    std::uint64_t refused = 0;             ///< Of those: status 400 and above.
    std::uint64_t evicted = 0;             ///< Closed to make room.
    std::uint64_t timed_out = 0;           ///< Closed because they took too long.
    std::uint64_t accept_failures = 0;     ///< No descriptor or memory left to accept with.
    std::uint64_t throttled = 0;           ///< Closed at once: too many from one source.
    std::uint64_t handshake_failures = 0;  ///< TLS did not come about.

    WebCounters& operator+=(const WebCounters& other);
};

/// An HTTP/1.1 server on one address, as strict as something that faces a city's network must be.
///
/// Lives on the caller's loop, which one thread runs. Handlers are called on that thread; they may
/// reply at once, or later from any thread. A handler that throws or loses its reply is answered
/// for with 500. Make several of them to listen on several addresses.
class WebServer {
public:
    /// Opens the address and begins to accept as soon as the loop runs. On failure the Error says
    /// which address, why, and what to do. An address that others can reach is refused when the
    /// door asks nobody who he is, unless that is meant.
    [[nodiscard]] static Result<std::unique_ptr<WebServer>> listen(boost::asio::io_context& loop,
                                                                   ListenOptions options,
                                                                   std::vector<HttpRoute> routes);
    /// The same with a socket that listens already.
    [[nodiscard]] static Result<std::unique_ptr<WebServer>> take(boost::asio::io_context& loop,
                                                                 Listening listening,
                                                                 ListenOptions options,
                                                                 std::vector<HttpRoute> routes);
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;
    /// Stops. The loop must still exist; it need not run.
    ~WebServer();

    /// Where it listens, with the port the kernel chose if 0 was asked: "127.0.0.1:8551".
    [[nodiscard]] const std::string& address() const;
    /// Other machines can reach it.
    [[nodiscard]] bool is_exposed() const;

    /// Lets nobody in any more, removes a unix socket, and closes what is idle. Answers under way
    /// may end within `stop_time`; then the loop has no more work from here. Any thread.
    void stop();

    /// Any thread.
    [[nodiscard]] WebCounters counters() const;

private:
    class Impl;
    explicit WebServer(std::shared_ptr<Impl> impl);

    std::shared_ptr<Impl> impl_;
};

}  // namespace pantau::web
