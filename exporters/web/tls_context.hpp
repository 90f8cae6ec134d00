#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/web_config.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace pantau::web {

/// A certificate, its key and what is asked of clients, ready for handshakes. Immutable once made.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// Reads certificate, key and authority. The error says which file, what is wrong with it and what
/// to do. Versions below 1.2, session tickets and renegotiation are off.
[[nodiscard]] Result<TlsContext> make_tls_context(const config::WebTls& tls);

}  // namespace pantau::web
