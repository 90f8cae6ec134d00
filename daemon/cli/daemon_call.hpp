#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {

/// A value, or the exit code after the user was told why there is none.
template <class T>
using OrExit = tl::expected<T, ExitCode>;

/// Where pantaud listens: --socket, else control.socket of --config, else
/// $RUNTIME_DIRECTORY/control.sock, else /run/pantau/control.sock.
[[nodiscard]] OrExit<std::string> control_socket(const Invocation& call);

struct DaemonAnswer {
    unsigned status = 0;
    std::string body;
};

/// Asks the running daemon. Any status but those of `expected` is told and ends the program.
[[nodiscard]] OrExit<DaemonAnswer> ask_daemon(const Invocation& call, std::string_view method,
                                              const std::string& target, Duration timeout,
                                              std::initializer_list<unsigned> expected = {200});

}  // namespace pantau::cli
