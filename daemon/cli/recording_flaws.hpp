#pragma once

#include <cstddef>
#include <string>

#include "collectors/snmp/recording.hpp"

namespace pantau::cli {

struct Invocation;

/// What of a recording is not used: lines that cannot be read, and lines whose value a later line
/// about the same object gives anew.
struct RecordingFlaws {
    std::size_t unreadable = 0;
    std::string unreadable_at;  ///< "2: why; 5, 9": the first with its reason, then more lines.
    std::size_t contradicted = 0;
    std::string contradicted_at;  ///< "2, 5, 9".

    [[nodiscard]] static RecordingFlaws of(const snmp::Recording& recording);
    /// A line on stderr for each kind there is.
    void tell(const Invocation& call, const std::string& path) const;
};

}  // namespace pantau::cli
