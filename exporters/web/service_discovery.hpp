#pragma once

#include <cstddef>

#include "runtime/http_message.hpp"

namespace pantau::web {

/// Answers GET /sd/prometheus: the parts of this instance as Prometheus' HTTP service discovery
/// reads them. The address is the one by which the client came (Host): it is where the client can
/// reach us.
///
/// How many parts: `?shards=n`, else a power of two such that a part has 700 devices or fewer,
/// about 100,000 series; so that new access points seldom move others to another part.
[[nodiscard]] HttpResponse service_discovery(const HttpRequest& request, std::size_t devices);

}  // namespace pantau::web
