#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "control/device_list.hpp"

namespace pantau::control {

/// A stretch of a list. Lists are sorted by the id of what they list, and a stretch begins behind
/// an id: what stays in the inventory is met exactly once by who goes from stretch to stretch,
/// whatever comes and goes meanwhile.
struct Page {
    static constexpr std::size_t limit_usual = 100;
    static constexpr std::size_t limit_most = 1000;

    std::size_t limit = limit_usual;
    std::string after;  ///< Empty: from the beginning.
};

/// What `take_page` takes.
inline constexpr std::array<std::string_view, 2> page_parameters{"limit", "after"};

/// Takes "limit" and "after" out of a query. The error names the parameter.
[[nodiscard]] Result<Page> take_page(Query& query);

/// {"schema", "total", "next", "devices": [...]}, by name. `next` is what to put into `after`.
[[nodiscard]] std::string devices_page(const Snapshot& snapshot, const DeviceFilter& filter,
                                       const Page& page);

/// Which areas a list shows.
struct AreaFilter {
    std::optional<std::size_t> level;  ///< Nothing: all levels.
    DeviceFilter below;                ///< Areas in (or being) one with that name.
};

/// Reads "level=kelurahan" and "<level>=<value>".
[[nodiscard]] Result<AreaFilter> parse_area_filter(const Query& query,
                                                   const std::vector<std::string>& hierarchy);

/// {"schema", "total", "next", "areas": [...]}, by id. Sums are of whole areas.
[[nodiscard]] std::string areas_page(const Snapshot& snapshot, const AreaFilter& filter,
                                     const Page& page);

/// The same shape for incidents. Nothing decides yet what an incident is, and "watched" says so:
/// that the list is empty does not mean that all is well.
[[nodiscard]] std::string incidents_page();

}  // namespace pantau::control
