#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "collectors/http/pattern.hpp"

namespace pantau::http {

/// Statuses that are as good as each other, both ends included: 200..200 for `200`, 200..299 for
/// `2xx`.
struct StatusRange {
    std::uint16_t first = 200;
    std::uint16_t last = 200;

    bool operator==(const StatusRange&) const = default;
};

enum class Method : std::uint8_t { get, head, post, options };

/// A line of the request: "Accept" and "application/json".
struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header&) const = default;
};

/// What one value of a JSON body must be.
struct JsonTest {
    enum class Kind : std::uint8_t { present, absent, equals, matches, above, below };

    std::string pointer;  ///< RFC 6901: "/radios/0/state"; empty is the whole body.
    Kind kind = Kind::present;
    std::string text;                ///< Of `equals`: the value as it stands in JSON, unquoted.
    std::optional<Pattern> pattern;  ///< Of `matches`.
    double bound = 0;                ///< Of `above` and `below`.

    bool operator==(const JsonTest&) const = default;
};

/// How far a check may be led on.
struct RedirectPolicy {
    unsigned most = 0;               ///< 0: none is followed.
    std::vector<std::string> hosts;  ///< Others than the page's own, in small letters.

    bool operator==(const RedirectPolicy&) const = default;
};

/// The way from here to the server; empty: as this machine goes everywhere.
struct Via {
    std::string source;     ///< An address of this machine to come from.
    std::string interface;  ///< An interface of this machine to leave by.
    std::string proxy;      ///< URL of an HTTP or SOCKS proxy.
    /// Whether the proxy's host is an address, and whether it looks names up.
    bool is_proxy_literal = false;
    bool does_proxy_resolve = false;

    bool operator==(const Via&) const = default;
};

/// Who we are to the server.
struct Login {
    enum class Scheme : std::uint8_t { none, basic, digest, bearer, session };

    Scheme scheme = Scheme::none;
    std::string user;         ///< Of all but bearer.
    Secret secret;            ///< Password or token.
    bool allow_weak = false;  ///< May cross a network where others can read it.

    bool operator==(const Login&) const = default;
};

/// One page: how to ask for it, and what its answer must be.
struct Page {
    /// As `checks:` calls it, the value of the label `check`; null: the page of `http:` itself.
    std::shared_ptr<const std::string> name;
    /// Full address; empty: the URL of the page of `http:` with another path, or, when that has
    /// none or `has_own_origin`, the device's own address with the three values below.
    std::string url;
    std::string scheme = "http";
    std::uint16_t port = 0;  ///< 0: the scheme's own.
    std::string path = "/";
    bool has_own_origin = false;  ///< A named check that says its scheme or port.

    /// Where the host of the URL is taken to be, while Host and the name in TLS stay: an address,
    /// or "device" for the device's own. Empty: where the host's name leads.
    std::string address;
    Via via;
    Login login;
    bool http2 = false;  ///< HTTP/2 is offered in TLS.

    Method method = Method::get;
    std::vector<Header> headers;
    std::string send;  ///< Body of a POST.

    std::vector<StatusRange> expect{StatusRange{}};
    RedirectPolicy redirects;
    std::optional<Pattern> body;        ///< Must be found in the body.
    std::optional<Pattern> body_lacks;  ///< Must not.
    std::vector<JsonTest> json;
    bool is_source = false;      ///< A profile reads values from its body.
    bool keeps_headers = false;  ///< And from its headers.

    bool verify = true;   ///< Whether the certificate must be valid for the name.
    std::string ca_file;  ///< Trusted certificates (PEM) instead of this machine's own; or empty.
    /// Bytes of a body that are read before the connection is closed. 256 KiB: more than any login
    /// page of an access point, and 256 checks at once stay under 64 MiB on the wire.
    std::size_t body_most = 256u << 10;

    [[nodiscard]] bool expects(long status) const;
    [[nodiscard]] bool reads_body() const {
        return body || body_lacks || !json.empty() || is_source;
    }
    /// Whether others on the way could read the password or token, or anybody who answers got it.
    [[nodiscard]] bool would_show_login(bool is_tls) const;
    bool operator==(const Page& other) const;
};

}  // namespace pantau::http
