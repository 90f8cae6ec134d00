#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "collectors/collector.hpp"

namespace pantau::http {

/// What a device's pages said once, read from a .httprec file:
///
///     profile: example                 the profile it is for; may be missing
///     > GET /api/aps?page=1            a request, and below it its answer
///     < 200
///     < X-CSRF-Token: 7                headers, when there are any
///     {"aps": […]}                     the body, to the next request
///     > POST /ubus "iwinfo","info"     words that the sent body holds, whatever its blanks
///
/// A request that stands several times is answered in that order, and the last stays. One that
/// does not stand there is answered with status 404. Immutable.
class Recording {
public:
    struct Exchange {
        std::string method;
        std::string path;
        std::string words;  ///< Without blanks.
        long status = 200;
        std::string headers;
        std::string body;
    };

    /// Errors: malformed, with the line.
    [[nodiscard]] static Result<Recording> parse(std::string_view text);

    [[nodiscard]] const std::string& profile() const { return profile_; }
    [[nodiscard]] const std::vector<Exchange>& exchanges() const { return exchanges_; }
    /// The `times`-th answer (from 0) to such a request; null when there is none.
    [[nodiscard]] const Exchange* find(std::string_view method, std::string_view path,
                                       std::string_view sent, std::size_t times) const;

private:
    std::string profile_;
    std::vector<Exchange> exchanges_;
};

/// Reads a file. Unreadable, over 64 MiB, malformed: an error that says where.
[[nodiscard]] Result<std::shared_ptr<const Recording>> open_recording(const std::string& path);

/// A collector that answers every Ask from the recording, for any device; its word is "http".
[[nodiscard]] std::unique_ptr<Collector> replay(std::shared_ptr<const Recording> recording,
                                                boost::asio::io_context& loop);

}  // namespace pantau::http
