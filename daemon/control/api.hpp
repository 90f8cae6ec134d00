#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/reason.hpp"
#include "runtime/http_message.hpp"
#include "schedule/poll_stats.hpp"
#include "state/snapshot.hpp"

namespace pantau::control {

/// What a reload came to. With errors nothing has changed.
struct ReloadResult {
    bool ok = false;
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t removed = 0;
    std::size_t unchanged = 0;
    std::vector<std::string> errors;  ///< Diagnostics as printed, each with its place and caret.
};

/// The polls of all Workers together, since the start.
struct PollFigures {
    std::uint64_t polls = 0;
    std::array<std::uint64_t, reason_count> failures{};
    std::uint64_t in_flight = 0;
    std::uint64_t shed = 0;
    std::uint64_t late = 0;  ///< Started more than a second after they were due.

    /// Adds one Worker's. Any thread.
    void add(const PollStats& stats);
};

/// What the status tells beside the Snapshot.
struct StatusExtras {
    std::string version;
    WallTime started{};
    std::optional<bool> last_reload_ok;  ///< Nothing: there was none since the start.
    std::optional<WallTime> last_reload;
    PollFigures polls;
};

/// What may be read of the daemon.
struct Readable {
    std::function<std::shared_ptr<const Snapshot>()> snapshot;  ///< Never null. From any thread.
    std::function<StatusExtras()> extras;                       ///< From any thread.
    /// Runs what it is given on the thread that makes documents: 50,000 devices take a while, and
    /// the web loop has scrapers to serve. Empty: at once.
    std::function<void(std::function<void()>)> elsewhere;
};

/// What the daemon offers to the control socket. `reload` may reply later from any thread, exactly
/// once.
struct Api : Readable {
    std::function<void(std::function<void(ReloadResult)>)> reload;
};

/// A GET whose answer is made where documents are made.
using Answer = HttpResponse (*)(const Readable& from, const HttpRequest& request);
[[nodiscard]] HttpRoute document_route(std::string path, std::shared_ptr<const Readable> from,
                                       Answer answer);
/// {"error": words}
[[nodiscard]] HttpResponse refusal(unsigned status, std::string words);

/// GET /control/v1/version, status, devices, unassigned, device?id=…, and POST /control/v1/reload.
/// For the unix socket alone: whoever can open it may reload.
[[nodiscard]] std::vector<HttpRoute> control_routes(Api api);

}  // namespace pantau::control
