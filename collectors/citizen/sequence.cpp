#include "collectors/citizen/sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace pantau::citizen {
namespace {

using namespace std::chrono_literals;

/// Most of a page that is looked at, as of the HTTP checks: more than any login page.
constexpr std::size_t page_most = 256u << 10;
/// At 125 kB/s, the rate of a usable link, 8 s bring this.
constexpr std::size_t download_most = 1u << 20;
/// A page that needs longer is not there for the person who waits.
constexpr Duration page_limit = 5s;
constexpr Duration portal_limit = 8s;
constexpr Duration download_limit = 8s;
/// What arrives although full packets get lost: less than one, as of the smallest usual MTU
/// (1,280).
constexpr std::size_t small_most = 1200;

bool is_redirect(const Page& page) {
    return page.status >= 300 && page.status < 400 && !page.location.empty();
}

bool is_success(const Page& page) {
    return page.status >= 200 && page.status < 300;
}

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view part) {
    const auto equal = [](char a, char b) { return lowered(a) == lowered(b); };
    return !part.empty() &&
           std::search(text.begin(), text.end(), part.begin(), part.end(), equal) != text.end();
}

/// What people may see of a URL from the network: no query, which may hold a token.
std::string shown(std::string_view url) {
    return Text::from_network(url.substr(0, url.find_first_of("?#"))).str();
}

std::string seconds(Duration time) {
    return fmt::format("{:.2f} s", to_seconds(time));
}

std::string came_of(const NameAnswer& answer) {
    using Kind = NameAnswer::Kind;
    switch (answer.kind) {
        case Kind::addresses:
            return fmt::format("{}", fmt::join(answer.addresses, ", "));
        case Kind::no_such_name:
            return "no such name (NXDOMAIN)";
        case Kind::no_address:
            return "the name, without an address";
        case Kind::refused:
            return answer.words.empty() ? "an error" : answer.words;
        case Kind::silent:
            return answer.words.empty() ? "nothing" : answer.words;
        case Kind::local:
            break;
    }
    return answer.words;
}

std::string came_of(const Page& page) {
    if (page.end != Page::End::answered) return page.words;
    if (is_redirect(page)) return fmt::format("{}, to {}", page.status, shown(page.location));
    return fmt::format("{}", page.status);
}

/// The half of all answers that came first came within this. One lost datagram delays one name by
/// a second; that is no slow name server.
Duration usual_time(const std::vector<NameAnswer>& answers) {
    std::vector<Duration> times;
    for (const NameAnswer& answer : answers)
        times.push_back(answer.took);
    std::ranges::sort(times);
    return times[(times.size() - 1) / 2];
}

