#include "collectors/citizen/citizen_collector.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <mutex>

#include "base/assert.hpp"
#include "collectors/citizen/dns_client.hpp"
#include "collectors/citizen/fetch.hpp"
#include "collectors/citizen/sequence.hpp"
#include "collectors/citizen/settings.hpp"

namespace pantau::citizen {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Sequences under way at once: each holds some ten descriptors at most, while it asks for names.
constexpr std::size_t running_most = 64;
/// For all names of a sequence, asked side by side: phones give up after about as long.
constexpr Duration names_limit = 5s;

constexpr std::string_view verdict_metric = "pantau_citizen_verdict_info";

constexpr FactKind verdict_fact(std::string_view name) {
    return {"", verdict_metric, "verdict", name,
            "1 with the verdict of the citizen check on this access point."};
}

/// Row 0: online. From row 1 on: the verdicts, in their order.
const std::array<FactKind, verdict_count + 1>& facts() {
    static const auto rows = [] {
        std::array<FactKind, verdict_count + 1> made{};
        made[0] = {"", "pantau_citizen_online", "", "",
                   "Whether a citizen gets online through this access point: 1 yes, 0 no."};
        for (std::size_t i = 0; i < verdict_count; ++i)
            made[i + 1] = verdict_fact(verdict_rows()[i].name);
        return made;
    }();
    return rows;
}

/// A name that nobody has: 24 random letters.
std::string random_name() {
    std::string name;
    for (int part = 0; part < 2; ++part) {
        std::uint64_t bits = random_bits();
        for (int i = 0; i < 12; ++i, bits /= 26)
            name += static_cast<char>('a' + bits % 26);
    }
    return name + ".com";
}

/// What the Sessions of one Worker share.
class Lanes : public std::enable_shared_from_this<Lanes> {
public:
    Lanes(asio::io_context& loop, std::shared_ptr<Counts> counts)
        : loop_(loop), transfers_(loop), counts_(std::move(counts)) {}

    /// One that wants to begin; called when there is room. Null: it no longer wants to.
    using Turn = std::shared_ptr<std::function<void()>>;

    [[nodiscard]] asio::io_context& loop() { return loop_; }
    [[nodiscard]] TransferLoop& transfers() { return transfers_; }
    void check_started() { counts_->check_started(); }

    void enter(Turn turn) {
        waiting_.push_back(std::move(turn));
        next();
    }
    void leave() {
        --running_;
        next();
    }

private:
    void next() {
        while (running_ < running_most && !waiting_.empty()) {
            const Turn turn = std::move(waiting_.front());
            waiting_.pop_front();
            if (!*turn) continue;
            ++running_;
            asio::post(loop_, [turn, weak = weak_from_this()] {
                const auto self = weak.lock();
                if (self == nullptr) return;
                *turn ? (*turn)() : self->leave();
            });
        }
    }

    asio::io_context& loop_;
    TransferLoop transfers_;
    std::shared_ptr<Counts> counts_;
    std::size_t running_ = 0;
    std::deque<Turn> waiting_;
};

/// Carries one Sequence out.
class Run {
public:
    using Done = std::function<void(Answer)>;

    Run(Lanes& lanes, std::shared_ptr<const Settings> settings, Reach reach, Done done)
        : lanes_(lanes),
          settings_(std::move(settings)),
          sequence_(settings_, random_name()),
          browser_(lanes.transfers(), settings_, reach),
          done_(std::move(done)),
          started_(std::chrono::steady_clock::now()) {}

    void begin() {
        lanes_.check_started();
        carry_out(sequence_.begin());
    }

private:
    [[nodiscard]] Duration left() const {
        return started_ + settings_->timeout - std::chrono::steady_clock::now();
    }

    void carry_out(Step step) {
        if (const auto* const names = std::get_if<AskNames>(&step)) return ask(*names);
        if (const auto* const page = std::get_if<FetchPage>(&step)) return fetch(*page);
        finish(std::get<Finished>(step));
    }

    void ask(const AskNames& names) {
        answers_.assign(names.questions.size(), NameAnswer{});
        pending_ = names.questions.size();
        const Duration limit = std::min<Duration>(names_limit, left());
        for (std::size_t i = 0; i < names.questions.size(); ++i) {
            lookups_.push_back(Lookup::start(lanes_.loop(), settings_->dns->server, settings_->via,
                                             names.questions[i], limit,
                                             [this, i](NameAnswer answer) {
                                                 answers_[i] = std::move(answer);
                                                 if (--pending_ == 0)
                                                     carry_out(sequence_.on_names(answers_));
                                             }));
        }
    }

    void fetch(const FetchPage& wish) {
        const Duration time = std::min(wish.limit, left());
        if (time <= Duration::zero()) {
            Page page;
            page.end = Page::End::silent;
            page.is_cut = true;
            page.words = "the time for the whole sequence was used up before";
            return carry_out(sequence_.on_page(page));
        }
        const bool is_begun =
            browser_.fetch(wish, time, [this, is_cut = time < wish.limit](Page page) {
                page.is_cut = is_cut;
                carry_out(sequence_.on_page(page));
            });
        if (is_begun) return;
        Page page;
        page.end = Page::End::local;
        page.words = "this machine could not begin a request";
        carry_out(sequence_.on_page(page));
    }

