#pragma once

#include <span>
#include <string>

#include "collectors/collector.hpp"
#include "exporters/prometheus/families.hpp"

namespace pantau::exposition {

/// docs/metrics.md: every metric by name, type, labels, unit and help, from the tables they are
/// made from.
[[nodiscard]] std::string metrics_reference(const FamilyTable& fleet,
                                            std::span<const CollectorKind* const> collectors);

}  // namespace pantau::exposition
