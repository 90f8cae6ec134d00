#include "collectors/icmp/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace pantau::icmp {

Check::Check(const Plan& plan, MonoTime start, MonoTime deadline)
    : plan_(plan), deadline_(deadline), next_due_(start) {
    plan_.count = std::clamp(plan_.count, 1u, count_most);
}

std::optional<unsigned> Check::take_due(MonoTime now) {
    const bool is_queued = taken_ > 0 && requests_[taken_ - 1].state == State::queued;
    if (taken_ == plan_.count || is_queued || now < next_due_ || now >= deadline_)
        return std::nullopt;
    requests_[taken_].state = State::queued;
    return taken_++;
}

std::optional<unsigned> Check::take_expired(MonoTime now) {
    for (unsigned number = 0; number < taken_; ++number) {
        Request& request = requests_[number];
        if (request.state != State::waiting) continue;
        if (now < std::min(request.sent + plan_.timeout, deadline_)) continue;
        request.state = State::lost;
        ++settled_;
        return number;
    }
    return std::nullopt;
}

MonoTime Check::next() const {
    if (settled_ == plan_.count) return {};
    MonoTime next = deadline_;
    const bool is_queued = taken_ > 0 && requests_[taken_ - 1].state == State::queued;
    if (taken_ < plan_.count && !is_queued) next = std::min(next, next_due_);
    for (unsigned number = 0; number < taken_; ++number) {
        const Request& request = requests_[number];
        if (request.state != State::waiting) continue;
        next = std::min(next, request.sent + plan_.timeout);
        break;  // later ones were sent later
    }
    return next;
}

void Check::sent(unsigned number, MonoTime now) {
    requests_[number].state = State::waiting;
    requests_[number].sent = now;
    if (first_sent_ == MonoTime{}) first_sent_ = now;
    next_due_ = now + plan_.interval;
}

void Check::not_sent(unsigned number, MonoTime now, Error why) {
    requests_[number].state = State::unsent;
    ++settled_;
    next_due_ = now + plan_.interval;
    if (!own_fault_) own_fault_ = std::move(why);
}

void Check::stop(const Error& why) {
    for (unsigned number = 0; number < plan_.count; ++number) {
        Request& request = requests_[number];
        if (request.state != State::planned && request.state != State::queued) continue;
        request.state = State::unsent;
        ++settled_;
    }
    taken_ = plan_.count;
    if (!own_fault_) own_fault_ = why;
}

bool Check::answered(unsigned number, MonoTime now, Duration round_trip) {
    Request& request = requests_[number];
    if (request.state != State::waiting) return false;
    request.state = State::received;
    request.round_trip = round_trip;
    last_reply_ = now;
    ++settled_;
    return true;
}

bool Check::unreachable(unsigned number, Error why) {
    if (requests_[number].state != State::waiting) return false;
    requests_[number].state = State::refused;
    ++settled_;
    if (!refusal_) refusal_ = std::move(why);
    return true;
}

bool Check::is_over(MonoTime now) const {
    return now >= deadline_ || settled_ == plan_.count;
}

Duration Check::duration(MonoTime now) const {
    if (first_sent_ == MonoTime{}) return {};
    return (last_reply_ == MonoTime{} ? now : last_reply_) - first_sent_;
}

std::size_t Check::count_of(State state) const {
    return static_cast<std::size_t>(std::ranges::count(requests_, state, &Request::state));
}

Summary Check::summary() const {
    Summary summary;
    summary.received = static_cast<unsigned>(count_of(State::received));
    summary.sent =
        summary.received + static_cast<unsigned>(count_of(State::waiting) +
                                                 count_of(State::refused) + count_of(State::lost));
    if (summary.sent != 0)
        summary.loss = double(summary.sent - summary.received) / double(summary.sent);
    Duration sum{};
    Duration differences{};
    std::optional<Duration> before;
    for (const Request& request : requests_) {
        if (request.state != State::received) continue;
        const Duration trip = request.round_trip;
        summary.rtt_min = std::min(summary.rtt_min.value_or(trip), trip);
        summary.rtt_max = std::max(summary.rtt_max.value_or(trip), trip);
        sum += trip;
        if (before) differences += trip > *before ? trip - *before : *before - trip;
        before = trip;
    }
    if (summary.received > 0) summary.rtt_mean = sum / summary.received;
    if (summary.received > 1) summary.jitter = differences / (summary.received - 1);
    return summary;
}

std::optional<Error> Check::failure() const {
    const Summary found = summary();
    if (found.received != 0) return std::nullopt;
    if (refusal_) return refusal_;
    // Where some could not leave, nobody knows how far the others came.
    if (own_fault_) return own_fault_;
    if (found.sent != 0) {
        const std::string words = found.sent == 1
                                      ? std::string("no reply to 1 echo request")
                                      : fmt::format("no reply to {} echo requests", found.sent);
        return Error{Reason::timeout, words, {}};
    }
    return Error{Reason::overload, "no echo request found its turn before the deadline", {}};
}

}  // namespace pantau::icmp
