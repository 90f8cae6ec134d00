#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "collectors/http/settings.hpp"
#include "collectors/http/target.hpp"
#include "runtime/transfer_loop.hpp"

namespace pantau::http {

/// Bytes of status line and headers together. 32 KiB: four times what browsers and servers accept
/// of one header.
inline constexpr std::size_t header_most = 32u << 10;

struct FreeEasy {
    void operator()(EasyHandle* easy) const;
};
using OwnedEasy = std::unique_ptr<EasyHandle, FreeEasy>;

[[nodiscard]] OwnedEasy make_easy();

/// What libcurl's callbacks saw of one transfer. Its address is known to the easy handle: it must
/// outlive the transfer and never move.
struct Sight {
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
    std::size_t body_most = 0;
    bool header_overflow = false;
    bool body_cut = false;  ///< We closed: enough was read.
    int socket_error = 0;   ///< errno of socket(): our own limit, when it failed.
    Text redirect;          ///< Where to, without the query.
    std::optional<std::int64_t> certificate_expiry;  ///< Unix seconds.
    Text certificate_error;                          ///< What OpenSSL says against the certificate.
    char words[256] = {};                            ///< libcurl's own words.
};

/// Makes an easy handle ready for one check. `time_left` bounds all of it.
void prepare(EasyHandle* easy, const Target& target, const Settings& settings, Duration time_left,
             Sight& sight);

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

/// errno of the connection attempt, or 0.
[[nodiscard]] int system_error_of(EasyHandle* easy);

/// Call once before everything else; later calls do nothing. Thread-safe.
void initialise_curl();

}  // namespace pantau::http
