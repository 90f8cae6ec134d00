#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/icmp/settings.hpp"

namespace pantau::icmp {

/// What a check found.
struct Summary {
    unsigned sent = 0;  ///< What left this machine.
    unsigned received = 0;
    std::optional<double> loss;  ///< Share of what was sent, 0..1; absent when nothing left.
    std::optional<Duration> rtt_min;
    std::optional<Duration> rtt_mean;
    std::optional<Duration> rtt_max;
    /// Mean of the differences between round trips that follow one another: the D of RFC 3550
    /// 6.4.1 without its smoothing, which needs more requests than a check has. Absent below two
    /// replies.
    std::optional<Duration> jitter;
};

/// One check: so many echo requests, one after the other, and what became of each. A pure machine.
///
///   each request:  planned --due--> queued --sent--> waiting --answered----> received
///                                      |                |-----unreachable--> refused
///                                      |                +-----timeout------> lost
///                                      +--not_sent--> unsent
///
/// The next one is due an interval after the one before was sent or given up, so that being late
/// never makes a burst. Nothing is asked or waited for beyond the deadline.
class Check {
public:
    struct Plan {
        unsigned count = 5;  ///< 1 to count_most.
        Duration interval{};
        Duration timeout{};  ///< For each reply, from when its request was sent.
    };

    Check(const Plan& plan, MonoTime start, MonoTime deadline);
    Check() : Check(Plan{1, {}, {}}, {}, {}) {}

    /// The request that is to be sent now, if one is; it counts as queued from here on.
    [[nodiscard]] std::optional<unsigned> take_due(MonoTime now);
    /// Takes out the oldest request whose time is over; call until there is none.
    [[nodiscard]] std::optional<unsigned> take_expired(MonoTime now);
    /// When to come back without being told anything; long ago when it is over.
    [[nodiscard]] MonoTime next() const;

    void sent(unsigned number, MonoTime now);
    /// It never left this machine.
    void not_sent(unsigned number, MonoTime now, Error why);
    /// What has not been sent yet will not be.
    void stop(const Error& why);
    /// True when it was waited for.
    bool answered(unsigned number, MonoTime now, Duration round_trip);
    bool unreachable(unsigned number, Error why);

    [[nodiscard]] bool is_over(MonoTime now) const;
    [[nodiscard]] bool is_waiting(unsigned number) const {
        return requests_[number].state == State::waiting;
    }
    [[nodiscard]] MonoTime sent_at(unsigned number) const { return requests_[number].sent; }
    /// From the first request to the latest reply, or as long as was waited when none came.
    [[nodiscard]] Duration duration(MonoTime now) const;

    [[nodiscard]] Summary summary() const;
    /// Why the check failed; nothing when at least one reply came. What the network said counts
    /// more than silence, and what this machine could not do counts only when nothing left it.
    [[nodiscard]] std::optional<Error> failure() const;

private:
    enum class State : std::uint8_t { planned, queued, waiting, received, refused, lost, unsent };
    struct Request {
        MonoTime sent{};
        Duration round_trip{};
        State state = State::planned;
    };

    [[nodiscard]] std::size_t count_of(State state) const;

    Plan plan_;
    MonoTime deadline_;
    MonoTime next_due_;
    unsigned taken_ = 0;    ///< Requests that are not planned any more.
    unsigned settled_ = 0;  ///< Requests of which nothing more is to come.
    MonoTime first_sent_{};
    MonoTime last_reply_{};
    std::array<Request, count_most> requests_{};
    std::optional<Error> refusal_;  ///< The first of its kind, like the next.
    std::optional<Error> own_fault_;
};

}  // namespace pantau::icmp
