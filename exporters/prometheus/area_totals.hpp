#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "exporters/prometheus/series_book.hpp"
#include "state/snapshot.hpp"

namespace pantau::exposition {

/// Sums per area, for each level of the hierarchy: how many access points in which health, how many
/// people connected.
class AreaTotals {
public:
    /// `labels` are the label names of the levels; levels above `depth_least` are left out, because
    /// a filter hides a part of what belongs to them.
    AreaTotals(std::span<const std::string> labels, std::span<const std::string> hierarchy,
               std::size_t depth_least);

    void add(const DeviceState& state, MonoTime now);
    void write(SeriesBook& book, const FamilyTable& families) const;

private:
    struct Total {
        std::array<std::uint64_t, 6> aps{};  ///< By HealthState.
        std::uint64_t clients = 0;
        bool has_clients = false;
    };

    std::span<const std::string> labels_;
    std::span<const std::string> hierarchy_;
    std::size_t depth_least_;
    /// By level, then by the text of the labels down to it.
    std::vector<std::map<std::string, Total, std::less<>>> totals_;
    std::string text_;
};

/// People on an access point: its own count, else the device's. Nothing when it did not tell.
[[nodiscard]] std::optional<Number> clients_of_ap(const Observation& measured);

/// People on everything that a controller serves: its own total, else the sum over its access
/// points. Nothing for a device that serves none or did not tell.
[[nodiscard]] std::optional<Number> clients_of_controller(const Observation& measured);

}  // namespace pantau::exposition
