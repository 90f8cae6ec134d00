#pragma once

namespace pantau::cli {

/// How `pantau` ends, for scripts.
enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,       ///< It was tried, and it did not work.
    exit_usage = 2,        ///< The command line cannot be meant so.
    exit_unreachable = 3,  ///< The daemon cannot be reached.
    exit_partial = 4,      ///< A part of the result is missing.
};

}  // namespace pantau::cli
