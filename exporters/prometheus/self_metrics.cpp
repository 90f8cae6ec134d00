#include "exporters/prometheus/self_metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <charconv>
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

std::string as_text(std::vector<prometheus::MetricFamily> families) {
    // The serializer of 1.0 does not escape HELP.
    for (prometheus::MetricFamily& family : families)
        family.help = exposition::escape_help(family.help);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return std::move(out).str();
}

std::string number_text(double value) {
    std::array<char, 32> digits;
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

/// As OpenMetrics wants bounds: "1.0", not "1".
std::string bound_text(double bound) {
    if (std::isinf(bound)) return "+Inf";
    std::string text = number_text(bound);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

/// One series. Labels as pairs, to which one more may be added behind.
void add_line(std::string& out, std::string_view name,
              const std::vector<ClientMetric::Label>& labels, std::string_view bound,
              double value) {
    std::string text;
    for (const ClientMetric::Label& label : labels) {
        exposition::append_label(text, label.name, label.value);
        text.push_back(',');
    }
    if (!bound.empty()) exposition::append_label(text, "le", bound);
    if (text.ends_with(',')) text.pop_back();
    out.append(name);
    if (!text.empty()) out.append("{").append(text).append("}");
    out.append(" ").append(number_text(value)).push_back('\n');
}

/// prometheus-cpp 1.0 writes no OpenMetrics.
std::string as_open_metrics(const std::vector<prometheus::MetricFamily>& families) {
    std::string out;
    for (const prometheus::MetricFamily& family : families) {
        const std::string_view type = family.type == MetricType::Counter     ? "counter"
                                      : family.type == MetricType::Histogram ? "histogram"
                                                                             : "gauge";
        out += exposition::family_head(family.name, type, family.help,
                                       exposition::Format::open_metrics);
        for (const ClientMetric& metric : family.metric) {
            if (family.type != MetricType::Histogram) {
                add_line(out, family.name, metric.label, "", metric.gauge.value);
                continue;
            }
            for (const auto& bucket : metric.histogram.bucket)
                add_line(out, family.name + "_bucket", metric.label, bound_text(bucket.upper_bound),
                         static_cast<double>(bucket.cumulative_count));
            add_line(out, family.name + "_count", metric.label, "",
                     static_cast<double>(metric.histogram.sample_count));
            add_line(out, family.name + "_sum", metric.label, "", metric.histogram.sample_sum);
        }
    }
    return out;
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

std::string SelfMetrics::render(exposition::Format format) const {
    std::vector<prometheus::MetricFamily> rendered;
    for (const Family& family : families_) {
        prometheus::MetricFamily made;
        made.name = family.name;
        made.help = family.help;
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
    return format == exposition::Format::text ? as_text(std::move(rendered))
                                              : as_open_metrics(rendered);
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
