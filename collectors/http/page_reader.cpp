#include "collectors/http/page_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "collectors/http/access_reader.hpp"
#include "collectors/http/target.hpp"

namespace pantau::http {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::array<std::string_view, 2> schemes{"http", "https"};
constexpr std::array<std::string_view, 4> methods{"GET", "HEAD", "POST", "OPTIONS"};
constexpr std::size_t send_most = 16u << 10;
constexpr std::size_t headers_most = 32;
constexpr std::size_t header_value_most = 4096;
constexpr std::size_t tests_most = 32;
constexpr std::int64_t body_cap_most = 1 << 20;
constexpr std::int64_t redirects_most = 10;

std::optional<std::uint16_t> status(std::string_view text) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.size() != 3 || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    if (number < 100 || number > 599) return std::nullopt;
    return number;
}

/// Reads "204", "2xx" or "200-399".
std::optional<StatusRange> status_range(std::string_view text) {
    if (text.size() == 3 && text.substr(1) == "xx") {
        const std::optional<std::uint16_t> first = status(std::string{text[0]} + "00");
        if (!first) return std::nullopt;
        return StatusRange{*first, static_cast<std::uint16_t>(*first + 99)};
    }
    const std::size_t dash = text.find('-');
    const std::optional<std::uint16_t> first = status(text.substr(0, dash));
    const std::optional<std::uint16_t> last =
        dash == std::string_view::npos ? first : status(text.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    return StatusRange{*first, *last};
}

void read_expect(const Node& node, Diagnostics& diagnostics, Page& page) {
    const std::vector<Node> items = node.is_list() ? node.elements() : std::vector<Node>{node};
    std::vector<StatusRange> ranges;
    for (const Node& item : items) {
        const std::optional<StatusRange> range = status_range(item.scalar());
        if (range) {
            ranges.push_back(*range);
        } else {
            item.complain(diagnostics, "this is no HTTP status",
                          "a number from 100 to 599, a class such as 2xx, a range such as 200-399, "
                          "or a list of them");
        }
    }
    if (items.empty()) node.complain(diagnostics, "no status is expected", "for example 200");
    if (!ranges.empty()) page.expect = std::move(ranges);
}

void read_where(MapReader& map, Diagnostics& diagnostics, Page& page) {
    const std::optional<Node> url = map.node("url");
    const std::optional<Node> path = map.node("path");
    if (url) {
        const std::optional<std::string> text = url->text(diagnostics);
        const Result<Target> target = text ? target_of_url(*text) : Result<Target>{};
        if (!target) url->complain(diagnostics, target.error().detail, target.error().where);
        page.url = text.value_or("");
    }
    if (path) {
        const std::optional<std::string> text = path->text(diagnostics);
        if (text && !is_path(*text)) {
            path->complain(diagnostics, "this is no path of a URL",
                           "it begins with / and holds no spaces: /status");
        }
        page.path = text.value_or("/");
    }
    const std::optional<std::size_t> scheme = map.one_of("scheme", schemes);
    if (scheme) page.scheme = schemes[*scheme];
    const std::optional<std::int64_t> port = map.integer("port", 1, 65535);
    if (port || scheme) page.port = static_cast<std::uint16_t>(port.value_or(0));
    page.has_own_origin = page.name != nullptr && (scheme || port);
    if (url && (path || scheme || port)) {
        url->complain(diagnostics, "url already says scheme, port and path",
                      "leave out either url, or scheme, port and path");
    }
}

/// A relative path counts from the file that names it.
void read_ca_file(const Node& node, Diagnostics& diagnostics, Page& page) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return;
    const std::shared_ptr<const config::Source> source = node.location().source;
    std::filesystem::path path(*text);
    if (path.is_relative() && source)
        path = std::filesystem::path(source->name).parent_path() / path;
    page.ca_file = path.string();
    if (!std::ifstream(path)) {
        node.complain(diagnostics, "the file of trusted certificates cannot be read",
                      "looked for " + path.string());
    }
}

/// RFC 9110: what the name of a header is made of.
bool is_header_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                   std::string_view::npos;
    });
}

