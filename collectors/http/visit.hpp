#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/reason.hpp"
#include "base/text.hpp"
#include "collectors/http/page.hpp"
#include "collectors/http/redirect.hpp"
#include "collectors/http/target.hpp"
#include "runtime/transfer_loop.hpp"

struct curl_slist;

namespace pantau::http {

/// Bytes of status line and headers together. 32 KiB: four times what browsers and servers accept
/// of one header.
inline constexpr std::size_t header_most = 32u << 10;

struct FreeEasy {
    void operator()(EasyHandle* easy) const;
};
using OwnedEasy = std::unique_ptr<EasyHandle, FreeEasy>;

[[nodiscard]] OwnedEasy make_easy();

/// A list of lines as libcurl wants it; must outlive the transfer.
struct FreeHeaders {
    void operator()(curl_slist* list) const;
};
using OwnedHeaders = std::unique_ptr<curl_slist, FreeHeaders>;

/// What is known of a server's certificate.
struct Certificate {
    std::optional<std::int64_t> expiry;  ///< Unix seconds.
    std::optional<bool> is_for_host;     ///< Whether one of its names is the host that was asked.
    Text error;                          ///< What OpenSSL says against it.
};

/// What libcurl's callbacks saw of one transfer. Its address is known to the easy handle: it must
/// outlive the transfer and never move.
struct Sight {
    std::string host;  ///< As a certificate must name it, without brackets.
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
    std::size_t body_most = 0;
    bool header_overflow = false;
    bool body_cut = false;  ///< We closed: enough was read.
    int socket_error = 0;   ///< errno of socket(): our own limit, when it failed.
    bool keeps_body = false;
    std::string body;  ///< When it is kept: as it came, at most `body_most` bytes.
    bool keeps_headers = false;
    std::string headers;     ///< When they are kept: lines, at most `header_most` bytes.
    bool is_packed = false;  ///< The body has a content coding, which we did not ask for.
    Text redirect;           ///< Where to, without the query.
    std::string location;    ///< The same as it came, for the one who follows it.
    Border border;
    bool led_astray = false;  ///< The border was closed.
    /// The last addresses of each family that a connection was tried to.
    std::array<sockaddr_storage, 2> tried{};
    OwnedHeaders connect_to;  ///< Where the host is taken to be, as libcurl wants it.
    bool is_tls_begun = false;
    Certificate certificate;
    char words[256] = {};  ///< libcurl's own words.
};

/// Whether a connection is one of several requests. Only within a visit: over thousands of devices
/// a connection that waits for the next one saves nothing, and small servers have few.
struct Sharing {
    bool reuses = false;  ///< An earlier request of the visit may have left one.
    bool keeps = false;   ///< A later one can use it.
};

/// The headers of a page, or null when there is no memory.
[[nodiscard]] OwnedHeaders headers_of(const Page& page, const Sharing& sharing);

/// Makes an easy handle ready for one request. `time_left` bounds all of it.
void prepare(EasyHandle* easy, const Target& target, const Page& page, Method method,
             const Sharing& sharing, const curl_slist* headers, Duration time_left, Sight& sight);

/// Cuts the ties of an easy handle to its Sight; sessions of TLS stay.
void forget(EasyHandle* easy);

/// Where the time went, as far as the check came.
struct Phases {
    std::optional<double> resolve;  ///< Seconds, like all.
    std::optional<double> connect;
    std::optional<double> tls;
    std::optional<double> processing;  ///< From the request sent to the first byte of the answer.
    std::optional<double> transfer;
    double total = 0;
};

[[nodiscard]] Phases phases_of(EasyHandle* easy, const Target& target, bool is_complete);

/// Status of the answer, or nothing when none came.
[[nodiscard]] std::optional<long> status_of(EasyHandle* easy);

/// 1, 1.1 or 2; nothing when there was no answer.
[[nodiscard]] std::optional<double> version_of(EasyHandle* easy);

/// What a proxy said against the way on.
struct ProxyWord {
    Reason reason = Reason::unreachable;
    long status = 0;  ///< Of an HTTP proxy's answer; 0: none.
};
[[nodiscard]] ProxyWord proxy_word_of(EasyHandle* easy);

/// Whether the request went over a connection that was there before.
[[nodiscard]] bool is_reused(EasyHandle* easy);

/// The address that was spoken to; empty when there was none.
[[nodiscard]] std::string peer_of(EasyHandle* easy);

/// Whether no route of this machine leads to any address that was tried.
[[nodiscard]] bool is_unrouted(const Sight& sight, const Via& via);

/// errno of the connection attempt, or 0.
[[nodiscard]] int system_error_of(EasyHandle* easy);

/// Call once before everything else; later calls do nothing. Thread-safe.
void initialise_curl();

}  // namespace pantau::http
