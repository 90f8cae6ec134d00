#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace pantau::bench {

/// What happened between two moments.
struct Span {
    double cpu = 0;  ///< Of the process that is measured.
    double seconds = 0;
    double polls = 0;
    double requests = 0;
    double varbinds = 0;
    double retries = 0;  ///< Of the requests.

    [[nodiscard]] double cpu_per_thousand() const { return cpu * 1000 / polls; }
    [[nodiscard]] double polls_per_second() const { return polls / seconds; }
    [[nodiscard]] double requests_per_cpu_second() const { return requests / cpu; }
};

void print(const std::string& name, const Span& span);

/// The value below which this share of them lies; 0 when there are none.
[[nodiscard]] inline double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}
[[nodiscard]] inline double median(std::vector<double> values) {
    return quantile(std::move(values), 0.5);
}

}  // namespace pantau::bench
