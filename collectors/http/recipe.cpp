#include "collectors/http/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "collectors/http/placeholder.hpp"
#include "collectors/http/target.hpp"

namespace pantau::http {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::array<std::string_view, 2> methods{"GET", "POST"};
constexpr std::size_t pages_most = 32;
constexpr std::size_t steps_most = 4;
constexpr std::int64_t body_cap_most = 32 << 20;

using Names = std::set<std::string, std::less<>>;

bool is_page_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

/// A placeholder that nobody fills is a mistake of the profile.
void check_names(const Node& node, Diagnostics& diagnostics, std::string_view text,
                 const Names& known) {
    for (const std::string& name : placeholders_of(text)) {
        if (known.contains(name)) continue;
        node.complain(diagnostics, fmt::format("nothing is known here for {{{}}}", name),
                      fmt::format("one of {}", fmt::join(known, ", ")));
    }
}

std::vector<JsonAddress::Step> read_place(const Node& node, Diagnostics& diagnostics) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return {};
    Result<JsonAddress> parsed = parse_json_address("/#" + *text, false);
    if (!parsed) node.complain(diagnostics, parsed.error().detail);
    return parsed ? std::move(parsed->steps) : std::vector<JsonAddress::Step>{};
}

std::vector<Header> read_headers(const Node& node, Diagnostics& diagnostics, const Names& known) {
    std::vector<Header> headers;
    MapReader(node, diagnostics);  // reports anything but a map
    for (const auto& [name, value] : node.entries()) {
        const std::string text = value.text(diagnostics).value_or("");
        check_names(value, diagnostics, text, known);
        const auto is_bad = [](unsigned char c) { return c < 0x21 || c > 0x7E || c == ':'; };
        if (name.empty() || std::any_of(name.begin(), name.end(), is_bad) ||
            text.find_first_of("\r\n") != std::string::npos)
            value.complain(diagnostics, "this is no header", "for example {Accept: text/plain}");
        headers.push_back({name, text});
    }
    return headers;
}

/// `open` are the names that may stand anywhere, `with_password` those of a body.
RequestRecipe read_request(MapReader& map, Diagnostics& diagnostics, const Names& open,
                           const Names& with_password) {
    RequestRecipe request;
    if (const std::optional<Node> path = map.required("path")) {
        request.path = path->text(diagnostics).value_or("");
        check_names(*path, diagnostics, request.path, open);
        const std::optional<std::string> plain =
            filled(request.path, Place::path, [](std::string_view) { return "x"; });
        if (!plain || !is_path(*plain)) {
            path->complain(diagnostics, "this is no path of a page",
                           "it begins with / and holds no spaces: /api/status");
        }
    }
    if (const std::optional<Node> headers = map.node("headers"))
        request.headers = read_headers(*headers, diagnostics, open);
    if (const std::optional<Node> send = map.node("send")) {
        request.method = Method::post;
        request.send = send->text(diagnostics).value_or("");
        check_names(*send, diagnostics, request.send, with_password);
    }
    if (const std::optional<std::size_t> method = map.one_of("method", methods))
        request.method = *method == 1 ? Method::post : Method::get;
    if (request.method == Method::get && !request.send.empty())
        map.self().complain(diagnostics, "only a POST sends a body", "leave out method");
    return request;
}

std::vector<Taking> read_takes(const Node& node, Diagnostics& diagnostics) {
    std::vector<Taking> takes;
    MapReader(node, diagnostics);
    for (const auto& [name, value] : node.entries()) {
        Taking taking;
        taking.name = name;
        for (const std::string_view own : {"user", "password", "item", "page", "size"})
            if (name == own) value.complain(diagnostics, "this name is pantau's own");
        if (placeholders_of("{" + name + "}").empty())
            value.complain(diagnostics, "this is no name of a value", "small letters and _");
        if (value.is_map()) {
            MapReader map(value, diagnostics);
            taking.header = map.required_text("header").value_or("");
            map.finish();
        } else {
            taking.steps = read_place(value, diagnostics);
        }
        takes.push_back(std::move(taking));
    }
    return takes;
}

LoginStep read_step(const Node& node, Diagnostics& diagnostics, Names& known) {
    LoginStep step;
    MapReader map(node, diagnostics);
    Names with_password = known;
    with_password.insert({"user", "password"});
    step.request = read_request(map, diagnostics, known, with_password);
    const std::vector<std::string> used = placeholders_of(step.request.send);
    step.shows_password = std::ranges::find(used, "password") != used.end();
    if (const std::optional<Node> takes = map.node("take"))
        step.takes = read_takes(*takes, diagnostics);
    for (const Taking& taking : step.takes)
        known.insert(taking.name);
    map.finish();
    return step;
}

void read_session(const Node& node, Diagnostics& diagnostics, Recipe& recipe, Names& known) {
    MapReader map(node, diagnostics);
    if (const std::optional<Node> steps = map.required("login")) {
        for (const Node& step : steps->elements())
            recipe.login.push_back(read_step(step, diagnostics, known));
        if (recipe.login.empty() || recipe.login.size() > steps_most)
            steps->complain(diagnostics, "login is a list of requests",
                            fmt::format("from 1 to {}", steps_most));
    }
    if (const std::optional<Node> headers = map.node("headers"))
        recipe.headers = read_headers(*headers, diagnostics, known);
    map.finish();
}

