#pragma once

#include "collectors/collector.hpp"

namespace pantau {

/// Whether a citizen can get online: names, portal, login, internet.
[[nodiscard]] const CollectorKind& citizen_kind();

}  // namespace pantau
