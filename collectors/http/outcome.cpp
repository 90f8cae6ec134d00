#include "collectors/http/outcome.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "collectors/http/json_test.hpp"

namespace pantau::http {
namespace {

bool is_own_limit(int number) {
    return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM ||
           number == EADDRNOTAVAIL || number == EACCES || number == EPERM || number == EAFNOSUPPORT;
}

Error local(int number) {
    if (number == EMFILE || number == ENFILE)
        return {Reason::local, "this machine has no free file descriptor; raise LimitNOFILE", {}};
    return {Reason::local,
            fmt::format("this machine could not open a connection: {}", std::strerror(number)),
            {}};
}

Error not_connected(int number) {
    switch (number) {
        case ECONNREFUSED:
            return {Reason::refused, "nothing listens there (connection refused)", {}};
        case ETIMEDOUT:
            return {Reason::timeout, "the connection was not accepted in time", {}};
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN:
            return {Reason::unreachable, "the network knows no way there", {}};
        default:
            if (is_own_limit(number)) return local(number);
            return {Reason::unreachable, "no connection could be made", {}};
    }
}

Error cut_off(int number) {
    if (number == EHOSTUNREACH || number == ENETUNREACH)
        return {Reason::unreachable, "the way there was lost in the middle", {}};
    return {Reason::malformed, "the connection was cut in the middle of the answer", {}};
}

Error too_slow(const Ending& ending, const Sight& sight, const Target& target) {
    const double allowed = to_seconds(ending.allowed);
    const Phases& phases = ending.phases;
    if (!phases.resolve && !target.is_literal) {
        return {Reason::name_resolution,
                fmt::format("the name server gave no address within {:.3g} s", allowed),
                {}};
    }
    const char* missing = "the end of the answer";
    // libcurl tells the time of the connection only behind the handshake.
    if (!phases.connect && !sight.is_tls_begun && !ending.is_reused) {
        missing = "the connection";
    } else if (target.is_tls && !phases.tls && !ending.is_reused) {
        missing = "the TLS handshake";
    } else if (!phases.processing) {
        missing = "an answer";
    }
    return {Reason::timeout, fmt::format("waited {:.3g} s for {}", allowed, missing), {}};
}

/// The way to the device, not the device: whoever asks from the proxy's side gets no further.
Error not_connected_by_proxy(const Ending& ending) {
    if (ending.proxy.status != 0) {
        return {Reason::unreachable,
                fmt::format("the proxy knows no way there (its status is {})", ending.proxy.status),
                {}};
    }
    if (ending.proxy.reason == Reason::refused)
        return {Reason::refused, "nothing listens there, says the proxy (connection refused)", {}};
    if (ending.proxy.reason == Reason::timeout)
        return {Reason::timeout, "the proxy waited in vain for the connection", {}};
    return {Reason::unreachable, "the proxy knows no way there", {}};
}

Error bad_certificate(const Sight& sight) {
    if (!sight.certificate.error.empty()) {
        return {Reason::certificate,
                fmt::format("the certificate is not valid: {}", sight.certificate.error.view()),
                {}};
    }
    return {Reason::certificate, "the certificate is for another name", {}};
}

Error too_much_header() {
    return {Reason::too_large,
            fmt::format("the headers are larger than {} KiB", header_most >> 10),
            {}};
}

Error broken(const Sight& sight, int code) {
    const Text words = Text::from_network(
        sight.words[0] != '\0' ? sight.words : curl_easy_strerror(static_cast<CURLcode>(code)));
    return {Reason::malformed, fmt::format("the answer is no proper HTTP: {}", words.view()), {}};
}

Error failure(const Ending& ending, const Sight& sight, const Target& target) {
    if (sight.socket_error != 0) return local(sight.socket_error);
    if (sight.led_astray) {
        return {Reason::redirect,
                "the redirect leads to an address of this machine or its local link, which is not "
                "followed",
                {}};
    }
    if (sight.header_overflow) return too_much_header();
    switch (ending.code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {Reason::name_resolution, "the name has no address", {}};
        case CURLE_COULDNT_RESOLVE_PROXY:
            return {Reason::name_resolution, "the name of the proxy has no address", {}};
        case CURLE_INTERFACE_FAILED:
            return {Reason::local,
                    "this machine does not have the address or interface that via: names",
                    {}};
        case CURLE_PROXY:
            return not_connected_by_proxy(ending);
        case CURLE_COULDNT_CONNECT:
            if (ending.is_unrouted)
                return {Reason::local, "this machine knows no way to this address", {}};
            if (sight.border.is_proxied) {
                return {Reason::unreachable, "the proxy cannot be reached", {}};
            }
            return not_connected(ending.system_error);
        case CURLE_OPERATION_TIMEDOUT:
            return too_slow(ending, sight, target);
        case CURLE_PEER_FAILED_VERIFICATION:
            return bad_certificate(sight);
        case CURLE_SSL_CONNECT_ERROR:
            return {Reason::malformed,
                    "no TLS connection could be agreed on; perhaps the port speaks plain HTTP",
                    {}};
        case CURLE_SSL_CACERT_BADFILE:
            return {Reason::local,
                    "the trusted certificates of this machine cannot be read; install the package "
                    "ca-certificates",
                    {}};
        case CURLE_GOT_NOTHING:
            return {Reason::malformed, "the connection was closed without an answer", {}};
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
            if (sight.border.is_proxied && ending.proxy.status >= 300)
                return not_connected_by_proxy(ending);
            return cut_off(ending.system_error);
        case CURLE_UNSUPPORTED_PROTOCOL:
            return {Reason::malformed, "the answer is not HTTP", {}};
        case CURLE_OUT_OF_MEMORY:
            // libcurl's word for a header line over its own limit, too.
            if (ending.phases.connect) return too_much_header();
            return {Reason::local, "this machine has no memory left", {}};
        default:
            return broken(sight, ending.code);
    }
}

std::string expected(const Page& page) {
    std::string words;
    for (const StatusRange& range : page.expect) {
        if (!words.empty()) words += " or ";
        if (range.first == range.last) {
            words += std::to_string(range.first);
        } else if (range.first % 100 == 0 && range.last == range.first + 99) {
            words += fmt::format("{}xx", range.first / 100);
        } else {
            words += fmt::format("{}-{}", range.first, range.last);
        }
    }
    return words;
}

std::optional<Error> judge_status(long status, const Sight& sight, const Page& page) {
    if (page.expects(status)) return std::nullopt;
    const bool is_redirect = status >= 300 && status < 400 && status != 304;
    if (is_redirect && !sight.redirect.empty()) {
        return Error{Reason::redirect,
                     fmt::format("status {} leads to {} instead of {}", status,
                                 sight.redirect.view(), expected(page)),
                     {}};
    }
    if (status == 401 && page.login.scheme != Login::Scheme::none) {
        return Error{
            Reason::auth, "the user name, password or token is not accepted (status 401)", {}};
    }
    return Error{is_redirect ? Reason::redirect : Reason::status,
                 fmt::format("status {} instead of {}", status, expected(page)),
                 {}};
}

std::optional<Error> judge_content(const Sight& sight, const Page& page) {
    if (sight.is_packed)
        return Error{Reason::content, "the body is packed, which nobody asked for", {}};
    if (sight.body_cut) {
        return Error{Reason::too_large,
                     fmt::format("the body is larger than the {} bytes that are looked into",
                                 page.body_most),
                     {}};
    }
    if (page.body && !page.body->is_in(sight.body)) {
        return Error{
            Reason::content, fmt::format("the body does not match {}", page.body->text()), {}};
    }
    if (page.body_lacks && page.body_lacks->is_in(sight.body)) {
        return Error{Reason::content,
                     fmt::format("the body matches {}, which it must not", page.body_lacks->text()),
                     {}};
    }
    if (page.json.empty()) return std::nullopt;
    if (std::optional<std::string> fault = why_not(page.json, sight.body))
        return Error{Reason::content, std::move(*fault), {}};
    return std::nullopt;
}

}  // namespace

bool is_led_on(const Ending& ending, const Sight& sight, const Page& page) {
    if (ending.code != CURLE_OK && !sight.body_cut) return false;
    if (!ending.status || page.expects(*ending.status) || sight.location.empty()) return false;
    switch (*ending.status) {
        case 301:
        case 302:
        case 303:
            return true;
        case 307:
        case 308:
            // The same request again: what was posted is not sent a second time.
            return page.method != Method::post;
        default:
            return false;
    }
}

std::optional<Error> judge(const Ending& ending, const Sight& sight, const Target& target,
                           const Page& page, WallTime now) {
    const bool arrived = ending.code == CURLE_OK || sight.body_cut;
    std::optional<Error> error;
    if (!arrived) {
        error = failure(ending, sight, target);
    } else if (!ending.status) {
        error = Error{Reason::malformed, "the answer has no status", {}};
    } else {
        error = judge_status(*ending.status, sight, page);
        if (!error && page.reads_body()) error = judge_content(sight, page);
    }
    // A resumed TLS session shows no certificate again: its date still counts.
    const std::optional<std::int64_t> expiry = sight.certificate.expiry;
    const bool expired = expiry && *expiry < std::chrono::system_clock::to_time_t(now);
    if (!error && target.is_tls && page.verify && expired)
        error = Error{Reason::certificate, "the certificate has expired", {}};
    if (error) error->where = target.name;
    return error;
}

}  // namespace pantau::http
