#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/icmp/address.hpp"
#include "collectors/icmp/check.hpp"
#include "collectors/icmp/counts.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau::icmp {

/// Carries the checks of a Worker: one socket per address family for all devices.
///
///   start -> heap of times -> Check -> outbox -> [pace] -> sendmmsg ... recvmmsg -> SentTable ->
///   Check
///                                                         error queue (routers) -> SentTable ->
///                                                         Check
///
/// A reply completes a request when sequence number, token, source and length are its own; whatever
/// else arrives is counted and changes nothing. Lives on one loop and is touched only there.
class Engine {
public:
    struct Options {
        /// Requests a second, and how many at once. Five each of 10,000 access points in 30 s are
        /// 1,700; their phases stand on a grid, and its crowds are what this spreads.
        unsigned requests_per_second = 10'000;
        unsigned requests_at_once = 64;
        /// Bytes wanted for each socket's receive buffer: a second's worth of replies.
        int buffer_bytes = 4 << 20;
    };
    struct Outcome {
        Summary summary;
        std::optional<Error> error;
        Duration duration{};
    };
    /// Called once, on the loop, never from inside start().
    using Done = std::function<void(Outcome)>;
    /// Names a check until it is over; never 0.
    using Ticket = std::uint64_t;

    Engine(boost::asio::io_context& loop, std::shared_ptr<Counts> counts, const Options& options);
    Engine(boost::asio::io_context& loop, std::shared_ptr<Counts> counts);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    /// What is under way is dropped without a word.
    ~Engine();

    /// Opens the socket of a family, so that a missing right is told at the start.
    void prepare(bool is_v6);

    [[nodiscard]] Ticket start(const Address& to, const Check::Plan& plan, std::size_t size,
                               MonoTime deadline, Done done);
    /// Forgets a check: its Done will not be called.
    void cancel(Ticket ticket);

    [[nodiscard]] boost::asio::io_context& loop();
    /// Checks that are not over.
    [[nodiscard]] std::size_t running() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace pantau::icmp
