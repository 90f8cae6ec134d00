#include "collectors/http/http_collector.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <vector>

#include "base/assert.hpp"
#include "collectors/http/outcome.hpp"
#include "collectors/http/settings.hpp"
#include "collectors/http/target.hpp"
#include "collectors/http/visit.hpp"
#include "runtime/transfer_loop.hpp"

namespace pantau::http {
namespace {

namespace asio = boost::asio;

/// Checks under way at once, of those to addresses only the ones that began a short while ago:
/// what has met silence for so long is most likely gone, and must not hold up the others.
constexpr std::size_t running_most = 256;
constexpr Duration lost_after = std::chrono::milliseconds(500);
/// A lookup may hold a thread for as long as it takes.
constexpr std::size_t running_names_most = 16;
/// All of them, silent ones too: descriptors, and some 25 kB each.
constexpr std::size_t open_most = 2048;

constexpr FactKind phase(std::string_view path, std::string_view name) {
    return {path, "pantau_http_duration_seconds", "phase", name,
            "Duration of the phases of the HTTP check."};
}

constexpr FactKind check(std::string_view name) {
    return {"", "pantau_http_check_success", "check", name,
            "Whether this part of the HTTP check was as it should be: 1 yes, 0 no."};
}

constexpr std::array<FactKind, 9> facts{{
    {"status", "pantau_http_status_code", "", "", "Status code of the HTTP answer."},
    {"certificate_expiry", "pantau_http_certificate_expiry_timestamp_seconds", "", "",
     "When the certificate of the web server expires."},
    phase("phases.resolve", "resolve"),
    phase("phases.connect", "connect"),
    phase("phases.tls", "tls"),
    phase("phases.processing", "processing"),
    phase("phases.transfer", "transfer"),
    check("status"),
    check("certificate"),
}};

/// One check, from collect() to Done.
struct Visit {
    std::shared_ptr<const Target> target;
    std::shared_ptr<const Settings> settings;
    std::shared_ptr<const Ask> ask;
    MonoTime deadline;
    Duration allowed{};
    Session::Done done;
    Sight sight;
    OwnedEasy easy;  ///< After `sight`: it points there until its end.
    bool is_running = false;
    bool is_in_window = false;
    MonoTime started{};
    std::uint64_t number = 0;        ///< In the order they started.
    std::optional<Error> own_fault;  ///< Why it could not be started.
    /// Of an earlier check: a resumed TLS session does not show the certificate again.
    std::optional<std::int64_t> known_expiry;
    /// Called when it has ended, before `done`: the Session takes back what it keeps.
    std::function<void(Visit&)> ended;
};

void add_fact(Answer& answer, FactRow row, std::optional<double> value) {
    if (value) answer.facts.push_back(Fact{static_cast<std::uint16_t>(row), *value});
}

template <class Whole>
std::optional<double> as_fact(const std::optional<Whole>& value) {
    if (!value) return std::nullopt;
    return static_cast<double>(*value);
}

Answer finish(const Visit& visit, std::optional<Error> error) {
    Answer answer;
    answer.collector = &info();
    answer.error = std::move(error);
    answer.finished = std::chrono::steady_clock::now();
    for (const Field& field : visit.ask ? visit.ask->fields : std::vector<Field>{}) {
        answer.problems.push_back(Problem{"http", field.label, Reason::unsupported,
                                          "values from HTTP bodies cannot be asked for"});
    }
    return answer;
}

/// What was looked at and whether it was right; a check that was not come to has no fact.
void add_checks(Answer& answer, const Visit& visit, const Ending& ending) {
    const auto failed_by = [&](Reason reason) {
        return answer.error && answer.error->reason == reason;
    };
    if (ending.status) {
        const bool is_right = !failed_by(Reason::status) && !failed_by(Reason::redirect);
        add_fact(answer, FactRow::check_status, is_right ? 1.0 : 0.0);
    }
    const bool is_judged = ending.phases.tls || failed_by(Reason::certificate);
    if (visit.target->is_tls && visit.settings->verify && is_judged)
        add_fact(answer, FactRow::check_certificate, failed_by(Reason::certificate) ? 0.0 : 1.0);
}

Answer answer_of(Visit& visit, int code) {
    Ending ending;
    ending.code = code;
    ending.system_error = system_error_of(visit.easy.get());
    ending.status = status_of(visit.easy.get());
    ending.phases = phases_of(visit.easy.get(), *visit.target, code == 0 || visit.sight.body_cut);
    ending.allowed = visit.allowed;
    if (visit.target->is_tls && ending.phases.tls && !visit.sight.certificate_expiry)
        visit.sight.certificate_expiry = visit.known_expiry;
    Answer answer = finish(visit, judge(ending, visit.sight, *visit.target, *visit.settings,
                                        std::chrono::system_clock::now()));
    answer.duration =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(ending.phases.total));
    add_fact(answer, FactRow::status, as_fact(ending.status));
    add_fact(answer, FactRow::certificate_expiry, as_fact(visit.sight.certificate_expiry));
    add_fact(answer, FactRow::resolve, ending.phases.resolve);
    add_fact(answer, FactRow::connect, ending.phases.connect);
    add_fact(answer, FactRow::tls, ending.phases.tls);
    add_fact(answer, FactRow::processing, ending.phases.processing);
    add_fact(answer, FactRow::transfer, ending.phases.transfer);
    add_checks(answer, visit, ending);
    return answer;
}

/// Which checks run and which wait. Shared by the Sessions of one Worker; touched on its loop.
class Lanes : public std::enable_shared_from_this<Lanes> {
public:
    Lanes(asio::io_context& loop, std::shared_ptr<Counts> counts)
        : transfers_(loop), queue_timer_(loop), counts_(std::move(counts)) {}

