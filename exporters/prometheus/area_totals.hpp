#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "exporters/prometheus/series_book.hpp"
#include "state/area_sums.hpp"

namespace pantau::exposition {

/// Writes the sums of every area: how many access points in which health, how many people.
/// `labels` are the label names of the levels; levels above `depth_least` are left out, because a
/// filter hides a part of what belongs to them.
void write_areas(const AreaSums& sums, SeriesBook& book, const FamilyTable& families,
                 std::span<const std::string> labels, std::span<const std::string> hierarchy,
                 std::size_t depth_least);

}  // namespace pantau::exposition
