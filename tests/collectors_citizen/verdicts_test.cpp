#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "collectors/citizen/kind.hpp"
#include "collectors/citizen/settings.hpp"
#include "collectors/citizen/verdict.hpp"
#include "fakes/portal.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace std::chrono_literals;
using test::FakePortal;
using test::PortalFaults;
using test::PortalTls;

namespace {

std::string address() {
    return std::string(FakePortal::address);
}

/// What an operator would write for the portal.
citizen::Settings settings_for(const FakePortal& portal) {
    const auto url = [&](std::string_view host, std::string_view path) {
        return "http://" + std::string(host) + ":" + std::to_string(portal.web_port()) +
               std::string(path);
    };
    citizen::Settings settings;
    settings.dns = citizen::Dns{{address(), portal.dns_port()}, {{"check.example", {address()}}}};
    settings.portal = citizen::Portal{{"portal.example", 0}, url("portal.example", "/api")};
    settings.login = citizen::Login{url("portal.example", "/login"),
                                    {{"accept", Secret(std::string("1"))}, {"a b", Secret("&")}},
                                    "Selamat"};
    settings.check_url = url("check.example", "/generate_204");
    settings.download = citizen::Download{url("check.example", "/64k"), 125'000};
    settings.quota_text = "kuota";
    settings.quota_url = "*/quota*";
    return settings;
}

/// One Worker's citizen collector on a loop of its own.
class Checking {
public:
    Checking()
        : counts_(citizen_kind().make_counts()), collector_(citizen_kind().make(loop_, counts_)) {}

    [[nodiscard]] std::unique_ptr<Session> open(const citizen::Settings& settings,
                                                std::string device = "127.0.0.1") {
        auto made = std::make_shared<Device>();
        made->id = "ap";
        made->address = std::move(device);
        made->collectors["citizen"] = std::make_shared<citizen::Settings>(settings);
        return collector_->open(made);
    }

    [[nodiscard]] Answer finish(Session& session, Duration limit = 30s) {
        std::optional<Answer> got;
        session.collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + limit,
                        [&](Answer answer) {
                            got = std::move(answer);
                            loop_.stop();
                        });
        loop_.restart();
        loop_.run_for(60s);
        if (!got) throw std::runtime_error("the check never ended");
        return std::move(*got);
    }

    [[nodiscard]] Answer check(const citizen::Settings& settings) {
        const auto session = open(settings);
        if (!session) throw std::runtime_error("no session");
        return finish(*session);
    }

    [[nodiscard]] std::uint64_t checks() const { return counts_->value(0); }
    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

private:
    boost::asio::io_context loop_;
    std::shared_ptr<CollectorCounts> counts_;
    std::unique_ptr<Collector> collector_;
};

std::string verdict_of(const Answer& answer) {
    return answer.ladder ? std::string(answer.ladder->verdict) : "none";
}

/// Everything about an answer that helps to understand a failure.
std::string told(const Answer& answer) {
    std::string words = answer.error ? answer.error->detail : "no error";
    if (answer.ladder)
        for (const Rung& rung : answer.ladder->rungs)
            words += "\n  " + std::string(rung.name) + (rung.ok ? "  " : "! ") + rung.expected +
                     " | " + rung.came;
    return words;
}

/// Value of pantau_citizen_online, and the verdicts whose pantau_citizen_verdict_info is there.
std::pair<std::optional<double>, std::string> metrics_of(const Answer& answer) {
    std::optional<double> online;
    std::string verdicts;
    for (const Fact& fact : answer.facts) {
        const FactKind& kind = answer.collector->facts[fact.kind()];
        const double value = *fact.number();
        if (kind.metric == "pantau_citizen_online") online = value;
        if (kind.metric == "pantau_citizen_verdict_info" && value == 1)
            verdicts += std::string(kind.label_value);
    }
    return {online, verdicts};
}

struct Row {
    const char* what;
    std::string verdict;
    std::function<void(PortalFaults&)> break_it = [](PortalFaults&) {};
    std::function<void(citizen::Settings&)> change = [](citizen::Settings&) {};
};

std::vector<Row> rows() {
    using F = PortalFaults;
    using S = citizen::Settings;
    return {
        {"all is well", "online"},
        {"answers too long for UDP", "online", [](F& f) { f.dns_truncates = true; }},
        {"a portal with a good certificate", "online", [](F& f) { f.tls = PortalTls::good; }},
        {"a session from before", "online", [](F& f) { f.is_open = true; },
         [](S& s) { s.may_be_open = true; }},
        {"a page without an end", "online", [](F& f) { f.portal_is_endless = true; }},
        {"no name server answers", "dns_dead", [](F& f) { f.dns_silent = true; }},
        {"the name server fails", "dns_dead", [](F& f) { f.dns_servfail = true; }},
        {"a false address", "dns_hijacked", [](F& f) { f.dns_lies_about_known = true; }},
        {"an address for everything", "dns_hijacked",
         [](F& f) { f.dns_lies_about_unknown = true; }},
        {"slow names", "dns_slow", [](F& f) { f.dns_delay_ms = 250; },
         [](S& s) { s.slow_dns = 150ms; }},
        {"the portal is not there", "portal_unreachable", [](F& f) { f.portal_closed = true; }},
        {"nothing answers", "portal_unreachable", [](F& f) { f.nothing_answers = true; }},
        {"led elsewhere", "portal_wrong_host", [](F& f) { f.portal_elsewhere = true; }},
        {"led to a link's own address", "portal_wrong_host",
         [](F& f) { f.redirects_to_link_local = true; }},
        {"the portal fails", "portal_error", [](F& f) { f.portal_status = 500; }},
        {"headers of 64 KiB", "portal_error",
         [](F& f) {
             f.portal_raw = "HTTP/1.1 200 x\r\n";
             for (int i = 0; i < 64; ++i)
                 f.portal_raw += "X-" + std::to_string(i) + ": " + std::string(1024, 'x') + "\r\n";
             f.portal_raw += "\r\n";
         }},
        {"HTTP of 1991", "portal_error", [](F& f) { f.portal_raw = "<html>hello</html>"; }},
        {"no HTTP at all", "portal_error",
         [](F& f) { f.portal_raw = std::string("\x16\x03\x01\0\0", 5); }},
        {"a reset in the middle", "portal_error", [](F& f) { f.portal_resets = true; }},
        {"an API without its word", "portal_error", [](F& f) { f.api_body = "{}"; }},
        {"the login hangs", "portal_error", [](F& f) { f.login_hangs = true; }},
        {"round in circles", "portal_loop", [](F& f) { f.portal_loops = true; }},
        {"expired", "portal_certificate", [](F& f) { f.tls = PortalTls::expired; }},
        {"for another name", "portal_certificate", [](F& f) { f.tls = PortalTls::other_name; }},
        {"by nobody we trust", "portal_certificate", [](F& f) { f.tls = PortalTls::untrusted; }},
        {"a slow portal", "portal_slow", [](F& f) { f.portal_delay_ms = 400; },
         [](S& s) { s.slow_portal = 300ms; }},
        {"refused", "login_refused", [](F& f) { f.refuses_login = true; }},
        {"let in, in vain", "login_refused", [](F& f) { f.login_is_in_vain = true; }},
        {"open to everybody", "no_portal", [](F& f) { f.is_open = true; }},
        {"200 where 204 is due", "captive_lie", [](F& f) { f.check_says_200 = true; }},
        {"200 after the login", "captive_lie", [](F& f) { f.check_says_200_after_login = true; }},
        {"the API denies the portal", "captive_lie",
         [](F& f) { f.api_body = R"({"captive": false})"; }},
        {"nothing behind the portal", "no_internet_behind_portal",
         [](F& f) { f.is_dead_behind = true; }},
        {"a page of the quota", "quota_page", [](F& f) { f.quota_by_url = true; }},
        {"words of the quota", "quota_page", [](F& f) { f.quota_by_text = true; }},
        {"the portal's large answers get lost", "mtu_blackhole",
         [](F& f) { f.portal_hangs_when_large = true; }},
        {"the file's packets get lost", "mtu_blackhole", [](F& f) { f.large_hang = true; }},
        {"40 kB/s", "slow_link", [](F& f) { f.bytes_per_second = 40'000; }},
        {"20 B/s", "slow_link", [](F& f) { f.bytes_per_second = 20; }},
        // None of them.
        {"no such source address", "unknown", [](F&) {}, [](S& s) { s.via.source = "192.0.2.77"; }},
        {"no such interface", "unknown", [](F&) {},
         [](S& s) { s.via.interface_name = "nowhere0"; }},
        {"no such source address, without names of its own", "unknown", [](F&) {},
         [](S& s) {
             s.dns.reset();
             s.via.source = "192.0.2.77";
         }},
        {"our resolver knows no such name", "unknown", [](F&) {}, [](S& s) { s.dns.reset(); }},
        {"the proxy is gone", "unknown", [](F&) {},
         [](S& s) {
             s.via.proxy = "socks5h://127.83.4.1:9";
             s.via.proxy_place = {"127.83.4.1", 9};
         }},
        {"our own file is gone", "unknown", [](F& f) { f.file_is_gone = true; }},
    };
}

/// A city's check goes on beside its neighbours': so do the rows.
struct Visit {
    Row row;
    std::unique_ptr<FakePortal> portal;
    std::unique_ptr<test::TemporaryDirectory> directory;
    std::unique_ptr<Session> session;
    std::optional<Answer> answer;
};

}  // namespace

TEST_SUITE("collectors/citizen verdicts") {
    TEST_CASE("every fault of a portal gets its verdict, end to end") {
        Checking checking;
        std::vector<Visit> visits;
        for (Row& row : rows())
            visits.push_back({std::move(row), nullptr, nullptr, nullptr, std::nullopt});
        std::size_t left = visits.size();
        for (Visit& visit : visits) {
            PortalFaults faults;
            visit.row.break_it(faults);
            const PortalTls tls = faults.tls;
            visit.portal = std::make_unique<FakePortal>(std::move(faults));
            citizen::Settings settings = settings_for(*visit.portal);
            if (tls != PortalTls::none && tls != PortalTls::untrusted) {
                visit.directory = std::make_unique<test::TemporaryDirectory>();
                settings.ca_file =
                    visit.directory->write("trusted.pem", visit.portal->certificate());
            }
            visit.row.change(settings);
            visit.session = checking.open(settings);
            REQUIRE(visit.session);
            visit.session->collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + 60s,
                                   [&visit, &left, &checking](Answer answer) {
                                       visit.answer = std::move(answer);
                                       if (--left == 0) checking.loop().stop();
                                   });
        }
        checking.loop().run_for(90s);
        std::set<std::string> right;
        for (const Visit& visit : visits) {
            CAPTURE(std::string(visit.row.what));
            REQUIRE(visit.answer);
            CAPTURE(told(*visit.answer));
            const std::string verdict = verdict_of(*visit.answer);
            CHECK(verdict == visit.row.verdict);
            if (verdict == visit.row.verdict) right.insert(verdict);
            const auto [online, verdicts] = metrics_of(*visit.answer);
            if (verdict == "unknown") {
                CHECK_FALSE(online);
                CHECK(verdicts.empty());
                REQUIRE(visit.answer->error);
                CHECK(is_own_fault(visit.answer->error->reason));
                continue;
            }
            const auto known =
                std::ranges::find(citizen::verdict_rows(), verdict, &citizen::VerdictRow::name);
            REQUIRE(known != citizen::verdict_rows().end());
            CHECK(online == (known->is_online ? 1.0 : 0.0));
            CHECK(verdicts == verdict);
            CHECK(visit.answer->error.has_value() == !known->is_online);
            if (visit.answer->error) CHECK(visit.answer->error->reason == known->reason);
        }
        right.erase("unknown");
        MESSAGE(right.size() << " of " << citizen::verdict_count << " verdicts are right");
        CHECK(right.size() == citizen::verdict_count);
    }

    TEST_CASE("the login carries the form, encoded") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        const Answer answer = checking.check(settings_for(portal));
        CHECK_MESSAGE(verdict_of(answer) == "online", told(answer));
        CHECK(portal.form_seen() == "accept=1&a%20b=%26");
        CHECK(portal.requests() ==
              "GET /generate_204\nGET /portal\nGET /api\nPOST /login\nGET /generate_204\n"
              "GET /64k\n");
        CHECK(checking.checks() == 1);
    }

