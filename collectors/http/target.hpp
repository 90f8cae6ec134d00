#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/device.hpp"

namespace pantau::http {

class Settings;
struct Page;
struct Via;

/// Where one check goes.
struct Target {
    std::string url;     ///< As libcurl gets it. May hold a query that nobody else should see.
    std::string name;    ///< For people: scheme, host, port and path, without the query.
    std::string host;    ///< In small letters, an IPv6 address in its brackets.
    std::string origin;  ///< Scheme, host and port: pages of one origin live or die together.
    bool is_tls = false;
    bool is_literal = false;  ///< We have nothing to resolve.
    std::string pin;          ///< The host that is spoken to instead, as a URL has it; empty: none.
    /// The address that must be at the other end of the connection; empty: whatever a name gives.
    std::string peer;
    bool takes_login = true;  ///< The login of the page is meant for it.
};

/// Reads a URL. Errors: malformed, with what is wrong as detail and what to do as `where`; neither
/// holds the text, which may carry a password.
[[nodiscard]] Result<Target> target_of_url(std::string_view text);

/// Reads what a page names as the next one, whole or seen from there: "/login". As it comes from
/// the network; the answer is only where it is, not whether one may go there. Errors: malformed.
[[nodiscard]] Result<Target> target_from(const Target& from, std::string_view reference);

/// Settles what depends on the way the page goes: who looks names up, who is at the other end.
void settle(Target& target, const Via& via);

/// Whether a text can follow the host in a URL: "/", "/status?full=1".
[[nodiscard]] bool is_path(std::string_view text);

/// Where a page of a device is: at its own URL, beside the page of `http:`, or at a path on the
/// device's own address.
[[nodiscard]] Result<Target> target_of(const Device& device, const Settings& settings,
                                       const Page& page);
/// The page of `http:` itself.
[[nodiscard]] Result<Target> target_of(const Device& device, const Settings& settings);

}  // namespace pantau::http
