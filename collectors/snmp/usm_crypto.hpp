#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/snmp/usm_protocols.hpp"

namespace pantau::snmp {

/// A secret key; wiped when it goes.
class Key {
public:
    static constexpr std::size_t octets_most = 64;

    Key() = default;
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key();

    [[nodiscard]] std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes_.data()), size_};
    }
    [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    /// What does not fit is left out.
    void append(std::string_view bytes);
    void cut(std::size_t octets);

private:
    std::array<unsigned char, octets_most> bytes_{};
    std::size_t size_ = 0;
};

/// The engine's boots and time and the salt, from which each cipher makes its IV.
struct SaltedTime {
    std::int32_t boots = 0;
    std::int32_t time = 0;
    std::array<char, salt_octets> salt{};
};

/// Hashes, MACs and ciphers of one Worker: OpenSSL's contexts, made once and used for all devices.
///
/// Every function says whether OpenSSL could do it. It cannot when a provider is missing: single
/// DES lives in OpenSSL's legacy provider, which is loaded when DES is first asked for, into a
/// context of its own, so that nothing else can get at its ciphers.
class UsmCrypto {
public:
    /// `salt_start` comes from the system's random source; a test may fix it.
    explicit UsmCrypto(std::uint64_t salt_start);
    UsmCrypto(const UsmCrypto&) = delete;
    UsmCrypto& operator=(const UsmCrypto&) = delete;
    ~UsmCrypto();

    [[nodiscard]] bool can(AuthProtocol protocol);
    [[nodiscard]] bool can(PrivProtocol protocol);

    /// The hash of all parts, one behind the other.
    [[nodiscard]] std::optional<Key> digest(AuthProtocol protocol,
                                            std::span<const std::string_view> parts);
    /// The hash of `octets` octets of `pattern` repeated.
    [[nodiscard]] std::optional<Key> digest_repeated(AuthProtocol protocol,
                                                     std::string_view pattern, std::size_t octets);

    /// The MAC of all parts, cut to what goes on the wire. Empty: not possible.
    using Mac = std::array<char, mac_octets_most>;
    [[nodiscard]] std::string_view mac(AuthProtocol protocol, const Key& key,
                                       std::span<const std::string_view> parts, Mac& memory);

    /// Salts are never used twice with one key: one count for all devices of the Worker, because
    /// devices with the same engine id have the same keys.
    [[nodiscard]] std::array<char, salt_octets> next_salt(PrivProtocol protocol,
                                                          std::int32_t boots);

    /// In place. DES takes and gives whole blocks of 8 octets.
    [[nodiscard]] bool encrypt(PrivProtocol protocol, const Key& key, const SaltedTime& at,
                               std::span<char> data);
    [[nodiscard]] bool decrypt(PrivProtocol protocol, const Key& key, const SaltedTime& at,
                               std::span<char> data);

    /// For what is decrypted or about to be encrypted; one user at a time.
    [[nodiscard]] std::string& scratch() { return scratch_; }

private:
    struct Contexts;
    enum class Direction : bool { decrypt, encrypt };
    bool apply(PrivProtocol protocol, const Key& key, const SaltedTime& at, std::span<char> data,
               Direction direction);

    std::unique_ptr<Contexts> contexts_;
    std::uint64_t salt_;
    std::string scratch_;
};

/// Takes the same time whatever the bytes are.
[[nodiscard]] bool is_same_mac(std::string_view a, std::string_view b);

}  // namespace pantau::snmp
