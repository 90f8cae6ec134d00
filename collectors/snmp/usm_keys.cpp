#include "collectors/snmp/usm_keys.hpp"

#include <algorithm>
#include <array>

namespace pantau::snmp {
namespace {

constexpr std::size_t expanded_octets = 1'048'576;

/// draft-blumenthal-aes-usm-04 3.1.2.1: behind the key comes the hash of all there is.
bool extend_by_hash(UsmCrypto& crypto, AuthProtocol auth, Key& key, std::size_t needed) {
    while (key.size() < needed) {
        const std::array<std::string_view, 1> all{key.view()};
        const auto more = crypto.digest(auth, all);
        if (!more) return false;
        key.append(more->view());
    }
    return true;
}

/// draft-reeder-snmpv3-usm-3desede-00 2.1: behind the key comes the key of the key as a password.
bool extend_by_password(UsmCrypto& crypto, AuthProtocol auth, Key& key, std::size_t needed,
                        std::string_view engine_id) {
    Key last = key;
    while (key.size() < needed) {
        const auto of_password = key_of_password(crypto, auth, last.view());
        if (!of_password) return false;
        const auto more = localised(crypto, auth, *of_password, engine_id);
        if (!more) return false;
        key.append(more->view());
        last = *more;
    }
    return true;
}

}  // namespace

std::optional<Key> key_of_password(UsmCrypto& crypto, AuthProtocol protocol,
                                   std::string_view password) {
    return crypto.digest_repeated(protocol, password, expanded_octets);
}

std::optional<Key> localised(UsmCrypto& crypto, AuthProtocol protocol, const Key& key,
                             std::string_view engine_id) {
    const std::array<std::string_view, 3> parts{key.view(), engine_id, key.view()};
    return crypto.digest(protocol, parts);
}

std::optional<Key> privacy_key(UsmCrypto& crypto, AuthProtocol auth, PrivProtocol priv,
                               const Key& key, std::string_view engine_id) {
    auto made = localised(crypto, auth, key, engine_id);
    if (!made) return std::nullopt;
    const PrivTraits& traits = traits_of(priv);
    const bool is_done = traits.extension == KeyExtension::reeder
                             ? extend_by_password(crypto, auth, *made, traits.key_octets, engine_id)
                             : extend_by_hash(crypto, auth, *made, traits.key_octets);
    if (!is_done) return std::nullopt;
    made->cut(traits.key_octets);
    return made;
}

std::shared_ptr<const PasswordKey> PasswordKeys::of(UsmCrypto& crypto, AuthProtocol protocol,
                                                    const Secret& password) {
    for (const auto& weak : keys_) {
        auto known = weak.lock();
        if (known != nullptr && known->protocol == protocol && known->password == password)
            return known;
    }
    std::erase_if(keys_, [](const auto& weak) { return weak.expired(); });
    const auto key = key_of_password(crypto, protocol, password.reveal());
    if (!key) return nullptr;
    auto made = std::make_shared<const PasswordKey>(PasswordKey{protocol, password, *key});
    keys_.push_back(made);
    return made;
}

std::size_t PasswordKeys::size() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(keys_, [](const auto& weak) { return !weak.expired(); }));
}

}  // namespace pantau::snmp
