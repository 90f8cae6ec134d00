#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporters/prometheus/device_series.hpp"
#include "exporters/prometheus/families.hpp"
#include "exporters/prometheus/render_options.hpp"
#include "state/snapshot.hpp"

namespace pantau::exposition {

/// Snapshot to Prometheus text format 0.0.4, or OpenMetrics 1.0 but for its end. Thread-safe.
///
/// Shape: one pass over the devices writes each device's and each component's labels once and
/// sorts the values by family; a second pass writes family after family, so that each stands
/// together. 300,000 series take about 0.1 s of one core.
class FleetWriter {
public:
    explicit FleetWriter(std::span<const CollectorInfo* const> collectors,
                         SeriesLimits limits = {});

    /// Hands the text on while it is written. With a Gzip behind it a rendering of 300,000 series
    /// takes 15 MB at its height, as a string 56 MB.
    void render(TextSink& out, const Snapshot& snapshot, const RenderOptions& options = {}) const;
    [[nodiscard]] std::string render(const Snapshot& snapshot,
                                     const RenderOptions& options = {}) const;

    [[nodiscard]] const FamilyTable& families() const { return families_; }
    /// Whether a name belongs to the fleet; for SelfMetrics.
    [[nodiscard]] bool has_family(std::string_view name) const { return families_.has(name); }
    /// Series left out of all renderings so far, because a device had more than the limit.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    [[nodiscard]] SeriesBook write(const Snapshot& snapshot, const RenderOptions& options) const;

    const FamilyTable families_;
    const SeriesLimits limits_;
    mutable std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace pantau::exposition
