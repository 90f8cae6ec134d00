#include <doctest/doctest.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>

#include "checking.hpp"
#include "collectors/citizen/verdict.hpp"
#include "fakes/socks_proxy.hpp"
#include "support/process.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

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

using Change = std::function<void(citizen::Settings&)>;

struct Row {
    const char* what;
    std::string verdict;
    std::function<void(PortalFaults&)> break_it = [](PortalFaults&) {};
    Change change = [](citizen::Settings&) {};
};

/// Whichever way the check looks from.
std::vector<Row> rows_of_the_portal() {
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
        {"our own file is gone", "unknown", [](F& f) { f.file_is_gone = true; }},
    };
}

/// Nothing is wrong but with this machine, or on the way from it to the citizens.
std::vector<Row> rows_of_this_machine() {
    using F = PortalFaults;
    using S = citizen::Settings;
    return {
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
    };
}

/// A city's check goes on beside its neighbours': so do the rows.
struct Visit {
    Row row;
    std::unique_ptr<FakePortal> portal;
    std::unique_ptr<TemporaryDirectory> directory;
    std::unique_ptr<Session> session;
    std::optional<Answer> answer;
};

/// Makes the portal of a row and the settings of who checks it.
citizen::Settings prepare(Visit& visit, const Change& way) {
    PortalFaults faults;
    visit.row.break_it(faults);
    const PortalTls tls = faults.tls;
    visit.portal = std::make_unique<FakePortal>(std::move(faults));
    citizen::Settings settings = settings_for(*visit.portal);
    if (tls != PortalTls::none && tls != PortalTls::untrusted) {
        visit.directory = std::make_unique<TemporaryDirectory>();
        settings.ca_file = visit.directory->write("trusted.pem", visit.portal->certificate());
    }
    way(settings);
    visit.row.change(settings);
    return settings;
}

void run_all(Checking& checking, std::vector<Visit>& visits, const Change& way) {
    std::size_t left = visits.size();
    for (Visit& visit : visits) {
        visit.session = checking.open(prepare(visit, way));
        REQUIRE(visit.session);
        visit.session->collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + 60s,
                               [&visit, &left, &checking](Answer answer) {
                                   visit.answer = std::move(answer);
                                   if (--left == 0) checking.loop().stop();
                               });
    }
    checking.loop().run_for(90s);
}

/// The row's verdict, and everything else an answer with it must say.
void check_answer(const Row& row, const Answer& answer) {
    CAPTURE(told(answer));
    const std::string verdict = verdict_of(answer);
    CHECK(verdict == row.verdict);
    REQUIRE(answer.ladder);
    // Whoever reads the ladder sees where it went wrong.
    CHECK(std::ranges::all_of(answer.ladder->rungs, &Rung::ok) == (verdict == "online"));
    const auto [online, verdicts] = metrics_of(answer);
    if (verdict == "unknown") {
        CHECK_FALSE(online);
        CHECK(verdicts.empty());
        REQUIRE(answer.error);
        CHECK(is_own_fault(answer.error->reason));
        return;
    }
    const auto known =
        std::ranges::find(citizen::verdict_rows(), verdict, &citizen::VerdictRow::name);
    REQUIRE(known != citizen::verdict_rows().end());
    CHECK(online == (known->is_online ? 1.0 : 0.0));
    CHECK(verdicts == verdict);
    CHECK(answer.error.has_value() == !known->is_online);
    if (answer.error) CHECK(answer.error->reason == known->reason);
}

/// Every row looked at from there gets its verdict, and together they are all the verdicts.
void check_all(std::vector<Row> rows, const Change& way) {
    Checking checking;
    std::vector<Visit> visits;
    for (Row& row : rows)
        visits.push_back({std::move(row), nullptr, nullptr, nullptr, std::nullopt});
    run_all(checking, visits, way);
    std::set<std::string> right;
    for (const Visit& visit : visits) {
        CAPTURE(std::string(visit.row.what));
        REQUIRE(visit.answer);
        check_answer(visit.row, *visit.answer);
        if (verdict_of(*visit.answer) == visit.row.verdict) right.insert(visit.row.verdict);
    }
    right.erase("unknown");
    MESSAGE(right.size() << " of " << citizen::verdict_count << " verdicts are right");
    CHECK(right.size() == citizen::verdict_count);
}