bool is_header_value(std::string_view value) {
    return value.size() <= header_value_most &&
           std::all_of(value.begin(), value.end(),
                       [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); });
}

bool is_named(std::string_view name, std::string_view small) {
    return std::equal(name.begin(), name.end(), small.begin(), small.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

void read_header(const std::string& name, const Node& value, Diagnostics& diagnostics, Page& page) {
    if (!is_header_name(name)) {
        value.complain(diagnostics, "this is no name of a header", "for example Accept");
        return;
    }
    for (const std::string_view own : {"connection", "content-length", "transfer-encoding"}) {
        if (!is_named(name, own)) continue;
        value.complain(diagnostics, "this header is pantau's own", "leave it out");
        return;
    }
    for (const std::string_view secret : {"authorization", "cookie", "proxy-authorization"}) {
        if (!is_named(name, secret)) continue;
        config::Location place = value.location();
        place.hidden = true;
        diagnostics.error(std::move(place), "a secret in a header stands in clear text",
                          "headers may not hold one", value.path());
        return;
    }
    const std::optional<std::string> text = value.text(diagnostics);
    if (!text) return;
    if (!is_header_value(*text)) {
        value.complain(diagnostics, "this is no value of a header",
                       "at most 4096 bytes, without control characters");
        return;
    }
    std::erase_if(page.headers, [&](const Header& known) { return known.name == name; });
    page.headers.push_back({name, *text});
}

void read_headers(const Node& node, Diagnostics& diagnostics, Page& page) {
    if (!node.is_map()) {
        node.complain(diagnostics, "headers are a map of names and values",
                      "for example {Accept: application/json}");
        return;
    }
    for (const auto& [name, value] : node.entries())
        read_header(name, value, diagnostics, page);
    if (page.headers.size() > headers_most)
        node.complain(diagnostics, "too many headers", fmt::format("at most {}", headers_most));
}

void read_send(const Node& node, Diagnostics& diagnostics, Page& page) {
    const std::optional<std::string> text = node.text(diagnostics);
    page.send = text.value_or("");
    if (page.send.size() > send_most)
        node.complain(diagnostics, "this is too long to send", "at most 16 KiB");
    if (page.method != Method::post)
        node.complain(diagnostics, "only a POST sends a body", "add method: POST");
}

std::optional<Pattern> read_pattern(const Node& node, Diagnostics& diagnostics) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return std::nullopt;
    Result<Pattern> pattern = Pattern::compile(*text);
    if (pattern) return std::move(*pattern);
    node.complain(diagnostics, "this is no regular expression: " + pattern.error().detail,
                  "syntax of RE2, without look-around and back references");
    return std::nullopt;
}

void read_body(const Node& node, Diagnostics& diagnostics, Page& page) {
    if (node.is_scalar()) {
        page.body = read_pattern(node, diagnostics);
        return;
    }
    MapReader map(node, diagnostics);
    if (const std::optional<Node> matches = map.node("matches"))
        page.body = read_pattern(*matches, diagnostics);
    if (const std::optional<Node> lacks = map.node("lacks"))
        page.body_lacks = read_pattern(*lacks, diagnostics);
    map.finish();
}

/// RFC 6901: empty, or parts that each begin with a slash; ~ only as ~0 and ~1.
bool is_pointer(std::string_view text) {
    if (!text.empty() && text[0] != '/') return false;
    for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1))
        if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
    return true;
}

