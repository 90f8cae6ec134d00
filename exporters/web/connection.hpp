#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "exporters/web/listen_address.hpp"
#include "exporters/web/loop_gate.hpp"
#include "exporters/web/router.hpp"
#include "exporters/web/server.hpp"

namespace pantau::web {

/// WebCounters while they count. Written on the loop, read anywhere.
struct LiveCounters {
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> evicted{0};
    std::atomic<std::uint64_t> timed_out{0};
    std::atomic<std::uint64_t> accept_failures{0};
    std::atomic<std::uint64_t> throttled{0};
    std::atomic<std::uint64_t> handshake_failures{0};
};

/// What all connections of one server share. Outlives them.
struct ServerContext {
    ServerContext(ListenOptions o, std::vector<HttpRoute> routes, boost::asio::io_context& loop)
        : options(std::move(o)),
          router(std::move(routes)),
          gate(std::make_shared<LoopGate>(loop)) {}

    const ListenOptions options;
    const Router router;
    const std::shared_ptr<LoopGate> gate;
    LiveCounters counters;
};

/// What a connection is doing, in the order in which connections give way when there are too many:
/// first those that cost somebody nothing.
///
///     receiving_first ──> asking ──> handling ──> sending ──> idle ──> receiving ──> asking …
///            │               │                      │
///            └─ bad request ─┴───── stranger ─────> └──> lingering ──> closed
enum class Stage : std::uint8_t {
    receiving_first,  ///< Has never sent a whole request: what a slow attacker looks like.
    asking,           ///< Its password is being checked.
    lingering,        ///< Answered for the last time; waits for the other side to close.
    idle,             ///< Between two requests.
    receiving,        ///< Has been answered before and sends again.
    sending,          ///< Takes our answer.
    handling,         ///< We owe it an answer.
    closed,
};

/// One client. All calls on the loop's thread.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void start() = 0;
    /// At once, whatever is under way.
    virtual void close() = 0;
    /// Ends what is under way within `stop_time`, then closes.
    virtual void finish() = 0;

    [[nodiscard]] Stage stage() const { return stage_; }
    [[nodiscard]] MonoTime since() const { return since_; }  ///< When the stage began.

protected:
    void enter(Stage stage) {
        stage_ = stage;
        since_ = std::chrono::steady_clock::now();
    }

private:
    Stage stage_ = Stage::receiving_first;
    MonoTime since_ = std::chrono::steady_clock::now();
};

/// A connection over an accepted socket, with TLS if the door asks for it (never on a unix socket),
/// which it takes over. `on_closed` is called once, with it still alive. Null when the loop cannot
/// take another descriptor.
[[nodiscard]] std::shared_ptr<Connection> make_connection(
    boost::asio::io_context& loop, Descriptor socket, bool is_unix, std::string peer,
    std::shared_ptr<ServerContext> context, std::function<void(const Connection&)> on_closed);

}  // namespace pantau::web
