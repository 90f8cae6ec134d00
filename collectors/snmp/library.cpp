#include "collectors/snmp/library.hpp"

// Alone in this file: these headers define short names as macros.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
// clang-format on

namespace pantau::snmp {

std::string library_version() {
    return ::netsnmp_get_version();
}

std::string status_words(std::int32_t status) {
    return ::snmp_errstring(status);
}

}  // namespace pantau::snmp
