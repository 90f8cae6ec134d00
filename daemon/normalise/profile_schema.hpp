#pragma once

#include <boost/json/object.hpp>
#include <span>

#include "collectors/collector.hpp"

namespace pantau {

/// The profile language as a JSON Schema (draft 2020-12), for editors and for checks outside
/// pantau. Made from the catalogue, the words of the reader and the registry of collectors. It
/// knows the shape of a profile and the names of quantities; what stands in relation to something
/// else (a column that is named, an inherited target) only the reader itself can tell.
[[nodiscard]] boost::json::object profile_schema(std::span<const CollectorKind* const> kinds);

}  // namespace pantau
