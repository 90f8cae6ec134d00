#include "collectors/http/page_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "collectors/http/placeholder.hpp"

namespace pantau::http {
namespace {

/// Pages by their path: each is a request more in every poll.
constexpr std::size_t paths_most = 16;
constexpr std::size_t items_most = 128;
/// Of one visit: 128 sites, and lists of 100,000 clients in pieces of 1,000.
constexpr std::size_t requests_most = 256;
/// 1,000 access points with 200 values each, and some: 16 MiB of the Answer.
constexpr std::size_t values_most = 256u << 10;

// What a page is read for besides the values of the Ask.
constexpr std::uint16_t proof_field = 0xFFF0;
constexpr std::uint16_t paging_field = 0xFFF1;
constexpr std::uint16_t items_field = 0xFFF2;  ///< And up: one for each page that is fed.

bool is_refusal(const std::optional<long>& status) {
    return status == 400 || status == 401 || status == 403 || status == 429;
}

/// Web applications send those without a session to their login page.
bool is_denial(const std::optional<long>& status) {
    return status == 401 || status == 403 || status == 302 || status == 303 || status == 307;
}

std::string text_of(const Answer& answer, const RawValue& value) {
    if (value.kind == RawValue::Kind::bytes) return std::string(answer.bytes_of(value));
    const Number& number = value.number;
    if (number.kind() == Number::Kind::real) return fmt::format("{}", number.as_double());
    if (number.kind() == Number::Kind::integer) return std::to_string(number.as_integer());
    return std::to_string(number.as_natural());
}

/// The first value of a field; nothing when there is none.
std::optional<std::string> first_of(const Answer& answer, std::uint16_t field) {
    for (const Cell& cell : answer.cells())
        if (cell.field == field) return text_of(answer, cell.value);
    return std::nullopt;
}

PagePlan::Planned* page_with(PagePlan& plan, const PageAddress& address) {
    const auto known = std::ranges::find(plan.pages, address.page, &PagePlan::Planned::name);
    if (known != plan.pages.end()) return &*known;
    if (address.is_named || plan.pages.size() == paths_most) return nullptr;
    plan.pages.push_back({nullptr, address.page, {}, false});
    return &plan.pages.back();
}

/// The declared pages that are needed, in the order of the profile.
std::vector<PagePlan::Planned> declared(const Recipe& recipe,
                                        const std::vector<std::string>& named) {
    std::vector<std::string> needed = named;
    for (std::size_t i = recipe.pages.size(); i-- > 0;) {
        const PageRecipe& page = recipe.pages[i];
        if (page.each && std::ranges::find(needed, page.name) != needed.end())
            needed.push_back(page.each->page);
    }
    std::vector<PagePlan::Planned> pages;
    for (const PageRecipe& page : recipe.pages)
        if (std::ranges::find(needed, page.name) != needed.end())
            pages.push_back({&page, page.name, {}, false});
    for (PagePlan::Planned& page : pages)
        page.feeds_others = std::ranges::any_of(pages, [&](const PagePlan::Planned& other) {
            return other.page->each && other.page->each->page == page.name;
        });
    return pages;
}

}  // namespace

PagePlan plan_pages(std::shared_ptr<const Ask> ask) {
    PagePlan plan;
    plan.ask = std::move(ask);
    plan.recipe = dynamic_cast<const Recipe*>(plan.ask->care.get());
    std::vector<std::string> named;
    const auto address_of = [&](const Field& field) {
        return parse_page_address(field.address, field.is_column());
    };
    for (const Field& field : plan.ask->fields) {
        const Result<PageAddress> address = address_of(field);
        if (!address) continue;
        if (address->is_named)
            named.push_back(address->page);
        else
            (void)page_with(plan, *address);
    }
    if (plan.recipe != nullptr)
        for (PagePlan::Planned& page : declared(*plan.recipe, named))
            plan.pages.push_back(std::move(page));
    for (std::size_t i = 0; i < plan.ask->fields.size(); ++i) {
        const auto number = static_cast<std::uint16_t>(i);
        Result<PageAddress> address = address_of(plan.ask->fields[i]);
        const auto page =
            address ? std::ranges::find(plan.pages, address->page, &PagePlan::Planned::name)
                    : plan.pages.end();
        if (page != plan.pages.end()) {
            page->wanted.push_back({number, std::move(address->steps)});
        } else {
            plan.refused.push_back(number);
        }
    }
    return plan;
}

PageRun::PageRun(const PagePlan& plan, const Login& login, WebSession& session,
                 std::size_t body_most, Answer& answer)
    : plan_(plan),
      login_(login),
      session_(session),
      body_most_(body_most),
      answer_(answer),
      lacking_(plan.ask->fields.size()) {}

/// A device that is given a token or password for each request needs no session.
bool PageRun::is_in_session(const Planned& page) const {
    const bool is_by_request =
        login_.scheme != Login::Scheme::none && login_.scheme != Login::Scheme::session;
    return page.page != nullptr && !plan_.recipe->login.empty() && !is_by_request;
}

/// Whether the present page can be asked for; the values it is asked for came before.
bool PageRun::has_items() {
    if (page().page == nullptr || !page().page->each) return item_ == 0;
    return item_ < items_[page().name].size();
}

std::optional<Error> PageRun::why_no_login(MonoTime now) const {
    if (session_fault_) return session_fault_;
    if (login_.scheme != Login::Scheme::session)
        return Error{Reason::auth,
                     "the pages of this profile are behind a login; give http: auth: {scheme: "
                     "session, user: NAME, password_file: FILE}",
                     {}};
    if (!session_.limit.may_try(now))
        return Error{Reason::auth,
                     "the login was refused; so that no account is locked, the next try comes "
                     "later",
                     {}};
    return std::nullopt;
}

std::optional<PageRequest> PageRun::next(MonoTime now) {
    while (go_to_item()) {
        if (requests_ >= requests_most) {
            give_up(Reason::overload, fmt::format("more than {} requests", requests_most));
            break;
        }
        const bool needs_login = is_in_session(page()) && !session_.is_open;
        if (std::optional<PageRequest> request = needs_login ? ask_login(now) : ask_page())
            return request;
        advance_item();
    }
    return std::nullopt;
}

bool PageRun::go_to_item() {
    while (at_ < plan_.pages.size() && !has_items()) {
        ++at_;
        item_ = 0;
    }
    return at_ < plan_.pages.size();
}

std::optional<PageRequest> PageRun::ask_login(MonoTime now) {
    if (!step_ && !why_no_login(now)) step_ = 0;
    if (step_) {
        std::optional<PageRequest> request = made(plan_.recipe->login[*step_].request, true);
        if (request) return request;
        login_failed({Reason::malformed, "a value that the login needs did not come", {}});
    }
    const std::optional<Error> fault = why_no_login(now);
    if (fault->reason == Reason::auth && !answer_.error) answer_.error = *fault;
    fail_page(*fault);
    return std::nullopt;
}

std::optional<PageRequest> PageRun::ask_page() {
    if (page().page == nullptr) {
        PageRequest request;
        request.path = page().name;
        request.is_last = at_ + 1 == plan_.pages.size();
        return request;
    }
    std::optional<PageRequest> request = made(page().page->request, false);
    if (!request) {
        fail_page({Reason::malformed, "a value that the request needs did not come", {}});
        return std::nullopt;
    }
    request->body_most = page().page->body_most;
    const bool is_last_item =
        !page().page->each || item_ + 1 == items_.find(page().name)->second.size();
    request->is_last = at_ + 1 == plan_.pages.size() && is_last_item && !page().page->paging;
    return request;
}

std::optional<std::string_view> PageRun::look_up(std::string_view name, bool is_login) const {
    if (is_login && name == "user") return login_.user;
    if (is_login && name == "password") return login_.secret.reveal();
    if (!is_login && name == "item") return items_.find(page().name)->second[item_];
    return session_.value(name);
}

std::optional<PageRequest> PageRun::made(const RequestRecipe& recipe, bool is_login) const {
    std::string number;
    const Lookup lookup = [&](std::string_view name) -> std::optional<std::string_view> {
        const bool is_piece = name == "page" || name == "size";
        if (is_login || !is_piece) return look_up(name, is_login);
        const Paging& paging = *page().page->paging;
        number = std::to_string(name == "page" ? paging.first + piece_ : paging.size);
        return number;
    };
    PageRequest request;
    std::optional<std::string> path = filled(recipe.path, Place::path, lookup);
    std::optional<std::string> send = filled(recipe.send, Place::json, lookup);
    if (!path || !send) return std::nullopt;
    request.path = std::move(*path);
    request.send = std::move(*send);
    request.method = recipe.method;
    const auto add = [&](const std::vector<Header>& headers) {
        for (const Header& header : headers)
            if (std::optional<std::string> value = filled(header.value, Place::header, lookup))
                request.headers.push_back({header.name, std::move(*value)});
    };
    if (!request.send.empty()) request.headers.push_back({"Content-Type", "application/json"});
    add(recipe.headers);
    // Those of the session hold values of it, which a login has only in part.
    if (!is_login) add(plan_.recipe->headers);
    const std::string cookies = session_.cookies();
    if (!cookies.empty()) request.headers.push_back({"Cookie", cookies});
    return request;
}

void PageRun::note(const PageReply& reply, const std::string& came) {
    const bool is_login = step_.has_value();
    if (page().page == nullptr && !is_login) return;
    const RequestRecipe& recipe =
        is_login ? plan_.recipe->login[*step_].request : page().page->request;
    // The path with its placeholders: what stands for them may be a secret.
    std::string wanted = fmt::format("{}{} {}", is_login ? std::string() : page().name + ": ",
                                     recipe.method == Method::post ? "POST" : "GET", recipe.path);
    if (!is_login && page().page->each)
        wanted += fmt::format(" (item {})",
                              Text::from_network(items_.find(page().name)->second[item_]).view());
    if (piece_ > 0) wanted += fmt::format(" (page {})", piece_ + page().page->paging->first);
    rungs_.push_back({is_login ? "login" : "page", came.empty(), reply.took, std::move(wanted),
                      came.empty() ? "status 200" : came});
}

void PageRun::answered(const PageReply& reply, MonoTime now) {
    ++requests_;
    if (step_) return login_answered(reply, now);
    more_ = false;
    std::optional<Error> error = reply.error;
    if (!error) error = read(reply);
    note(reply, error ? error->detail : std::string());
    if (!error) {
        session_.barred.erase(page().name);
    } else {
        if (is_in_session(page()) && is_ended(reply, *error)) {
            if (renews()) return;
            session_.barred.insert(page().name);
            if (is_denial(reply.status)) error->reason = Reason::auth;
        }
        fail_page(*error);
    }
    if (more_) {
        ++piece_;
    } else {
        advance_item();
    }
}

/// Whether an answer is one of those that come without a session.
bool PageRun::is_ended(const PageReply& reply, const Error& error) const {
    if (is_denial(reply.status)) return true;
    return !reply.error && page().page->proof &&
           (error.reason == Reason::content || error.reason == Reason::malformed);
}

/// Once in a visit, and not for a page that a new session did not help before.
bool PageRun::renews() {
    if (is_renewed_ || session_.barred.contains(page().name)) return false;
    is_renewed_ = true;
    session_.close();
    return true;
}

// ---- login ----------------------------------------------------------------------------------

void PageRun::login_answered(const PageReply& reply, MonoTime now) {
    const LoginStep& step = plan_.recipe->login[*step_];
    const bool is_refused = step.shows_password && is_refusal(reply.status);
    if (reply.error && !is_refused) {
        note(reply, reply.error->detail);
        return login_failed(*reply.error);
    }
    session_.take_cookies(reply.headers);
    if (is_refused || !take(step, reply)) {
        Error error{Reason::malformed, "the answer lacks a value that the login needs", {}};
        if (step.shows_password) {
            session_.limit.refused(now);
            error = {Reason::auth,
                     is_refused ? fmt::format("the login was refused (status {})", *reply.status)
                                : "the login was refused",
                     {}};
        }
        note(reply, error.detail);
        return login_failed(std::move(error));
    }
    note(reply, {});
    if (++*step_ < plan_.recipe->login.size()) return;
    step_.reset();
    session_.is_open = true;
    session_.limit.accepted();
}

bool PageRun::take(const LoginStep& step, const PageReply& reply) {
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < step.takes.size(); ++i)
        if (step.takes[i].header.empty())
            wanted.push_back({static_cast<std::uint16_t>(i), step.takes[i].steps});
    Answer found;
    if (!wanted.empty() && !read_json(reply.body, wanted, step.takes.size() * 2, found))
        return false;
    for (std::size_t i = 0; i < step.takes.size(); ++i) {
        const Taking& taking = step.takes[i];
        if (!taking.header.empty()) {
            if (const auto value = header_in(reply.headers, taking.header))
                session_.keep(taking.name, std::string(*value));
            continue;
        }
        std::optional<std::string> value = first_of(found, static_cast<std::uint16_t>(i));
        if (!value || value->empty()) return false;
        session_.keep(taking.name, std::move(*value));
    }
    return true;
}

