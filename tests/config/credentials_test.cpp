#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

constexpr std::string_view canary = "KanariKuning-7731";

/// The credential `c` with these keys; files: good, canary, and every bad kind.
class With : public Configured {
public:
    explicit With(std::string_view keys)
        : Configured("credentials:\n  c: {" + std::string(keys) + "}\n") {
        write("good", "long-enough\n");
        write("short", "1234567\n");
        write("empty", "");
        write("newline", "\n");
        write("lines", "one\ntwo\n");
        write("control", std::string("a\x01") + "b\n");
        write("nul", std::string("ab\0cd", 5));
        write("bom", "\xEF\xBB\xBFsecret\n");
        write("large", std::string(4097, 'x'));
        write("spaced", "secret \n");
        load();
    }
};

}  // namespace

TEST_SUITE("config/credentials") {
    TEST_CASE("versions 1 and 2c take a community from a file or in line") {
        struct Row {
            std::string_view keys;
            Credential::Version version;
            std::string_view community;
        };
        const Row rows[] = {
            {"version: 2c, community_file: good", Credential::Version::v2c, "long-enough"},
            {"version: 1, community_file: good", Credential::Version::v1, "long-enough"},
            {"version: \"1\", community: other", Credential::Version::v1, "other"},
            {"community: public", Credential::Version::v2c, "public"},
            {"version: 2c, community_file: spaced", Credential::Version::v2c, "secret "},
        };
        for (const Row& row : rows) {
            CAPTURE(row.keys);
            const With configured(row.keys);
            CAPTURE(configured.said());
            REQUIRE(configured.settings);
            const Credential& credential = *configured.settings->credentials.at("c");
            CHECK(credential.version == row.version);
            CHECK(credential.community.reveal() == row.community);
        }
    }

    TEST_CASE("protocols of version 3 are known by their names") {
        struct Row {
            std::string_view written;
            std::string_view auth;
            std::string_view priv;
            std::size_t warnings;
        };
        const Row rows[] = {
            {"auth: SHA-224, priv: AES", "SHA-224", "AES-128", 0},
            {"auth: SHA-384, priv: AES-192", "SHA-384", "AES-192", 0},
            {"auth: SHA-512, priv: AES-256", "SHA-512", "AES-256", 0},
            {"auth: sha-256, priv: aes-256-c", "SHA-256", "AES-256-C", 0},
            {"auth: SHA-256, priv: AES-192-C", "SHA-256", "AES-192-C", 0},
            {"auth: SHA, priv: AES-128", "SHA", "AES-128", 1},
            {"auth: MD5, priv: DES, allow_weak: true", "MD5", "DES", 0},
        };
        for (const Row& row : rows) {
            CAPTURE(row.written);
            const With configured("version: 3, user: u, auth_file: good, priv_file: good, " +
                                  std::string(row.written));
            CAPTURE(configured.said());
            REQUIRE(configured.settings);
            const Credential& credential = *configured.settings->credentials.at("c");
            CHECK(credential.auth_protocol == row.auth);
            CHECK(credential.priv_protocol == row.priv);
            CHECK(configured.diagnostics.warnings() == row.warnings);
        }
    }

    TEST_CASE("a credential that cannot work is an error at its place") {
        struct Row {
            std::string_view keys;
            std::string_view said;
        };
        const Row rows[] = {
            {"version: 2c", "has no community"},
            {"version: 2, community: public", "did you mean 2c?"},
            {"version: 4, community: public", "no version of SNMP"},
            {"version: 2c, community: public, community_file: good", "both"},
            {"version: 2c, community: public, user: u", "\"user\" is for version 3"},
            {"version: 3, user: u, community: public", "is for versions 1 and 2c"},
            {"version: 2c, community: \"\"", "it is empty"},
            {"version: 2c, community: \"a\\x01b\"", "control bytes"},
            {"version: 2c, community_file: missing", "No such file"},
            {"version: 2c, community_file: .", "it is a directory"},
            {"version: 2c, community_file: /dev/null", "not a regular file"},
            {"version: 2c, community_file: empty", "it is empty"},
            {"version: 2c, community_file: newline", "it is empty"},
            {"version: 2c, community_file: lines", "more than one line"},
            {"version: 2c, community_file: control", "control bytes"},
            {"version: 2c, community_file: nul", "control bytes"},
            {"version: 2c, community_file: bom", "byte order mark"},
            {"version: 2c, community_file: large", "larger than 4 KiB"},
            {"version: 2c, community_file: \"${HOME}/x\"", "no variable is known"},
            {"version: 2c, community_file: \"\"", "the name of a file is expected"},
            {"version: 3", "has no user"},
            {"version: 3, user: \"\"", "the user is empty"},
            {"version: 3, user: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "longer than 32 bytes"},
            {"version: 3, user: u, auth: SHA-265, auth_file: good", "did you mean SHA-2"},
            {"version: 3, user: u, auth: SHA-256", "\"auth\" needs \"auth_file\""},
            {"version: 3, user: u, auth_file: good", "\"auth_file\" needs \"auth\""},
            {"version: 3, user: u, priv: AES, priv_file: good", "\"priv\" needs \"auth\""},
            {"version: 3, user: u, auth: SHA-256, auth_file: short", "shorter than 8 bytes"},
            {"version: 3, user: u, auth: MD5, auth_file: good", "allow_weak: true"},
            {"version: 3, user: u, auth: SHA-256, auth_file: good, priv: DES, priv_file: good",
             "allow_weak: true"},
            {"version: 3, user: u", "neither signs nor encrypts"},
            {"version: 3, user: u, allow_weak: false", "allow_weak: true when that is meant"},
            {"version: 2c, comunity: public", "did you mean \"community\"?"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.keys);
            const With configured(row.keys);
            CAPTURE(configured.said());
            CHECK_FALSE(configured.settings);
            CHECK(configured.said().find("pantau.yml:2:") != std::string::npos);
            CHECK(configured.said().find(row.said) != std::string::npos);
        }
    }

    TEST_CASE("what is wrong with a credential of version 3 is told where it stands") {
        struct Row {
            std::string keys;  ///< Behind version and user; the mark ^ stands before the place.
            std::string_view said;
        };
        const std::string good = "auth: SHA-256, auth_file: good, ";
        const Row rows[] = {
            {"auth: ^ROT13, auth_file: good", "unknown protocol"},
            {"auth: ^AES, auth_file: good", "unknown protocol"},
            {good + "priv: ^ROT13, priv_file: good", "unknown protocol"},
            {good + "priv: ^AES-127, priv_file: good", "did you mean AES-128?"},
            {good + "priv: ^SHA-256, priv_file: good", "unknown protocol"},
            {"auth: SHA-256, auth_file: ^short", "shorter than 8 bytes"},
            {good + "priv: AES-128, priv_file: ^short", "shorter than 8 bytes"},
            {"auth: SHA-256, auth_file: ^empty", "it is empty"},
            {"auth: SHA-256, auth_file: ^control", "control bytes"},
            {good + "priv: AES-128, priv_file: ^nul", "control bytes"},
            {good + "^priv: AES-128", "\"priv\" needs \"priv_file\""},
            {"^auth: SHA-256", "\"auth\" needs \"auth_file\""},
            {"auth: ^MD5, auth_file: good", "MD5 is broken"},
            {"auth: ^MD5, auth_file: good, allow_weak: false", "MD5 is broken"},
            {good + "priv: ^DES, priv_file: good", "DES is broken"},
            {good + "context: ^\"a\\x01b\"", "control bytes"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.keys);
            const std::string head = "version: 3, user: u, ";
            std::string keys = head + row.keys;
            const std::size_t at = keys.find('^');
            const With configured(keys.erase(at, 1));
            CAPTURE(configured.said());
            CHECK_FALSE(configured.settings);
            const std::size_t column = std::string_view("  c: {").size() + at + 1;
            CHECK(configured.said().find("pantau.yml:2:" + std::to_string(column) + " ") !=
                  std::string::npos);
            CHECK(configured.said().find(row.said) != std::string::npos);
        }
        const With user("version: 3, user: \"a\\nb\", allow_weak: true");
        CHECK_FALSE(user.settings);
        CHECK(user.said().find("pantau.yml:2:25 ") != std::string::npos);
    }

    TEST_CASE("version 3 without signing or encryption must be meant, and is told even so") {
        const With configured("version: 3, user: u, allow_weak: true");
        CHECK(configured.settings);
        CHECK(configured.said().find("neither signs nor encrypts") != std::string::npos);
    }

    TEST_CASE("a community in a file that all may read is refused, unless it is public") {
        Configured configured("credentials:\n  c: {version: 2c, community: " + std::string(canary) +
                              "}\n");
        REQUIRE(configured.settings);
        REQUIRE(::chmod(configured.path().c_str(), 0644) == 0);
        configured.load();
        CHECK_FALSE(configured.settings);
        CHECK(configured.said().find("every user may read") != std::string::npos);
        CHECK(configured.said().find(canary) == std::string::npos);

        Configured open("credentials:\n  c: {version: 2c, community: public}\n");
        REQUIRE(::chmod(open.path().c_str(), 0644) == 0);
        open.load();
        CHECK(open.settings);
    }

    TEST_CASE("secrets can come from the folder systemd makes for the service") {
        const std::string_view keys =
            "version: 2c, community_file: \"${CREDENTIALS_DIRECTORY}/good\"";
        ::unsetenv("CREDENTIALS_DIRECTORY");
        With configured(keys);
        CHECK_FALSE(configured.settings);
        CHECK(configured.said().find("LoadCredential=") != std::string::npos);

        ::setenv("CREDENTIALS_DIRECTORY", configured.in_folder("").c_str(), 1);
        configured.load();
        ::unsetenv("CREDENTIALS_DIRECTORY");
        CAPTURE(configured.said());
        REQUIRE(configured.settings);
        CHECK(configured.settings->credentials.at("c")->community.reveal() == "long-enough");
    }

    TEST_CASE("no message shows a secret, wherever it was written") {
        const std::string secret(canary);
        const std::string texts[] = {
            "credentials:\n  c: {version: 4, community: " + secret + "}\n",
            "credentials:\n  c: {version: 2c, comunity: " + secret + "}\n",
            "credentials:\n  c: {version: 2c, key: " + secret + "}\n",
            "credentials:\n  c: {version: 9, key: " + secret + "}\n",
            "credentials:\n  c:\n    version: 9\n    kunci: " + secret + "\n",
            "credentials:\n  c: " + secret + "\n",
            "credentials:\n  c: [" + secret + "]\n",
            "credentials: {c: " + secret + "}\n",
            "credentials:\n  c:\n    community:\n      - " + secret + "\n",
            "credentials:\n  c: {version: 3, user: u, auth: " + secret + ", auth_file: good}\n",
            "credentials:\n  c: {version: 3, user: u, auth_password: " + secret + "}\n",
            "credentials:\n  c: {version: 2c, community: \"" + secret + "}\n",
            "credentials:\n  c: {version: 2c, community: " + secret + ", community: " + secret +
                "}\n",
            "credentials:\n  c: {version: 2c, community: " + secret + "\n",
            "credentials:\n  c: {version: 2c, community: !x " + secret + "}\n",
            "credentials:\n\tc: {version: 2c, community: " + secret + "}\n",
        };
        for (const std::string& text : texts) {
            CAPTURE(text);
            const Configured configured(text);
            CAPTURE(configured.said());
            CHECK_FALSE(configured.settings);
            CHECK_FALSE(configured.said().empty());
            CHECK(configured.said().find(secret) == std::string::npos);
            CHECK(configured.said().find(secret.substr(0, 6)) == std::string::npos);
        }
    }
}
