#include "collectors/snmp/cells.hpp"

#include <bit>
#include <cmath>
#include <optional>

#include "base/oid.hpp"

namespace pantau::snmp {
namespace {

/// net-snmp's float and double inside an Opaque.
std::optional<double> opaque_number(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    if (bytes.size() < 3 || byte(0) != 0x9F) return std::nullopt;
    std::uint64_t bits = 0;
    for (std::size_t i = 3; i < bytes.size(); ++i)
        bits = (bits << 8) | byte(i);
    double value = 0;
    if (byte(1) == 0x78 && byte(2) == 4 && bytes.size() == 7) {
        value = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    } else if (byte(1) == 0x79 && byte(2) == 8 && bytes.size() == 11) {
        value = std::bit_cast<double>(bits);
    } else {
        return std::nullopt;
    }
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

void add_cell(Answer& answer, std::uint16_t field, std::span<const std::uint32_t> row,
              const Value& value) {
    switch (value.type) {
        case ValueType::integer:
            answer.add_number(field, row, RawValue::Kind::integer, Number::integer(value.integer));
            break;
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::uinteger32:
            answer.add_number(field, row, RawValue::Kind::integer, Number::natural(value.natural));
            break;
        case ValueType::counter32:
            answer.add_number(field, row, RawValue::Kind::counter32,
                              Number::natural(value.natural));
            break;
        case ValueType::counter64:
            answer.add_number(field, row, RawValue::Kind::counter64,
                              Number::natural(value.natural));
            break;
        case ValueType::opaque:
            if (const auto number = opaque_number(value.bytes)) {
                answer.add_number(field, row, RawValue::Kind::integer, Number::real(*number));
                break;
            }
            answer.add_bytes(field, row, RawValue::Kind::bytes, value.bytes);
            break;
        case ValueType::octets:
        case ValueType::nsap_address:
        case ValueType::ip_address:
            answer.add_bytes(field, row, RawValue::Kind::bytes, value.bytes);
            break;
        case ValueType::oid:
            answer.add_bytes(field, row, RawValue::Kind::oid, Oid(value.oid).to_string());
            break;
        case ValueType::null:
        case ValueType::no_such_object:
        case ValueType::no_such_instance:
        case ValueType::end_of_mib_view:
            break;
    }
}

}  // namespace pantau::snmp
