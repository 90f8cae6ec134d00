#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pantau::snmp {

/// How messages of version 3 are signed (RFC 3414, RFC 7860).
enum class AuthProtocol : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512 };

/// How messages of version 3 are encrypted (RFC 3414, RFC 3826). The keys of aes192 and aes256 are
/// made longer as draft-blumenthal-aes-usm-04 says, those of the -c forms as
/// draft-reeder-snmpv3-usm-3desede-00 says, which is what Cisco and others mean by AES-256.
enum class PrivProtocol : std::uint8_t { none, des, aes128, aes192, aes256, aes192_c, aes256_c };

/// msgFlags of RFC 3412: encryption comes with signature only.
enum class SecurityLevel : std::uint8_t { no_auth = 0, auth = 1, auth_priv = 3 };

struct AuthTraits {
    std::string_view name;    ///< As a Credential has it.
    const char* digest;       ///< As OpenSSL calls the hash.
    std::uint8_t key_octets;  ///< Of a password's key and a localised one.
    std::uint8_t mac_octets;  ///< On the wire: the MAC cut short.
};
[[nodiscard]] const AuthTraits& traits_of(AuthProtocol protocol);

enum class KeyExtension : std::uint8_t { none, blumenthal, reeder };

struct PrivTraits {
    std::string_view name;
    const char* cipher;       ///< As OpenSSL calls it.
    std::uint8_t key_octets;  ///< Of the localised key; of DES, 8 are the key and 8 the pre-IV.
    KeyExtension extension;
};
[[nodiscard]] const PrivTraits& traits_of(PrivProtocol protocol);

/// The protocol with the name that a Credential has; "" is none.
[[nodiscard]] std::optional<AuthProtocol> auth_protocol_named(std::string_view name);
[[nodiscard]] std::optional<PrivProtocol> priv_protocol_named(std::string_view name);

/// Octets of msgPrivacyParameters, whatever the cipher.
inline constexpr std::size_t salt_octets = 8;
inline constexpr std::size_t mac_octets_most = 48;

}  // namespace pantau::snmp
