#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.hpp"
#include "exporters/prometheus/format.hpp"
#include "exporters/prometheus/self_catalogue.hpp"

namespace pantau {

/// How often a value fell into each bucket.
struct HistogramValues {
    /// One per bound, then one for what is above the last bound. Not cumulative.
    std::vector<std::uint64_t> counts;
    double sum = 0;
};

/// The labels of pantau_build_info.
struct BuildInfo {
    std::string version;
    std::string revision;
    std::string compiler;
    std::string netsnmp;
    std::string curl;
};

/// What the daemon tells about itself. Values are read at each rendering, by functions.
///
/// Add everything before the first rendering. Rendering is thread-safe if the functions are.
/// Only rows of the catalogue (and of the collectors' tables) can be added. A wrong number of
/// label values, the same series twice, or a name that belongs to the fleet is a mistake of ours
/// and ends the process at start.
class SelfMetrics {
public:
    using Read = std::function<double()>;
    using ReadHistogram = std::function<HistogramValues()>;

    /// `is_taken` tells whether a name belongs to a family of the fleet (FleetWriter::has_family).
    explicit SelfMetrics(std::function<bool(std::string_view)> is_taken);

    /// One series of a counter or gauge without labels.
    void add(const SelfMetric& metric, Read read);
    /// One series of a counter or gauge; the values in the order of the row's labels.
    void add(const SelfMetric& metric, std::vector<std::string> label_values, Read read);
    /// `bounds` are the upper ends of the buckets, rising, without +Inf.
    void add_histogram(const SelfMetric& metric, std::vector<double> bounds, ReadHistogram read);

    /// What a collector counts about itself: CollectorKind::counters and what make_counts gave.
    void add_collector(std::span<const CollectorCounter> rows,
                       std::shared_ptr<const CollectorCounts> counts);
    /// process_cpu_seconds_total and its kin, from /proc.
    void add_process();
    void add_build_info(BuildInfo info);

    /// A function that gives no finite number leaves its series out. In OpenMetrics without the
    /// end.
    [[nodiscard]] std::string render(exposition::Format format = exposition::Format::text) const;

    /// Names of the catalogue of which no series was added.
    [[nodiscard]] std::vector<std::string_view> missing() const;

private:
    struct Series {
        std::vector<std::string> label_values;
        Read read;
        ReadHistogram read_histogram;
        std::vector<double> bounds;
    };
    struct Family {
        std::string_view name;
        std::string_view help;
        SelfMetricType type;
        std::vector<std::string> label_names;
        std::vector<Series> series;
    };

    Family& family(std::string_view name, std::string_view help, SelfMetricType type,
                   std::vector<std::string> label_names);
    Family& family(const SelfMetric& metric);
    static void add_series(Family& to, Series series);

    std::function<bool(std::string_view)> is_taken_;
    std::vector<Family> families_;
};

}  // namespace pantau
