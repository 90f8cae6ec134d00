#include "collectors/snmp/usm_crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/assert.hpp"

namespace pantau::snmp {
namespace {

template <auto release>
struct Release {
    template <class Object>
    void operator()(Object* object) const {
        release(object);
    }
};
template <class Object, auto release>
using Owned = std::unique_ptr<Object, Release<release>>;

/// Of the whole process, never unloaded. Null when OpenSSL's legacy provider is not installed.
OSSL_LIB_CTX* legacy_library() {
    static OSSL_LIB_CTX* const library = [] {
        OSSL_LIB_CTX* const made = OSSL_LIB_CTX_new();
        if (made != nullptr && OSSL_PROVIDER_load(made, "legacy") != nullptr) return made;
        OSSL_LIB_CTX_free(made);
        return static_cast<OSSL_LIB_CTX*>(nullptr);
    }();
    return library;
}

void write_number(std::uint64_t value, std::size_t octets, char* out) {
    for (std::size_t i = 0; i < octets; ++i)
        out[i] = static_cast<char>(value >> (8 * (octets - 1 - i)));
}

constexpr std::size_t auth_count = 7;
constexpr std::size_t priv_count = 7;
constexpr std::size_t des_block = 8;

}  // namespace

Key::~Key() {
    ::explicit_bzero(bytes_.data(), bytes_.size());
}

void Key::append(std::string_view bytes) {
    const std::size_t count = std::min(bytes.size(), octets_most - size_);
    std::copy_n(bytes.data(), count, bytes_.data() + size_);
    size_ += count;
}

void Key::cut(std::size_t octets) {
    size_ = std::min(size_, octets);
}

bool is_same_mac(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct UsmCrypto::Contexts {
    struct Hash {
        Owned<EVP_MD, EVP_MD_free> algorithm;
        Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> mac;
        bool was_tried = false;
    };
    struct Cipher {
        Owned<EVP_CIPHER, EVP_CIPHER_free> algorithm;
        /// One for each direction: a context that changes it sets up everything anew.
        std::array<Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>, 2> in_direction;
        bool was_tried = false;
    };

    Hash& hash(AuthProtocol protocol) {
        Hash& entry = hashes[static_cast<std::size_t>(protocol)];
        if (entry.was_tried || protocol == AuthProtocol::none) return entry;
        entry.was_tried = true;
        const char* const name = traits_of(protocol).digest;
        if (!hmac) hmac.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
        if (!digest) digest.reset(EVP_MD_CTX_new());
        if (!hmac || !digest) return entry;
        entry.mac.reset(EVP_MAC_CTX_new(hmac.get()));
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string("digest", const_cast<char*>(name), 0),
            OSSL_PARAM_construct_end()};
        if (!entry.mac || EVP_MAC_CTX_set_params(entry.mac.get(), parameters) != 1) return entry;
        entry.algorithm.reset(EVP_MD_fetch(nullptr, name, nullptr));
        return entry;
    }

    Cipher& cipher(PrivProtocol protocol) {
        Cipher& entry = ciphers[static_cast<std::size_t>(protocol)];
        if (entry.was_tried || protocol == PrivProtocol::none) return entry;
        entry.was_tried = true;
        OSSL_LIB_CTX* const library = protocol == PrivProtocol::des ? legacy_library() : nullptr;
        if (protocol == PrivProtocol::des && library == nullptr) return entry;
        Owned<EVP_CIPHER, EVP_CIPHER_free> algorithm(
            EVP_CIPHER_fetch(library, traits_of(protocol).cipher, nullptr));
        if (!algorithm) return entry;
        for (auto& context : entry.in_direction) {
            const int encrypts = &context == &entry.in_direction[1] ? 1 : 0;
            context.reset(EVP_CIPHER_CTX_new());
            if (!context || EVP_CipherInit_ex2(context.get(), algorithm.get(), nullptr, nullptr,
                                               encrypts, nullptr) != 1)
                return entry;
            EVP_CIPHER_CTX_set_padding(context.get(), 0);
        }
        entry.algorithm = std::move(algorithm);
        return entry;
    }

    Owned<EVP_MAC, EVP_MAC_free> hmac;
    Owned<EVP_MD_CTX, EVP_MD_CTX_free> digest;
    std::array<Hash, auth_count> hashes;
    std::array<Cipher, priv_count> ciphers;
};

UsmCrypto::UsmCrypto(std::uint64_t salt_start)
    : contexts_(std::make_unique<Contexts>()), salt_(salt_start) {}

UsmCrypto::~UsmCrypto() {
    if (!scratch_.empty()) ::explicit_bzero(scratch_.data(), scratch_.size());
}

bool UsmCrypto::can(AuthProtocol protocol) {
    return protocol == AuthProtocol::none || contexts_->hash(protocol).algorithm != nullptr;
}

bool UsmCrypto::can(PrivProtocol protocol) {
    return protocol == PrivProtocol::none || contexts_->cipher(protocol).algorithm != nullptr;
}

std::optional<Key> UsmCrypto::digest(AuthProtocol protocol,
                                     std::span<const std::string_view> parts) {
    if (!can(protocol) || protocol == AuthProtocol::none) return std::nullopt;
    EVP_MD_CTX* const context = contexts_->digest.get();
    if (EVP_DigestInit_ex2(context, contexts_->hash(protocol).algorithm.get(), nullptr) != 1)
        return std::nullopt;
    for (const std::string_view part : parts) {
        if (EVP_DigestUpdate(context, part.data(), part.size()) != 1) return std::nullopt;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context, bytes.data(), &size) != 1) return std::nullopt;
    Key key;
    key.append({reinterpret_cast<const char*>(bytes.data()), size});
    ::explicit_bzero(bytes.data(), bytes.size());
    return key;
}

