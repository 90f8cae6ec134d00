#include "config/web_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "base/edit_distance.hpp"
#include "config/secrets.hpp"
#include "config/yaml_reader.hpp"

namespace pantau::config {
namespace {

constexpr YamlLimits file_limits{.bytes = 1u << 20, .nodes = 10'000, .depth = 16};
constexpr std::size_t users_most = 1'000;

/// A name of the file and what OpenSSL calls it.
struct Named {
    std::string_view name;
    std::string_view openssl;
};

/// Suites of TLS 1.2 with forward secrecy and an authenticated cipher. Those of TLS 1.3 are always
/// on, as they are in Prometheus; naming them does no harm.
constexpr std::array cipher_names{
    Named{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    Named{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    Named{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    Named{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    Named{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    Named{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    Named{"TLS_AES_128_GCM_SHA256", ""},
    Named{"TLS_AES_256_GCM_SHA384", ""},
    Named{"TLS_CHACHA20_POLY1305_SHA256", ""}};

constexpr std::array curve_names{Named{"CurveP256", "P-256"}, Named{"CurveP384", "P-384"},
                                 Named{"CurveP521", "P-521"}, Named{"X25519", "X25519"}};

constexpr std::array<std::string_view, 5> client_auth_words{
    "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
    "RequireAndVerifyClientCert"};
constexpr std::array<std::string_view, 2> version_words{"TLS12", "TLS13"};

/// Headers that Prometheus lets a file set.
constexpr std::array<std::string_view, 5> header_names{
    "Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options", "X-XSS-Protection",
    "Content-Security-Policy"};

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {};
    return path.substr(0, std::max<std::size_t>(slash, 1));
}

bool is_printable(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

class WebConfigReader {
public:
    WebConfigReader(const std::string& path, Diagnostics& diagnostics)
        : folder_(folder_of(path)), diagnostics_(diagnostics) {
        read_.path = path;
    }

    WebConfig read(const Node& root) {
        MapReader top(root, diagnostics_);
        if (const auto tls = top.node("tls_server_config")) read_tls(*tls);
        if (const auto users = top.node("basic_auth_users")) read_users(*users);
        if (const auto http = top.node("http_server_config")) read_http(*http);
        top.finish();
        return std::move(read_);
    }

private:
    void read_tls(const Node& node) {
        MapReader map(node, diagnostics_);
        WebTls tls;
        tls.cert_file = required_file(map, "cert_file");
        tls.key_file = required_file(map, "key_file");
        tls.client_ca_file = file(map, "client_ca_file");
        if (const auto word = map.one_of("client_auth_type", client_auth_words))
            tls.client_auth = static_cast<ClientAuth>(*word);
        if (const auto names = map.texts("client_allowed_sans")) tls.client_allowed_sans = *names;
        read_versions(map, tls);
        tls.cipher_suites = names_in(map, "cipher_suites", cipher_names);
        if (const auto own = map.flag("prefer_server_cipher_suites"))
            tls.prefer_server_cipher_suites = *own;
        tls.curves = names_in(map, "curve_preferences", curve_names);
        check_clients(map, tls);
        map.finish();
        read_.tls = std::move(tls);
    }

    void read_versions(MapReader& map, WebTls& tls) {
        if (const auto word = map.one_of("min_version", version_words))
            tls.min_version = static_cast<TlsVersion>(*word);
        if (const auto word = map.one_of("max_version", version_words))
            tls.max_version = static_cast<TlsVersion>(*word);
        if (tls.max_version < tls.min_version)
            map.self().find("max_version")->complain(diagnostics_, "less than min_version");
    }

    void check_clients(MapReader& map, const WebTls& tls) {
        const bool verifies = tls.client_auth == ClientAuth::verify_if_given ||
                              tls.client_auth == ClientAuth::require_and_verify;
        const auto ca = map.self().find("client_ca_file");
        const auto type = map.self().find("client_auth_type");
        if (verifies && tls.client_ca_file.empty() && !(ca && !ca->is_null()))
            type->complain(diagnostics_, "client_ca_file is missing: who signs the clients?",
                           "the file of the authority that signs client certificates");
        if (!tls.client_ca_file.empty() && tls.client_auth == ClientAuth::none)
            ca->complain(diagnostics_, "without client_auth_type nobody looks at this authority",
                         "client_auth_type: RequireAndVerifyClientCert");
        if (!tls.client_allowed_sans.empty() && tls.client_auth != ClientAuth::require_and_verify)
            map.self()
                .find("client_allowed_sans")
                ->complain(diagnostics_, "these names count only when certificates are verified",
                           "client_auth_type: RequireAndVerifyClientCert");
    }

    void read_users(const Node& node) {
        const MapReader is_a_map(node, diagnostics_);
        const auto entries = node.entries();
        if (entries.size() > users_most)
            node.complain(diagnostics_, fmt::format("more than {} users", users_most));
        std::optional<int> cost;
        for (const auto& [name, value] : entries) {
            const Location place = value.location();
            diagnostics_.hide_lines(place.source, place.line, place.line);
            const auto hash = value.text(diagnostics_);
            if (!hash || !is_good_user(name, value)) continue;
            const auto own = bcrypt_cost(*hash);
            if (!is_good_cost(value, own)) continue;
            if (cost && *cost != *own)
                value.warn(diagnostics_, "the hashes of the users cost differently",
                           "whoever measures how long a refusal takes learns who exists; make "
                           "all with the same cost");
            cost = own;
            read_.users.emplace(name, *hash);
        }
    }

    bool is_good_user(const std::string& name, const Node& value) {
        if (!name.empty() && name.find(':') == std::string::npos && is_printable(name)) return true;
        diagnostics_.error(value.key_location(), "this cannot be the name of a user",
                           "a name without : and control signs", value.path());
        return false;
    }

    bool is_good_cost(const Node& value, std::optional<int> cost) {
        if (!cost) {
            value.complain(diagnostics_, "this is no bcrypt hash",
                           "passwords stand here only as hashes: htpasswd -nB -C 10 NAME");
            return false;
        }
        if (*cost >= bcrypt_cost_least && *cost <= bcrypt_cost_most) return true;
        value.complain(diagnostics_,
                       fmt::format("a cost of {}; {} to {} are taken", *cost, bcrypt_cost_least,
                                   bcrypt_cost_most),
                       "10 is a good one: htpasswd -nB -C 10 NAME");
        return false;
    }

    void read_http(const Node& node) {
        MapReader map(node, diagnostics_);
        // pantau speaks HTTP/1.1, whatever the file allows.
        static_cast<void>(map.flag("http2"));
        if (const auto headers = map.node("headers")) {
            MapReader known(*headers, diagnostics_);
            for (const std::string_view name : header_names) {
                const auto value = known.node(name);
                const auto text = value ? value->text(diagnostics_) : std::nullopt;
                if (!text) continue;
                if (is_printable(*text))
                    read_.headers.emplace_back(name, *text);
                else
                    value->complain(diagnostics_, "a header has no control signs");
            }
            known.finish();
        }
        map.finish();
    }

    // --- kinds of values ---

    std::string required_file(MapReader& map, std::string_view key) {
        if (!map.required(key)) return {};
        return file(map, key);
    }

    /// The joined path of a file that can be read.
    std::string file(MapReader& map, std::string_view key) {
        const auto node = map.node(key);
        if (!node || !node->text(diagnostics_)) return {};
        if (node->scalar().empty()) {
            node->complain(diagnostics_, "a file is expected here");
            return {};
        }
        std::string path = joined(folder_, node->scalar());
        std::ifstream in(path, std::ios::binary);
        if (!in || in.peek() == std::ifstream::traits_type::eof()) {
            node->complain(diagnostics_, fmt::format("{} cannot be read, or is empty", path),
                           "pantaud runs as the user pantau, who must be able to read it");
            return {};
        }
        return path;
    }

    template <std::size_t count>
    std::vector<std::string> names_in(MapReader& map, std::string_view key,
                                      const std::array<Named, count>& known) {
        std::vector<std::string> found;
        const auto node = map.node(key);
        if (!node || !node->texts(diagnostics_)) return found;
        for (const Node& each : node->is_list() ? node->elements() : std::vector{*node}) {
            const auto* named = std::ranges::find(known, each.scalar(), &Named::name);
            if (named == known.end()) {
                complain_of_name(each, known);
            } else if (!named->openssl.empty()) {
                found.emplace_back(named->openssl);
            }
        }
        return found;
    }

    void complain_of_name(const Node& node, std::span<const Named> known) {
        std::vector<std::string_view> names;
        for (const Named& each : known)
            names.push_back(each.name);
        const auto meant = did_you_mean(node.scalar(), names);
        node.complain(
            diagnostics_, "not known, or not safe enough",
            fmt::format("{}allowed: {}", meant ? fmt::format("did you mean \"{}\"? ", *meant) : "",
                        fmt::join(names, ", ")));
    }

    const std::string folder_;
    Diagnostics& diagnostics_;
    WebConfig read_;
};

}  // namespace

std::vector<std::string> WebConfig::files() const {
    std::vector<std::string> all{path};
    if (tls) {
        for (const std::string* file : {&tls->cert_file, &tls->key_file, &tls->client_ca_file})
            if (!file->empty()) all.push_back(*file);
    }
    return all;
}

/// "$2y$10$", 22 signs of salt and 31 of the hash. 2a is what Go writes, 2b OpenBSD, 2y Apache:
/// libcrypt computes the same for all three.
std::optional<int> bcrypt_cost(std::string_view hash) {
    constexpr std::string_view signs =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (hash.size() != 60 || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$')
        return std::nullopt;
    if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return std::nullopt;
    if (!is_digit(hash[4]) || !is_digit(hash[5])) return std::nullopt;
    if (hash.substr(7).find_first_not_of(signs) != std::string_view::npos) return std::nullopt;
    return (hash[4] - '0') * 10 + (hash[5] - '0');
}

std::optional<WebConfig> read_web_config(const std::string& path, Diagnostics& diagnostics) {
    Diagnostics found;
    std::optional<WebConfig> config;
    // Prometheus takes an empty file for "nothing asked"; here it is a half-written one.
    if (const std::optional<Node> root = read_yaml(path, found, file_limits))
        config = WebConfigReader(path, found).read(*root);
    if (found.has_errors()) config.reset();
    diagnostics.append(std::move(found));
    return config;
}

}  // namespace pantau::config
