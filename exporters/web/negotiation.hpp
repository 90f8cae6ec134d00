#pragma once

#include <string_view>

namespace pantau::web {

/// Whether a client takes gzip, by its Accept-Encoding (RFC 9110, 12.5.3).
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

/// Whether a client would rather have OpenMetrics 1.0 than text, by its Accept: it names it, and
/// likes nothing of ours better. Who takes anything gets text.
[[nodiscard]] bool prefers_open_metrics(std::string_view accept);

}  // namespace pantau::web