std::optional<Key> UsmCrypto::digest_repeated(AuthProtocol protocol, std::string_view pattern,
                                              std::size_t octets) {
    if (pattern.empty()) return std::nullopt;
    // The pattern many times in one block, so that OpenSSL is called for long pieces.
    std::string block;
    block.reserve(4096 + pattern.size());
    while (block.size() < 4096)
        block += pattern;
    std::vector<std::string_view> parts(octets / block.size(), block);
    parts.push_back(std::string_view(block).substr(0, octets % block.size()));
    std::optional<Key> key = digest(protocol, parts);
    ::explicit_bzero(block.data(), block.size());
    return key;
}

std::string_view UsmCrypto::mac(AuthProtocol protocol, const Key& key,
                                std::span<const std::string_view> parts, Mac& memory) {
    if (!can(protocol) || protocol == AuthProtocol::none || key.empty()) return {};
    EVP_MAC_CTX* const context = contexts_->hash(protocol).mac.get();
    if (EVP_MAC_init(context, key.data(), key.size(), nullptr) != 1) return {};
    for (const std::string_view part : parts) {
        if (EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(part.data()),
                           part.size()) != 1)
            return {};
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    std::size_t size = 0;
    if (EVP_MAC_final(context, bytes.data(), &size, bytes.size()) != 1) return {};
    const std::size_t sent = traits_of(protocol).mac_octets;
    PANTAU_ASSERT(sent <= size && sent <= memory.size());
    std::memcpy(memory.data(), bytes.data(), sent);
    return {memory.data(), sent};
}

std::array<char, salt_octets> UsmCrypto::next_salt(PrivProtocol protocol, std::int32_t boots) {
    ++salt_;
    std::array<char, salt_octets> salt{};
    if (protocol == PrivProtocol::des) {  // RFC 3414 8.1.1.1
        write_number(static_cast<std::uint32_t>(boots), 4, salt.data());
        write_number(salt_, 4, salt.data() + 4);
    } else {
        write_number(salt_, 8, salt.data());
    }
    return salt;
}

bool UsmCrypto::encrypt(PrivProtocol protocol, const Key& key, const SaltedTime& at,
                        std::span<char> data) {
    return apply(protocol, key, at, data, Direction::encrypt);
}

bool UsmCrypto::decrypt(PrivProtocol protocol, const Key& key, const SaltedTime& at,
                        std::span<char> data) {
    return apply(protocol, key, at, data, Direction::decrypt);
}

bool UsmCrypto::apply(PrivProtocol protocol, const Key& key, const SaltedTime& at,
                      std::span<char> data, Direction direction) {
    if (!can(protocol) || key.size() != traits_of(protocol).key_octets) return false;
    std::array<char, 16> iv{};
    if (protocol == PrivProtocol::des) {  // the salt over the second half of the key
        if (data.size() % des_block != 0) return false;
        for (std::size_t i = 0; i < des_block; ++i)
            iv[i] = static_cast<char>(key.data()[des_block + i] ^
                                      static_cast<unsigned char>(at.salt[i]));
    } else {  // RFC 3826 3.1.2.1
        write_number(static_cast<std::uint32_t>(at.boots), 4, iv.data());
        write_number(static_cast<std::uint32_t>(at.time), 4, iv.data() + 4);
        std::copy(at.salt.begin(), at.salt.end(), iv.begin() + 8);
    }
    EVP_CIPHER_CTX* const context =
        contexts_->cipher(protocol).in_direction[static_cast<std::size_t>(direction)].get();
    if (EVP_CipherInit_ex2(context, nullptr, key.data(),
                           reinterpret_cast<const unsigned char*>(iv.data()), -1, nullptr) != 1)
        return false;
    auto* const bytes = reinterpret_cast<unsigned char*>(data.data());
    int written = 0;
    if (EVP_CipherUpdate(context, bytes, &written, bytes, static_cast<int>(data.size())) != 1)
        return false;
    return static_cast<std::size_t>(written) == data.size();
}

}  // namespace pantau::snmp
