#pragma once

#include <span>

#include "collectors/collector.hpp"

namespace pantau {

/// Every protocol pantau speaks, one row each. The order is that of Polls and of what people read.
[[nodiscard]] std::span<const CollectorKind* const> collector_kinds();

/// What the kinds tell about themselves, in the same order.
[[nodiscard]] std::span<const CollectorInfo* const> collector_infos();

}  // namespace pantau
