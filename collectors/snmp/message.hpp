#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pantau::snmp {

/// The number on the wire.
enum class Version : std::uint8_t { v1 = 0, v2c = 1, v3 = 3 };

/// The PDU's tag on the wire.
enum class PduType : std::uint8_t {
    get = 0xA0,
    get_next = 0xA1,
    response = 0xA2,
    set = 0xA3,
    trap_v1 = 0xA4,
    get_bulk = 0xA5,
    inform = 0xA6,
    trap_v2 = 0xA7,
    report = 0xA8,
};

/// The value's tag on the wire.
enum class ValueType : std::uint8_t {
    integer = 0x02,
    octets = 0x04,
    null = 0x05,
    oid = 0x06,
    ip_address = 0x40,
    counter32 = 0x41,
    gauge32 = 0x42,
    time_ticks = 0x43,
    opaque = 0x44,
    nsap_address = 0x45,
    counter64 = 0x46,
    uinteger32 = 0x47,
    no_such_object = 0x80,
    no_such_instance = 0x81,
    end_of_mib_view = 0x82,
};

/// noSuchObject, noSuchInstance, endOfMibView.
[[nodiscard]] constexpr bool is_exception(ValueType type) {
    return static_cast<std::uint8_t>(type) >= 0x80;
}

/// error-status of RFC 3416 4.2.1; what is not named here is treated like gen_err.
namespace status {
inline constexpr std::int32_t no_error = 0;
inline constexpr std::int32_t too_big = 1;
inline constexpr std::int32_t no_such_name = 2;
inline constexpr std::int32_t gen_err = 5;
inline constexpr std::int32_t no_access = 6;
inline constexpr std::int32_t authorization_error = 16;
}  // namespace status

/// One value of a reply; views the datagram and the Message's memory.
struct Value {
    ValueType type = ValueType::null;
    std::int64_t integer = 0;            ///< Type integer.
    std::uint64_t natural = 0;           ///< Counters, gauges, ticks.
    std::string_view bytes;              ///< Octets, addresses, opaque.
    std::span<const std::uint32_t> oid;  ///< Type oid.
};

struct Varbind {
    std::span<const std::uint32_t> name;
    Value value;
    std::uint32_t wire_size = 0;  ///< Bytes of the whole varbind in the datagram.
};

/// A decoded message. Views the datagram it came from; one object is used for many datagrams.
struct Message {
    Version version = Version::v2c;
    std::string_view community;
    PduType pdu = PduType::response;
    std::int32_t request_id = 0;
    std::int32_t error_status = 0;
    std::int32_t error_index = 0;
    std::vector<Varbind> varbinds;
    std::vector<std::uint32_t> sub_identifiers;  ///< What the names and oid values view.
};

}  // namespace pantau::snmp
