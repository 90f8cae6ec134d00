#include "collectors/http/http_collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "collectors/http/lanes.hpp"
#include "collectors/http/outcome.hpp"
#include "collectors/http/page_run.hpp"
#include "collectors/http/redirect.hpp"
#include "collectors/http/settings.hpp"
#include "collectors/http/target.hpp"
#include "collectors/http/visit.hpp"
#include "collectors/http/web_session.hpp"
#include "runtime/own_routes.hpp"
#include "runtime/transfer_loop.hpp"

namespace pantau::http {
namespace {

namespace asio = boost::asio;

constexpr FactKind phase(std::string_view path, std::string_view name) {
    return {path, "pantau_http_duration_seconds", "phase", name,
            "Duration of the phases of the HTTP check."};
}

constexpr FactKind check(std::string_view name) {
    return {"", "pantau_http_check_success", "check", name,
            "Whether this part of the HTTP check was as it should be: 1 yes, 0 no."};
}

constexpr std::array<FactKind, 15> facts{{
    {"status", "pantau_http_status_code", "", "", "Status code of the HTTP answer."},
    {"certificate_expiry", "pantau_http_certificate_expiry_timestamp_seconds", "", "",
     "When the certificate of the web server expires."},
    phase("phases.resolve", "resolve"),
    phase("phases.connect", "connect"),
    phase("phases.tls", "tls"),
    phase("phases.processing", "processing"),
    phase("phases.transfer", "transfer"),
    check("status"),
    check("content"),
    check("certificate"),
    check("certificate_name"),
    {"checks", "pantau_http_check_success", "check", "",
     "Whether this part of the HTTP check was as it should be: 1 yes, 0 no."},
    {"redirects", "", "", "", ""},
    {"http_version", "pantau_http_version", "", "", "Version of HTTP in the answer: 1, 1.1 or 2."},
    {"body_bytes", "pantau_http_body_bytes", "", "",
     "Size of the body as it came; absent when it was not read to its end."},
}};

/// What the visits of one Session ask for. Immutable.
struct Plan {
    std::shared_ptr<const Device> device;
    std::shared_ptr<const Settings> settings;
    std::vector<const Page*> pages;  ///< The page itself first; they live in `settings`.
    std::vector<Target> targets;     ///< Of the pages, in their order.
    Duration timeout{};
};

/// How far one page has come.
struct Progress {
    MonoTime begun{};
    MonoTime deadline{};
    unsigned redirects = 0;
    std::string chain;  ///< For people: where it was led to.
    std::string home;   ///< Address of the first server.
    Phases phases;      ///< Of all requests together.
};

void add_to(std::optional<double>& sum, const std::optional<double>& more) {
    sum = more ? std::optional<double>(sum.value_or(0) + *more) : std::nullopt;
}

/// A phase that the last request did not come to is none of the page.
void add_phases(Phases& sum, const Phases& more) {
    add_to(sum.resolve, more.resolve);
    add_to(sum.connect, more.connect);
    add_to(sum.tls, more.tls);
    add_to(sum.processing, more.processing);
    add_to(sum.transfer, more.transfer);
    sum.total += more.total;
}

/// One visit, from collect() to Done.
struct Visit {
    MonoTime deadline{};
    Session::Done done;
    std::size_t page = 0;  ///< The one that is under way.
    Progress progress;
    std::vector<std::string> silent;  ///< Origins that gave no answer: not asked again.
    Answer answer;
    /// The pages of the profile, when their turn has come; they stand in the Answer above.
    std::optional<PageRun> run;
    Page asked;  ///< The one of them that is under way.
    Target asked_at;
    bool is_last = false;  ///< No other will follow it.
    OwnedEasy easy;
    std::unique_ptr<Transfer> transfer;
};

void add_fact(Answer& answer, FactRow row, std::optional<double> value) {
    if (value) answer.facts.push_back(Fact{static_cast<std::uint16_t>(row), *value});
}

template <class Whole>
std::optional<double> as_fact(const std::optional<Whole>& value) {
    if (!value) return std::nullopt;
    return static_cast<double>(*value);
}

/// What was looked at and whether it was right; a check that was not come to has no fact.
void add_checks(Answer& answer, const Ending& ending, const Transfer& transfer) {
    const auto failed_by = [&](Reason reason) {
        return answer.error && answer.error->reason == reason;
    };
    const Page& page = *transfer.page;
    if (ending.status) {
        const bool is_right =
            !failed_by(Reason::status) && !failed_by(Reason::redirect) && !failed_by(Reason::auth);
        add_fact(answer, FactRow::check_status, is_right ? 1.0 : 0.0);
        const bool is_content_bad = failed_by(Reason::content) || failed_by(Reason::too_large);
        if (page.reads_body() && (!answer.error || is_content_bad))
            add_fact(answer, FactRow::check_content, is_content_bad ? 0.0 : 1.0);
    }
    const bool is_judged = ending.phases.tls || failed_by(Reason::certificate);
    if (transfer.target.is_tls && page.verify && is_judged)
        add_fact(answer, FactRow::check_certificate, failed_by(Reason::certificate) ? 0.0 : 1.0);
    const std::optional<bool> is_named = transfer.sight.certificate.is_for_host;
    if (is_named) add_fact(answer, FactRow::check_certificate_name, *is_named ? 1.0 : 0.0);
}

constexpr const char* not_asked = "was not asked: no answer before, or no time left";

/// Whether asking the same server again would only wait again.
bool is_silent(Reason reason) {
    return reason == Reason::timeout || reason == Reason::refused ||
           reason == Reason::unreachable || reason == Reason::name_resolution ||
           reason == Reason::local || reason == Reason::overload;
}

class HttpSession final : public Session {
public:
    HttpSession(std::shared_ptr<Lanes> lanes, Plan plan)
        : lanes_(std::move(lanes)), plan_(std::move(plan)), known_(plan_.pages.size()) {}