    void finish(const Finished& end) {
        Answer answer;
        answer.collector = &info();
        answer.finished = std::chrono::steady_clock::now();
        answer.duration = answer.finished - started_;
        auto ladder = std::make_shared<Ladder>();
        ladder->rungs = sequence_.rungs();
        ladder->verdict = "unknown";
        if (end.verdict) {
            const VerdictRow& row = row_of(*end.verdict);
            ladder->verdict = row.name;
            ladder->is_good = row.is_online;
            answer.facts.push_back({0, row.is_online ? 1.0 : 0.0});
            answer.facts.push_back(
                {static_cast<std::uint16_t>(static_cast<std::size_t>(*end.verdict) + 1), 1.0});
            if (!row.is_online) answer.error = Error{row.reason, end.words, settings_->check_url};
        } else {
            answer.error = Error{Reason::local, end.words, {}};
        }
        answer.ladder = std::move(ladder);
        // The last thing: whoever hears it may end this Run.
        const Done done = std::move(done_);
        done(std::move(answer));
    }

    Lanes& lanes_;
    std::shared_ptr<const Settings> settings_;
    Sequence sequence_;
    Browser browser_;
    Done done_;
    MonoTime started_;
    std::vector<NameAnswer> answers_;
    std::size_t pending_ = 0;
    std::vector<std::unique_ptr<Lookup>> lookups_;
};

class CitizenSession final : public Session {
public:
    CitizenSession(std::shared_ptr<Lanes> lanes, std::shared_ptr<const Device> device,
                   std::shared_ptr<const Settings> settings)
        : lanes_(std::move(lanes)),
          device_(std::move(device)),
          settings_(std::move(settings)),
          patience_(lanes_->loop()) {}

    ~CitizenSession() override {
        alive_.reset();
        if (turn_) *turn_ = nullptr;
        if (!run_) return;  // whoever waits or was just called finds nobody
        run_.reset();
        lanes_->leave();
    }

    void collect(std::shared_ptr<const Ask>, MonoTime deadline, Done done) override {
        PANTAU_ASSERT(!done_);
        done_ = std::move(done);
        const MonoTime now = std::chrono::steady_clock::now();
        if (!is_under_way() && !is_recent(now)) start();
        MonoTime until = deadline;
        const PollSettings& poll = device_->poll;
        if (last_) until = std::min(until, now + poll.timeout * (poll.retries + 1));
        if (!is_under_way()) until = now;
        patience_.expires_at(until);
        patience_.async_wait([this, alive = std::weak_ptr<int>(alive_)](const auto& error) {
            if (!error && !alive.expired() && done_) tell_what_is_known();
        });
    }

private:
    [[nodiscard]] bool is_under_way() const { return turn_ != nullptr; }
    [[nodiscard]] bool is_recent(MonoTime now) const {
        return last_ && now - last_->finished + last_->duration < settings_->interval;
    }

    void start() {
        turn_ = std::make_shared<std::function<void()>>([this] { begin(); });
        lanes_->enter(turn_);
    }

    void begin() {
        run_ = std::make_unique<Run>(*lanes_, settings_, reach_of(*settings_, device_->address),
                                     [this](Answer answer) { on_end(std::move(answer)); });
        run_->begin();
    }

    void on_end(Answer answer) {
        last_ = std::move(answer);
        // Not from inside its own call.
        asio::post(lanes_->loop(), [over = std::shared_ptr<Run>(std::move(run_)), lanes = lanes_] {
            lanes->leave();
        });
        turn_ = nullptr;
        if (done_) tell(*last_);
    }

    void tell_what_is_known() {
        if (last_) return tell(*last_);
        Answer answer;
        answer.collector = &info();
        answer.finished = std::chrono::steady_clock::now();
        answer.error = Error{Reason::overload,
                             "the citizen check is still under way; its verdict comes with the "
                             "next poll",
                             {}};
        tell(std::move(answer));
    }

    void tell(Answer answer) {
        patience_.cancel();
        const Done done = std::exchange(done_, nullptr);
        done(std::move(answer));
    }

    std::shared_ptr<Lanes> lanes_;
    std::shared_ptr<const Device> device_;
    std::shared_ptr<const Settings> settings_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
    asio::steady_timer patience_;
    Lanes::Turn turn_;
    std::unique_ptr<Run> run_;
    std::optional<Answer> last_;
    Done done_;
};

class CitizenCollector final : public Collector {
public:
    CitizenCollector(asio::io_context& loop, std::shared_ptr<Counts> counts)
        : lanes_(std::make_shared<Lanes>(loop, std::move(counts))) {}

    const CollectorInfo& info() const override { return citizen::info(); }

    std::unique_ptr<Session> open(std::shared_ptr<const Device> device) override {
        const auto found = device->collectors.find(info().name);
        if (found == device->collectors.end()) return nullptr;
        auto settings = std::dynamic_pointer_cast<const Settings>(found->second);
        if (!settings || !settings->enabled) return nullptr;
        return std::make_unique<CitizenSession>(lanes_, std::move(device), std::move(settings));
    }

private:
    std::shared_ptr<Lanes> lanes_;
};

}  // namespace

const CollectorInfo& info() {
    static const CollectorInfo row{"citizen", facts(), Witness::service};
    return row;
}

std::uint64_t Counts::value(std::size_t row) const {
    PANTAU_ASSERT(row < counters.size());
    return checks_.load(std::memory_order_relaxed);
}

std::unique_ptr<Collector> make_collector(asio::io_context& loop, std::shared_ptr<Counts> counts) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    return std::make_unique<CitizenCollector>(loop, std::move(counts));
}

}  // namespace pantau::citizen
