#include "collectors/http/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/http/page_reader.hpp"
#include "collectors/http/target.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::http {
namespace {

/// A word that stands as a label's value and in messages.
bool is_check_name(std::string_view name) {
    constexpr std::size_t name_most = 64;
    return !name.empty() && name.size() <= name_most &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
           });
}

bool is_taken(std::string_view name) {
    for (const std::string_view own : {"status", "content", "certificate", "certificate_name"})
        if (name == own) return true;
    return false;
}

constexpr std::string_view open_login = "this password or token would be sent in clear text";
constexpr std::string_view open_login_help =
    "use https with verify: true, or scheme: digest, or add allow_weak: true to auth";

bool is_tls(const Page& page, const Settings& settings) {
    if (!page.url.empty()) return page.url.starts_with("https:");
    const bool is_beside = !settings.url.empty() && !page.has_own_origin;
    return is_beside ? settings.url.starts_with("https:") : page.scheme == "https";
}

/// Whether the node says how its page is reached. A group that does not may be one for devices
/// that do; whoever never does sends no login.
bool has_origin(const config::Node& node) {
    return node.find("url").has_value() || node.find("scheme").has_value() ||
           node.find("verify").has_value();
}

void check_login(const config::Node& node, config::Diagnostics& diagnostics, const Page& page,
                 const Settings& settings) {
    if (has_origin(node) && page.would_show_login(is_tls(page, settings)))
        node.complain(diagnostics, std::string(open_login), std::string(open_login_help));
}

void read_checks(const config::Node& node, config::Diagnostics& diagnostics, Settings& settings) {
    if (!node.is_map()) {
        node.complain(diagnostics, "checks are a map of names and pages",
                      "for example {login: {path: /login, body: Selamat}}");
        return;
    }
    for (const auto& [name, check] : node.entries()) {
        if (!is_check_name(name)) {
            check.complain(diagnostics, "this is no name of a check",
                           "letters, digits, - _ and . only, at most 64");
        } else if (is_taken(name)) {
            check.complain(diagnostics, fmt::format("\"{}\" is a check of pantau's own", name),
                           "choose another name");
        }
        Page page = beside(settings, name);
        config::MapReader map(check, diagnostics);
        read_page(map, diagnostics, page);
        map.finish();
        check_login(check, diagnostics, page, settings);
        settings.checks.push_back(std::move(page));
    }
    if (settings.checks.size() > checks_most)
        node.complain(diagnostics, "too many checks", fmt::format("at most {}", checks_most));
}

bool same_name(const Page& a, const Page& b) {
    if (a.name == nullptr || b.name == nullptr) return a.name == b.name;
    return *a.name == *b.name;
}

}  // namespace

Page beside(const Page& main, std::string name) {
    Page page = main;
    page.name = std::make_shared<const std::string>(std::move(name));
    page.url.clear();
    page.path = "/";
    page.method = Method::get;
    page.send.clear();
    page.expect = {StatusRange{}};
    page.body.reset();
    page.body_lacks.reset();
    page.json.clear();
    return page;
}

bool Page::expects(long status) const {
    return std::any_of(expect.begin(), expect.end(), [&](const StatusRange& range) {
        return status >= range.first && status <= range.last;
    });
}

bool Page::would_show_login(bool is_tls) const {
    const bool is_bare =
        login.scheme != Login::Scheme::none && login.scheme != Login::Scheme::digest;
    return is_bare && !login.allow_weak && !(is_tls && verify);
}

bool Page::operator==(const Page& other) const {
    return same_name(*this, other) && url == other.url && scheme == other.scheme &&
           port == other.port && path == other.path && has_own_origin == other.has_own_origin &&
           address == other.address && via == other.via && login == other.login &&
           http2 == other.http2 && method == other.method && headers == other.headers &&
           send == other.send && expect == other.expect && redirects == other.redirects &&
           body == other.body && body_lacks == other.body_lacks && json == other.json &&
           verify == other.verify && ca_file == other.ca_file && body_most == other.body_most;
}

bool Settings::operator==(const Settings& other) const {
    return Page::operator==(other) && enabled == other.enabled && timeout == other.timeout &&
           checks == other.checks;
}

bool Settings::equals(const CollectorSettings& other) const {
    const auto* same = dynamic_cast<const Settings*>(&other);
    return same != nullptr && *this == *same;
}

std::shared_ptr<const CollectorSettings> read_settings(const config::Node& node,
                                                       config::Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.errors();
    auto settings = std::make_shared<Settings>();
    config::MapReader map(node, diagnostics);
    settings->enabled = map.flag("enabled").value_or(true);
    if (const std::optional<config::Node> timeout = map.node("timeout")) {
        settings->timeout = timeout->duration(diagnostics);
        if (settings->timeout && (*settings->timeout < std::chrono::milliseconds(10) ||
                                  *settings->timeout > std::chrono::minutes(5)))
            timeout->complain(diagnostics, "this timeout is not usable", "from 10ms to 5m");
    }
    read_page(map, diagnostics, *settings);
    check_login(node, diagnostics, *settings, *settings);
    // After the page: the checks take over from it.
    if (const std::optional<config::Node> checks = map.node("checks"))
        read_checks(*checks, diagnostics, *settings);
    map.finish();
    if (diagnostics.errors() != errors_before) return nullptr;
    return settings;
}

Result<std::shared_ptr<const CollectorSettings>> read_column(std::string_view text,
                                                             const CollectorSettings* base) {
    const Result<Target> target = target_of_url(text);
    if (!target) return tl::unexpected(target.error());
    const auto* group = dynamic_cast<const Settings*>(base);
    auto settings =
        group != nullptr ? std::make_shared<Settings>(*group) : std::make_shared<Settings>();
    settings->enabled = true;
    settings->url = std::string(text);
    settings->scheme = "http";
    settings->port = 0;
    settings->path = "/";
    if (settings->would_show_login(target->is_tls))
        return fail(Reason::malformed, std::string(open_login), std::string(open_login_help));
    for (const Page& check : settings->checks) {
        if (check.would_show_login(is_tls(check, *settings)))
            return fail(Reason::malformed, std::string(open_login), std::string(open_login_help));
    }
    return std::shared_ptr<const CollectorSettings>(std::move(settings));
}

}  // namespace pantau::http