    ~HttpSession() override {
        if (visit_ && visit_->transfer) lanes_->cancel(*visit_->transfer);
    }

    void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) override {
        PANTAU_ASSERT(!visit_);
        visit_ = std::make_unique<Visit>();
        visit_->deadline = deadline;
        visit_->done = std::move(done);
        visit_->easy = std::move(kept_);
        visit_->answer.collector = &info();
        if (pages_.ask != ask) pages_ = ask ? plan_pages(std::move(ask)) : PagePlan{};
        for (const std::uint16_t field : pages_.refused)
            lack(field, Reason::unsupported, "too many pages: no value is read from this one");
        begin_page();
    }

private:
    // Pages are counted through: that of `http:`, the named ones; those of a profile come last.
    [[nodiscard]] bool is_of_profile() const { return visit_->page == plan_.pages.size(); }
    [[nodiscard]] const Page& page() const {
        return is_of_profile() ? visit_->asked : *plan_.pages[visit_->page];
    }
    [[nodiscard]] const Target& target() const {
        return is_of_profile() ? visit_->asked_at : plan_.targets[visit_->page];
    }
    [[nodiscard]] bool is_main() const { return visit_->page == 0; }

    void begin_page() {
        const MonoTime now = std::chrono::steady_clock::now();
        visit_->progress = Progress{};
        visit_->progress.begun = now;
        visit_->progress.deadline = std::min(visit_->deadline, now + plan_.timeout);
        request(target(), page().method, sharing());
    }