bool is_answer(const NameAnswer& answer) {
    return answer.kind == NameAnswer::Kind::addresses ||
           answer.kind == NameAnswer::Kind::no_such_name ||
           answer.kind == NameAnswer::Kind::no_address;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (in < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            mark = in;
        } else if (at < pattern.size() && pattern[at] == text[in]) {
            ++at;
            ++in;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in = ++mark;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

Sequence::Sequence(std::shared_ptr<const Settings> settings, std::string random_name)
    : settings_(std::move(settings)), random_name_(std::move(random_name)) {}

Step Sequence::begin() {
    if (!settings_->dns) return fetch(Stage::check, {.url = settings_->check_url});
    for (const ExpectedName& expected : settings_->dns->expect) {
        const bool is_v6 = !expected.addresses.empty() &&
                           expected.addresses.front().find(':') != std::string::npos;
        questions_.push_back({expected.name, is_v6});
    }
    questions_.push_back({random_name_, false});
    const auto add = [this](const std::optional<Host>& host) {
        if (!host || host->name.empty() || is_numeric(host->name)) return;
        const bool is_asked = std::ranges::any_of(
            questions_, [&](const auto& question) { return question.name == host->name; });
        if (!is_asked) questions_.push_back({host->name, false});
    };
    add(host_of(settings_->check_url));
    if (settings_->portal) {
        add(settings_->portal->host);
        add(host_of(settings_->portal->api));
    }
    if (settings_->login) add(host_of(settings_->login->url));
    if (settings_->download) add(host_of(settings_->download->url));
    stage_ = Stage::names;
    return AskNames{questions_};
}

Step Sequence::on_names(const std::vector<NameAnswer>& answers) {
    PANTAU_ASSERT(stage_ == Stage::names && answers.size() == questions_.size());
    using Kind = NameAnswer::Kind;
    for (const NameAnswer& answer : answers)
        if (answer.kind == Kind::local) return own_fault(answer.words);

    std::optional<Verdict> verdict;
    std::string words;
    const auto blame = [&](Verdict what, std::string why) {
        // One that is silent makes no other a lie; one that lies is told first.
        if (verdict == Verdict::dns_hijacked || verdict == what) return;
        verdict = what;
        words = std::move(why);
    };
    const auto& expect = settings_->dns->expect;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const NameAnswer& answer = answers[i];
        const std::string& name = questions_[i].name;
        const std::string came = came_of(answer);
        std::string wanted = "an address";
        bool ok = is_answer(answer);
        if (!ok) {
            blame(Verdict::dns_dead, fmt::format("asked for {}: {}", name, came));
        } else if (i < expect.size()) {
            const auto& addresses = expect[i].addresses;
            if (!addresses.empty()) wanted = fmt::format("{}", fmt::join(addresses, " or "));
            ok = answer.kind == Kind::addresses &&
                 (addresses.empty() ||
                  std::ranges::any_of(answer.addresses, [&](const std::string& one) {
                      return std::ranges::find(addresses, one) != addresses.end();
                  }));
            if (!ok)
                blame(Verdict::dns_hijacked,
                      fmt::format("{}: {} instead of {}", name, came, wanted));
        } else if (i == expect.size()) {
            wanted = "no such name (NXDOMAIN)";
            ok = answer.kind == Kind::no_such_name;
            if (!ok)
                blame(Verdict::dns_hijacked,
                      fmt::format("a name that does not exist: {} instead of {}", came, wanted));
        } else if (answer.kind != Kind::addresses) {
            ok = false;
            blame(Verdict::dns_dead, fmt::format("{}: {}", name, came));
        }
        const bool is_random = i == expect.size();
        rung(ok, answer.took,
             fmt::format("{}{}: {}", name, is_random ? " (nobody has it)" : "", wanted), came);
        known_[name] = answer;
    }
    if (verdict) return end(*verdict, std::move(words));
    const Duration usual = usual_time(answers);
    if (usual > settings_->slow_dns) {
        for (Rung& each : rungs_) {
            if (each.duration <= settings_->slow_dns) continue;
            each.ok = false;
            each.expected += fmt::format(", within {}", seconds(settings_->slow_dns));
        }
        note(Verdict::dns_slow,
             fmt::format("half of the answers took {} or longer", seconds(usual)));
    }
    return fetch(Stage::check, {.url = settings_->check_url});
}

/// Sets out for a page, or ends in it when its name has no address.
Step Sequence::fetch(Stage stage, FetchPage wish) {
    stage_ = stage;
    url_ = wish.url;
    if (wish.body_most == 0) wish.body_most = page_most;
    if (wish.limit == Duration{}) {
        const bool is_of_portal = stage == Stage::portal || stage == Stage::login;
        // What is slower than `slow` says must still be seen to arrive.
        wish.limit = is_of_portal ? std::max<Duration>(portal_limit, settings_->slow_portal * 2)
                                  : page_limit;
    }
    const auto host = host_of(wish.url);
    if (!host) {
        Page page;
        page.end = Page::End::broken;
        page.words = "not a page of http or https";
        return on_page(page);
    }
    // A proxy is told the address, too: whom it asks for names is not whom the citizens ask.
    if (settings_->dns && !is_numeric(host->name)) {
        const auto found = known_.find(host->name);
        if (found == known_.end() || found->second.addresses.empty()) {
            Page page;
            page.end = Page::End::no_name;
            page.words = fmt::format("the name server knows no address of {}", shown(host->name));
            return on_page(page);
        }
        wish.address = found->second.addresses.front();
    }
    return wish;
}

Step Sequence::on_page(const Page& page) {
    if (page.end == Page::End::local) return own_fault(page.words);
    const bool is_out_of_time =
        page.is_cut && (page.end == Page::End::silent || page.end == Page::End::hung ||
                        page.end == Page::End::unfinished);
    if (is_out_of_time && note_) {
        rung(false, page.took, "to be done in time", page.words);
        return finish();
    }
    if (page.end == Page::End::forbidden) {
        const auto host = host_of(url_);
        const bool is_name = host && !is_numeric(host->name);
        rung(false, page.took, "an address out in the network", page.words);
        return end(is_name ? Verdict::dns_hijacked : Verdict::portal_wrong_host,
                   fmt::format("{}: {}", shown(url_), page.words));
    }
    if (stage_ != Stage::small && stage_ != Stage::door && is_quota(page)) {
        const std::string came = came_of(page) + ", with the sign of a used-up quota";
        rung(false, page.took, "a page of the way in, not of the quota", came);
        return end(Verdict::quota_page, came);
    }
    switch (stage_) {
        case Stage::check:
            return on_check(page);
        case Stage::door:
            return on_door(page);
        case Stage::portal:
            return on_portal(page);
        case Stage::api:
            return on_api(page);
        case Stage::login:
            return on_login(page);
        case Stage::small:
            return on_small(page);
        case Stage::again:
            return on_again(page);
        case Stage::download:
            return on_download(page);
        case Stage::names:
            break;
    }
    PANTAU_ASSERT(false);
    return Finished{};
}

Step Sequence::on_check(const Page& page) {
    const bool has_portal = settings_->portal.has_value();
    const std::string wanted = has_portal
                                   ? fmt::format("{}, or a redirect to {}", settings_->check_status,
                                                 settings_->portal->host.name)
                                   : fmt::format("{}", settings_->check_status);
    if (page.end != Page::End::answered) {
        rung(false, page.took, wanted, came_of(page));
        const std::string words = fmt::format("{}: {}", shown(url_), page.words);
        if (page.end == Page::End::certificate)
            return end(has_portal ? Verdict::portal_certificate : Verdict::captive_lie, words);
        if (!has_portal) return end(Verdict::no_internet_behind_portal, words);
        failed_ = words;
        return fetch(Stage::door, {.url = portal_door()});
    }
    if (page.status == settings_->check_status) {
        const bool is_too_open = has_portal && !settings_->may_be_open;
        rung(!is_too_open, page.took,
             is_too_open ? "a redirect to " + settings_->portal->host.name : wanted, came_of(page));
        if (is_too_open) note(Verdict::no_portal, {});
        return open_way();
    }
    if (is_redirect(page)) {
        const auto host = host_of(page.location);
        const bool is_right = host && (is_portal_host(*host) || host == host_of(url_));
        rung(is_right, page.took, wanted, came_of(page));
        return follow(page);
    }
    // 511 is RFC 6585's word for "log in first", without saying where.
    if (page.status == 511 && has_portal) {
        rung(true, page.took, wanted, came_of(page));
        return after_portal();
    }
    rung(false, page.took, wanted, came_of(page));
    if (is_success(page))
        return end(Verdict::captive_lie,
                   fmt::format("{} where {} is due", page.status, settings_->check_status));
    return end(has_portal ? Verdict::portal_error : Verdict::no_internet_behind_portal,
               fmt::format("{}: status {}", shown(url_), page.status));
}

/// A network with a portal answers in place of the internet. Nothing answered: is it the portal?
Step Sequence::on_door(const Page& page) {
    const bool is_there = page.end == Page::End::answered;
    rung(is_there, page.took, "any answer of the portal", came_of(page));
    if (is_there) return end(Verdict::no_internet_behind_portal, failed_);
    return end(Verdict::portal_unreachable,
               fmt::format("{}; {}: {}", failed_, shown(url_), page.words));
}

/// Goes where a redirect leads, when that is allowed. Its rung stands already.
Step Sequence::follow(const Page& page) {
    if (stage_ == Stage::check || stage_ == Stage::portal || stage_ == Stage::login) {
        const auto to = host_of(page.location);
        const auto checked = host_of(settings_->check_url);
        // Many portals send whoever is let in back to the page first asked for.
        const bool is_back =
            to && to == checked && (!is_portal_host(*to) || page.location == settings_->check_url);
        if (stage_ == Stage::login && is_back) return after_login();
        if (!to || !(is_portal_host(*to) || to == checked)) {
            const std::string expected =
                settings_->portal ? settings_->portal->host.name : "no portal at all";
            return end(Verdict::portal_wrong_host,
                       fmt::format("led to {} instead of {}", shown(page.location), expected));
        }
    }
    if (++redirects_ > redirects_most) {
        rungs_.back().ok = false;
        rungs_.back().expected += fmt::format(", after {} redirects at most", redirects_most);
        return end(Verdict::portal_loop, fmt::format("more than {} redirects; the last one to {}",
                                                     redirects_most, shown(page.location)));
    }
    return fetch(stage_ == Stage::login ? Stage::login : Stage::portal, {.url = page.location});
}

/// Does a small answer from the same place pass?
Step Sequence::ask_small() {
    large_ = stage_;
    std::string url = url_;
    return fetch(Stage::small, {.method = FetchPage::Method::head, .url = std::move(url)});
}

/// The verdict on a page of the portal that did not come.
Step Sequence::no_page(const Page& page) {
    const std::string words = fmt::format("{}: {}", shown(url_), page.words);
    switch (page.end) {
        case Page::End::certificate:
            return end(Verdict::portal_certificate, words);
        case Page::End::broken:
            return end(Verdict::portal_error, words);
        case Page::End::hung:
            // It took the request. A login and an API are small: it is they that are stuck.
            if (stage_ != Stage::portal) return end(Verdict::portal_error, words);
            if (page.body_bytes < small_most) return ask_small();
            return end(Verdict::portal_unreachable, words);
        default:
            return end(Verdict::portal_unreachable, words);
    }
}

Step Sequence::on_portal(const Page& page) {
    const std::string wanted = fmt::format("the page of the portal at {}", shown(url_));
    if (page.end != Page::End::answered) {
        rung(false, page.took, wanted, came_of(page));
        return no_page(page);
    }
    if (is_redirect(page)) {
        const auto to = host_of(page.location);
        rung(to && (is_portal_host(*to) || to == host_of(settings_->check_url)), page.took, wanted,
             came_of(page));
        return follow(page);
    }
    if (host_of(url_) == host_of(settings_->check_url) && !is_portal_host(*host_of(url_)))
        return on_check(page);
    rung(is_success(page), page.took, wanted, came_of(page));
    if (!is_success(page))
        return end(Verdict::portal_error, fmt::format("{}: status {}", shown(url_), page.status));
    note_slow(page);
    return after_portal();
}

Step Sequence::after_portal() {
    redirects_ = 0;
    if (!settings_->portal || settings_->portal->api.empty()) return after_api();
    return fetch(Stage::api, {.url = settings_->portal->api});
}

Step Sequence::on_api(const Page& page) {
    const std::string wanted = R"(the captive portal API: {"captive": true})";
    if (page.end != Page::End::answered) {
        rung(false, page.took, wanted, came_of(page));
        return no_page(page);
    }
    boost::system::error_code error;
    const boost::json::value document = boost::json::parse(page.body, error);
    const auto* const object = error ? nullptr : document.if_object();
    const auto* const captive = object != nullptr ? object->if_contains("captive") : nullptr;
    if (!is_success(page) || captive == nullptr || !captive->is_bool()) {
        const std::string came = is_success(page) ? "200, without the word captive" : came_of(page);
        rung(false, page.took, wanted, came);
        return end(Verdict::portal_error, "the captive portal API: " + came);
    }
    if (!captive->get_bool()) {
        rung(false, page.took, wanted, "captive: false");
        return end(Verdict::captive_lie,
                   "the captive portal API says that nobody has to log in, and the way is closed");
    }
    const auto* const address = object->if_contains("user-portal-url");
    if (address != nullptr && address->is_string()) {
        const std::string_view named(address->get_string().data(), address->get_string().size());
        const auto host = host_of(named);
        if (!host || !is_portal_host(*host)) {
            rung(false, page.took, wanted, "captive: true, with a portal at " + shown(named));
            return end(Verdict::portal_wrong_host,
                       fmt::format("the captive portal API names {} instead of {}", shown(named),
                                   settings_->portal->host.name));
        }
    }
    rung(true, page.took, wanted, "captive: true");
    note_slow(page);
    return after_api();
}

Step Sequence::after_api() {
    // Without a login there is no way to look behind the portal, and the portal does its work.
    if (!settings_->login) return finish();
    return fetch(Stage::login, {.method = FetchPage::Method::post, .url = settings_->login->url});
}

Step Sequence::on_login(const Page& page) {
    const std::string& success = settings_->login->success;
    const std::string wanted =
        success.empty() ? std::string("to be let in") : fmt::format("a page with \"{}\"", success);
    if (page.end != Page::End::answered) {
        rung(false, page.took, wanted, came_of(page));
        return no_page(page);
    }
    if (is_redirect(page)) {
        const auto to = host_of(page.location);
        rung(to && (is_portal_host(*to) || to == host_of(settings_->check_url)), page.took, wanted,
             came_of(page));
        note_slow(page);
        return follow(page);
    }
    const bool is_refused = page.status == 401 || page.status == 403 || page.status == 407;
    if (!is_success(page)) {
        rung(false, page.took, wanted, came_of(page));
        return end(is_refused ? Verdict::login_refused : Verdict::portal_error,
                   fmt::format("{}: status {}", shown(url_), page.status));
    }
    if (!success.empty() && !contains(page.body, success)) {
        rung(false, page.took, wanted, came_of(page) + ", a page without it");
        return end(Verdict::login_refused,
                   fmt::format("the page after the login does not say \"{}\"", success));
    }
    rung(true, page.took, wanted, came_of(page));
    note_slow(page);
    return after_login();
}

Step Sequence::after_login() {
    redirects_ = 0;
    return fetch(Stage::again, {.url = settings_->check_url});
}

Step Sequence::on_small(const Page& page) {
    const bool is_small_through = page.end == Page::End::answered;
    rung(is_small_through, page.took, "a small answer of the same host", came_of(page));
    if (is_small_through)
        return end(Verdict::mtu_blackhole,
                   fmt::format("{}: the headers alone come, the rest hangs", shown(url_)));
    return end(large_ == Stage::download ? Verdict::no_internet_behind_portal
                                         : Verdict::portal_unreachable,
               fmt::format("{}: {}", shown(url_), page.words));
}

Step Sequence::on_again(const Page& page) {
    const std::string wanted = fmt::format("{} from the internet", settings_->check_status);
    const bool is_through =
        page.end == Page::End::answered && page.status == settings_->check_status;
    rung(is_through, page.took, wanted, came_of(page));
    if (is_through) return open_way();
    if (page.end != Page::End::answered)
        return end(Verdict::no_internet_behind_portal,
                   fmt::format("{}: {}", shown(url_), page.words));
    if (is_redirect(page)) {
        const auto to = host_of(page.location);
        if (to && is_portal_host(*to))
            return end(Verdict::login_refused, "still sent to the portal after the login");
        return end(Verdict::portal_wrong_host,
                   fmt::format("after the login led to {}", shown(page.location)));
    }
    if (is_success(page))
        return end(Verdict::captive_lie,
                   fmt::format("{} where {} is due", page.status, settings_->check_status));
    return end(Verdict::no_internet_behind_portal,
               fmt::format("{}: status {}", shown(url_), page.status));
}

Step Sequence::open_way() {
    redirects_ = 0;
    if (!settings_->download) return finish();
    return fetch(Stage::download, {.url = settings_->download->url,
                                   .limit = download_limit,
                                   .body_most = download_most,
                                   .is_body_kept = !settings_->quota_text.empty(),
                                   .may_be_long = true});
}

Step Sequence::on_download(const Page& page) {
    const double least = settings_->download->min_rate;
    const std::string wanted = fmt::format("a file at {:.0f} kB/s or more", least / 1000);
    const bool is_through = page.end == Page::End::answered && is_success(page);
    const double time = std::max(to_seconds(page.transfer), 1e-6);
    const double rate = static_cast<double>(page.body_bytes) / time;
    const std::string measured =
        fmt::format("{} bytes at {:.0f} kB/s", page.body_bytes, rate / 1000);
    if (page.end == Page::End::hung && page.body_bytes < small_most) {
        rung(false, page.took, wanted, fmt::format("{} bytes, then nothing", page.body_bytes));
        return ask_small();
    }
    if (is_through || page.end == Page::End::unfinished || page.end == Page::End::hung) {
        const bool is_fast = is_through && rate >= least;
        rung(is_fast, page.took, wanted, measured);
        if (!is_fast) note(Verdict::slow_link, measured);
        return finish();
    }
    rung(false, page.took, wanted, came_of(page));
    return no_file(page);
}

/// The verdict on a file that did not come, although the page of the check did.
Step Sequence::no_file(const Page& page) {
    const std::string where = shown(url_);
    if (page.end == Page::End::certificate)
        return end(Verdict::captive_lie, fmt::format("{}: {}", where, page.words));
    if (page.end != Page::End::answered)
        return end(Verdict::no_internet_behind_portal, fmt::format("{}: {}", where, page.words));
    const auto to = host_of(page.location);
    if (is_redirect(page) && to != host_of(url_))
        return end(Verdict::captive_lie,
                   fmt::format("{} leads to {}", where, shown(page.location)));
    return Finished{std::nullopt,
                    fmt::format("the file of the download is not to be had ({}: {}); the check "
                                "itself passed",
                                where, came_of(page))};
}

Step Sequence::finish() {
    return end(note_.value_or(Verdict::online), std::move(note_words_));
}

Step Sequence::end(Verdict verdict, std::string words) {
    std::string all(row_of(verdict).words);
    if (!words.empty()) all += " (" + words + ')';
    return Finished{verdict, std::move(all)};
}

Step Sequence::own_fault(const std::string& words) {
    rung(false, {}, "that this machine can look", words);
    return Finished{std::nullopt, words};
}

void Sequence::rung(bool ok, Duration took, std::string expected, std::string came) {
    rungs_.push_back({name_of_stage(), ok, took, std::move(expected), std::move(came)});
}

void Sequence::note(Verdict verdict, std::string words) {
    if (note_) return;
    note_ = verdict;
    note_words_ = std::move(words);
}

/// Of the page whose rung is the last.
void Sequence::note_slow(const Page& page) {
    if (page.took <= settings_->slow_portal) return;
    rungs_.back().ok = false;
    rungs_.back().expected += fmt::format(", within {}", seconds(settings_->slow_portal));
    note(Verdict::portal_slow, fmt::format("{} took {}", shown(url_), seconds(page.took)));
}

bool Sequence::is_quota(const Page& page) const {
    if (page.end != Page::End::answered) return false;
    const std::string& url = settings_->quota_url;
    return contains(page.body, settings_->quota_text) ||
           (!url.empty() && (fits(url, url_) || fits(url, page.location)));
}

std::string Sequence::portal_door() const {
    const Host& host = settings_->portal->host;
    const auto login = settings_->login ? host_of(settings_->login->url) : std::nullopt;
    const bool is_of_login =
        login && login->name == host.name && (host.port == 0 || host.port == login->port);
    if (is_of_login) return door_of(settings_->login->url);
    const bool is_v6 = host.name.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}{}/", is_v6 ? "[" : "", host.name, is_v6 ? "]" : "",
                       host.port == 0 ? std::string() : fmt::format(":{}", host.port));
}

bool Sequence::is_portal_host(const Host& host) const {
    const auto is = [&](const Host& wanted) {
        return wanted.name == host.name && (wanted.port == 0 || wanted.port == host.port);
    };
    if (!settings_->portal) return false;
    if (is(settings_->portal->host)) return true;
    const auto login = settings_->login ? host_of(settings_->login->url) : std::nullopt;
    return login && is(*login);
}

std::string_view Sequence::name_of_stage() const {
    switch (stage_) {
        case Stage::names:
            return "dns";
        case Stage::check:
            return "check";
        case Stage::door:
        case Stage::portal:
            return "portal";
        case Stage::api:
            return "api";
        case Stage::login:
            return "login";
        case Stage::small:
            return "small";
        case Stage::again:
            return "internet";
        case Stage::download:
            return "download";
    }
    return "";
}

}  // namespace pantau::citizen
