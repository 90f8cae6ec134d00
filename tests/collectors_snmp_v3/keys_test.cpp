// Keys, MACs and ciphers against published vectors. RFC 7860 has none of its own: its MACs are
// HMAC-SHA-2 of RFC 4231 cut short, its keys those of RFC 3414 with another hash.
#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "collectors/snmp/usm_keys.hpp"
#include "fakes/ber.hpp"

namespace pantau::snmp {
namespace {

std::string bytes(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return out;
}

std::string hex_of(std::string_view octets) {
    std::string text;
    for (const char octet : octets) {
        const auto c = static_cast<unsigned char>(octet);
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[c >> 4];
        text += digits[c & 15];
    }
    return text;
}

std::string hex_of(const std::optional<Key>& key) {
    return key ? hex_of(key->view()) : "none";
}

const std::string engine_of_rfc = bytes("000000000000000000000002");

}  // namespace

TEST_SUITE("collectors/snmp/usm_keys") {
    TEST_CASE("a password becomes a key and a localised key") {
        struct Case {
            AuthProtocol protocol;
            const char* key;
            const char* localised;
        };
        const Case cases[] = {
            // RFC 3414 A.3.1 and A.3.2
            {AuthProtocol::md5, "9faf3283884e92834ebc9847d8edd963",
             "526f5eed9fcce26f8964c2930787d82b"},
            {AuthProtocol::sha1, "9fb5cc0381497b3793528939ff788d5d79145211",
             "6695febc9288e36282235fc7151f128497b38f3f"},
            // The same rule with the hashes of RFC 7860, computed with Python's hashlib
            {AuthProtocol::sha224, "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
             "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674"},
            {AuthProtocol::sha256,
             "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
             "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b"},
            {AuthProtocol::sha384,
             "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f38"
             "3c86fb836857444654b287c93f51ff64",
             "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f045"
             "5a53689a3937eea07319a633d2ccba78"},
            {AuthProtocol::sha512,
             "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63"
             "dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
             "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099"
             "ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b"},
        };
        UsmCrypto crypto(1);
        for (const Case& c : cases) {
            CAPTURE(traits_of(c.protocol).name);
            const auto key = key_of_password(crypto, c.protocol, "maplesyrup");
            CHECK(hex_of(key) == c.key);
            REQUIRE(key);
            CHECK(key->size() == traits_of(c.protocol).key_octets);
            CHECK(hex_of(localised(crypto, c.protocol, *key, engine_of_rfc)) == c.localised);
        }
    }

    TEST_CASE("a cipher's key is made longer in one of two ways, or cut") {
        struct Case {
            AuthProtocol auth;
            PrivProtocol priv;
            const char* key;
        };
        const Case cases[] = {
            {AuthProtocol::md5, PrivProtocol::des, "526f5eed9fcce26f8964c2930787d82b"},
            {AuthProtocol::sha1, PrivProtocol::aes128, "6695febc9288e36282235fc7151f1284"},
            {AuthProtocol::sha512, PrivProtocol::aes256,
             "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099"},
            {AuthProtocol::sha224, PrivProtocol::aes192,
             "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be6"},
            {AuthProtocol::md5, PrivProtocol::aes256,
             "526f5eed9fcce26f8964c2930787d82bfa24a92467426c2f4b09192be10dfaec"},
            {AuthProtocol::sha1, PrivProtocol::aes256,
             "6695febc9288e36282235fc7151f128497b38f3f505e07eb9af25568fa1f5dbe"},
            // draft-reeder-snmpv3-usm-3desede-00 B.1 and B.2
            {AuthProtocol::md5, PrivProtocol::aes256_c,
             "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12"},
            {AuthProtocol::sha1, PrivProtocol::aes256_c,
             "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c"},
            {AuthProtocol::sha1, PrivProtocol::aes192_c,
             "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78"},
        };
        UsmCrypto crypto(1);
        for (const Case& c : cases) {
            CAPTURE(traits_of(c.auth).name);
            CAPTURE(traits_of(c.priv).name);
            const auto key = key_of_password(crypto, c.auth, "maplesyrup");
            REQUIRE(key);
            CHECK(hex_of(privacy_key(crypto, c.auth, c.priv, *key, engine_of_rfc)) == c.key);
        }
    }

    TEST_CASE("a MAC is the HMAC of all parts, cut to the octets of its protocol") {
        // RFC 2202 and RFC 4231, test case 2: key "Jefe"
        struct Case {
            AuthProtocol protocol;
            const char* mac;
        };
        const Case cases[] = {
            {AuthProtocol::md5, "750c783e6ab0b503eaa86e31"},
            {AuthProtocol::sha1, "effcdf6ae5eb2fa2d27416d5"},
            {AuthProtocol::sha224, "a30e01098bc6dbbf45690f3a7e9e6d0f"},
            {AuthProtocol::sha256, "5bdcc146bf60754e6a042426089575c75a003f089d273983"},
            {AuthProtocol::sha384,
             "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"},
            {AuthProtocol::sha512,
             "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
             "9758bf75c05a994a6d034f65f8f0e6fd"},
        };
        Key key;
        key.append("Jefe");
        UsmCrypto crypto(1);
        for (int round = 0; round < 2; ++round) {  // the contexts are used again
            for (const Case& c : cases) {
                CAPTURE(traits_of(c.protocol).name);
                UsmCrypto::Mac memory{};
                const std::array<std::string_view, 3> parts{"what do ya want ", "", "for nothing?"};
                CHECK(hex_of(crypto.mac(c.protocol, key, parts, memory)) == c.mac);
            }
        }
    }

    TEST_CASE("two MACs are the same only when all their octets are") {
        CHECK(is_same_mac("abcd", "abcd"));
        CHECK_FALSE(is_same_mac("abcd", "abce"));
        CHECK_FALSE(is_same_mac("abcd", "bbcd"));
        CHECK_FALSE(is_same_mac("abcd", "abc"));
        CHECK_FALSE(is_same_mac("abc", "abcd"));
        CHECK_FALSE(is_same_mac("", "abcd"));
    }

    TEST_CASE("what was encrypted is decrypted again, and by nothing but the same key and time") {
        UsmCrypto crypto(1);
        const std::string plain = "sixteen octets..and eight more..";
        for (int i = 1; i <= 6; ++i) {
            const auto protocol = static_cast<PrivProtocol>(i);
            CAPTURE(traits_of(protocol).name);
            if (!crypto.can(protocol)) {
                CHECK(protocol == PrivProtocol::des);
                MESSAGE("OpenSSL's legacy provider is not installed: DES is not tested");
                continue;
            }
            Key key;
            for (std::size_t at = 0; at < traits_of(protocol).key_octets; ++at)
                key.append(std::string(1, static_cast<char>(3 * at + 1)));
            const SaltedTime when{7, 1000, crypto.next_salt(protocol, 7)};
            std::string data = plain;
            REQUIRE(crypto.encrypt(protocol, key, when, data));
            CHECK(data != plain);
            const std::string encrypted = data;
            REQUIRE(crypto.decrypt(protocol, key, when, data));
            CHECK(data == plain);

            SaltedTime other = when;
            other.salt[7] = static_cast<char>(other.salt[7] ^ 1);
            data = encrypted;
            REQUIRE(crypto.decrypt(protocol, key, other, data));
            CHECK(data != plain);
            Key short_key = key;
            short_key.cut(key.size() - 1);
            CHECK_FALSE(crypto.decrypt(protocol, short_key, when, data));
        }
        // FIPS 197 C.1 through CFB: the first block is the plain text over the IV encrypted.
        Key key;
        key.append(bytes("000102030405060708090a0b0c0d0e0f"));
        SaltedTime at{0x00112233, 0x44556677, {}};
        const std::string salt = bytes("8899aabbccddeeff");
        std::copy(salt.begin(), salt.end(), at.salt.begin());
        std::string zeros(16, '\0');
        REQUIRE(crypto.encrypt(PrivProtocol::aes128, key, at, zeros));
        CHECK(hex_of(zeros) == "69c4e0d86a7b0430d8cdb78070b4c55a");
    }

    TEST_CASE("DES takes whole blocks only") {
        UsmCrypto crypto(1);
        if (!crypto.can(PrivProtocol::des)) return;
        Key key;
        key.append("0123456789abcdef");
        std::string data(15, 'x');
        CHECK_FALSE(crypto.encrypt(PrivProtocol::des, key, {}, data));
    }

    TEST_CASE("no salt comes twice, and a salt of DES begins with the boots") {
        UsmCrypto crypto(0xFFFF'FFFF'FFFF'FFFE);
        CHECK(crypto.next_salt(PrivProtocol::aes128, 1) !=
              crypto.next_salt(PrivProtocol::aes256, 1));
        const auto des = crypto.next_salt(PrivProtocol::des, 0x01020304);
        CHECK(hex_of({des.data(), des.size()}) == "0102030400000001");
    }

    TEST_CASE("a password's key is made once, shared, and gone with its last device") {
        UsmCrypto crypto(1);
        PasswordKeys keys;
        auto first = keys.of(crypto, AuthProtocol::sha256, Secret("maplesyrup"));
        auto again = keys.of(crypto, AuthProtocol::sha256, Secret("maplesyrup"));
        const auto other_word = keys.of(crypto, AuthProtocol::sha256, Secret("maplesyruq"));
        const auto other_hash = keys.of(crypto, AuthProtocol::sha512, Secret("maplesyrup"));
        REQUIRE(first);
        CHECK(first == again);
        CHECK(first != other_word);
        CHECK(first != other_hash);
        CHECK(keys.size() == 3);
        first.reset();
        CHECK(keys.size() == 3);
        again.reset();
        CHECK(keys.size() == 2);
    }

    TEST_CASE("two Workers make keys, sign and encrypt at once") {
        const auto work = [](std::string& result) {
            UsmCrypto crypto(1);
            for (int i = 1; i <= 6; ++i) {
                const auto auth = static_cast<AuthProtocol>(i);
                const auto priv = static_cast<PrivProtocol>(i);
                const auto key = key_of_password(crypto, auth, "maplesyrup");
                const auto cipher = privacy_key(crypto, auth, priv, *key, engine_of_rfc);
                std::string data(64, 'x');
                static_cast<void>(crypto.encrypt(priv, *cipher, {1, 2, {}}, data));
                UsmCrypto::Mac memory{};
                const std::array<std::string_view, 1> parts{data};
                result += data;
                result += crypto.mac(auth, *key, parts, memory);
            }
        };
        std::array<std::string, 2> results;
        std::thread first(work, std::ref(results[0]));
        std::thread second(work, std::ref(results[1]));
        first.join();
        second.join();
        CHECK(results[0] == results[1]);
        CHECK(results[0].size() > 6 * 64);
    }

    TEST_CASE("a key is wiped when it goes") {
        alignas(Key) std::array<unsigned char, sizeof(Key)> place{};
        Key* const key = new (place.data()) Key;
        key->append("secret of a password");
        key->~Key();
        const std::string_view left(reinterpret_cast<const char*>(place.data()), place.size());
        CHECK(left.find("secret") == std::string_view::npos);
    }
}

}  // namespace pantau::snmp
