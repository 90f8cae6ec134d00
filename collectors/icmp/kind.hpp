#pragma once

#include "collectors/collector.hpp"

namespace pantau {

/// The row of ICMP in the registry: whether echo requests come back, how many and how fast.
[[nodiscard]] const CollectorKind& icmp_kind();

}  // namespace pantau
