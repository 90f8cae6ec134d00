#include "collectors/citizen/sequence.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

using namespace pantau;
using namespace pantau::citizen;
using namespace std::chrono_literals;

namespace {

using Kind = NameAnswer::Kind;
using End = Page::End;

/// Portal, login and download, as a city with everything would have it.
Settings full() {
    Settings settings;
    settings.dns = Dns{{"10.0.0.1", 53}, {{"check.example", {"192.0.2.5"}}}};
    settings.portal = Portal{{"portal.example", 0}, ""};
    settings.login = Login{"http://portal.example/login", {}, "welcome"};
    settings.check_url = "http://check.example/generate_204";
    settings.download = Download{"http://check.example/64k", 100'000};
    settings.quota_text = "quota used up";
    settings.quota_url = "*/quota*";
    return settings;
}

NameAnswer address(std::string text, Duration took = 5ms) {
    return {Kind::addresses, {std::move(text)}, took, {}};
}
NameAnswer no_such_name(Duration took = 5ms) {
    return {Kind::no_such_name, {}, took, {}};
}
NameAnswer without(Kind kind) {
    return {kind, {}, 5s, "why"};
}

Page page(long status, std::string body = {}) {
    Page made;
    made.end = End::answered;
    made.status = status;
    made.body_bytes = body.size();
    made.body = std::move(body);
    made.took = 20ms;
    made.transfer = 10ms;
    return made;
}
Page redirect(std::string to) {
    Page made = page(302);
    made.location = std::move(to);
    return made;
}
Page lost(End end, std::size_t body_bytes = 0) {
    Page made;
    made.end = end;
    made.body_bytes = body_bytes;
    made.took = made.transfer = 8s;
    made.words = "why";
    return made;
}
Page file(std::size_t bytes, Duration transfer) {
    Page made = page(200);
    made.body_bytes = bytes;
    made.took = made.transfer = transfer;
    return made;
}
Page slow(Page made, Duration took = 6s) {
    made.took = took;
    return made;
}
Page cut(Page made) {
    made.is_cut = true;
    return made;
}

const Page to_portal = redirect("http://portal.example/hello?mac=1");
const Page hello = page(200, "<html>please accept</html>");
const Page welcome = page(200, "Welcome, you are in");
const Page good_file = file(65'536, 100ms);

struct Played {
    std::optional<Verdict> verdict;
    std::string words;
    std::vector<std::string> requests;  ///< "GET http://check.example/generate_204"
    std::vector<Rung> rungs;
};

std::string shown(const FetchPage& wish) {
    const char* const methods[] = {"GET ", "HEAD ", "POST "};
    return methods[static_cast<int>(wish.method)] + wish.url;
}

/// Feeds the answers in; fails when they are too many or too few.
Played play(const Settings& settings, const std::vector<NameAnswer>& names,
            const std::vector<Page>& pages) {
    Sequence sequence(std::make_shared<Settings>(settings), "nobody.example");
    Step step = sequence.begin();
    if (std::holds_alternative<AskNames>(step)) step = sequence.on_names(names);
    Played played;
    std::size_t next = 0;
    while (const auto* const wish = std::get_if<FetchPage>(&step)) {
        played.requests.push_back(shown(*wish));
        if (next == pages.size()) {
            FAIL_CHECK("asks for more: " << shown(*wish));
            return played;
        }
        step = sequence.on_page(pages[next++]);
    }
    CHECK_MESSAGE(next == pages.size(), "ended before its time");
    const Finished& end = std::get<Finished>(step);
    played.verdict = end.verdict;
    played.words = end.words;
    played.rungs = sequence.rungs();
    return played;
}

std::string word(const std::optional<Verdict>& verdict) {
    return verdict ? std::string(name_of(*verdict)) : "unknown";
}

const std::vector<NameAnswer> honest{address("192.0.2.5"), no_such_name(), address("192.0.2.6")};

struct Row {
    const char* what;
    std::string verdict;
    std::vector<Page> pages;
    std::vector<NameAnswer> names = honest;
    std::function<void(Settings&)> change = [](Settings&) {};
};

std::vector<Row> rows() {
    const auto open = [](Settings& settings) {
        settings.portal.reset();
        settings.login.reset();
    };
    const auto open_names = std::vector<NameAnswer>{address("192.0.2.5"), no_such_name()};
    const auto with_api = [](Settings& settings) {
        settings.portal->api = "http://portal.example/api";
    };
    const auto may_be_open = [](Settings& settings) { settings.may_be_open = true; };
    return {
        // online
        {"all is well", "online", {to_portal, hello, welcome, page(204), good_file}},
        {"the portal needs two redirects",
         "online",
         {to_portal, redirect("http://portal.example/en"), hello, welcome, page(204), good_file}},
        {"the login leads back to the page first asked for",
         "online",
         {to_portal, hello, redirect("http://check.example/generate_204"), page(204), good_file}},
        {"the way is open from before, and may be",
         "online",
         {page(204), good_file},
         honest,
         may_be_open},
        {"an open network", "online", {page(204), good_file}, open_names, open},
        {"the portal says by 511 that one must log in",
         "online",
         {page(511), welcome, page(204), good_file}},
        {"the captive portal API agrees",
         "online",
         {to_portal, hello, page(200, R"({"captive": true})"), welcome, page(204), good_file},
         honest,
         with_api},
        {"no login is set: the portal does its work",
         "online",
         {to_portal, hello},
         honest,
         [](Settings& settings) { settings.login.reset(); }},
        {"a file larger than is looked at",
         "online",
         {to_portal, hello, welcome, page(204), file(1u << 20, 2s)}},
        // dns_dead
        {"no answer", "dns_dead", {}, std::vector(3, without(Kind::silent))},
        {"only errors", "dns_dead", {}, std::vector(3, without(Kind::refused))},
        {"no answer about one name",
         "dns_dead",
         {},
         {address("192.0.2.5"), no_such_name(), without(Kind::silent)}},
        {"the portal has no address",
         "dns_dead",
         {},
         {address("192.0.2.5"), no_such_name(), no_such_name()}},
        // dns_hijacked
        {"another address",
         "dns_hijacked",
         {},
         {address("10.66.66.66"), no_such_name(), address("192.0.2.6")}},
        {"the expected name does not exist",
         "dns_hijacked",
         {},
         {no_such_name(), no_such_name(), address("192.0.2.6")}},
        {"a name that nobody has exists",
         "dns_hijacked",
         {},
         {address("192.0.2.5"), address("10.66.66.66"), address("192.0.2.6")}},
        {"a lie beside silence",
         "dns_hijacked",
         {},
         {without(Kind::silent), address("10.66.66.66"), without(Kind::silent)}},
        {"a name leads to this machine", "dns_hijacked", {lost(End::forbidden)}},
        // dns_slow
        {"all names are slow",
         "dns_slow",
         {to_portal, hello, welcome, page(204), good_file},
         {address("192.0.2.5", 2s), no_such_name(2s), address("192.0.2.6", 2s)}},
        {"one name was asked twice, the others were not",
         "online",
         {to_portal, hello, welcome, page(204), good_file},
         {address("192.0.2.5", 1100ms), no_such_name(), address("192.0.2.6")}},
        {"slow names, then no time is left",
         "dns_slow",
         {to_portal, cut(lost(End::silent))},
         {address("192.0.2.5", 4s), no_such_name(4s), address("192.0.2.6", 4s)}},
        {"slow names, and the internet is dead",
         "no_internet_behind_portal",
         {to_portal, hello, welcome, lost(End::hung)},
         {address("192.0.2.5", 2s), no_such_name(2s), address("192.0.2.6", 2s)}},
        // portal_unreachable
        {"nothing answers", "portal_unreachable", {lost(End::silent), lost(End::silent)}},
        {"the portal refuses", "portal_unreachable", {to_portal, lost(End::refused)}},
        {"no way to the portal", "portal_unreachable", {to_portal, lost(End::unreachable)}},
        {"the portal hangs, small answers too",
         "portal_unreachable",
         {to_portal, lost(End::hung), lost(End::hung)}},
        {"the portal's page never ends",
         "portal_unreachable",
         {to_portal, lost(End::unfinished, 900)}},
        {"the portal's page hangs after full packets",
         "portal_unreachable",
         {to_portal, lost(End::hung, 20'000)}},
        // portal_wrong_host
        {"led elsewhere", "portal_wrong_host", {redirect("http://evil.example/portal")}},
        {"led elsewhere by the portal",
         "portal_wrong_host",
         {to_portal, redirect("http://evil.example/")}},
        {"a host that only begins like it",
         "portal_wrong_host",
         {redirect("http://portal.example.evil.example/")}},
        {"the right name as a user",
         "portal_wrong_host",
         {redirect("http://portal.example@evil.example/")}},
        {"led to no page at all", "portal_wrong_host", {redirect("ftp://portal.example/")}},
        {"led to this machine by number",
         "portal_wrong_host",
         {redirect("http://169.254.169.254/")}},
        {"the API names another host",
         "portal_wrong_host",
         {to_portal, hello,
          page(200, R"({"captive": true, "user-portal-url": "http://evil.example/"})")},
         honest,
         with_api},
        {"a redirect in an open network",
         "portal_wrong_host",
         {redirect("http://portal.example/")},
         open_names,
         open},
        // portal_error
        {"the portal has a fault", "portal_error", {to_portal, page(500, "oops")}},
        {"the portal does not speak HTTP", "portal_error", {to_portal, lost(End::broken)}},
        {"the API has none of its words",
         "portal_error",
         {to_portal, hello, page(200, "<html>")},
         honest,
         with_api},
        {"the login has a fault", "portal_error", {to_portal, hello, page(502)}},
        {"the login never answers", "portal_error", {to_portal, hello, lost(End::hung)}},
        {"the check is answered by a fault", "portal_error", {page(503)}},
        // portal_loop
        {"round in circles", "portal_loop", std::vector(6, to_portal)},
        {"between the check and the portal",
         "portal_loop",
         {to_portal, redirect("http://check.example/generate_204"), to_portal,
          redirect("http://check.example/generate_204"), to_portal,
          redirect("http://check.example/generate_204")}},
        // portal_certificate
        {"expired", "portal_certificate", {to_portal, lost(End::certificate)}},
        {"expired at the login", "portal_certificate", {to_portal, hello, lost(End::certificate)}},
        {"the portal in place of an HTTPS page", "portal_certificate", {lost(End::certificate)}},
        // portal_slow
        {"a slow page", "portal_slow", {to_portal, slow(hello), welcome, page(204), good_file}},
        {"a slow login", "portal_slow", {to_portal, hello, slow(welcome), page(204), good_file}},
        {"a slow page, then no time is left",
         "portal_slow",
         {to_portal, slow(hello), welcome, cut(lost(End::silent))}},
        {"a page just within the limit",
         "online",
         {to_portal, slow(hello, 5s), welcome, page(204), good_file}},
        // login_refused
        {"refused by status", "login_refused", {to_portal, hello, page(403)}},
        {"refused by words", "login_refused", {to_portal, hello, page(200, "RADIUS: denied")}},
        {"let in, and asked again", "login_refused", {to_portal, hello, welcome, to_portal}},
        // no_portal
        {"open without a login", "no_portal", {page(204), good_file}},
        // captive_lie
        {"200 where 204 is due", "captive_lie", {page(200, "<html>hello</html>")}},
        {"200 after the login", "captive_lie", {to_portal, hello, welcome, page(200, "hi")}},
        {"200 in an open network", "captive_lie", {page(200, "hi")}, open_names, open},
        {"a false certificate in an open network",
         "captive_lie",
         {lost(End::certificate)},
         open_names,
         open},
        {"the API denies a portal",
         "captive_lie",
         {to_portal, hello, page(200, R"({"captive": false})")},
         honest,
         with_api},
        {"the file is caught, the check was not",
         "captive_lie",
         {to_portal, hello, welcome, page(204), redirect("http://portal.example/again")}},
        // no_internet_behind_portal
        {"nothing after the login",
         "no_internet_behind_portal",
         {to_portal, hello, welcome, lost(End::silent)}},
        {"a gateway's fault after the login",
         "no_internet_behind_portal",
         {to_portal, hello, welcome, page(502)}},
        {"nothing answers but the portal",
         "no_internet_behind_portal",
         {lost(End::silent), page(200)},
         honest,
         may_be_open},
        {"nothing in an open network",
         "no_internet_behind_portal",
         {lost(End::silent)},
         open_names,
         open},
        {"the check passed, the file's host is gone",
         "no_internet_behind_portal",
         {to_portal, hello, welcome, page(204), lost(End::refused)}},
        {"the file hangs, small answers too",
         "no_internet_behind_portal",
         {to_portal, hello, welcome, page(204), lost(End::hung), lost(End::hung)}},
        // quota_page
        {"told by words",
         "quota_page",
         {to_portal, hello, welcome, page(200, "Your QUOTA used up!")}},
        {"told by the place",
         "quota_page",
         {to_portal, hello, welcome, redirect("http://portal.example/quota/used")}},
        {"told at once", "quota_page", {redirect("http://portal.example/quota")}},
        // mtu_blackhole
        {"the portal hangs, small answers pass",
         "mtu_blackhole",
         {to_portal, lost(End::hung), page(200)}},
        {"the file hangs, small answers pass",
         "mtu_blackhole",
         {to_portal, hello, welcome, page(204), lost(End::hung), page(200)}},
        {"the file hangs after a small part",
         "mtu_blackhole",
         {to_portal, hello, welcome, page(204), lost(End::hung, 1000), page(200)}},
        // slow_link
        {"slower than wanted",
         "slow_link",
         {to_portal, hello, welcome, page(204), file(65'536, 700ms)}},
        {"drips until the limit",
         "slow_link",
         {to_portal, hello, welcome, page(204), lost(End::unfinished, 8)}},
        {"stops after full packets",
         "slow_link",
         {to_portal, hello, welcome, page(204), lost(End::hung, 20'000)}},
        {"just fast enough", "online", {to_portal, hello, welcome, page(204), file(100'000, 1s)}},
        // A fault of ours, at any step, is none of them.
        {"no source address for names", "unknown", {}, std::vector(3, without(Kind::local))},
        {"one name could not be asked",
         "unknown",
         {},
         {address("10.66.66.66"), no_such_name(), without(Kind::local)}},
        {"no descriptor for the check", "unknown", {lost(End::local)}},
        {"none for the door", "unknown", {lost(End::silent), lost(End::local)}},
        {"none for the portal", "unknown", {to_portal, lost(End::local)}},
        {"none for the API", "unknown", {to_portal, hello, lost(End::local)}, honest, with_api},
        {"none for the login", "unknown", {to_portal, hello, lost(End::local)}},
        {"none for the small answer", "unknown", {to_portal, lost(End::hung), lost(End::local)}},
        {"none for the internet", "unknown", {to_portal, hello, welcome, lost(End::local)}},
        {"none for the file", "unknown", {to_portal, hello, welcome, page(204), lost(End::local)}},
        {"our own file is gone", "unknown", {to_portal, hello, welcome, page(204), page(404)}},
        {"slow portal, then a fault of ours",
         "unknown",
         {to_portal, slow(hello), lost(End::local)}},
    };
}

}  // namespace

TEST_SUITE("collectors/citizen sequence") {
    TEST_CASE("what a citizen meets has one verdict") {
        for (const Row& row : rows()) {
            CAPTURE(std::string(row.what));
            Settings settings = full();
            row.change(settings);
            const Played played = play(settings, row.names, row.pages);
            CAPTURE(played.words);
            CHECK(word(played.verdict) == row.verdict);
            CHECK_FALSE(played.words.empty());
        }
    }

    TEST_CASE("every verdict is met in the table above") {
        std::set<std::string> met;
        for (const Row& row : rows())
            met.insert(row.verdict);
        for (const VerdictRow& verdict : verdict_rows())
            CHECK_MESSAGE(met.contains(std::string(verdict.name)), verdict.name);
        CHECK(met.size() == verdict_count + 1);
    }

    TEST_CASE("online are those who get there, however slowly") {
        std::string online;
        for (const VerdictRow& verdict : verdict_rows())
            if (verdict.is_online) online += std::string(verdict.name) + ' ';
        CHECK(online == "online dns_slow portal_slow no_portal slow_link ");
    }

    TEST_CASE("the requests are those a phone and its owner make") {
        const Played played =
            play(full(), honest, {to_portal, hello, welcome, page(204), good_file});
        const std::vector<std::string> wanted{
            "GET http://check.example/generate_204", "GET http://portal.example/hello?mac=1",
            "POST http://portal.example/login", "GET http://check.example/generate_204",
            "GET http://check.example/64k"};
        CHECK(played.requests == wanted);
        std::string ladder;
        for (const Rung& rung : played.rungs)
            ladder += std::string(rung.name) + (rung.ok ? " " : "! ");
        CHECK(ladder == "dns dns dns check portal login internet download ");
    }

    TEST_CASE("the ladder ends with what failed and shows no token of the network") {
        const Played played =
            play(full(), honest, {redirect("http://evil.example/x?token=s3cret")});
        REQUIRE(played.rungs.size() == 4);
        CHECK_FALSE(played.rungs.back().ok);
        CHECK(played.rungs.back().came == "302, to http://evil.example/x");
        CHECK(played.words.find("s3cret") == std::string::npos);
    }

    TEST_CASE("pages come from the addresses that were answered") {
        Sequence sequence(std::make_shared<Settings>(full()), "nobody.example");
        const Step names = sequence.begin();
        REQUIRE(std::holds_alternative<AskNames>(names));
        const auto& questions = std::get<AskNames>(names).questions;
        REQUIRE(questions.size() == 3);
        CHECK(questions[1].name == "nobody.example");
        CHECK(questions[2].name == "portal.example");
        Step step = sequence.on_names(honest);
        CHECK(std::get<FetchPage>(step).address == "192.0.2.5");
        step = sequence.on_page(to_portal);
        CHECK(std::get<FetchPage>(step).address == "192.0.2.6");
    }

    TEST_CASE("a proxy is told the addresses that were answered") {
        Settings settings = full();
        settings.via.proxy = "socks5h://10.0.0.9:1080";
        Sequence sequence(std::make_shared<Settings>(settings), "nobody.example");
        (void)sequence.begin();
        const Step step = sequence.on_names(honest);
        CHECK(std::get<FetchPage>(step).address == "192.0.2.5");
    }

    TEST_CASE("a pattern fits with anything in place of its stars") {
        CHECK(fits("*/quota*", "http://p/quota/used"));
        CHECK(fits("*", ""));
        CHECK(fits("a*b*c", "aXbYbZc"));
        CHECK_FALSE(fits("*/quota", "http://p/quota/used"));
        CHECK_FALSE(fits("quota", "http://p/quota"));
        CHECK_FALSE(fits("", "x"));
    }
}