    TEST_CASE(
        "nobody is led to this machine or its link unless the operator put the portal there") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        citizen::Settings settings = settings_for(portal);
        settings.dns->expect.clear();  // nothing says any more that loopback is right
        const auto session = checking.open(settings, "10.0.0.1");
        const Answer answer = checking.finish(*session);
        CHECK_MESSAGE(verdict_of(answer) == "dns_hijacked", told(answer));
        CHECK(portal.requests().empty());
    }

    TEST_CASE("a check that is off is no check") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        citizen::Settings settings = settings_for(portal);
        settings.enabled = false;
        CHECK(checking.open(settings) == nullptr);
    }

    TEST_CASE("a verdict is told again while the next is looked for") {
        Checking checking;
        PortalFaults faults;
        faults.dns_silent = true;
        const FakePortal portal(faults);
        const auto session = checking.open(settings_for(portal));
        REQUIRE(session);
        const Answer first = checking.finish(*session, 100ms);
        CHECK(verdict_of(first) == "none");
        REQUIRE(first.error);
        CHECK(first.error->reason == Reason::overload);
        const Answer second = checking.finish(*session);
        CHECK(verdict_of(second) == "dns_dead");
        const Answer third = checking.finish(*session, 100ms);
        CHECK(verdict_of(third) == "dns_dead");
        CHECK(third.finished == second.finished);
        CHECK(checking.checks() == 2);
    }

    TEST_CASE("with an interval there is one sequence in it") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        citizen::Settings settings = settings_for(portal);
        settings.interval = 1h;
        const auto session = checking.open(settings);
        for (int i = 0; i < 3; ++i)
            CHECK(verdict_of(checking.finish(*session)) == "online");
        CHECK(checking.checks() == 1);
    }

    TEST_CASE("a session that ends takes its sequence with it") {
        Checking checking;
        PortalFaults faults;
        faults.nothing_answers = true;
        const FakePortal portal(faults);
        for (int i = 0; i < 100; ++i) {
            auto session = checking.open(settings_for(portal));
            session->collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + 30s,
                             [](Answer) { FAIL("nobody is there any more"); });
            checking.loop().restart();
            checking.loop().run_for(std::chrono::milliseconds(i % 5));
            session.reset();
        }
        // Of 64 places none was lost.
        PortalFaults well;
        const FakePortal other(well);
        CHECK(verdict_of(checking.check(settings_for(other))) == "online");
    }

    TEST_CASE("a clean way is never called anything but online") {
        // 10,000 take 23 s (11 s of processor time): PANTAU_CLEAN_RUNS=10000 asks for them.
        const char* const wish = std::getenv("PANTAU_CLEAN_RUNS");
        const int runs = wish != nullptr ? std::atoi(wish) : 1000;
        Checking checking;
        FakePortal portal{PortalFaults{}};
        const auto session = checking.open(settings_for(portal));
        std::map<std::string, int> verdicts;
        std::string first_wrong;
        for (int i = 0; i < runs; ++i) {
            portal.forget_logins();
            const Answer answer = checking.finish(*session);
            ++verdicts[verdict_of(answer)];
            if (verdict_of(answer) != "online" && first_wrong.empty()) first_wrong = told(answer);
        }
        CAPTURE(first_wrong);
        MESSAGE(verdicts["online"] << " of " << runs << " clean sequences are online");
        CHECK(verdicts.size() == 1);
        CHECK(verdicts["online"] == runs);
    }
}