    /// Pages of one server in one visit share a connection. A page that is led on does not: its
    /// phases are told, and those of a connection that was there are none.
    [[nodiscard]] Sharing sharing() const {
        const std::string& here = target().origin;
        Sharing sharing;
        for (std::size_t other = 0; other < plan_.pages.size(); ++other) {
            if (plan_.targets[other].origin != here) continue;
            sharing.reuses = sharing.reuses || other < visit_->page;
            sharing.keeps = sharing.keeps || other > visit_->page;
        }
        // Those of a profile are where the page of `http:` is.
        const bool is_there = plan_.targets.front().origin == here;
        if (is_of_profile()) {
            sharing.reuses = true;
            sharing.keeps = !visit_->is_last;
        } else if (is_there && !pages_.pages.empty()) {
            sharing.keeps = true;
        }
        return sharing;
    }

    void request(Target target, Method method, Sharing sharing = {}) {
        auto transfer = std::make_unique<Transfer>();
        transfer->target = std::move(target);
        transfer->page = &page();
        transfer->method = method;
        transfer->sharing = sharing;
        transfer->deadline = visit_->progress.deadline;
        transfer->easy = std::move(visit_->easy);
        transfer->sight.border.is_led = visit_->progress.redirects > 0;
        transfer->sight.border.home = visit_->progress.home;
        transfer->done = [this](Result<int> code) { on_end(std::move(code)); };
        visit_->transfer = std::move(transfer);
        lanes_->submit(*visit_->transfer);
    }

    void on_end(Result<int> code) {
        const std::unique_ptr<Transfer> transfer = std::move(visit_->transfer);
        Ending ending;
        if (!code) {
            code.error().where = transfer->target.name;
            close_page(*transfer, ending, std::move(code.error()));
            return;
        }
        ending = ending_of(*transfer, *code);
        if (visit_->progress.redirects == 0) visit_->progress.home = peer_of(transfer->easy.get());
        remember_certificate(*transfer, ending);
        take_easy(*transfer);
        add_phases(visit_->progress.phases, ending.phases);
        if (page().redirects.most > 0 && is_led_on(ending, transfer->sight, page())) {
            led_on(*transfer, ending);
            return;
        }
        std::optional<Error> error = judge(ending, transfer->sight, transfer->target, page(),
                                           std::chrono::system_clock::now());
        ending.phases = visit_->progress.phases;
        close_page(*transfer, ending, std::move(error));
    }

    Ending ending_of(const Transfer& transfer, int code) const {
        EasyHandle* const easy = transfer.easy.get();
        Ending ending;
        ending.code = code;
        ending.system_error = system_error_of(easy);
        ending.is_unrouted =
            is_about_routes(ending.system_error) && is_unrouted(transfer.sight, transfer.page->via);
        ending.status = status_of(easy);
        ending.is_reused = transfer.sharing.reuses && is_reused(easy);
        ending.version = version_of(easy);
        ending.proxy = proxy_word_of(easy);
        ending.phases = phases_of(easy, transfer.target, code == 0 || transfer.sight.body_cut);
        ending.allowed = visit_->progress.deadline - visit_->progress.begun;
        return ending;
    }

    /// A resumed TLS session does not show the certificate again.
    void remember_certificate(Transfer& transfer, const Ending& ending) {
        // Of the page itself, not of where it was led to.
        if (visit_->progress.redirects > 0 || is_of_profile()) return;
        Certificate& seen = transfer.sight.certificate;
        Certificate& known = known_[visit_->page];
        if (seen.expiry) {
            known = seen;
        } else if (transfer.target.is_tls && ending.phases.tls) {
            seen = known;
        }
    }

    void led_on(const Transfer& transfer, Ending ending) {
        Progress& progress = visit_->progress;
        std::optional<Error> error;
        Result<Target> next = follow(transfer.target, target(), transfer.sight.location, page());
        if (!next) {
            error = next.error();
        } else if (progress.redirects == page().redirects.most) {
            error = Error{Reason::redirect,
                          fmt::format("is led on more than {} times, at last to {}",
                                      page().redirects.most, next->name),
                          {}};
        }
        if (error) {
            error->detail = fmt::format("status {} {}", *ending.status, error->detail);
            error->where = transfer.target.name;
            ending.phases = progress.phases;
            close_page(transfer, ending, std::move(error));
            return;
        }
        ++progress.redirects;
        progress.chain += progress.chain.empty() ? "" : " ";
        progress.chain += next->name;
        request(std::move(*next), page().method == Method::head ? Method::head : Method::get);
    }

