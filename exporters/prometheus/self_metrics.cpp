#include "exporters/prometheus/self_metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>

#include "base/assert.hpp"
#include "base/text.hpp"
#include "exporters/prometheus/label_text.hpp"
#include "exporters/prometheus/process_stats.hpp"

namespace pantau {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;

std::string_view type_word(MetricType type) {
    switch (type) {
        case MetricType::Counter:
            return "counter";
        case MetricType::Histogram:
            return "histogram";
        default:
            return "gauge";
    }
}

ClientMetric::Histogram histogram_of(const std::vector<double>& bounds,
                                     const HistogramValues& values) {
    PANTAU_ASSERT(values.counts.size() == bounds.size() + 1);
    ClientMetric::Histogram made;
    made.sample_sum = values.sum;
    for (std::size_t i = 0; i < values.counts.size(); ++i) {
        made.sample_count += values.counts[i];
        const double bound =
            i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
        made.bucket.push_back({made.sample_count, bound});
    }
    return made;
}

}  // namespace

SelfMetrics::SelfMetrics(std::function<bool(std::string_view)> is_taken)
    : is_taken_(std::move(is_taken)) {}

void SelfMetrics::add(std::string name, std::string help, MetricType type, Series series) {
    PANTAU_ASSERT(exposition::is_metric_name(name) && !is_taken_(name));
    PANTAU_ASSERT((type == MetricType::Counter) == name.ends_with("_total"));
    for (auto& [label, value] : series.labels) {
        PANTAU_ASSERT(exposition::is_label_name(label));
        // A name from the configuration (a receiver) must not break the whole scrape.
        value = Text::from_network(value).str();
    }
    const auto known = std::ranges::find(families_, name, &Family::name);
    Family& family =
        known != families_.end()
            ? *known
            : families_.emplace_back(Family{std::move(name), std::move(help), type, {}});
    PANTAU_ASSERT(family.type == type);
    PANTAU_ASSERT(std::ranges::find(family.series, series.labels, &Series::labels) ==
                  family.series.end());
    family.series.push_back(std::move(series));
}

void SelfMetrics::add_counter(std::string name, std::string help, Labels labels, Read read) {
    add(std::move(name), std::move(help), MetricType::Counter,
        {std::move(labels), std::move(read), {}, {}});
}

void SelfMetrics::add_gauge(std::string name, std::string help, Labels labels, Read read) {
    add(std::move(name), std::move(help), MetricType::Gauge,
        {std::move(labels), std::move(read), {}, {}});
}

void SelfMetrics::add_histogram(std::string name, std::string help, std::vector<double> bounds,
                                ReadHistogram read) {
    PANTAU_ASSERT(std::ranges::is_sorted(bounds));
    // The names its series will have may belong to nobody else either.
    for (const std::string_view ending : {"_bucket", "_sum", "_count"}) {
        const std::string derived = name + std::string(ending);
        PANTAU_ASSERT(!is_taken_(derived));
        PANTAU_ASSERT(std::ranges::find(families_, derived, &Family::name) == families_.end());
    }
    add(std::move(name), std::move(help), MetricType::Histogram,
        {{}, {}, std::move(read), std::move(bounds)});
}

void SelfMetrics::add_process() {
    // A value that /proc does not give is not a number, and so left out.
    const auto value = [](std::optional<double> ProcessStats::*field) {
        return [field] { return (read_process_stats().*field).value_or(std::nan("")); };
    };
    add_counter("process_cpu_seconds_total", "User and system time spent.", {},
                value(&ProcessStats::cpu_seconds));
    add_gauge("process_resident_memory_bytes", "Memory in use.", {},
              value(&ProcessStats::resident_bytes));
    add_gauge("process_virtual_memory_bytes", "Address space in use.", {},
              value(&ProcessStats::virtual_bytes));
    add_gauge("process_open_fds", "Open file descriptors.", {},
              [] { return count_open_fds().value_or(std::nan("")); });
    add_gauge("process_max_fds", "Most file descriptors the process may open.", {},
              value(&ProcessStats::max_fds));
    add_gauge("process_start_time_seconds", "Unix time of the start of the process.", {},
              value(&ProcessStats::start_time));
    add_gauge("process_threads", "Threads of the process.", {}, value(&ProcessStats::threads));
}

void SelfMetrics::add_build_info(Labels labels) {
    add_gauge("pantau_build_info", "Always 1. What was built, and the libraries it runs on.",
              std::move(labels), [] { return 1.0; });
}

std::string SelfMetrics::render() const {
    std::vector<prometheus::MetricFamily> rendered;
    for (const Family& family : families_) {
        prometheus::MetricFamily made;
        made.name = family.name;
        // The serializer of 1.0 does not escape HELP.
        made.help = exposition::escape_help(family.help);
        made.type = family.type;
        for (const Series& series : family.series) {
            ClientMetric metric;
            for (const auto& [name, value] : series.labels)
                metric.label.push_back({name, value});
            if (series.read_histogram) {
                metric.histogram = histogram_of(series.bounds, series.read_histogram());
            } else {
                const double value = series.read();
                if (!std::isfinite(value)) continue;
                metric.gauge.value = value;
                metric.counter.value = value;
            }
            made.metric.push_back(std::move(metric));
        }
        if (!made.metric.empty()) rendered.push_back(std::move(made));
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, rendered);
    return std::move(out).str();
}

std::vector<SelfMetrics::Named> SelfMetrics::families() const {
    std::vector<Named> all;
    for (const Family& family : families_)
        all.push_back({family.name, type_word(family.type), family.help});
    return all;
}

}  // namespace pantau
