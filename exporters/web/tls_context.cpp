#include "exporters/web/tls_context.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace pantau::web {
namespace {

using config::ClientAuth;
using config::TlsVersion;
using config::WebTls;
using Names = std::vector<std::string>;

/// Forward secrecy and authenticated ciphers alone, those with hardware help first.
constexpr const char* default_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* default_curves = "X25519:P-256:P-384";

std::string last_words() {
    const unsigned long code = ::ERR_peek_last_error();
    ::ERR_clear_error();
    const char* words = ::ERR_reason_error_string(code);
    return words != nullptr ? words : "it cannot be read";
}

tl::unexpected<Error> refuse(const std::string& file, std::string_view what,
                             std::string_view todo) {
    return fail(Reason::certificate,
                fmt::format("{}: {} ({}); {}", file, what, last_words(), todo));
}

// --- names of clients ---

int index_of_names() {
    static const int index = ::SSL_CTX_get_ex_new_index(
        0, nullptr, nullptr, nullptr, [](void*, void* names, CRYPTO_EX_DATA*, int, long, void*) {
            delete static_cast<Names*>(names);
        });
    return index;
}

std::string_view text_of(const ASN1_STRING* value) {
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(value)),
            static_cast<std::size_t>(::ASN1_STRING_length(value))};
}

/// An IP address in the file may be written in several ways: its bytes are compared.
bool is_address(const std::string& wanted, const ASN1_OCTET_STRING* given) {
    const std::unique_ptr<ASN1_OCTET_STRING, decltype(&::ASN1_OCTET_STRING_free)> address(
        ::a2i_IPADDRESS(wanted.c_str()), &::ASN1_OCTET_STRING_free);
    ::ERR_clear_error();
    return address && ::ASN1_OCTET_STRING_cmp(address.get(), given) == 0;
}

bool is_named(const GENERAL_NAME& given, const std::string& wanted) {
    switch (given.type) {
        case GEN_DNS:
        case GEN_EMAIL:
        case GEN_URI:
            return text_of(given.d.ia5) == wanted;
        case GEN_IPADD:
            return is_address(wanted, given.d.iPAddress);
        default:
            return false;
    }
}

bool has_allowed_name(X509* certificate, const Names& allowed) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(
            ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &::GENERAL_NAMES_free);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* given = sk_GENERAL_NAME_value(names.get(), i);
        if (std::ranges::any_of(allowed, [&](const auto& name) { return is_named(*given, name); }))
            return true;
    }
    return false;
}

/// After OpenSSL's own look at each certificate of the chain; the client's own is the last.
int check_name(int is_good, X509_STORE_CTX* store) {
    if (is_good == 0 || ::X509_STORE_CTX_get_error_depth(store) != 0) return is_good;
    const auto* ssl = static_cast<SSL*>(
        ::X509_STORE_CTX_get_ex_data(store, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
    const auto* allowed =
        static_cast<const Names*>(::SSL_CTX_get_ex_data(::SSL_get_SSL_CTX(ssl), index_of_names()));
    if (allowed == nullptr || has_allowed_name(::X509_STORE_CTX_get_current_cert(store), *allowed))
        return 1;
    ::X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

int take_any(int, X509_STORE_CTX*) {
    return 1;
}

// --- parts of the context ---

int number_of(TlsVersion version) {
    return version == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

Result<void> set_versions(SSL_CTX* context, const WebTls& tls) {
    const std::string ciphers = tls.cipher_suites.empty()
                                    ? default_ciphers
                                    : fmt::format("{}", fmt::join(tls.cipher_suites, ":"));
    const std::string curves =
        tls.curves.empty() ? default_curves : fmt::format("{}", fmt::join(tls.curves, ":"));
    std::uint64_t options = SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION;
    if (tls.prefer_server_cipher_suites) options |= SSL_OP_CIPHER_SERVER_PREFERENCE;
    ::SSL_CTX_set_options(context, options);
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_num_tickets(context, 0);
    // A connection that waits for its next request keeps no buffers: 34 KiB less for each.
    ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (::SSL_CTX_set_min_proto_version(context, number_of(tls.min_version)) != 1 ||
        ::SSL_CTX_set_max_proto_version(context, number_of(tls.max_version)) != 1 ||
        ::SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1 ||
        ::SSL_CTX_set1_groups_list(context, curves.c_str()) != 1)
        return fail(Reason::local, "OpenSSL refuses the TLS settings: " + last_words());
    return {};
}

Result<void> load_pair(SSL_CTX* context, const WebTls& tls) {
    // A key with a passphrase would have OpenSSL ask on the terminal.
    ::SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return 0; });
    if (::SSL_CTX_use_certificate_chain_file(context, tls.cert_file.c_str()) != 1)
        return refuse(tls.cert_file, "this is no certificate",
                      "a PEM file is needed, the server's certificate first, then those between "
                      "it and the authority");
    if (::SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        return refuse(tls.key_file, "this is not the key of " + tls.cert_file,
                      "a PEM file without passphrase that belongs to the certificate is needed");
    if (::SSL_CTX_check_private_key(context) != 1)
        return refuse(tls.key_file, "this is not the key of " + tls.cert_file,
                      "take the pair that was made together");
    return {};
}

Result<void> load_authority(SSL_CTX* context, const WebTls& tls) {
    if (tls.client_ca_file.empty()) return {};
    STACK_OF(X509_NAME)* names = ::SSL_load_client_CA_file(tls.client_ca_file.c_str());
    if (names == nullptr ||
        ::SSL_CTX_load_verify_locations(context, tls.client_ca_file.c_str(), nullptr) != 1)
        return refuse(tls.client_ca_file, "this is no certificate of an authority",
                      "a PEM file with the certificates that sign clients is needed");
    ::SSL_CTX_set_client_CA_list(context, names);
    return {};
}

void ask_clients(SSL_CTX* context, const WebTls& tls) {
    constexpr int demand = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    if (!tls.client_allowed_sans.empty())
        ::SSL_CTX_set_ex_data(context, index_of_names(),
                              new Names(tls.client_allowed_sans));  // freed with the context
    switch (tls.client_auth) {
        case ClientAuth::none:
            return ::SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        case ClientAuth::request:
            return ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &take_any);
        case ClientAuth::require_any:
            return ::SSL_CTX_set_verify(context, demand, &take_any);
        case ClientAuth::verify_if_given:
            return ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &check_name);
        case ClientAuth::require_and_verify:
            return ::SSL_CTX_set_verify(context, demand, &check_name);
    }
}

/// Of what a client offers, HTTP/1.1 is spoken; who offers nothing we know gets it all the same.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    if (::SSL_select_next_proto(&found, size, ours, sizeof ours - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<TlsContext> make_tls_context(const WebTls& tls) {
    ::ERR_clear_error();
    TlsContext context(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free);
    if (!context) return fail(Reason::local, "OpenSSL has no memory: " + last_words());
    for (const auto& step : {&set_versions, &load_pair, &load_authority}) {
        if (auto done = step(context.get(), tls); !done)
            return tl::unexpected(std::move(done.error()));
    }
    ask_clients(context.get(), tls);
    ::SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, nullptr);
    return context;
}

}  // namespace pantau::web
