#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "exporters/web/pages/landing.hpp"
#include "runtime/http_message.hpp"

namespace pantau::web {

/// A part of the fleet: number `index` of `count` equal ones. index < count.
struct Shard {
    std::size_t index = 0;
    std::size_t count = 1;

    /// More parts than this make no sense: a part should hold thousands of series.
    static constexpr std::size_t count_most = 10'000;

    bool operator==(const Shard&) const = default;
};

/// How much of everything to tell.
enum class MetricsLevel : std::uint8_t { full, basic };

enum class MetricsFormat : std::uint8_t { text, open_metrics };

/// What a scrape asks for, checked.
struct MetricsRequest {
    std::vector<std::pair<std::string, std::string>> areas;  ///< Area label and its wanted value.
    std::optional<Shard> shard;
    MetricsLevel level = MetricsLevel::full;
    bool accepts_gzip = false;
    MetricsFormat format = MetricsFormat::text;

    bool operator==(const MetricsRequest&) const = default;
};

/// A rendering. Concurrent scrapes that ask for the same may share it.
struct MetricsBody {
    std::shared_ptr<const std::string> bytes;
    bool is_gzip = false;
};

struct Readiness {
    bool is_ready = false;
    std::size_t visited = 0;
    std::size_t devices = 0;
};

struct ReloadOutcome {
    bool ok = false;
    std::string words;  ///< What changed, or what is wrong; one line or more.
};

/// Where the standard routes get what they tell. Called on the web loop; must not block.
/// `metrics` and `reload` may reply later from any thread, exactly once.
struct StandardSources {
    std::function<void(MetricsRequest, std::function<void(Result<MetricsBody>)>)> metrics;
    std::function<std::vector<std::string>()> area_labels;  ///< The hierarchy that is in force.
    std::function<Readiness()> readiness;
    std::function<LandingFacts()> landing;
    /// Empty: reloading over the web port is switched off.
    std::function<void(std::function<void(ReloadOutcome)>)> reload;
};

/// GET /, /pantau.css, /metrics, /sd/prometheus, /-/healthy, /-/ready, and POST or PUT /-/reload.
[[nodiscard]] std::vector<HttpRoute> standard_routes(StandardSources sources);

/// Reads the query, the Accept and the Accept-Encoding of a scrape. The error names the parameter
/// and says what would be right.
[[nodiscard]] Result<MetricsRequest> parse_metrics_request(
    const HttpRequest& request, const std::vector<std::string>& area_labels);

}  // namespace pantau::web