std::optional<PageAddress> read_each(const Node& node, Diagnostics& diagnostics,
                                     const Recipe& recipe) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return std::nullopt;
    Result<PageAddress> address = parse_page_address(*text, true);
    if (!address) {
        node.complain(diagnostics, address.error().detail);
        return std::nullopt;
    }
    const PageRecipe* const from = recipe.find(address->page);
    if (from == nullptr || from->each) {
        node.complain(diagnostics, "the values stand on a page that is declared before this one",
                      "and that is asked for once: sites#/data/*/name");
        return std::nullopt;
    }
    return std::move(*address);
}

Proof read_proof(const Node& node, Diagnostics& diagnostics) {
    Proof proof;
    MapReader map(node, diagnostics);
    if (const std::optional<Node> at = map.required("at"))
        proof.steps = read_place(*at, diagnostics);
    proof.equals = map.text("equals");
    map.finish();
    return proof;
}

Paging read_paging(const Node& node, Diagnostics& diagnostics) {
    Paging paging;
    MapReader map(node, diagnostics);
    paging.first = static_cast<std::uint32_t>(map.integer("first", 0, 1).value_or(1));
    if (const std::optional<Node> size = map.required("size"))
        paging.size = static_cast<std::uint32_t>(size->integer(diagnostics, 1, 10'000).value_or(1));
    const std::optional<Node> more = map.node("more");
    const std::optional<Node> total = map.node("total");
    if (more) paging.more = read_place(*more, diagnostics);
    if (total) paging.total = read_place(*total, diagnostics);
    if (more.has_value() == total.has_value())
        node.complain(diagnostics, "paging says how one knows that there is more",
                      "more: /hasMore, or total: /totalCount");
    map.finish();
    return paging;
}

PageRecipe read_page_recipe(const std::string& name, const Node& node, Diagnostics& diagnostics,
                            const Recipe& recipe, Names known) {
    PageRecipe page;
    page.name = name;
    MapReader map(node, diagnostics);
    if (const std::optional<Node> each = map.node("each")) {
        page.each = read_each(*each, diagnostics, recipe);
        known.insert("item");
    }
    if (const std::optional<Node> paging = map.node("paging")) {
        page.paging = read_paging(*paging, diagnostics);
        known.insert({"page", "size"});
    }
    page.request = read_request(map, diagnostics, known, known);
    if (const std::optional<Node> proof = map.node("proof"))
        page.proof = read_proof(*proof, diagnostics);
    page.body_most =
        static_cast<std::size_t>(map.integer("max_body", 1, body_cap_most).value_or(0));
    map.finish();
    if (!is_page_name(name))
        node.complain(diagnostics, fmt::format("\"{}\" cannot name a page", name),
                      "small letters, digits, - and _");
    return page;
}

}  // namespace

Result<PageAddress> parse_page_address(std::string_view text, bool is_column) {
    const std::string_view name = text.substr(0, text.find('#'));
    const bool is_named = is_page_name(name);
    Result<JsonAddress> parsed = is_named ? parse_json_address("/" + std::string(text), false)
                                          : parse_json_address(text, is_column);
    if (is_named && !parsed && is_column)
        parsed = parse_json_address("/" + std::string(text), true);
    if (!parsed) return tl::unexpected(parsed.error());
    return PageAddress{is_named ? std::string(name) : std::move(parsed->path), is_named,
                       std::move(parsed->steps)};
}

const PageRecipe* Recipe::find(std::string_view name) const {
    const auto found = std::ranges::find(pages, name, &PageRecipe::name);
    return found == pages.end() ? nullptr : &*found;
}

std::shared_ptr<const CollectorSettings> read_recipe(const Node& section,
                                                     Diagnostics& diagnostics) {
    const std::optional<Node> session = section.find("session");
    const std::optional<Node> pages = section.find("pages");
    if (!session && !pages) return nullptr;
    auto recipe = std::make_shared<Recipe>();
    Names known;
    if (session) read_session(*session, diagnostics, *recipe, known);
    if (!pages || pages->entries().empty()) {
        section.complain(diagnostics, "a session without pages", "pages: {NAME: {path: /…}}");
        return recipe;
    }
    for (const auto& [name, node] : pages->entries())
        recipe->pages.push_back(read_page_recipe(name, node, diagnostics, *recipe, known));
    if (recipe->pages.size() > pages_most)
        pages->complain(diagnostics, "too many pages", fmt::format("at most {}", pages_most));
    return recipe;
}

Result<void> check_ask(const Ask& ask) {
    const auto* const recipe = dynamic_cast<const Recipe*>(ask.care.get());
    for (const Field& field : ask.fields) {
        const Result<PageAddress> address = parse_page_address(field.address, field.is_column());
        if (!address || !address->is_named) continue;
        const PageRecipe* const page = recipe == nullptr ? nullptr : recipe->find(address->page);
        if (page == nullptr)
            return fail(Reason::malformed, fmt::format("{}: no page \"{}\" is declared in pages",
                                                       field.address, address->page));
        const bool has_star = std::ranges::any_of(address->steps, &JsonAddress::Step::is_any);
        if (field.is_column() && !has_star && !page->each)
            return fail(
                Reason::malformed,
                fmt::format("{}: a column says with a * where its rows are", field.address));
        if (!field.is_column() && page->each)
            return fail(Reason::malformed,
                        fmt::format("{}: the page is asked for many times, so its values are "
                                    "columns of a table",
                                    field.address));
    }
    return {};
}

}  // namespace pantau::http
