#include "self_figures.hpp"

#include <string>
#include <utility>

#include "base/reason.hpp"
#include "base/version.hpp"
#include "collectors/registry.hpp"

namespace pantau {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

double seconds_since_1970(WallTime time) {
    return to_seconds(time.time_since_epoch());
}

/// The sum over all Workers of one of their counters.
SelfMetrics::Read sum_of(const Workers& workers,
                         std::function<const std::atomic<std::uint64_t>&(const PollStats&)> which) {
    return [&workers, which = std::move(which)] {
        std::uint64_t sum = 0;
        for (const auto& worker : workers)
            sum += which(worker->stats()).load(std::memory_order_relaxed);
        return static_cast<double>(sum);
    };
}

void add_histogram(SelfMetrics& metrics, const SelfMetric& metric, const Workers& workers,
                   StatHistogram<12> PollStats::*which) {
    const auto bounds = (workers.front()->stats().*which).bounds();
    metrics.add_histogram(metric, {bounds.begin(), bounds.end()}, [&workers, which] {
        HistogramValues values;
        values.counts.resize(PollStats::lateness_bounds.size() + 1);
        for (const auto& worker : workers) {
            const auto& histogram = worker->stats().*which;
            for (std::size_t i = 0; i < values.counts.size(); ++i)
                values.counts[i] += histogram.count(i);
            values.sum += histogram.sum();
        }
        return values;
    });
}

void add_polls(SelfMetrics& metrics, const Workers& workers) {
    metrics.add(self::polls,
                sum_of(
                    workers, [](const PollStats& stats) -> const auto& { return stats.polls; }));
    metrics.add(self::polls_in_flight, sum_of(
                                           workers, [](const PollStats& stats) -> const auto& {
                                               return stats.in_flight;
                                           }));
    metrics.add(self::polls_shed,
                sum_of(
                    workers, [](const PollStats& stats) -> const auto& { return stats.shed; }));
    for (std::size_t i = 0; i < reason_count; ++i) {
        metrics.add(
            self::poll_failures, {std::string(name_of(static_cast<Reason>(i)))},
            sum_of(
                workers, [i](const PollStats& stats) -> const auto& { return stats.failures[i]; }));
    }
    add_histogram(metrics, self::poll_lateness, workers, &PollStats::lateness);
    add_histogram(metrics, self::poll_duration, workers, &PollStats::duration);
}

void add_collectors(SelfMetrics& metrics, const CollectorTotals& totals) {
    const auto kinds = collector_kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i)
        metrics.add_collector(kinds[i]->counters, totals[i]);
}

void add_build(SelfMetrics& metrics) {
    BuildInfo build{.version = std::string(version()),
                    .revision = std::string(revision()),
                    .compiler = std::string(compiler()),
                    .netsnmp = {},
                    .curl = {}};
    for (const CollectorKind* kind : collector_kinds()) {
        if (kind->library == nullptr) continue;
        LibraryVersion library = kind->library();
        if (library.label == "netsnmp") build.netsnmp = std::move(library.version);
        if (library.label == "curl") build.curl = std::move(library.version);
    }
    metrics.add_build_info(std::move(build));
}

void add_web(SelfMetrics& metrics, const std::function<web::WebCounters()>& counters) {
    const auto add = [&](const SelfMetric& metric, std::uint64_t web::WebCounters::*which) {
        metrics.add(metric, [counters, which] { return static_cast<double>(counters().*which); });
    };
    add(self::web_connections, &web::WebCounters::accepted);
    add(self::web_connections_open, &web::WebCounters::open);
    add(self::web_connections_evicted, &web::WebCounters::evicted);
    add(self::web_connections_timed_out, &web::WebCounters::timed_out);
    add(self::web_accept_failures, &web::WebCounters::accept_failures);
    add(self::web_requests, &web::WebCounters::requests);
    add(self::web_requests_refused, &web::WebCounters::refused);
    add(self::web_throttled, &web::WebCounters::throttled);
    add(self::web_handshake_failures, &web::WebCounters::handshake_failures);
}

void add_access(SelfMetrics& metrics, const std::function<const WebAccess&()>& access) {
    metrics.add(self::web_logins_failed, [access] {
        return static_cast<double>(access().door()->counters().logins_failed.load());
    });
    metrics.add(self::web_logins_throttled, [access] {
        return static_cast<double>(access().door()->counters().logins_throttled.load());
    });
    metrics.add(self::web_asks_who, [access] { return access().door()->asks_who() ? 1.0 : 0.0; });
    metrics.add(self::web_config_good, [access] { return access().is_good() ? 1.0 : 0.0; });
}

void add_reload(SelfMetrics& metrics, const ReloadState& reload) {
    metrics.add(self::config_last_reload_successful,
                [&reload] { return reload.was_ok.load() ? 1.0 : 0.0; });
    metrics.add(self::config_last_reload_success_timestamp,
                [&reload] { return seconds_since_1970(reload.in_force.load()); });
    metrics.add(self::profiles, [&reload] { return static_cast<double>(reload.profiles.load()); });
    metrics.add(self::profiles_refused,
                [&reload] { return static_cast<double>(reload.profiles_refused.load()); });
}

void add_fleet(SelfMetrics& metrics, const FigureSources& sources) {
    metrics.add(self::inventory_devices, [&fleet = sources.fleet] {
        return static_cast<double>(fleet.newest()->inventory->devices.size());
    });
    metrics.add(self::observations_dropped,
                [&fleet = sources.fleet] { return static_cast<double>(fleet.dropped()); });
    metrics.add(self::series_dropped,
                [&writer = sources.writer] { return static_cast<double>(writer.dropped()); });
    metrics.add(self::snapshot_age, [&fleet = sources.fleet, &clock = sources.clock] {
        return to_seconds(clock.mono() - fleet.newest()->mono);
    });
}

void add_history(SelfMetrics& metrics, const HistoryKeeper::Figures& figures) {
    const auto add = [&](const SelfMetric& metric, const auto& which) {
        metrics.add(metric, [&which] { return static_cast<double>(which.load()); });
    };
    add(self::state_durable, figures.is_kept);
    add(self::history_written, figures.written);
    add(self::history_failures, figures.failures);
    add(self::history_lost, figures.lost);
    add(self::history_waiting, figures.waiting);
    add(self::history_bytes, figures.bytes);
    add(self::history_last_write, figures.written_at);
}

}  // namespace

void ReloadState::count(const ProfileSet& set) {
    profiles = set.names().size();
    profiles_refused = set.refused().size();
}

void add_self_figures(SelfMetrics& metrics, const FigureSources& sources) {
    add_build(metrics);
    metrics.add_process();
    add_reload(metrics, sources.reload);
    add_fleet(metrics, sources);
    add_history(metrics, sources.history);
    add_polls(metrics, sources.workers);
    add_collectors(metrics, sources.totals);
    add_web(metrics, sources.web);
    add_access(metrics, sources.access);
    for (LoopThread* loop : sources.loops)
        metrics.add(self::loop_lag, {loop->name()},
                    [loop] { return to_seconds(loop->take_lag_most()); });
}

}  // namespace pantau
