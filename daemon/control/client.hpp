#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "runtime/http_message.hpp"

namespace pantau::control {

/// One request to the running daemon over its control socket. Blocks, `timeout` at most in all.
/// Any status is an answer. Errors, in words for the person at the terminal:
/// refused: nothing listens there; auth: no permission, and which group has it; timeout; malformed:
/// what listens there is no pantaud; local.
[[nodiscard]] Result<HttpResponse> control_call(const std::string& socket_path,
                                                std::string_view method, std::string_view target,
                                                std::string_view body, Duration timeout);

/// Where a daemon listens that was told nothing else: control.sock in $RUNTIME_DIRECTORY, else
/// /run/pantau/control.sock.
[[nodiscard]] std::string default_control_socket();

/// A text as a part of a target: "Kota Lama" is "Kota%20Lama".
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace pantau::control
