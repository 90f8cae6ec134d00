#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"

namespace pantau::config {

/// What is asked of a client about its certificate; the words are those of Prometheus.
enum class ClientAuth : std::uint8_t {
    none,                ///< NoClientCert
    request,             ///< RequestClientCert: taken, not looked at.
    require_any,         ///< RequireAnyClientCert: must be there, not looked at.
    verify_if_given,     ///< VerifyClientCertIfGiven
    require_and_verify,  ///< RequireAndVerifyClientCert
};

enum class TlsVersion : std::uint8_t { tls12, tls13 };

/// `tls_server_config`. Paths are absolute or relative to the working directory.
struct WebTls {
    std::string cert_file;
    std::string key_file;
    ClientAuth client_auth = ClientAuth::none;
    std::string client_ca_file;
    /// One of them must be a name, address or URI of the client's certificate; empty: any will do.
    std::vector<std::string> client_allowed_sans;
    TlsVersion min_version = TlsVersion::tls12;
    TlsVersion max_version = TlsVersion::tls13;
    std::vector<std::string> cipher_suites;  ///< Of TLS 1.2, as OpenSSL names them; empty: ours.
    bool prefer_server_cipher_suites = true;
    std::vector<std::string> curves;  ///< As OpenSSL names them; empty: ours.

    bool operator==(const WebTls&) const = default;
};

/// The file behind `web.config_file`, in the form of Prometheus and its exporters: who may come to
/// the web port, and how.
struct WebConfig {
    std::string path;
    std::optional<WebTls> tls;
    std::map<std::string, std::string, std::less<>> users;  ///< Name to bcrypt hash.
    std::vector<std::pair<std::string, std::string>> headers;

    /// Nobody comes in over the network without a password or a certificate of ours.
    [[nodiscard]] bool asks_who() const {
        return !users.empty() || (tls && tls->client_auth == ClientAuth::require_and_verify);
    }
    /// The file and all files it names.
    [[nodiscard]] std::vector<std::string> files() const;
};

/// What each hash costs: 2 to the power of this many rounds.
inline constexpr int bcrypt_cost_least = 5;
inline constexpr int bcrypt_cost_most = 14;

/// Of "$2y$10$…"; nothing when that is no bcrypt hash.
[[nodiscard]] std::optional<int> bcrypt_cost(std::string_view hash);

/// Reads the file. Errors and warnings are in `diagnostics`; nothing when there is an error.
[[nodiscard]] std::optional<WebConfig> read_web_config(const std::string& path,
                                                       Diagnostics& diagnostics);

}  // namespace pantau::config