    /// The page has ended; the next one, or the end of the visit.
    void close_page(const Transfer& transfer, const Ending& ending, std::optional<Error> error) {
        if (error && is_silent(error->reason)) visit_->silent.push_back(transfer.target.origin);
        visit_->answer.duration += std::chrono::duration_cast<Duration>(
            std::chrono::duration<double>(visit_->progress.phases.total));
        if (is_main()) {
            close_main(transfer, ending, std::move(error));
        } else if (is_of_profile()) {
            close_profile_page(transfer, ending, std::move(error));
        } else {
            close_named(error);
        }
        next_page();
    }

    void close_main(const Transfer& transfer, const Ending& ending, std::optional<Error> error) {
        Answer& answer = visit_->answer;
        answer.error = std::move(error);
        add_fact(answer, FactRow::status, as_fact(ending.status));
        add_fact(answer, FactRow::certificate_expiry, as_fact(transfer.sight.certificate.expiry));
        add_fact(answer, FactRow::resolve, ending.phases.resolve);
        add_fact(answer, FactRow::connect, ending.phases.connect);
        add_fact(answer, FactRow::tls, ending.phases.tls);
        add_fact(answer, FactRow::processing, ending.phases.processing);
        add_fact(answer, FactRow::transfer, ending.phases.transfer);
        add_checks(answer, ending, transfer);
        add_fact(answer, FactRow::http_version, ending.status ? ending.version : std::nullopt);
        if (ending.code == 0)
            add_fact(answer, FactRow::body_bytes, static_cast<double>(transfer.sight.body_bytes));
        if (!visit_->progress.chain.empty()) {
            answer.facts.push_back(Fact{static_cast<std::uint16_t>(FactRow::redirects),
                                        std::move(visit_->progress.chain)});
        }
    }

    /// A fault of ours says nothing about the page: no fact then.
    void close_named(const std::optional<Error>& error) {
        Answer& answer = visit_->answer;
        if (!error || !is_own_fault(error->reason)) {
            answer.facts.push_back(Fact{static_cast<std::uint16_t>(FactRow::check_named),
                                        error ? 0.0 : 1.0, page().name});
        }
        if (error)
            answer.problems.push_back(Problem{"http", *page().name, error->reason, error->detail});
    }

    void close_profile_page(const Transfer& transfer, const Ending& ending,
                            std::optional<Error> error) {
        const bool is_silence = error && is_silent(error->reason);
        PageReply reply;
        reply.error = std::move(error);
        reply.status = ending.status;
        reply.headers = transfer.sight.headers;
        reply.body = transfer.sight.body;
        reply.took = std::chrono::duration_cast<Duration>(
            std::chrono::duration<double>(visit_->progress.phases.total));
        visit_->run->answered(reply, std::chrono::steady_clock::now());
        // It may hold a password.
        explicit_bzero(visit_->asked.send.data(), visit_->asked.send.size());
        if (is_silence) visit_->run->give_up(Reason::timeout, not_asked);
    }

    void lack(std::uint16_t field, Reason reason, std::string why) {
        visit_->answer.problems.push_back(
            Problem{"http", pages_.ask->fields[field].label, reason, std::move(why)});
    }

    [[nodiscard]] bool may_ask(const Target& target) const {
        const auto& silent = visit_->silent;
        return std::find(silent.begin(), silent.end(), target.origin) == silent.end() &&
               std::chrono::steady_clock::now() < visit_->deadline;
    }

