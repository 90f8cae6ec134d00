#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "exporters/prometheus/component_names.hpp"
#include "exporters/prometheus/render_options.hpp"
#include "exporters/prometheus/series_book.hpp"
#include "state/snapshot.hpp"

namespace pantau::exposition {

/// How many series one device may have. What is beyond is left out and counted: a device that
/// invents networks or interfaces must not fill Prometheus.
struct SeriesLimits {
    std::size_t of_access_point = 500;
    /// For controllers, switches and routers: 48 ports and 4 uplinks have 572 series already.
    std::size_t of_device = 2000;
    /// For one rendering: 100,000 access points have 3 million series. Beyond it a device has two:
    /// whether it is up, and its health.
    std::size_t in_all = 4'000'000;
};

/// Writes the series of one device after the other into a SeriesBook.
class DeviceSeries {
public:
    DeviceSeries(SeriesBook& book, const FamilyTable& families,
                 std::span<const std::string> area_labels, SeriesLimits limits, Level level)
        : book_(book),
          families_(families),
          area_labels_(area_labels),
          limits_(limits),
          level_(level) {}

    void add(const DeviceState& state, MonoTime now);
    /// Series left out so far because of the limit.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    [[nodiscard]] std::size_t room_for(bool is_ap) const;
    void begin_labels(const DeviceState& state, bool is_ap);
    void add_access_point(const DeviceState& state);
    void add_list(const DeviceState& state, MonoTime now);
    void add_info(const DeviceState& state);
    void add_location(const Device& device);
    void add_probes(const Observation& latest);
    enum class Facts : std::uint8_t { all, of_service };
    void add_facts(const Observation& latest, Facts of_whom);
    void add_system(const Observation& measured);
    void add_ap_values(const Observation& measured);
    void add_parts(const Observation& measured, bool is_ap);
    void add_part(const Observation& measured, std::size_t place);
    [[nodiscard]] Labels part_labels(const Observation& measured, std::size_t place);
    /// The device's labels and one more.
    [[nodiscard]] Labels with(std::string_view name, std::string_view value);
    void put(FamilyId family, Labels labels, Number value);
    void put_reading(const Reading& reading, FamilyId family, Labels labels);
    [[nodiscard]] bool is_shown(FamilyId family) const;

    SeriesBook& book_;
    const FamilyTable& families_;
    std::span<const std::string> area_labels_;
    const SeriesLimits limits_;
    const Level level_;
    ComponentNames names_;

    // Of the device being written.
    Labels start_;  ///< Its labels, open, with a comma at the end.
    Labels own_;    ///< Its labels, closed.
    std::size_t room_ = 0;

    std::size_t written_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace pantau::exposition
