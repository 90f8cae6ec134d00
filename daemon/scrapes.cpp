#include "scrapes.hpp"

#include <algorithm>
#include <utility>

#include "exporters/prometheus/gzip.hpp"

namespace pantau {
namespace {

Result<exposition::RenderOptions> to_options(const web::MetricsRequest& request,
                                             const std::vector<std::string>& hierarchy) {
    exposition::RenderOptions options;
    options.format = request.format == web::MetricsFormat::open_metrics
                         ? exposition::Format::open_metrics
                         : exposition::Format::text;
    options.level = request.level == web::MetricsLevel::basic ? exposition::Level::basic
                                                              : exposition::Level::full;
    const std::vector<std::string> labels = exposition::area_labels(hierarchy);
    for (const auto& [label, value] : request.areas) {
        const auto level = std::ranges::find(labels, label);
        // A reload can take a level away between the reading of a request and its rendering.
        if (level == labels.end())
            return fail(Reason::cancelled, "the area levels have changed, ask again");
        options.areas.push_back({static_cast<std::size_t>(level - labels.begin()), value});
    }
    if (request.shard) {
        options.shard = static_cast<std::uint32_t>(request.shard->index);
        options.shard_count = static_cast<std::uint32_t>(request.shard->count);
    }
    return options;
}

}  // namespace

Scrapes::Scrapes(const exposition::FleetWriter& fleet, const SelfMetrics& self, Snapshots newest,
                 const Clock& clock)
    : fleet_(fleet), self_(self), newest_(std::move(newest)), clock_(clock) {}

void Scrapes::answer(const web::MetricsRequest& request, const Reply& reply) {
    const auto snapshot = newest_();
    auto bytes = shared(request, *snapshot);
    if (bytes == nullptr) {
        auto text = render(request, *snapshot);
        if (!text) return reply(tl::unexpected(text.error()));
        bytes = std::make_shared<const std::string>(std::move(*text));
        latest_ = Rendering{request, snapshot, bytes, clock_.mono()};
    }
    reply(web::MetricsBody{std::move(bytes), request.accepts_gzip});
}

std::shared_ptr<const std::string> Scrapes::shared(const web::MetricsRequest& request,
                                                   const Snapshot& snapshot) const {
    const bool is_same = latest_.request == request && latest_.snapshot.lock().get() == &snapshot &&
                         clock_.mono() - latest_.made < shared_for;
    return is_same ? latest_.bytes.lock() : nullptr;
}

Result<std::string> Scrapes::render(const web::MetricsRequest& request,
                                    const Snapshot& snapshot) const {
    const auto options = to_options(request, snapshot.inventory->hierarchy);
    if (!options) return tl::unexpected(options.error());
    // Our own figures belong to the whole, once: with several parts, to the first.
    const bool has_self = options->areas.empty() && options->shard == 0;
    std::string rest = has_self ? self_.render(options->format) : "";
    if (options->format == exposition::Format::open_metrics) rest += exposition::open_metrics_end;
    if (!request.accepts_gzip) return fleet_.render(snapshot, *options) + rest;
    exposition::Gzip packed;
    fleet_.render(packed, snapshot, *options);
    packed.take(rest);
    return packed.finish();
}

}  // namespace pantau
