#include "collectors/icmp/settings.hpp"

#include "config/yaml_reader.hpp"

namespace pantau::icmp {
namespace {

using namespace std::chrono_literals;

/// A duration between two bounds, or an error that names them.
std::optional<Duration> read_span(config::MapReader& map, config::Diagnostics& diagnostics,
                                  std::string_view key, Duration least, Duration most,
                                  const char* help) {
    const std::optional<config::Node> node = map.node(key);
    const std::optional<Duration> span = node ? node->duration(diagnostics) : std::nullopt;
    if (span && (*span < least || *span > most))
        node->complain(diagnostics, "this " + std::string(key) + " is not usable", help);
    return span;
}

void read_map(const config::Node& node, config::Diagnostics& diagnostics, Settings& settings) {
    config::MapReader map(node, diagnostics);
    settings.enabled = map.flag("enabled").value_or(true);
    if (const auto count = map.integer("count", 1, count_most))
        settings.count = static_cast<unsigned>(*count);
    if (const auto interval =
            read_span(map, diagnostics, "interval", 10ms, 10s, "from 10ms to 10s"))
        settings.interval = *interval;
    if (const auto size = map.integer("size", size_least, size_most))
        settings.size = static_cast<std::size_t>(*size);
    settings.timeout = read_span(map, diagnostics, "timeout", 10ms, 60s, "from 10ms to 60s");
    map.finish();
}

}  // namespace

bool Settings::operator==(const Settings& other) const {
    return enabled == other.enabled && count == other.count && interval == other.interval &&
           size == other.size && timeout == other.timeout;
}

bool Settings::equals(const CollectorSettings& other) const {
    const auto* same = dynamic_cast<const Settings*>(&other);
    return same != nullptr && *this == *same;
}

std::shared_ptr<const CollectorSettings> read_settings(const config::Node& node,
                                                       config::Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.errors();
    auto settings = std::make_shared<Settings>();
    if (node.is_scalar()) {
        settings->enabled = node.flag(diagnostics).value_or(false);
    } else {
        read_map(node, diagnostics, *settings);
    }
    if (diagnostics.errors() != errors_before) return nullptr;
    return settings;
}

}  // namespace pantau::icmp
