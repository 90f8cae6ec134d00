#include "support.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <sstream>

#include "collectors/http/kind.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::test {
namespace {

constexpr CollectorInfo snmp_info{"snmp", {}};
constexpr CollectorInfo web_info{"web", {}};

std::shared_ptr<const CollectorSettings> read_nothing(const config::Node&, config::Diagnostics&) {
    return nullptr;
}

std::shared_ptr<const CollectorSettings> read_web(const config::Node& node,
                                                  config::Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errors();
    auto settings = std::make_shared<WebSettings>();
    config::MapReader map(node, diagnostics);
    settings->page = map.text("page").value_or("");
    settings->enabled = map.flag("enabled").value_or(true);
    settings->tries = map.integer("tries", 1, 9).value_or(1);
    map.finish();
    if (diagnostics.errors() != before) return nullptr;
    return settings;
}

Result<std::shared_ptr<const CollectorSettings>> read_web_url(std::string_view text,
                                                              const CollectorSettings* base) {
    if (!text.starts_with("http")) return fail(Reason::malformed, "this is no URL", "as http://a/");
    const auto* group = dynamic_cast<const WebSettings*>(base);
    auto settings = group ? std::make_shared<WebSettings>(*group) : std::make_shared<WebSettings>();
    settings->page = text;
    return settings;
}

CollectorKind make_kind(const CollectorInfo& info) {
    CollectorKind kind{};
    kind.info = &info;
    kind.read_settings = read_nothing;
    return kind;
}

CollectorKind make_web() {
    CollectorKind kind = make_kind(web_info);
    kind.read_settings = read_web;
    kind.column = "web_url";
    kind.read_column = read_web_url;
    return kind;
}

}  // namespace

bool WebSettings::equals(const CollectorSettings& other) const {
    const auto* same = dynamic_cast<const WebSettings*>(&other);
    return same != nullptr && enabled == same->enabled && page == same->page &&
           tries == same->tries;
}

std::span<const CollectorKind* const> test_kinds() {
    static const CollectorKind snmp = make_kind(snmp_info);
    static const CollectorKind web = make_web();
    static const std::array<const CollectorKind*, 2> kinds{&snmp, &web};
    return kinds;
}

std::span<const CollectorKind* const> real_kinds() {
    static const std::array<const CollectorKind*, 1> kinds{&http_kind()};
    return kinds;
}

Loaded::Loaded(std::string_view settings, const Files& files,
               std::vector<std::string> profile_names,
               std::span<const CollectorKind* const> kinds) {
    for (const auto& [name, content] : files)
        folder_.write(name, content);
    const std::string path = folder_.write("pantau.yml", settings);
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    const std::vector<std::string> keys = device_keys(kinds);
    std::optional<config::Settings> read =
        config::load_settings(path, diagnostics, {.device_keys = keys, .web = {}});
    CAPTURE(said());
    REQUIRE(read.has_value());
    configuration = load_inventory(std::move(*read), kinds, profile_names, diagnostics);
}

std::string Loaded::said() const {
    std::ostringstream out;
    diagnostics.print(out, false);
    std::string text = std::move(out).str();
    const std::string prefix = folder_.path() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
        text.erase(at, prefix.size());
    return text;
}

const Device& Loaded::device(std::string_view id) const {
    CAPTURE(said());
    REQUIRE(configuration.has_value());
    const std::shared_ptr<const Device> found = configuration->inventory->find(id);
    CAPTURE(id);
    REQUIRE(found != nullptr);
    return *found;
}

std::size_t Loaded::count() const {
    CAPTURE(said());
    REQUIRE(configuration.has_value());
    return configuration->inventory->devices.size();
}

const WebSettings& web_of(const Device& device) {
    REQUIRE(device.collectors.contains("web"));
    const auto* settings = dynamic_cast<const WebSettings*>(device.collectors.at("web").get());
    REQUIRE(settings != nullptr);
    return *settings;
}

}  // namespace pantau::test