/// The page that needed it is still the present one; `next` tells it.
void PageRun::login_failed(Error error) {
    session_.close();
    step_.reset();
    session_fault_ = std::move(error);
}

// ---- pages ----------------------------------------------------------------------------------

std::optional<Error> PageRun::read(const PageReply& reply) {
    std::vector<Wanted> wanted = page().wanted;
    const PageRecipe* const recipe = page().page;
    std::vector<std::string> fed;
    if (recipe != nullptr) {
        if (recipe->proof) wanted.push_back({proof_field, recipe->proof->steps});
        if (recipe->paging)
            wanted.push_back({paging_field, recipe->paging->more.empty() ? recipe->paging->total
                                                                         : recipe->paging->more});
        for (const Planned& other : plan_.pages) {
            if (other.page == nullptr || !other.page->each || other.page->each->page != page().name)
                continue;
            wanted.push_back(
                {static_cast<std::uint16_t>(items_field + fed.size()), other.page->each->steps});
            fed.push_back(other.name);
        }
    }
    // Of a page's body: with the body itself some 1 MiB at 256 KiB; more values are a flood.
    const std::size_t most =
        (recipe != nullptr && recipe->body_most > 0 ? recipe->body_most : body_most_) / 32;
    Answer found;
    const Result<void> done = read_json(reply.body, wanted, most, found);
    if (!done) return done.error();
    if (recipe != nullptr && recipe->proof) {
        const std::optional<std::string> proof = first_of(found, proof_field);
        const std::optional<std::string>& equals = recipe->proof->equals;
        if (!proof || (equals && *proof != *equals))
            return Error{Reason::content,
                         fmt::format("the answer does not say that it is one{}",
                                     proof ? fmt::format(": {}", Text::from_network(*proof).view())
                                           : std::string()),
                         {}};
    }
    if (answer_.cells().size() + found.cells().size() > values_most)
        return Error{Reason::too_large, fmt::format("more than {} values in all", values_most), {}};
    for (const Cell& cell : found.cells()) {
        if (cell.field < items_field) continue;
        std::string value = text_of(found, cell.value);
        std::vector<std::string>& items = items_[fed[cell.field - items_field]];
        if (!value.empty() && value.size() <= 64 && items.size() < items_most)
            items.push_back(std::move(value));
    }
    more_ = recipe != nullptr && recipe->paging && has_more(found);
    keep_values(found);
    return std::nullopt;
}

