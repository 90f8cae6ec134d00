#include "fakes/tls_identity.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace pantau::test {
namespace {

template <auto free_it>
struct Free {
    template <class Thing>
    void operator()(Thing* thing) const {
        free_it(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
using Connection = std::unique_ptr<SSL, Free<&SSL_free>>;

void must(bool holds) {
    if (!holds) throw std::runtime_error("OpenSSL cannot make a certificate");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must(extension != nullptr);
    must(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const TlsIdentity::Wish& wish) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.starts_in);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.ends_in);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>("ap"), -1, -1, 0) == 1);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_subject_alt_name, wish.name);
    if (wish.weight > 0)
        add_extension(certificate.get(), NID_netscape_comment, std::string(wish.weight, 'x'));
    must(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return certificate;
}

std::string pem_of(X509* certificate) {
    BIO* const memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

}  // namespace

struct TlsIdentity::Server {
    std::unique_ptr<SSL_CTX, Free<&SSL_CTX_free>> context{SSL_CTX_new(TLS_server_method())};
};

TlsIdentity::TlsIdentity(const Wish& wish) : server_(std::make_shared<Server>()) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    const Key key(EVP_EC_gen("P-256"));
    must(key != nullptr);
    const Certificate certificate = make_certificate(key.get(), wish);
    must(SSL_CTX_use_certificate(server_->context.get(), certificate.get()) == 1);
    must(SSL_CTX_use_PrivateKey(server_->context.get(), key.get()) == 1);
    pem_ = pem_of(certificate.get());
}

ScriptedServer::Script TlsIdentity::reply(std::string bytes) const {
    return reply(std::move(bytes), [](const std::string&) {});
}

ScriptedServer::Script TlsIdentity::reply(std::string bytes,
                                          std::function<void(const std::string&)> seen) const {
    return [server = server_, bytes = std::move(bytes), seen = std::move(seen)](const Peer& peer) {
        const Connection tls(SSL_new(server->context.get()));
        SSL_set_fd(tls.get(), peer.descriptor());
        if (SSL_accept(tls.get()) != 1) {
            ERR_clear_error();
            return;
        }
        std::string request;
        std::array<char, 4096> buffer{};
        while (request.find("\r\n\r\n") == std::string::npos) {
            const int got = SSL_read(tls.get(), buffer.data(), static_cast<int>(buffer.size()));
            if (got <= 0) break;
            request.append(buffer.data(), static_cast<std::size_t>(got));
        }
        seen(request);
        SSL_write(tls.get(), bytes.data(), static_cast<int>(bytes.size()));
        peer.wait_for_close();
    };
}

ScriptedServer::Script TlsIdentity::serving_api(ApiAnswer answer) const {
    return [server = server_, answer = std::move(answer)](const Peer& peer) {
        const Connection tls(SSL_new(server->context.get()));
        SSL_set_fd(tls.get(), peer.descriptor());
        if (SSL_accept(tls.get()) != 1) {
            ERR_clear_error();
            return;
        }
        const auto receive = [&] {
            std::array<char, 4096> buffer{};
            const int got = SSL_read(tls.get(), buffer.data(), static_cast<int>(buffer.size()));
            return std::string(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        };
        const auto send = [&](const std::string& reply) {
            SSL_write(tls.get(), reply.data(), static_cast<int>(reply.size()));
        };
        serve_api(receive, send, answer);
        ERR_clear_error();
    };
}

}  // namespace pantau::test
