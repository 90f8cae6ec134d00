#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/snmp/codec.hpp"
#include "collectors/snmp/message.hpp"
#include "collectors/snmp/usm_protocols.hpp"

namespace pantau::snmp {

/// msgSecurityModel: the user-based one.
inline constexpr std::int32_t user_based = 3;

/// Everything of a v3 message in front of its scoped PDU. Views the datagram.
struct V3Header {
    std::int32_t msg_id = 0;  ///< 0 or more, as boots and time.
    SecurityLevel level = SecurityLevel::no_auth;
    std::int32_t security_model = 0;
    std::string_view engine_id;  ///< At most 32 octets.
    std::int32_t boots = 0;
    std::int32_t time = 0;
    std::string_view user;  ///< At most 32 octets.
    std::string_view mac;
    std::string_view salt;
    std::string_view data;  ///< The scoped PDU, header and all; encrypted: what it was made into.
};

/// Reads a v3 message out of a whole datagram, strictly: nothing may be left over at any level.
/// `other_version` when it is none. Nothing of it is believed yet. The security parameters of
/// another model are not looked at.
[[nodiscard]] DecodeResult read_v3(std::string_view datagram, V3Header& out);

struct Scope {
    std::string_view engine_id;
    std::string_view context;
};

/// Reads a scoped PDU; up to `padding_most` octets may follow it (DES fills up its last block).
[[nodiscard]] DecodeResult read_scoped_pdu(std::string_view bytes, std::size_t padding_most,
                                           Scope& scope, Message& out);

/// Overwrites `bytes`.
void write_scoped_pdu(const Scope& scope, std::int32_t request_id, const RequestBody& body,
                      std::string& bytes);

/// A message to be written; `mac` is left out, `mac_octets` zeros stand for it.
struct V3Frame {
    V3Header header;
    std::size_t mac_octets = 0;
};

/// Overwrites `datagram`; false when it would be longer than a datagram may be. `mac_at` is where
/// the zeros begin.
[[nodiscard]] bool write_v3(const V3Frame& frame, std::string& datagram, std::size_t& mac_at);

}  // namespace pantau::snmp
