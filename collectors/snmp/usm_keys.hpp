#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "collectors/snmp/usm_crypto.hpp"
#include "collectors/snmp/usm_protocols.hpp"

namespace pantau::snmp {

/// RFC 3414 A.2: the hash of one MiB of the password repeated. Cost: 2 to 4 ms.
[[nodiscard]] std::optional<Key> key_of_password(UsmCrypto& crypto, AuthProtocol protocol,
                                                 std::string_view password);

/// RFC 3414 2.6: the key for one engine alone. Cost: 1 us.
[[nodiscard]] std::optional<Key> localised(UsmCrypto& crypto, AuthProtocol protocol, const Key& key,
                                           std::string_view engine_id);

/// The localised key of a cipher, made longer or cut to what the cipher takes. Cost: as
/// `localised`, but as `key_of_password` when a -C form needs more than the hash gives (MD5 and
/// SHA-1 with AES-192-C or AES-256-C).
[[nodiscard]] std::optional<Key> privacy_key(UsmCrypto& crypto, AuthProtocol auth,
                                             PrivProtocol priv, const Key& key,
                                             std::string_view engine_id);

/// A password and its key for every engine.
struct PasswordKey {
    AuthProtocol protocol;
    Secret password;
    Key key;
};

/// The keys of a Worker's passwords: each is made once, shared by all devices with that password,
/// and wiped when the last of them goes.
class PasswordKeys {
public:
    /// Null when OpenSSL cannot do it.
    [[nodiscard]] std::shared_ptr<const PasswordKey> of(UsmCrypto& crypto, AuthProtocol protocol,
                                                        const Secret& password);
    /// Keys in use.
    [[nodiscard]] std::size_t size() const;

private:
    std::vector<std::weak_ptr<const PasswordKey>> keys_;
};

}  // namespace pantau::snmp
