#pragma once

namespace pantau {

/// Prints what broke and where, then aborts; systemd starts us again.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace pantau

/// An invariant of ours. Stays on in release. Never on input: the world fails through Result.
#define PANTAU_ASSERT(expression)                                        \
    do {                                                                 \
        if (!(expression)) [[unlikely]]                                  \
            ::pantau::assertion_failed(#expression, __FILE__, __LINE__); \
    } while (false)
