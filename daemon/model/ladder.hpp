#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace pantau {

/// One step of a check that is made of several, in words for people.
struct Rung {
    std::string_view name;  ///< "dns", "portal": of the collector's own closed list.
    bool ok = false;
    Duration duration{};
    std::string expected;
    std::string came;  ///< Never raw bytes from the network (see Text), never a secret.
};

/// How a check of several steps went, and its one verdict. Immutable once made.
struct Ladder {
    /// Of the collector's closed list, or "unknown"; empty where steps lead to no verdict.
    std::string_view verdict;
    std::optional<bool> is_good;  ///< Nothing: a fault of ours, so there is no verdict.
    std::vector<Rung> rungs;
};

}  // namespace pantau
