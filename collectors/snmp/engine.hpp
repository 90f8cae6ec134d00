#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/snmp/codec.hpp"
#include "collectors/snmp/counts.hpp"
#include "collectors/snmp/message.hpp"
#include "collectors/snmp/peer.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau::snmp {

class V3Talk;

/// Who waits for the answer to a request. Called on the loop, never from inside Engine::send.
class Requester {
public:
    virtual ~Requester() = default;

    /// Whether a response that has the right id, source, version and community (v3: everything
    /// that V3Talk checks) answers what was asked. A refused one is counted and the request goes on
    /// waiting for the true one.
    [[nodiscard]] virtual Refusal judge(const Message& message) const = 0;

    struct Arrival {
        Duration round_trip;
        std::size_t bytes;  ///< Of the datagram.
    };
    /// The request is over: a response, or in v3 a Report. `message` lives until the return. The
    /// next request may be sent from here.
    virtual void on_reply(const Message& message, const Arrival& arrival) = 0;
    /// The request is over without a reply: timeout, refused, unreachable, local or overload.
    virtual void on_failure(const Error& error) = 0;
};

/// One request to one device.
struct Request {
    Peer peer;
    Version version = Version::v2c;
    std::string_view community;  ///< v1 and v2c.
    RequestBody body;
    Duration timeout{};    ///< Counted from when it is sent.
    V3Talk* v3 = nullptr;  ///< v3: what makes and reads its messages. Outlives the request.
};

/// Carries the requests of a Worker: one socket per address family for all devices.
///
///   send -> [window full: queue] -> batch -> sendmmsg ... recvmmsg -> guards -> Requester
///                                                error queue (ICMP) -> guards -> Requester
///                                                timing wheel ----------------> Requester
///
/// Each request ends once: by a reply that passes every guard, by an ICMP error that quotes it, by
/// its timeout, or by a fault of this machine. What does not pass is counted and ends nothing.
/// Lives on one loop and is touched only there.
class Engine {
public:
    struct Options {
        /// Requests sent not long ago and not answered. Bounds what can arrive at once: 4 MiB of
        /// receive buffer were clean up to 2,000. The kernel's grant may lower it.
        std::size_t window = 1000;
        /// A request without an answer for so long has most likely been lost: it no longer counts
        /// in the window, so that devices that are gone do not hold up the others.
        Duration lost_after = std::chrono::milliseconds(250);
        /// Requests a second, and how many of them at once: no fault of ours, and no crowd after a
        /// pause, may flood the network. Far above what is asked: 10,000 access points a second.
        std::uint32_t requests_per_second = 50'000;
        std::uint32_t requests_at_once = 1'000;
        /// Bytes wanted for each socket's buffers.
        int buffer_bytes = 4 << 20;
    };

    Engine(boost::asio::io_context& loop, std::shared_ptr<Counts> counts, const Options& options);
    Engine(boost::asio::io_context& loop, std::shared_ptr<Counts> counts);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    /// What is under way is dropped without a word.
    ~Engine();

    /// Names a request until it is over; never 0.
    using Ticket = std::int32_t;

    /// Takes a request. Its end is told to `requester`, always later than the return. An error
    /// (overload, or a request larger than a datagram) means that it was not taken.
    [[nodiscard]] Result<Ticket> send(const Request& request, Requester& requester);
    /// Forgets a request: its requester will not be called.
    void cancel(Ticket ticket);

    [[nodiscard]] Counts& counts();
    [[nodiscard]] boost::asio::io_context& loop();
    /// Requests that are not over, queued ones included.
    [[nodiscard]] std::size_t pending() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace pantau::snmp