Change through_proxy(std::uint16_t port) {
    return [port](citizen::Settings& settings) {
        settings.via.proxy = "socks5h://127.0.0.1:" + std::to_string(port);
        settings.via.proxy_place = {"127.0.0.1", port};
    };
}

/// The address of the citizens' name server inside a network that only its proxy can reach.
constexpr std::string_view inner_server = "127.83.4.53";

Change from_inside(const FakeSocksProxy& proxy) {
    return [way = through_proxy(proxy.port())](citizen::Settings& settings) {
        way(settings);
        settings.dns->server.address = inner_server;
    };
}

FakeSocksProxy::Network inner_network() {
    const std::string portal(FakePortal::address);
    return {{std::string(inner_server), portal},
            {portal, portal},
            {"check.example", portal},
            {"portal.example", portal}};
}

}  // namespace

TEST_SUITE("collectors/citizen verdicts") {
    TEST_CASE("every fault of a portal gets its verdict, end to end") {
        std::vector<Row> rows = rows_of_the_portal();
        std::ranges::move(rows_of_this_machine(), std::back_inserter(rows));
        check_all(std::move(rows), [](citizen::Settings&) {});
    }

    TEST_CASE("every fault of a portal gets its verdict through a proxy in the network") {
        const FakeSocksProxy proxy(inner_network());
        check_all(rows_of_the_portal(), from_inside(proxy));
    }

    TEST_CASE("every fault of a portal gets its verdict through microsocks") {
        SKIP_WITHOUT("microsocks");
        const std::uint16_t port = free_port();
        const Process proxy({"microsocks", "-i", "127.0.0.1", "-p", std::to_string(port)});
        REQUIRE(eventually([&] { return is_listening(port); }));
        check_all(rows_of_the_portal(), through_proxy(port));
    }

    TEST_CASE("names and pages go through the proxy, and nothing goes past it") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        const FakeSocksProxy proxy(inner_network());
        citizen::Settings settings = settings_for(portal);
        from_inside(proxy)(settings);
        const Answer answer = checking.check(settings);
        CHECK_MESSAGE(verdict_of(answer) == "online", told(answer));
        const std::vector<std::string> asked = proxy.asked();
        CHECK(std::ranges::count(asked, inner_server) == 3);
        // The addresses that the citizens' name server gave, not the proxy's own.
        CHECK(std::ranges::count(asked, FakePortal::address) == 6);
        CHECK(asked.size() == 9);
    }

    TEST_CASE("without a name server to ask, the proxy finds the addresses") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        const FakeSocksProxy proxy(inner_network());
        citizen::Settings settings = settings_for(portal);
        through_proxy(proxy.port())(settings);
        settings.dns.reset();
        const Answer answer = checking.check(settings);
        CHECK_MESSAGE(verdict_of(answer) == "online", told(answer));
        const std::vector<std::string> asked = proxy.asked();
        CHECK(std::ranges::count(asked, "check.example") == 3);
        CHECK(std::ranges::count(asked, "portal.example") == 3);
        CHECK(asked.size() == 6);
    }

    TEST_CASE("nobody is led to the machine of the proxy either") {
        Checking checking;
        const FakePortal portal{PortalFaults{}};
        const FakeSocksProxy proxy(inner_network());
        citizen::Settings settings = settings_for(portal);
        from_inside(proxy)(settings);
        settings.dns->expect.clear();  // nothing says any more that loopback is right
        const auto session = checking.open(settings, "10.0.0.1");
        const Answer answer = checking.finish(*session);
        CHECK_MESSAGE(verdict_of(answer) == "dns_hijacked", told(answer));
        CHECK(portal.requests().empty());
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

    TEST_CASE("an address this machine has no route to is no verdict about the portal") {
        bool is_alone = false;
        std::optional<Answer> answer;
        std::thread([&] {
            if (::unshare(CLONE_NEWNET) != 0) return;  // a network without a single route
            is_alone = true;
            citizen::Settings settings;
            settings.check_url = "http://10.9.9.9/generate_204";
            answer = Checking().check(settings);
        }).join();
        if (!is_alone) {
            test::print_skip("a network of its own cannot be made without root");
            return;
        }
        REQUIRE(answer->error);
        CHECK_MESSAGE(answer->error->reason == Reason::local, told(*answer));
        CHECK(answer->error->detail.find("this machine knows no way") != std::string::npos);
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

}  // namespace pantau::test
