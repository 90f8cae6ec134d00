#pragma once

#include <string>

#include "base/clock.hpp"
#include "runtime/http_message.hpp"

namespace pantau::web {

/// What the connection adds to an answer.
struct ResponseContext {
    bool keep_alive = false;
    bool is_http_10 = false;
};

/// Status line and headers up to the empty line: length, date, connection, and the headers that
/// keep a browser from doing more with the answer than showing it.
[[nodiscard]] std::string response_head(const HttpResponse& response, ResponseContext context);

/// "Tue, 24 Nov 2026 02:38:00 GMT", whatever the locale.
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace pantau::web
