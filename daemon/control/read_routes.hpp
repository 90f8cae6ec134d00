#pragma once

#include <memory>
#include <vector>

#include "control/api.hpp"

namespace pantau::control {

/// GET /api/v1/summary, devices, devices/{id}, areas and incidents: what everybody who reaches the
/// web port may read, in the documents of the control socket. docs/api/openapi.yaml describes them.
/// Each answer has an ETag; who sends it back with If-None-Match gets 304 while nothing changed.
[[nodiscard]] std::vector<HttpRoute> read_routes(Readable from);

/// Whether an If-None-Match names that ETag (RFC 9110, 13.1.2).
[[nodiscard]] bool is_named_in(std::string_view if_none_match, std::string_view etag);

}  // namespace pantau::control
