#pragma once

#include <memory>
#include <string>

#include "fakes/scripted_server.hpp"
#include "fakes/web_api.hpp"

namespace pantau::test {

/// A certificate that vouches for itself, with its key, and what a server speaks TLS with.
class TlsIdentity {
public:
    struct Wish {
        std::string name = "IP:127.0.0.1";  ///< As subjectAltName has it.
        long starts_in = -86'400;           ///< Seconds from now.
        long ends_in = 30 * 86'400;
        std::size_t weight = 0;  ///< Bytes of comment in the certificate, to make it large.
    };

    explicit TlsIdentity(const Wish& wish);

    /// For those who are to trust it.
    [[nodiscard]] const std::string& pem() const { return pem_; }

    /// Speaks TLS, answers one request with these bytes, waits for the other side to close.
    [[nodiscard]] ScriptedServer::Script reply(std::string bytes) const;
    /// The same; calls `seen` with the request.
    [[nodiscard]] ScriptedServer::Script reply(std::string bytes,
                                               std::function<void(const std::string&)> seen) const;
    /// Speaks TLS and answers requests, as serve_api does.
    [[nodiscard]] ScriptedServer::Script serving_api(ApiAnswer answer) const;

private:
    struct Server;  // SSL_CTX, shared by the scripts
    std::shared_ptr<Server> server_;
    std::string pem_;
};

}  // namespace pantau::test
