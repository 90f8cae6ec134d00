#include "config/web_config.hpp"

#include <doctest/doctest.h>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

const std::string hash = "$2y$10$abcdefghijklmnopqrstuufS8Z.wT3T3ZcFgIIg7RRVEPZIEZBrf2";

/// A web config file with a certificate, a key and an authority beside it.
class Folder {
public:
    Folder() {
        for (const char* name : {"cert.pem", "key.pem", "ca.pem"})
            files_.write(name, "there\n");
    }
    std::optional<config::WebConfig> read(const std::string& yaml) {
        diagnostics_ = {};
        return config::read_web_config(files_.write("web.yml", yaml), diagnostics_);
    }
    [[nodiscard]] std::string said() const { return printed(diagnostics_); }
    [[nodiscard]] std::string in(const std::string& name) const {
        return files_.path() + "/" + name;
    }

private:
    TemporaryDirectory files_;
    config::Diagnostics diagnostics_;
};

const std::string pair = "tls_server_config: {cert_file: cert.pem, key_file: key.pem";

}  // namespace

TEST_SUITE("config/web") {
    TEST_CASE("everything a file can say is read, paths from its own folder") {
        Folder folder;
        const auto config = folder.read(R"(
tls_server_config:
  cert_file: cert.pem
  key_file: key.pem
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  client_allowed_sans: [prometheus.example.id, 10.0.0.9]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers: {Strict-Transport-Security: max-age=31536000}
basic_auth_users:
  prometheus: )" + hash + "\n");
        INFO(folder.said());
        REQUIRE(config);
        CHECK(folder.said().empty());
        const config::WebTls tls{
            .cert_file = folder.in("cert.pem"),
            .key_file = folder.in("key.pem"),
            .client_auth = config::ClientAuth::require_and_verify,
            .client_ca_file = folder.in("ca.pem"),
            .client_allowed_sans = {"prometheus.example.id", "10.0.0.9"},
            .cipher_suites = {"ECDHE-RSA-AES128-GCM-SHA256"},
            .prefer_server_cipher_suites = false,
            .curves = {"X25519", "P-256"},
        };
        CHECK(config->tls == tls);
        CHECK(config->users.at("prometheus") == hash);
        CHECK(config->headers.size() == 1);
        CHECK(config->files() ==
              std::vector<std::string>{folder.in("web.yml"), folder.in("cert.pem"),
                                       folder.in("key.pem"), folder.in("ca.pem")});
    }

    TEST_CASE("only users and required, verified certificates count as asking who comes") {
        struct Row {
            std::string yaml;
            bool asks;
        };
        const std::string ca = ", client_ca_file: ca.pem, client_auth_type: ";
        const Row rows[] = {{pair + "}", false},
                            {"basic_auth_users: {a: " + hash + "}", true},
                            {"basic_auth_users: {}", false},
                            {"http_server_config: {http2: false}", false},
                            {pair + ", client_auth_type: RequireAnyClientCert}", false},
                            {pair + ca + "VerifyClientCertIfGiven}", false},
                            {pair + ca + "RequireAndVerifyClientCert}", true}};
        for (const Row& row : rows) {
            Folder folder;
            const auto config = folder.read(row.yaml + "\n");
            CAPTURE(row.yaml);
            INFO(folder.said());
            REQUIRE(config);
            CHECK(config->asks_who() == row.asks);
        }
    }

    TEST_CASE("each mistake is told with its place and what to do") {
        struct Row {
            std::string yaml;
            std::string place;
            std::string said;
        };
        const Row rows[] = {
            {"", "web.yml", "half-written"},
            {"tls_server_confg: {}", ":1:1", "did you mean \"tls_server_config\""},
            {pair + ", min_version: TLS10}", ":1:74", "allowed: TLS12, TLS13"},
            {pair + ", min_version: TLS13, max_version: TLS12}", ":1:94", "less than min_version"},
            {pair + ", cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}", ":1:77", "not safe enough"},
            {pair + ", curve_preferences: [P256]}", ":1:81", "allowed: CurveP256"},
            {pair + ", client_auth_type: RequireAndVerifyClientCert}", ":1:79",
             "client_ca_file is missing"},
            {pair + ", client_ca_file: ca.pem}", ":1:77", "without client_auth_type"},
            {pair + ", client_allowed_sans: [a]}", ":1:82", "only when certificates are verified"},
            {"tls_server_config: {cert_file: cert.pem}", ":1:20", "key_file"},
            {"tls_server_config: {cert_file: no.pem, key_file: key.pem}", ":1:32",
             "no.pem cannot be read"},
            {"basic_auth_users: {a: rahasia}", ":1:23", "only as hashes"},
            {"basic_auth_users: {a: " + hash.substr(0, 59) + "}", ":1:23", "no bcrypt hash"},
            {"basic_auth_users: {a: $2y$04$" + hash.substr(7) + "}", ":1:23", "5 to 14 are taken"},
            {"basic_auth_users: {a: $2y$15$" + hash.substr(7) + "}", ":1:23", "5 to 14 are taken"},
            {"basic_auth_users: {\"a:b\": " + hash + "}", ":1:20", "name of a user"},
            {"basic_auth_users: [a]", ":1:19", "map"},
            {"http_server_config: {headers: {Server: x}}", ":1:32", "Server"},
        };
        for (const Row& row : rows) {
            Folder folder;
            CAPTURE(row.yaml);
            CHECK_FALSE(folder.read(row.yaml + (row.yaml.empty() ? "" : "\n")));
            CAPTURE(folder.said());
            CHECK(folder.said().find(row.place) != std::string::npos);
            CHECK(folder.said().find(row.said) != std::string::npos);
            // What stands where a hash belongs may be the password itself.
            CHECK(folder.said().find("rahasia") == std::string::npos);
        }
    }

    TEST_CASE("hashes of different cost are told: they would tell who exists") {
        Folder folder;
        CHECK(folder.read("basic_auth_users:\n  a: " + hash + "\n  b: $2b$11$" + hash.substr(7) +
                          "\n"));
        CHECK(folder.said().find("cost differently") != std::string::npos);
        CHECK(folder.said().find(hash) == std::string::npos);
    }

    TEST_CASE("pantau.yml takes its mistakes over, and an open address needs what it asks") {
        Configured configured("web: {listen: \":8551\", config_file: web.yml}\n");
        configured.write("web.yml", "basic_auth_users: {a: " + hash + "}\n");
        configured.load();
        INFO(configured.said());
        CHECK(configured.said().empty());
        REQUIRE(configured.settings);
        CHECK(configured.settings->web.access->users.size() == 1);

        configured.write("web.yml", "http_server_config: {http2: false}\n");
        configured.load();
        CHECK(configured.said().find("pantau.yml:1:15") != std::string::npos);
        CHECK(configured.said().find("nobody is asked who he is") != std::string::npos);

        configured.write("web.yml", "basic_auth_users: {a: x}\n");
        configured.load();
        CHECK(configured.diagnostics.errors() == 1);
        CHECK(configured.said().find("web.yml:1:23") != std::string::npos);
    }

    TEST_CASE("the command line stands before the file") {
        Configured configured("web: {listen: \":8551\", config_file: no.yml}\n");
        config::Diagnostics diagnostics;
        const std::string file =
            configured.write("web.yml", "basic_auth_users: {a: " + hash + "}\n");
        const config::WebCommandLine line{.listen = {}, .config_file = file};
        const auto settings =
            config::load_settings(configured.path(), diagnostics, {.device_keys = {}, .web = line});
        CHECK_FALSE(diagnostics.has_errors());
        REQUIRE(settings);
        CHECK(settings->web.config_file == file);
    }
}
