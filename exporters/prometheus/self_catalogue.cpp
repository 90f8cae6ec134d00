#include "exporters/prometheus/self_catalogue.hpp"

#include <algorithm>

namespace pantau {

std::string_view name_of(SelfMetricType type) noexcept {
    switch (type) {
        case SelfMetricType::counter:
            return "counter";
        case SelfMetricType::histogram:
            return "histogram";
        case SelfMetricType::gauge:
            break;
    }
    return "gauge";
}

std::span<const std::string_view> SelfMetric::labels() const {
    const auto end = std::ranges::find(label_names, std::string_view());
    return {label_names.begin(), end};
}

std::span<const SelfMetric* const> self_catalogue() noexcept {
    static constexpr auto rows = std::to_array<const SelfMetric*>({
#define PANTAU_SELF_METRIC(symbol, name, type, labels, help) &self::symbol,
        PANTAU_SELF_METRICS(PANTAU_SELF_METRIC)
#undef PANTAU_SELF_METRIC
    });
    return rows;
}

}  // namespace pantau
