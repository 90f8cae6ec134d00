#include "exporters/prometheus/self_metrics.hpp"

#include <prometheus/metric_family.h>
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

MetricType type_of(SelfMetricType type) {
    switch (type) {
        case SelfMetricType::counter:
            return MetricType::Counter;
        case SelfMetricType::histogram:
            return MetricType::Histogram;
        case SelfMetricType::gauge:
            break;
    }
    return MetricType::Gauge;
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

SelfMetrics::Family& SelfMetrics::family(std::string_view name, std::string_view help,
                                         SelfMetricType type,
                                         std::vector<std::string> label_names) {
    const auto known = std::ranges::find(families_, name, &Family::name);
    if (known != families_.end()) {
        PANTAU_ASSERT(known->type == type && known->label_names == label_names);
        return *known;
    }
    PANTAU_ASSERT(exposition::is_metric_name(name) && !is_taken_(name));
    PANTAU_ASSERT((type == SelfMetricType::counter) == name.ends_with("_total"));
    for (const std::string& label : label_names)
        PANTAU_ASSERT(exposition::is_label_name(label));
    if (type == SelfMetricType::histogram) {
        // The names its series will have may belong to nobody else either.
        for (const std::string_view ending : {"_bucket", "_sum", "_count"})
            PANTAU_ASSERT(!is_taken_(std::string(name).append(ending)));
    }
    return families_.emplace_back(Family{name, help, type, std::move(label_names), {}});
}

SelfMetrics::Family& SelfMetrics::family(const SelfMetric& metric) {
    PANTAU_ASSERT(std::ranges::find(self_catalogue(), &metric) != self_catalogue().end());
    const auto labels = metric.labels();
    return family(metric.name, metric.help, metric.type, {labels.begin(), labels.end()});
}

void SelfMetrics::add_series(Family& to, Series series) {
    PANTAU_ASSERT(series.label_values.size() == to.label_names.size());
    // A name from outside (a loop, a library's version) must not break the whole scrape.
    for (std::string& value : series.label_values)
        value = Text::from_network(value).str();
    PANTAU_ASSERT(std::ranges::find(to.series, series.label_values, &Series::label_values) ==
                  to.series.end());
    to.series.push_back(std::move(series));
}

void SelfMetrics::add(const SelfMetric& metric, Read read) {
    add(metric, {}, std::move(read));
}

void SelfMetrics::add(const SelfMetric& metric, std::vector<std::string> label_values, Read read) {
    PANTAU_ASSERT(metric.type != SelfMetricType::histogram);
    add_series(family(metric), {std::move(label_values), std::move(read), {}, {}});
}

void SelfMetrics::add_histogram(const SelfMetric& metric, std::vector<double> bounds,
                                ReadHistogram read) {
    PANTAU_ASSERT(metric.type == SelfMetricType::histogram);
    PANTAU_ASSERT(std::ranges::is_sorted(bounds));
    add_series(family(metric), {{}, {}, std::move(read), std::move(bounds)});
}

void SelfMetrics::add_collector(std::span<const CollectorCounter> rows,
                                std::shared_ptr<const CollectorCounts> counts) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const CollectorCounter& row = rows[i];
        Series series;
        series.read = [counts, i] { return static_cast<double>(counts->value(i)); };
        std::vector<std::string> labels;
        if (!row.label_name.empty()) {
            labels.emplace_back(row.label_name);
            series.label_values.emplace_back(row.label_value);
        }
        add_series(family(row.metric, row.help, SelfMetricType::counter, std::move(labels)),
                   std::move(series));
    }
}

void SelfMetrics::add_process() {
    // A value that /proc does not give is not a number, and so left out.
    const auto value = [](std::optional<double> ProcessStats::*field) {
        return [field] { return (read_process_stats().*field).value_or(std::nan("")); };
    };
    add(self::process_cpu, value(&ProcessStats::cpu_seconds));
    add(self::process_resident_memory, value(&ProcessStats::resident_bytes));
    add(self::process_virtual_memory, value(&ProcessStats::virtual_bytes));
    add(self::process_open_fds, [] { return count_open_fds().value_or(std::nan("")); });
    add(self::process_max_fds, value(&ProcessStats::max_fds));
    add(self::process_start_time,
        [start = read_start_time()] { return start.value_or(std::nan("")); });
    add(self::process_threads, value(&ProcessStats::threads));
}

void SelfMetrics::add_build_info(BuildInfo info) {
    add(self::build_info,
        {std::move(info.version), std::move(info.revision), std::move(info.compiler),
         std::move(info.netsnmp), std::move(info.curl)},
        [] { return 1.0; });
}

std::string SelfMetrics::render() const {
    std::vector<prometheus::MetricFamily> rendered;
    for (const Family& family : families_) {
        prometheus::MetricFamily made;
        made.name = family.name;
        // The serializer of 1.0 does not escape HELP.
        made.help = exposition::escape_help(family.help);
        made.type = type_of(family.type);
        for (const Series& series : family.series) {
            ClientMetric metric;
            for (std::size_t i = 0; i < family.label_names.size(); ++i)
                metric.label.push_back({family.label_names[i], series.label_values[i]});
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

std::vector<std::string_view> SelfMetrics::missing() const {
    std::vector<std::string_view> names;
    for (const SelfMetric* const metric : self_catalogue()) {
        if (std::ranges::find(families_, metric->name, &Family::name) == families_.end())
            names.push_back(metric->name);
    }
    return names;
}

}  // namespace pantau
