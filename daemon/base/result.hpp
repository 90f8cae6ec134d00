#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/reason.hpp"

namespace pantau {

/// Why the world did not do what we asked, in words for an operator: what, where, what next.
struct Error {
    Reason reason = Reason::local;
    std::string
        detail;  ///< One sentence. Never raw bytes from the network (see Text), never a secret.
    std::string where;  ///< What it is about: a file, an address, an Ask. May be empty.

    bool operator==(const Error&) const = default;
};

/// A value, or why there is none. The world fails through this; broken invariants end in
/// PANTAU_ASSERT.
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Reason reason, std::string detail,
                                                std::string where = {}) {
    return tl::unexpected<Error>(Error{reason, std::move(detail), std::move(where)});
}

/// "reason: detail (where)", for logs and messages.
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace pantau
