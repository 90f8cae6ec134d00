#pragma once

#include "collectors/collector.hpp"

namespace pantau {

/// SNMP's row in the registry.
const CollectorKind& snmp_kind();

}  // namespace pantau
