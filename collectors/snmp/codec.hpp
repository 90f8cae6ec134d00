#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/oid.hpp"
#include "collectors/snmp/message.hpp"

namespace pantau::snmp {

class BerWriter;

/// What goes into a request, without the community.
struct RequestBody {
    PduType type = PduType::get;        ///< get, get_next or get_bulk.
    std::uint16_t max_repetitions = 0;  ///< Of a get_bulk; its non-repeaters are always 0.
    std::span<const Oid> names;
};

/// The datagram of a v1 or v2c request, or nothing when it would be longer than a datagram may be.
/// `datagram` is overwritten; its capacity is kept.
[[nodiscard]] bool encode(Version version, std::string_view community, std::int32_t request_id,
                          const RequestBody& body, std::string& datagram);

/// Bytes of an encoded name, with its header.
[[nodiscard]] std::size_t encoded_size(std::span<const std::uint32_t> name);

/// Octets of a PDU, so that lengths can be written before what they count.
struct PduSize {
    std::size_t content = 0;  ///< Within the PDU's own header.
    std::size_t list = 0;     ///< Of the varbinds.
};
[[nodiscard]] PduSize size_of_pdu(std::int32_t request_id, const RequestBody& body);
void append_pdu(std::int32_t request_id, const RequestBody& body, const PduSize& size,
                BerWriter& writer);

enum class DecodeResult : std::uint8_t {
    ok,
    malformed,      ///< Not a message by the rules of RFC 1157, 3416 and 3417.
    other_version,  ///< Neither v1 nor v2c; only Message::version is filled.
    other_pdu,      ///< A v1 trap or a PDU nobody defined; Message up to `pdu` is filled.
};

/// Reads a v1 or v2c message out of a whole datagram.
///
/// Bounds are checked at every step, and nothing may be left over at any level. Accepted beyond
/// the letter, because agents in the field do it and the meaning stays clear: lengths written
/// longer than needed, integers padded to at most 4 bytes (5 and 9 for unsigned ones), unsigned
/// numbers that lack their leading zero byte. `out` views `datagram`.
[[nodiscard]] DecodeResult decode(std::string_view datagram, Message& out);

/// Reads a PDU from its tag and content into the fields of `out` from `pdu` on.
[[nodiscard]] DecodeResult read_pdu(std::uint8_t tag, std::string_view content, Message& out);

/// The request-id (v3: the msgID) of our own datagram as an ICMP error quotes it: perhaps cut short
/// behind it.
[[nodiscard]] std::optional<std::int32_t> quoted_request_id(std::string_view quoted);

}  // namespace pantau::snmp
