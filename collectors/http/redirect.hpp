#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "collectors/http/page.hpp"
#include "collectors/http/target.hpp"

struct sockaddr;

namespace pantau::http {

/// Whether an address is nobody else's business: this machine itself, the local link, a group, or
/// none at all. What a device sends never leads there.
[[nodiscard]] bool is_private_to_machine(const sockaddr* address);

/// Which addresses a connection may be opened to.
struct Border {
    std::string only{};  ///< The only one, when it is known before.
    /// The check was led here by the device: an address that is private to the machine is refused,
    /// but for `home`, where it began.
    bool is_led = false;
    std::string home{};
    bool is_proxied = false;  ///< The connection goes to a proxy that the operator named.
};
[[nodiscard]] bool may_connect(const Border& border, const sockaddr* address);

/// Where a redirect leads, seen from the page that sent it. `first` is where the check began.
/// Errors: redirect, with why it is not followed.
[[nodiscard]] Result<Target> follow(const Target& from, const Target& first,
                                    std::string_view location, const Page& page);

}  // namespace pantau::http
