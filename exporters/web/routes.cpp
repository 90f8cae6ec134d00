#include "exporters/web/routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/edit_distance.hpp"
#include "base/text.hpp"
#include "exporters/web/negotiation.hpp"
#include "exporters/web/service_discovery.hpp"

namespace pantau::web {
namespace {

constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view open_metrics_type =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";
std::optional<std::size_t> whole_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Result<Shard> parse_shard(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto index = whole_number(text.substr(0, slash));
    const auto count =
        slash == std::string_view::npos ? std::nullopt : whole_number(text.substr(slash + 1));
    if (!index || !count || *count == 0 || *count > Shard::count_most || *index >= *count)
        return fail(Reason::malformed,
                    fmt::format("shard is i/n with i from 0 to n-1 and n up to {}, as in "
                                "shard=0/4; not '{}'",
                                Shard::count_most, Text::from_network(text).view()));
    return Shard{*index, *count};
}

tl::unexpected<Error> unknown_parameter(std::string_view name,
                                        const std::vector<std::string>& area_labels) {
    std::vector<std::string_view> known(area_labels.begin(), area_labels.end());
    known.insert(known.end(), {"shard", "level"});
    std::string words = fmt::format("unknown parameter '{}'", Text::from_network(name).view());
    if (const auto meant = did_you_mean(name, known))
        words += fmt::format(", perhaps '{}'", *meant);
    words += fmt::format("; known are {}", fmt::join(known, ", "));
    return fail(Reason::malformed, std::move(words));
}

HttpResponse to_response(const Result<MetricsBody>& body, MetricsFormat format) {
    if (!body) return HttpResponse::text(503, "No metrics now: " + body.error().detail + "\n");
    HttpResponse response;
    response.content_type = format == MetricsFormat::open_metrics ? open_metrics_type : text_type;
    response.body = body->bytes;
    response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
    if (body->is_gzip) response.headers.emplace_back("Content-Encoding", "gzip");
    return response;
}

HttpRoute metrics_route(const StandardSources& sources) {
    return {"GET", "/metrics",
            [metrics = sources.metrics, labels = sources.area_labels](const HttpRequest& request,
                                                                      HttpReply reply) {
                auto wanted = parse_metrics_request(request, labels());
                if (!wanted)
                    return reply(
                        HttpResponse::text(400, "Bad request: " + wanted.error().detail + ".\n"));
                const MetricsFormat format = wanted->format;
                metrics(std::move(*wanted),
                        [format, reply = std::move(reply)](const Result<MetricsBody>& body) {
                            reply(to_response(body, format));
                        });
            }};
}

HttpRoute ready_route(const StandardSources& sources) {
    return {"GET", "/-/ready",
            [readiness = sources.readiness](const HttpRequest&, HttpReply reply) {
                const Readiness now = readiness();
                const std::string count =
                    fmt::format("{} of {} devices were visited", now.visited, now.devices);
                reply(now.is_ready ? HttpResponse::text(200, "Ready: " + count + ".\n")
                                   : HttpResponse::text(503, "Not ready: " + count + " so far.\n"));
            }};
}

/// A browser names the page a request comes from; a page of another site has no business here.
bool is_from_a_web_page(const HttpRequest& request) {
    const std::string* site = request.header("sec-fetch-site");
    return request.header("origin") != nullptr ||
           (site != nullptr && *site != "none" && *site != "same-origin");
}

HttpHandler reload_handler(const StandardSources& sources) {
    if (!sources.reload) {
        return [](const HttpRequest&, HttpReply reply) {
            reply(HttpResponse::text(403,
                                     "Reloading over HTTP is switched off. Use 'pantau reload' or "
                                     "SIGHUP, or set web.enable_lifecycle: true.\n"));
        };
    }
    return [reload = sources.reload](const HttpRequest& request, HttpReply reply) {
        if (is_from_a_web_page(request))
            return reply(HttpResponse::text(403, "Web pages may not reload pantaud.\n"));
        reload([reply = std::move(reply)](const ReloadOutcome& outcome) {
            reply(HttpResponse::text(outcome.ok ? 200 : 500, outcome.words + "\n"));
        });
    };
}

HttpResponse page(std::string type, std::string text) {
    HttpResponse response = HttpResponse::text(200, std::move(text));
    response.content_type = std::move(type);
    return response;
}

}  // namespace

Result<MetricsRequest> parse_metrics_request(const HttpRequest& request,
                                             const std::vector<std::string>& area_labels) {
    MetricsRequest wanted;
    for (auto parameter = request.query.begin(); parameter != request.query.end(); ++parameter) {
        const auto& [name, value] = *parameter;
        const auto is_same = [&name = name](const auto& other) { return other.first == name; };
        if (std::any_of(request.query.begin(), parameter, is_same))
            return fail(Reason::malformed, fmt::format("parameter '{}' is given twice",
                                                       Text::from_network(name).view()));
        if (std::find(area_labels.begin(), area_labels.end(), name) != area_labels.end()) {
            wanted.areas.emplace_back(name, value);
        } else if (name == "shard") {
            const auto shard = parse_shard(value);
            if (!shard) return tl::unexpected(shard.error());
            wanted.shard = *shard;
        } else if (name == "level") {
            if (value != "basic" && value != "full")
                return fail(Reason::malformed, fmt::format("level is basic or full, not '{}'",
                                                           Text::from_network(value).view()));
            wanted.level = value == "basic" ? MetricsLevel::basic : MetricsLevel::full;
        } else {
            return unknown_parameter(name, area_labels);
        }
    }
    const std::string* encoding = request.header("accept-encoding");
    wanted.accepts_gzip = encoding != nullptr && accepts_gzip(*encoding);
    const std::string* accept = request.header("accept");
    if (accept != nullptr && prefers_open_metrics(*accept))
        wanted.format = MetricsFormat::open_metrics;
    return wanted;
}

std::vector<HttpRoute> standard_routes(StandardSources sources) {
    std::vector<HttpRoute> routes;
    routes.push_back(metrics_route(sources));
    routes.push_back(ready_route(sources));
    routes.push_back(
        {"GET", "/sd/prometheus",
         [readiness = sources.readiness](const HttpRequest& request, const HttpReply& reply) {
             reply(service_discovery(request, readiness().devices));
         }});
    routes.push_back({"GET", "/-/healthy", [](const HttpRequest&, const HttpReply& reply) {
                          reply(HttpResponse::text(200, "OK\n"));
                      }});
    routes.push_back(
        {"GET", "/", [landing = sources.landing](const HttpRequest&, const HttpReply& reply) {
             reply(page("text/html; charset=utf-8", landing_page(landing())));
         }});
    routes.push_back({"GET", "/pantau.css", [](const HttpRequest&, const HttpReply& reply) {
                          reply(page("text/css; charset=utf-8", page_style()));
                      }});
    for (const char* method : {"POST", "PUT"})
        routes.push_back({method, "/-/reload", reload_handler(sources)});
    return routes;
}

}  // namespace pantau::web
