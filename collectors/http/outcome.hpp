#pragma once

#include <optional>

#include "base/result.hpp"
#include "collectors/http/page.hpp"
#include "collectors/http/target.hpp"
#include "collectors/http/visit.hpp"

namespace pantau::http {

/// Everything that is known of a transfer at its end.
struct Ending {
    int code = 0;          ///< CURLcode.
    int system_error = 0;  ///< errno of the connection, or 0.
    /// No route of this machine leads there: nothing was asked of anybody.
    bool is_unrouted = false;
    std::optional<long> status;
    bool is_reused = false;  ///< It went over a connection that was there before.
    Phases phases;
    std::optional<double> version;  ///< Of HTTP, in the answer.
    ProxyWord proxy;                ///< When one is on the way.
    Duration allowed{};             ///< How long the check might take.
};

/// Whether the answer is a redirect that nobody expects, and names where to.
[[nodiscard]] bool is_led_on(const Ending& ending, const Sight& sight, const Page& page);

/// Why the check failed, or nothing when the page is as expected.
[[nodiscard]] std::optional<Error> judge(const Ending& ending, const Sight& sight,
                                         const Target& target, const Page& page, WallTime now);

}  // namespace pantau::http
