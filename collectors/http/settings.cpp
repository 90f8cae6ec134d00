#include "collectors/http/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "collectors/http/target.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::http {
namespace {

constexpr std::array<std::string_view, 2> schemes{"http", "https"};
constexpr std::array<std::string_view, 2> methods{"GET", "HEAD"};

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads "204" or "2xx".
std::optional<StatusRange> status_range(std::string_view text) {
    if (text.size() != 3 || text[0] < '1' || text[0] > '5') return std::nullopt;
    const auto hundreds = static_cast<std::uint16_t>((text[0] - '0') * 100);
    if (text.substr(1) == "xx")
        return StatusRange{hundreds, static_cast<std::uint16_t>(hundreds + 99)};
    if (!is_digits(text)) return std::nullopt;
    const auto status =
        static_cast<std::uint16_t>(hundreds + (text[1] - '0') * 10 + (text[2] - '0'));
    return StatusRange{status, status};
}

void read_expect(const config::Node& node, config::Diagnostics& diagnostics, Settings& settings) {
    const std::vector<config::Node> items =
        node.is_list() ? node.elements() : std::vector<config::Node>{node};
    std::vector<StatusRange> ranges;
    for (const config::Node& item : items) {
        const std::optional<StatusRange> range = status_range(item.scalar());
        if (range) {
            ranges.push_back(*range);
        } else {
            item.complain(diagnostics, "this is no HTTP status",
                          "a number from 100 to 599, a class such as 2xx, or a list of them");
        }
    }
    if (items.empty()) node.complain(diagnostics, "no status is expected", "for example 200");
    if (!ranges.empty()) settings.expect = std::move(ranges);
}

void read_where(config::MapReader& map, config::Diagnostics& diagnostics, Settings& settings) {
    const std::optional<config::Node> url = map.node("url");
    const std::optional<config::Node> path = map.node("path");
    if (url) {
        const std::optional<std::string> text = url->text(diagnostics);
        const Result<Target> target = text ? target_of_url(*text) : Result<Target>{};
        if (!target) url->complain(diagnostics, target.error().detail, target.error().where);
        settings.url = text.value_or("");
    }
    if (path) {
        const std::optional<std::string> text = path->text(diagnostics);
        if (text && !is_path(*text)) {
            path->complain(diagnostics, "this is no path of a URL",
                           "it begins with / and holds no spaces: /status");
        }
        settings.path = text.value_or("/");
    }
    const std::optional<std::size_t> scheme = map.one_of("scheme", schemes);
    if (scheme) settings.scheme = schemes[*scheme];
    const std::optional<std::int64_t> port = map.integer("port", 1, 65535);
    settings.port = static_cast<std::uint16_t>(port.value_or(0));
    if (url && (path || scheme || port)) {
        url->complain(diagnostics, "url already says scheme, port and path",
                      "leave out either url, or scheme, port and path");
    }
}

/// A relative path counts from the file that names it.
void read_ca_file(const config::Node& node, config::Diagnostics& diagnostics, Settings& settings) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return;
    const std::shared_ptr<const config::Source> source = node.location().source;
    std::filesystem::path path(*text);
    if (path.is_relative() && source)
        path = std::filesystem::path(source->name).parent_path() / path;
    settings.ca_file = path.string();
    if (!std::ifstream(path)) {
        node.complain(diagnostics, "the file of trusted certificates cannot be read",
                      "looked for " + path.string());
    }
}

}  // namespace

bool Settings::expects(long status) const {
    return std::any_of(expect.begin(), expect.end(), [&](const StatusRange& range) {
        return status >= range.first && status <= range.last;
    });
}

bool Settings::operator==(const Settings& other) const {
    return enabled == other.enabled && url == other.url && scheme == other.scheme &&
           port == other.port && path == other.path && expect == other.expect &&
           method == other.method && timeout == other.timeout && verify == other.verify &&
           ca_file == other.ca_file && body_most == other.body_most;
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
    read_where(map, diagnostics, *settings);
    if (const std::optional<config::Node> expect = map.node("expect"))
        read_expect(*expect, diagnostics, *settings);
    const std::optional<std::size_t> method = map.one_of("method", methods);
    if (method) settings->method = *method == 0 ? Method::get : Method::head;
    if (const std::optional<config::Node> timeout = map.node("timeout")) {
        settings->timeout = timeout->duration(diagnostics);
        if (settings->timeout && (*settings->timeout < std::chrono::milliseconds(10) ||
                                  *settings->timeout > std::chrono::minutes(5)))
            timeout->complain(diagnostics, "this timeout is not usable", "from 10ms to 5m");
    }
    settings->verify = map.flag("verify").value_or(true);
    if (const std::optional<config::Node> ca_file = map.node("ca_file"))
        read_ca_file(*ca_file, diagnostics, *settings);
    const std::optional<std::int64_t> body_most = map.integer("max_body", 0, 64 << 20);
    if (body_most) settings->body_most = static_cast<std::size_t>(*body_most);
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
    return std::shared_ptr<const CollectorSettings>(std::move(settings));
}

}  // namespace pantau::http
