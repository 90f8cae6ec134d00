#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "exporters/prometheus/format.hpp"
#include "model/device.hpp"

namespace pantau::exposition {

/// How much of each device is shown.
enum class Level : std::uint8_t {
    basic,  ///< Eight series for each access point, and the areas.
    full,
};

/// Keeps the devices whose area has this value at this level of the hierarchy.
struct AreaFilter {
    std::size_t level = 0;  ///< 0 is the outermost.
    std::string value;

    bool operator==(const AreaFilter&) const = default;
};

/// Which part of the fleet a scrape wants. The default is everything.
struct RenderOptions {
    Level level = Level::full;
    Format format = Format::text;
    /// All of them must fit.
    std::vector<AreaFilter> areas;
    /// The devices are dealt to `shard_count` parts by their names, so that a device stays in its
    /// part when others come and go. What is no device's (areas) goes with part 0.
    std::uint32_t shard = 0;
    std::uint32_t shard_count = 1;

    bool operator==(const RenderOptions&) const = default;

    [[nodiscard]] bool has_area(const Device& device) const;
    [[nodiscard]] bool has_shard_of(const Device& device) const;
    /// How many levels of an area's name the filters speak of: 0 without filters.
    [[nodiscard]] std::size_t filtered_depth() const;
};

}  // namespace pantau::exposition
