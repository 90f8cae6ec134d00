#include "collectors/http/lanes.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "base/assert.hpp"
#include "collectors/http/http_collector.hpp"

namespace pantau::http {
namespace {

/// Checks under way at once, of those to addresses only the ones that began a short while ago:
/// what has met silence for so long is most likely gone, and must not hold up the others.
constexpr std::size_t running_most = 256;
constexpr Duration lost_after = std::chrono::milliseconds(500);
/// A lookup may hold a thread for as long as it takes.
constexpr std::size_t running_names_most = 16;
/// All of them, silent ones too: descriptors, and some 25 kB each.
constexpr std::size_t open_most = 2048;

std::size_t is_name(const Transfer& transfer) {
    return transfer.target.is_literal ? 0 : 1;
}

Error no_place() {
    return {Reason::overload,
            "too many HTTP checks at once; this one found no place before its deadline",
            {}};
}

/// The Transfer may be gone after this.
void tell(Transfer& transfer, Result<int> ending) {
    const auto done = std::move(transfer.done);
    done(std::move(ending));
}

}  // namespace

struct Lanes::Timer {
    boost::asio::steady_timer timer;
};

Lanes::Lanes(boost::asio::io_context& loop, std::shared_ptr<Counts> counts)
    : transfers_(loop),
      queue_timer_(std::make_unique<Timer>(Timer{boost::asio::steady_timer(loop)})),
      counts_(std::move(counts)) {}

Lanes::~Lanes() = default;

void Lanes::submit(Transfer& transfer) {
    if (has_room(is_name(transfer))) {
        start(transfer);
        return;
    }
    waiting_[is_name(transfer)].emplace(transfer.deadline, &transfer);
    watch_queue();
}

void Lanes::cancel(Transfer& transfer) {
    if (transfer.is_running) {
        transfers_.remove(transfer.easy.get());
        leave(transfer);
        start_waiting();
        return;
    }
    auto& queue = waiting_[is_name(transfer)];
    const auto [first, last] = queue.equal_range(transfer.deadline);
    for (auto at = first; at != last; ++at) {
        if (at->second != &transfer) continue;
        queue.erase(at);
        break;
    }
}

void Lanes::give_back(OwnedEasy easy) {
    if (spare_.size() < running_most / 4) spare_.push_back(std::move(easy));
}

bool Lanes::has_room(std::size_t name) {
    age_window();
    return open_ < open_most && in_window_[0] + in_window_[1] < running_most &&
           (name == 0 || in_window_[1] < running_names_most);
}

/// Checks to addresses that have lasted long leave the window.
void Lanes::age_window() {
    const MonoTime now = std::chrono::steady_clock::now();
    while (!young_.empty() && now - young_.begin()->second->started >= lost_after)
        leave_window(*young_.begin()->second);
}

void Lanes::enter_window(Transfer& transfer) {
    transfer.is_in_window = true;
    transfer.started = std::chrono::steady_clock::now();
    transfer.number = ++starts_;
    ++in_window_[is_name(transfer)];
    if (is_name(transfer) == 0) young_.emplace(transfer.number, &transfer);
}

void Lanes::leave_window(Transfer& transfer) {
    if (!transfer.is_in_window) return;
    transfer.is_in_window = false;
    --in_window_[is_name(transfer)];
    young_.erase(transfer.number);
}

void Lanes::start(Transfer& transfer) {
    if (!transfer.easy) transfer.easy = take_spare();
    transfer.is_running = true;
    ++open_;
    enter_window(transfer);
    if (hand_over(transfer)) {
        counts_->request_sent();
        return;
    }
    leave(transfer);
    // Waits as if for a place, so that cancel() finds it and Done comes from the loop.
    if (!transfer.own_fault)
        transfer.own_fault = Error{Reason::local, "this machine has no memory left", {}};
    transfer.deadline = std::chrono::steady_clock::now();
    waiting_[is_name(transfer)].emplace(transfer.deadline, &transfer);
    watch_queue();
}

bool Lanes::hand_over(Transfer& transfer) {
    if (transfer.target.takes_login && transfer.page->would_show_login(transfer.target.is_tls)) {
        transfer.own_fault =
            Error{Reason::auth,
                  "was not asked: its password or token would be sent in clear text; use https "
                  "with verify: true, or scheme: digest, or allow_weak: true in auth",
                  {}};
        return false;
    }
    transfer.headers = headers_of(*transfer.page, transfer.sharing);
    if (!transfer.easy || !transfer.headers) return false;
    const Duration left = transfer.deadline - std::chrono::steady_clock::now();
    prepare(transfer.easy.get(), transfer.target, *transfer.page, transfer.method, transfer.sharing,
            transfer.headers.get(), left, transfer.sight);
    return transfers_.add(transfer.easy.get(),
                          [this, &transfer](int code) { finished(transfer, code); });
}

OwnedEasy Lanes::take_spare() {
    if (spare_.empty()) return make_easy();
    OwnedEasy easy = std::move(spare_.back());
    spare_.pop_back();
    return easy;
}

void Lanes::leave(Transfer& transfer) {
    PANTAU_ASSERT(transfer.is_running);
    transfer.is_running = false;
    --open_;
    leave_window(transfer);
}

void Lanes::finished(Transfer& transfer, int code) {
    const std::shared_ptr<Lanes> alive = shared_from_this();
    leave(transfer);
    start_waiting();
    tell(transfer, code);
}

void Lanes::start_waiting() {
    for (std::size_t name : {std::size_t{0}, std::size_t{1}}) {
        auto& queue = waiting_[name];
        while (!queue.empty() && has_room(name)) {
            Transfer& transfer = *queue.begin()->second;
            if (transfer.deadline <= std::chrono::steady_clock::now()) break;
            queue.erase(queue.begin());
            start(transfer);
        }
    }
}

void Lanes::watch_queue() {
    std::optional<MonoTime> next;
    for (const auto& queue : waiting_) {
        if (!queue.empty() && (!next || queue.begin()->first < *next)) next = queue.begin()->first;
    }
    if (!next) return;
    if (!young_.empty()) next = std::min(*next, young_.begin()->second->started + lost_after);
    queue_timer_->timer.expires_at(*next);
    queue_timer_->timer.async_wait(
        [weak = weak_from_this()](const boost::system::error_code& error) {
            const std::shared_ptr<Lanes> self = weak.lock();
            if (self && !error) self->look_at_queue();
        });
}

void Lanes::look_at_queue() {
    const MonoTime now = std::chrono::steady_clock::now();
    for (auto& queue : waiting_) {
        while (!queue.empty() && queue.begin()->first <= now) {
            Transfer& transfer = *queue.begin()->second;
            queue.erase(queue.begin());
            tell(transfer, tl::unexpected<Error>(transfer.own_fault.value_or(no_place())));
        }
    }
    start_waiting();
    watch_queue();
}

}  // namespace pantau::http
