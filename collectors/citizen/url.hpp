#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pantau::citizen {

/// A host as URLs name it, in small letters, an IPv6 address without its brackets.
struct Host {
    std::string name;
    std::uint16_t port = 0;  ///< 0: any.

    bool operator==(const Host&) const = default;
};

/// Host of a whole URL, with its port, as libcurl would go there: a second opinion could be led
/// elsewhere. Nothing: no URL of http or https, or one with a user name.
[[nodiscard]] std::optional<Host> host_of(std::string_view url);

/// Whether an operator's URL can be visited. Errors: malformed, with what is wrong as detail and
/// what to do as `where`; neither holds the text, which may carry a password.
[[nodiscard]] Result<void> check_url(std::string_view url);

/// "http://portal.example:8080/", the front door of whoever answers at a URL; empty: no URL.
[[nodiscard]] std::string door_of(std::string_view url);

}  // namespace pantau::citizen