bool PageRun::has_more(const Answer& found) const {
    std::uint32_t rows = 0;
    for (const Cell& cell : found.cells())
        if (cell.field < proof_field && cell.row_size > 0)
            rows = std::max(rows, found.row_of(cell)[0] + 1);
    const std::optional<std::string> word = first_of(found, paging_field);
    if (rows == 0 || !word) return false;
    if (!page().page->paging->more.empty()) return *word != "0" && !word->empty();
    return word->size() < 10 && std::strtoull(word->c_str(), nullptr, 10) > rows_before_ + rows;
}

/// With the value of `each` before the row, and the rows of earlier pieces counted.
void PageRun::keep_values(const Answer& found) {
    std::vector<std::uint32_t> prefix;
    if (page().page != nullptr && page().page->each) {
        const std::string& item = items_.find(page().name)->second[item_];
        prefix.push_back(static_cast<std::uint32_t>(item.size()));
        for (const char c : item)
            prefix.push_back(static_cast<unsigned char>(c));
    }
    std::uint32_t rows = 0;
    for (const Cell& cell : found.cells()) {
        if (cell.field >= proof_field) continue;
        std::vector<std::uint32_t> row = prefix;
        const auto own = found.row_of(cell);
        row.insert(row.end(), own.begin(), own.end());
        if (!own.empty() && page().page != nullptr && page().page->paging) {
            rows = std::max(rows, own[0] + 1);
            row[prefix.size()] += rows_before_;
        }
        if (cell.value.kind == RawValue::Kind::bytes) {
            answer_.add_bytes(cell.field, row, cell.value.kind, found.bytes_of(cell.value));
        } else {
            answer_.add_number(cell.field, row, cell.value.kind, cell.value.number);
        }
    }
    rows_before_ += rows;
}

void PageRun::fail_page(const Error& error) {
    lack(page(), error.reason, error.detail);
}

void PageRun::lack(const Planned& page, Reason reason, const std::string& why) {
    for (const Wanted& one : page.wanted) {
        if (lacking_[one.field]) continue;
        lacking_[one.field] = true;
        answer_.problems.push_back(Problem{"http", plan_.ask->fields[one.field].label, reason,
                                           fmt::format("{}: {}", page.name, why)});
    }
    // What is asked for each of its values is not asked for.
    if (!page.feeds_others) return;
    for (const Planned& other : plan_.pages)
        if (other.page != nullptr && other.page->each && other.page->each->page == page.name)
            lack(other, reason, why);
}

void PageRun::advance_item() {
    piece_ = rows_before_ = 0;
    ++item_;
}

void PageRun::give_up(Reason reason, const std::string& why) {
    for (; at_ < plan_.pages.size(); ++at_)
        lack(plan_.pages[at_], reason, why);
}

std::shared_ptr<const Ladder> PageRun::ladder() const {
    if (rungs_.empty()) return nullptr;
    auto ladder = std::make_shared<Ladder>();
    ladder->rungs = rungs_;
    return ladder;
}

}  // namespace pantau::http