    void submit(Visit& visit) {
        if (has_room(is_name(visit))) {
            start(visit);
            return;
        }
        waiting_[is_name(visit)].emplace(visit.deadline, &visit);
        watch_queue();
    }

    void cancel(Visit& visit) {
        if (visit.is_running) {
            transfers_.remove(visit.easy.get());
            leave(visit);
            start_waiting();
            return;
        }
        auto& queue = waiting_[is_name(visit)];
        const auto [first, last] = queue.equal_range(visit.deadline);
        for (auto at = first; at != last; ++at) {
            if (at->second != &visit) continue;
            queue.erase(at);
            break;
        }
    }

    void give_back(OwnedEasy easy) {
        if (spare_.size() < running_most / 4) spare_.push_back(std::move(easy));
    }

private:
    static std::size_t is_name(const Visit& visit) { return visit.target->is_literal ? 0 : 1; }

    [[nodiscard]] bool has_room(std::size_t name) {
        age_window();
        return open_ < open_most && in_window_[0] + in_window_[1] < running_most &&
               (name == 0 || in_window_[1] < running_names_most);
    }

    /// Checks to addresses that have lasted long leave the window.
    void age_window() {
        const MonoTime now = std::chrono::steady_clock::now();
        while (!young_.empty() && now - young_.begin()->second->started >= lost_after)
            leave_window(*young_.begin()->second);
    }

    void enter_window(Visit& visit) {
        visit.is_in_window = true;
        visit.started = std::chrono::steady_clock::now();
        visit.number = ++starts_;
        ++in_window_[is_name(visit)];
        if (is_name(visit) == 0) young_.emplace(visit.number, &visit);
    }

    void leave_window(Visit& visit) {
        if (!visit.is_in_window) return;
        visit.is_in_window = false;
        --in_window_[is_name(visit)];
        young_.erase(visit.number);
    }

    void start(Visit& visit) {
        if (!visit.easy) visit.easy = take_spare();
        visit.is_running = true;
        ++open_;
        enter_window(visit);
        const Duration left = visit.deadline - std::chrono::steady_clock::now();
        bool started = visit.easy != nullptr;
        if (started) {
            prepare(visit.easy.get(), *visit.target, *visit.settings, left, visit.sight);
            started = transfers_.add(visit.easy.get(), [this, &visit](int code) {
                finished(visit, answer_of(visit, code));
            });
        }
        if (started) {
            counts_->request_sent();
            return;
        }
        leave(visit);
        // Waits as if for a place, so that cancel() finds it and Done comes from the loop.
        visit.own_fault =
            Error{Reason::local, "this machine has no memory left", visit.target->name};
        visit.deadline = std::chrono::steady_clock::now();
        waiting_[is_name(visit)].emplace(visit.deadline, &visit);
        watch_queue();
    }

    OwnedEasy take_spare() {
        if (spare_.empty()) return make_easy();
        OwnedEasy easy = std::move(spare_.back());
        spare_.pop_back();
        return easy;
    }

    void leave(Visit& visit) {
        PANTAU_ASSERT(visit.is_running);
        visit.is_running = false;
        --open_;
        leave_window(visit);
    }

    void finished(Visit& visit, Answer answer) {
        const std::shared_ptr<Lanes> alive = shared_from_this();
        leave(visit);
        start_waiting();
        tell(visit, std::move(answer));
    }

    /// The Visit may be gone after this.
    static void tell(Visit& visit, Answer answer) {
        const Session::Done done = std::move(visit.done);
        visit.ended(visit);
        done(std::move(answer));
    }

    void start_waiting() {
        for (std::size_t name : {std::size_t{0}, std::size_t{1}}) {
            auto& queue = waiting_[name];
            while (!queue.empty() && has_room(name)) {
                Visit& visit = *queue.begin()->second;
                if (visit.deadline <= std::chrono::steady_clock::now()) break;
                queue.erase(queue.begin());
                start(visit);
            }
        }
    }

