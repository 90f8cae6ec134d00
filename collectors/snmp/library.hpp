#pragma once

#include <cstdint>
#include <string>

namespace pantau::snmp {

/// Of the net-snmp this runs on: "5.9.3".
[[nodiscard]] std::string library_version();

/// net-snmp's words for an error-status (RFC 3416 4.2.1), as its tools print them.
[[nodiscard]] std::string status_words(std::int32_t status);

}  // namespace pantau::snmp
