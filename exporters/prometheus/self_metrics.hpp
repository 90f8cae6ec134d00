#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pantau {

/// How often a value fell into each bucket.
struct HistogramValues {
    /// One per bound, then one for what is above the last bound. Not cumulative.
    std::vector<std::uint64_t> counts;
    double sum = 0;
};

/// What the daemon tells about itself. Values are read at each rendering, by functions.
///
/// Add everything before the first rendering. Rendering is thread-safe if the functions are.
/// A name that is no metric name, stands for two types, is given twice with the same labels, or
/// belongs to the fleet is a mistake of ours and ends the process at start.
class SelfMetrics {
public:
    using Labels = std::vector<std::pair<std::string, std::string>>;
    using Read = std::function<double()>;
    using ReadHistogram = std::function<HistogramValues()>;

    /// `is_taken` tells whether a name belongs to a family of the fleet (FleetWriter::has_family).
    explicit SelfMetrics(std::function<bool(std::string_view)> is_taken);

    /// A total that only grows; the name ends in "_total".
    void add_counter(std::string name, std::string help, Labels labels, Read read);
    void add_gauge(std::string name, std::string help, Labels labels, Read read);
    /// `bounds` are the upper ends of the buckets, rising, without +Inf.
    void add_histogram(std::string name, std::string help, std::vector<double> bounds,
                       ReadHistogram read);

    /// process_cpu_seconds_total and its kin, from /proc.
    void add_process();
    /// pantau_build_info: always 1, with what was built and what runs beside it as labels.
    void add_build_info(Labels labels);

    /// Text format 0.0.4. A function that gives no finite number leaves its series out.
    [[nodiscard]] std::string render() const;

    struct Named {
        std::string_view name;
        std::string_view type;  ///< "counter", "gauge" or "histogram".
        std::string_view help;
    };
    /// Every family added so far, for the reference.
    [[nodiscard]] std::vector<Named> families() const;

private:
    struct Series {
        Labels labels;
        Read read;
        ReadHistogram read_histogram;
        std::vector<double> bounds;
    };
    struct Family {
        std::string name;
        std::string help;
        prometheus::MetricType type;
        std::vector<Series> series;
    };

    void add(std::string name, std::string help, prometheus::MetricType type, Series series);

    std::function<bool(std::string_view)> is_taken_;
    std::vector<Family> families_;
};

}  // namespace pantau
