#pragma once

#include "collectors/collector.hpp"

namespace pantau {

/// The row of HTTP in the registry: the status of a page, how long it took, and until when the
/// certificate is valid.
[[nodiscard]] const CollectorKind& http_kind();

}  // namespace pantau