    void watch_queue() {
        std::optional<MonoTime> next;
        for (const auto& queue : waiting_) {
            if (!queue.empty() && (!next || queue.begin()->first < *next))
                next = queue.begin()->first;
        }
        if (!next) return;
        if (!young_.empty()) next = std::min(*next, young_.begin()->second->started + lost_after);
        queue_timer_.expires_at(*next);
        queue_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const std::shared_ptr<Lanes> self = weak.lock();
            if (self && !error) self->look_at_queue();
        });
    }

    void look_at_queue() {
        const MonoTime now = std::chrono::steady_clock::now();
        for (auto& queue : waiting_) {
            while (!queue.empty() && queue.begin()->first <= now) {
                Visit& visit = *queue.begin()->second;
                queue.erase(queue.begin());
                tell(visit, finish(visit, visit.own_fault.value_or(no_place(visit))));
            }
        }
        start_waiting();
        watch_queue();
    }

    static Error no_place(const Visit& visit) {
        return {Reason::overload,
                "too many HTTP checks at once; this one found no place before its deadline",
                visit.target->name};
    }

    TransferLoop transfers_;
    asio::steady_timer queue_timer_;
    std::shared_ptr<Counts> counts_;
    std::array<std::size_t, 2> in_window_{};  ///< To addresses, to names.
    std::size_t open_ = 0;
    std::uint64_t starts_ = 0;
    std::map<std::uint64_t, Visit*> young_;  ///< To addresses, in the window, by their number.
    std::array<std::multimap<MonoTime, Visit*>, 2> waiting_;
    std::vector<OwnedEasy> spare_;
};

class HttpSession final : public Session {
public:
    HttpSession(std::shared_ptr<Lanes> lanes, std::shared_ptr<const Target> target,
                std::shared_ptr<const Settings> settings, Duration timeout)
        : lanes_(std::move(lanes)),
          target_(std::move(target)),
          settings_(std::move(settings)),
          timeout_(timeout) {}

    ~HttpSession() override {
        if (visit_) lanes_->cancel(*visit_);
    }

    void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override {
        PANTAU_ASSERT(!visit_);
        const MonoTime now = std::chrono::steady_clock::now();
        visit_ = std::make_unique<Visit>();
        visit_->target = target_;
        visit_->settings = settings_;
        visit_->ask = std::move(ask);
        visit_->deadline = std::min(deadline, now + timeout_);
        visit_->allowed = visit_->deadline - now;
        visit_->done = std::move(done);
        visit_->easy = std::move(kept_);
        visit_->known_expiry = certificate_expiry_;
        visit_->ended = [this](Visit& visit) { end(visit); };
        lanes_->submit(*visit_);
    }

private:
    void end(Visit& visit) {
        if (visit.sight.certificate_expiry) certificate_expiry_ = visit.sight.certificate_expiry;
        if (visit.easy) keep(std::move(visit.easy));
        visit_.reset();
    }

    void keep(OwnedEasy easy) {
        forget(easy.get());
        // The handle of a TLS device holds its session: the next handshake costs a tenth.
        if (target_->is_tls) {
            kept_ = std::move(easy);
        } else {
            lanes_->give_back(std::move(easy));
        }
    }

    std::shared_ptr<Lanes> lanes_;
    std::shared_ptr<const Target> target_;
    std::shared_ptr<const Settings> settings_;
    Duration timeout_;
    std::unique_ptr<Visit> visit_;
    OwnedEasy kept_;
    std::optional<std::int64_t> certificate_expiry_;
};

class HttpCollector final : public Collector {
public:
    HttpCollector(asio::io_context& loop, std::shared_ptr<Counts> counts)
        : lanes_(std::make_shared<Lanes>(loop, std::move(counts))) {}

    const CollectorInfo& info() const override { return http::info(); }

    std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        const auto found = device->collectors.find(info().name);
        if (found == device->collectors.end()) return nullptr;
        auto settings = std::dynamic_pointer_cast<const Settings>(found->second);
        if (!settings || !settings->enabled) return nullptr;
        Result<Target> target = target_of(*device, *settings);
        if (!target) return nullptr;
        const Duration timeout = settings->timeout.value_or(device->poll.timeout);
        return std::make_unique<HttpSession>(lanes_,
                                             std::make_shared<const Target>(std::move(*target)),
                                             std::move(settings), timeout);
    }

private:
    std::shared_ptr<Lanes> lanes_;
};

}  // namespace

const CollectorInfo& info() {
    static constexpr CollectorInfo row{"http", facts};
    return row;
}

std::uint64_t Counts::value(std::size_t row) const {
    PANTAU_ASSERT(row < counters.size());
    return requests_.load(std::memory_order_relaxed);
}

std::unique_ptr<Collector> make_collector(asio::io_context& loop, std::shared_ptr<Counts> counts) {
    initialise_curl();
    return std::make_unique<HttpCollector>(loop, std::move(counts));
}

}  // namespace pantau::http