void read_json_test(const Node& node, Diagnostics& diagnostics, Page& page) {
    MapReader map(node, diagnostics);
    JsonTest test;
    const std::optional<Node> at = map.required("at");
    if (at) test.pointer = at->text(diagnostics).value_or("");
    if (at && !is_pointer(test.pointer)) {
        at->complain(diagnostics, "this is no place in a JSON body",
                     "keys and numbers, each after a slash: /radios/0/state");
    }
    int ways = 0;
    if (const std::optional<Node> equals = map.node("equals")) {
        test.kind = JsonTest::Kind::equals;
        test.text = equals->text(diagnostics).value_or("");
        ++ways;
    }
    if (const std::optional<Node> matches = map.node("matches")) {
        test.kind = JsonTest::Kind::matches;
        test.pattern = read_pattern(*matches, diagnostics);
        ++ways;
    }
    for (const auto& [key, kind] :
         {std::pair{"above", JsonTest::Kind::above}, std::pair{"below", JsonTest::Kind::below}}) {
        const std::optional<Node> bound = map.node(key);
        if (!bound) continue;
        test.kind = kind;
        test.bound = bound->number(diagnostics).value_or(0);
        ++ways;
    }
    if (const std::optional<bool> present = map.flag("present")) {
        test.kind = *present ? JsonTest::Kind::present : JsonTest::Kind::absent;
        ++ways;
    }
    map.finish();
    if (ways > 1) {
        node.complain(diagnostics, "one test looks at one thing",
                      "one of equals, matches, above, below, present; several tests as a list");
    }
    page.json.push_back(std::move(test));
}

void read_json(const Node& node, Diagnostics& diagnostics, Page& page) {
    const std::vector<Node> items = node.is_list() ? node.elements() : std::vector<Node>{node};
    page.json.clear();
    for (const Node& item : items)
        read_json_test(item, diagnostics, page);
    if (items.empty()) node.complain(diagnostics, "no test is given", "{at: /status, equals: ok}");
    if (items.size() > tests_most)
        node.complain(diagnostics, "too many tests", fmt::format("at most {}", tests_most));
}

void read_redirects(const Node& node, Diagnostics& diagnostics, Page& page) {
    if (node.is_scalar()) {
        page.redirects.most =
            static_cast<unsigned>(node.integer(diagnostics, 0, redirects_most).value_or(0));
        return;
    }
    MapReader map(node, diagnostics);
    page.redirects.most = static_cast<unsigned>(map.integer("most", 0, redirects_most).value_or(3));
    if (const std::optional<Node> hosts = map.node("hosts")) {
        page.redirects.hosts.clear();
        for (const std::string& host :
             hosts->texts(diagnostics).value_or(std::vector<std::string>{})) {
            const Result<Target> target = target_of_url("http://" + host + "/");
            if (!target || host.find_first_of("/?@") != std::string::npos) {
                hosts->complain(diagnostics, "a host is a name or an address here",
                                "for example portal.example.id, without scheme, port and path");
            } else {
                page.redirects.hosts.push_back(target->host);
            }
        }
    }
    map.finish();
}

void complain_of_head(MapReader& map, Diagnostics& diagnostics, const Page& page) {
    if (page.method == Method::head && page.reads_body()) {
        map.self().complain(diagnostics, "a HEAD brings no body to look into",
                            "method: GET, or leave out body and json");
    }
}

}  // namespace

void read_page(MapReader& map, Diagnostics& diagnostics, Page& page) {
    read_where(map, diagnostics, page);
    read_access(map, diagnostics, page);
    if (const std::optional<std::size_t> method = map.one_of("method", methods))
        page.method = static_cast<Method>(*method);
    if (const std::optional<Node> headers = map.node("headers"))
        read_headers(*headers, diagnostics, page);
    if (const std::optional<Node> send = map.node("send")) read_send(*send, diagnostics, page);
    if (const std::optional<Node> expect = map.node("expect"))
        read_expect(*expect, diagnostics, page);
    if (const std::optional<Node> redirects = map.node("redirects"))
        read_redirects(*redirects, diagnostics, page);
    if (const std::optional<Node> body = map.node("body")) read_body(*body, diagnostics, page);
    if (const std::optional<Node> json = map.node("json")) read_json(*json, diagnostics, page);
    if (const std::optional<bool> verify = map.flag("verify")) page.verify = *verify;
    if (const std::optional<Node> ca_file = map.node("ca_file"))
        read_ca_file(*ca_file, diagnostics, page);
    const std::optional<std::int64_t> body_most = map.integer("max_body", 0, body_cap_most);
    if (body_most) page.body_most = static_cast<std::size_t>(*body_most);
    complain_of_head(map, diagnostics, page);
}

}  // namespace pantau::http
