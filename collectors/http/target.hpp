#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/device.hpp"

namespace pantau::http {

class Settings;

/// Where one check goes.
struct Target {
    std::string url;   ///< As libcurl gets it. May hold a query that nobody else should see.
    std::string name;  ///< For people: scheme, host, port and path, without the query.
    bool is_tls = false;
    bool is_literal = false;  ///< The host is an address: nothing to resolve.
};

/// Reads a URL. Errors: malformed, with what is wrong as detail and what to do as `where`; neither
/// holds the text, which may carry a password.
[[nodiscard]] Result<Target> target_of_url(std::string_view text);

/// Whether a text can follow the host in a URL: "/", "/status?full=1".
[[nodiscard]] bool is_path(std::string_view text);

/// The page of a device: the settings' URL, or their path on the device's own address.
[[nodiscard]] Result<Target> target_of(const Device& device, const Settings& settings);

}  // namespace pantau::http
