#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tests/fakes/ber.hpp"

/// net-snmp's own coding of v1/v2c messages, by the library that snmpd and snmpget use: the second
/// opinion on ours, in tests and in the benchmark. Not thread-safe, as the library is not.
namespace pantau::fakes::netsnmp {

/// What net-snmp understands; nothing when it refuses the datagram.
[[nodiscard]] std::optional<ber::Message> decode(std::string_view datagram);

/// Decodes and throws the result away. The number of varbinds; 0 when refused.
[[nodiscard]] std::size_t decode_only(std::string_view datagram);

/// The datagram net-snmp makes of a message; empty when it refuses.
[[nodiscard]] std::string encode(const ber::Message& message);

}  // namespace pantau::fakes::netsnmp