    void next_page() {
        while (!is_of_profile() && ++visit_->page < plan_.pages.size()) {
            if (!may_ask(target())) continue;
            begin_page();
            return;
        }
        if (pages_.pages.empty() || !begin_profile_page()) finish();
    }

    /// False when no page of the profile is left.
    bool begin_profile_page() {
        Visit& visit = *visit_;
        if (!visit.run)
            visit.run.emplace(pages_, plan_.settings->login, web_, plan_.settings->body_most,
                              visit.answer);
        if (!may_ask(plan_.targets.front())) visit.run->give_up(Reason::timeout, not_asked);
        std::optional<PageRequest> wanted = visit.run->next(std::chrono::steady_clock::now());
        if (!wanted) return false;
        visit.asked = page_for(std::move(*wanted));
        Result<Target> target = target_of(*plan_.device, *plan_.settings, visit.asked);
        if (!target) {
            visit.run->give_up(Reason::malformed, target.error().detail);
            return false;
        }
        visit.asked_at = std::move(*target);
        begin_page();
        return true;
    }

    [[nodiscard]] Page page_for(PageRequest wanted) const {
        visit_->is_last = wanted.is_last;
        Page page = beside(*plan_.settings, wanted.path);
        page.path = std::move(wanted.path);
        page.method = wanted.method;
        page.send = std::move(wanted.send);
        for (Header& header : wanted.headers) {
            std::erase_if(page.headers,
                          [&](const Header& known) { return known.name == header.name; });
            page.headers.push_back(std::move(header));
        }
        page.is_source = true;
        // What opens a session leads nowhere else.
        if (pages_.recipe != nullptr) {
            page.keeps_headers = true;
            page.redirects = {};
        }
        if (wanted.body_most > 0) page.body_most = wanted.body_most;
        return page;
    }

    void finish() {
        const std::unique_ptr<Visit> visit = std::move(visit_);
        if (visit->easy) keep(std::move(visit->easy));
        if (visit->run) visit->answer.ladder = visit->run->ladder();
        visit->answer.sort();
        visit->answer.finished = std::chrono::steady_clock::now();
        // The Session may end inside it.
        visit->done(std::move(visit->answer));
    }

    /// Takes the handle back from a transfer that has ended.
    void take_easy(Transfer& transfer) {
        forget(transfer.easy.get());
        visit_->easy = std::move(transfer.easy);
    }

    void keep(OwnedEasy easy) {
        const auto is_tls = [](const Target& target) { return target.is_tls; };
        // The handle of a TLS device holds its session: the next handshake costs a tenth.
        if (std::any_of(plan_.targets.begin(), plan_.targets.end(), is_tls)) {
            kept_ = std::move(easy);
        } else {
            lanes_->give_back(std::move(easy));
        }
    }

    std::shared_ptr<Lanes> lanes_;
    Plan plan_;
    PagePlan pages_;  ///< Of the Ask that came last.
    WebSession web_;
    std::vector<Certificate> known_;  ///< Of the pages' servers, in the pages' order.
    std::unique_ptr<Visit> visit_;
    OwnedEasy kept_;
};

/// Nothing when a page has no usable address.
std::optional<Plan> plan_of(std::shared_ptr<const Device> device,
                            std::shared_ptr<const Settings> settings) {
    Plan plan;
    plan.device = std::move(device);
    plan.timeout = settings->timeout.value_or(plan.device->poll.timeout);
    plan.pages.push_back(settings.get());
    for (const Page& check : settings->checks)
        plan.pages.push_back(&check);
    for (const Page* page : plan.pages) {
        Result<Target> target = target_of(*plan.device, *settings, *page);
        if (!target) return std::nullopt;
        plan.targets.push_back(std::move(*target));
    }
    plan.settings = std::move(settings);
    return plan;
}

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
        std::optional<Plan> plan = plan_of(std::move(device), std::move(settings));
        if (!plan) return nullptr;
        return std::make_unique<HttpSession>(lanes_, std::move(*plan));
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
