#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/secrets.hpp"
#include "config/yaml_reader.hpp"
#include "model/device.hpp"

namespace pantau::config {

using Credentials = std::map<std::string, std::shared_ptr<const Credential>, std::less<>>;

/// A way to write a protocol of SNMPv3.
struct ProtocolWord {
    std::string_view written;
    std::string_view name;  ///< As a Credential has it.
    bool is_weak = false;   ///< Broken: in a configuration only when it is asked for.
};
[[nodiscard]] std::span<const ProtocolWord> auth_protocol_words();
[[nodiscard]] std::span<const ProtocolWord> priv_protocol_words();
/// The protocol that is written so, in letters of any size; null when none is.
[[nodiscard]] const ProtocolWord* find_protocol(std::span<const ProtocolWord> words,
                                                std::string_view written);

/// RFC 3414 11.2.
inline constexpr std::size_t password_bytes_least = 8;
/// RFC 3411: of a user and a context (SnmpAdminString, SIZE(0..32)).
inline constexpr std::size_t name_bytes_most = 32;

/// Reads `credentials:` and the files it names. `folder` is where relative ones start.
/// What an error message shows of a credential with unknown keys is masked: the key may be a
/// misspelt name of a secret.
[[nodiscard]] Credentials read_credentials(const std::optional<Node>& node,
                                           const std::string& folder, Diagnostics& diagnostics);

}  // namespace pantau::config
