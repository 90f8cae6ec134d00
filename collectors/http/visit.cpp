#include "collectors/http/visit.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <mutex>

#include "base/version.hpp"
#include "collectors/http/redirect.hpp"
#include "runtime/own_routes.hpp"

namespace pantau::http {
namespace {

Sight& sight_at(void* pointer) {
    return *static_cast<Sight*>(pointer);
}

bool begins_with(std::string_view line, std::string_view name) {
    return line.size() >= name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

void keep_redirect(std::string_view line, Sight& sight) {
    constexpr std::string_view name = "location:";
    if (!begins_with(line, name)) return;
    line = trimmed(line.substr(name.size()));
    sight.redirect = Text::from_network(line.substr(0, line.find_first_of("?#")));
    sight.location = line;
}

void keep_coding(std::string_view line, Sight& sight) {
    constexpr std::string_view name = "content-encoding:";
    if (!begins_with(line, name)) return;
    line = trimmed(line.substr(name.size()));
    sight.is_packed = !line.empty() && !begins_with(line, "identity");
}

/// Of several answers (100 Continue, the question of digest) the last one counts.
void begin_answer(Sight& sight) {
    sight.redirect = {};
    sight.location.clear();
    sight.headers.clear();
    sight.is_packed = false;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* pointer) {
    Sight& sight = sight_at(pointer);
    sight.header_bytes += size;
    if (sight.header_bytes > header_most) {
        sight.header_overflow = true;
        return 0;
    }
    if (begins_with({data, size}, "http/")) begin_answer(sight);
    keep_redirect({data, size}, sight);
    keep_coding({data, size}, sight);
    if (sight.keeps_headers) sight.headers.append(data, size);
    return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* pointer) {
    Sight& sight = sight_at(pointer);
    sight.body_bytes += size;
    if (sight.keeps_body && sight.body_bytes <= sight.body_most) sight.body.append(data, size);
    if (sight.body_bytes <= sight.body_most) return size;
    sight.body_cut = true;
    return CURL_WRITEFUNC_ERROR;
}

curl_socket_t open_socket(void* pointer, curlsocktype, curl_sockaddr* address) {
    Sight& sight = sight_at(pointer);
    if (!may_connect(sight.border, &address->addr)) {
        sight.led_astray = true;
        return CURL_SOCKET_BAD;
    }
    if (address->addrlen <= sizeof(sockaddr_storage))
        std::memcpy(&sight.tried[address->family == AF_INET6 ? 1 : 0], &address->addr,
                    address->addrlen);
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                            address->protocol);
    if (fd >= 0) return fd;
    sight.socket_error = errno;
    return CURL_SOCKET_BAD;
}

std::optional<std::int64_t> unix_seconds(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return ::timegm(&parts);
}

bool names(X509* leaf, const std::string& host) {
    if (X509_check_ip_asc(leaf, host.c_str(), 0) == 1) return true;
    return X509_check_host(leaf, host.data(), host.size(), 0, nullptr) == 1;
}

/// OpenSSL's own verification, with a look at the certificate on the way: libcurl shows none when
/// verification fails, and an expired one is what an operator wants to see.
int verify_and_look(X509_STORE_CTX* context, void* pointer) {
    Sight& sight = sight_at(pointer);
    if (X509* leaf = X509_STORE_CTX_get0_cert(context)) {
        sight.certificate.expiry = unix_seconds(X509_get0_notAfter(leaf));
        sight.certificate.is_for_host = names(leaf, sight.host);
    }
    const int verdict = X509_verify_cert(context);
    if (verdict != 1) {
        const int error = X509_STORE_CTX_get_error(context);
        sight.certificate.error = Text::from_network(X509_verify_cert_error_string(error));
    }
    return verdict;
}

CURLcode on_tls(CURL*, void* context, void* pointer) {
    sight_at(pointer).is_tls_begun = true;
    // The connection may outlive the Sight, and a new handshake would look for it.
    SSL_CTX_set_options(static_cast<SSL_CTX*>(context), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), &verify_and_look, pointer);
    return CURLE_OK;
}

/// The whole milliseconds of a duration, at least one: libcurl reads 0 as "no limit".
long milliseconds(Duration duration) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return static_cast<long>(std::clamp<std::int64_t>(whole, 1, 86'400'000));
}

const char* user_agent() {
    static const std::string words = fmt::format("pantau/{}", version());
    return words.c_str();
}

/// What a device could use to send us elsewhere, or make us do more than a look.
void set_borders(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    // Neither a proxy nor exceptions from one come from the environment.
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, nullptr);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16L << 10);
    // A name server that hangs must not hold the loop when a check is given up.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

void set_sharing(CURL* easy, const Sharing& sharing) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, sharing.reuses ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, sharing.keeps ? 0L : 1L);
    // What a visit that ended early has left behind.
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 5L);
}

void set_callbacks(CURL* easy, Sight& sight) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &sight);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &sight);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &sight);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, sight.words);
}

void set_tls(CURL* easy, const Page& page, Sight& sight) {
    // Without a CAPATH libcurl keeps the store of trusted certificates between checks: 0.8 ms
    // instead of 30 ms each.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, page.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, page.verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &sight);
    if (!page.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, page.ca_file.c_str());
    if (page.verify) {
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    } else {
        // Nothing is protected then anyway; old devices speak only what is forbidden by default.
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
        curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    }
}

/// libcurl copies every text it is given here.
void set_way(CURL* easy, const Target& target, const Via& via, Sight& sight) {
    if (!via.source.empty())
        curl_easy_setopt(easy, CURLOPT_INTERFACE, ("host!" + via.source).c_str());
    if (!via.interface.empty())
        curl_easy_setopt(easy, CURLOPT_INTERFACE, ("if!" + via.interface).c_str());
    if (!via.proxy.empty()) {
        curl_easy_setopt(easy, CURLOPT_PROXY, via.proxy.c_str());
        // What a proxy says before the answer, and headers of ours, are nobody else's business.
        curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    }
    if (!target.pin.empty()) {
        sight.connect_to.reset(curl_slist_append(nullptr, ("::" + target.pin + ":").c_str()));
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, sight.connect_to.get());
    }
}

void set_login(CURL* easy, const Login& login) {
    const std::string secret(login.secret.reveal());
    switch (login.scheme) {
        case Login::Scheme::none:
        case Login::Scheme::session:  // in what a profile sends
            return;
        case Login::Scheme::basic:
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
            break;
        case Login::Scheme::digest:
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST);
            break;
        case Login::Scheme::bearer:
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
            curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret.c_str());
            return;
    }
    curl_easy_setopt(easy, CURLOPT_USERNAME, login.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, secret.c_str());
}

double seconds(CURL* easy, CURLINFO info) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, info, &microseconds);
    return static_cast<double>(microseconds) / 1e6;
}

std::optional<double> between(double from, double to) {
    if (to <= 0) return std::nullopt;
    // libcurl counts microseconds; the difference of two doubles would show digits nobody measured.
    return std::max(0.0, std::round((to - from) * 1e6) / 1e6);
}

}  // namespace

void FreeEasy::operator()(EasyHandle* easy) const {
    curl_easy_cleanup(easy);
}

OwnedEasy make_easy() {
    return OwnedEasy(curl_easy_init());
}

void FreeHeaders::operator()(curl_slist* list) const {
    curl_slist_free_all(list);
}

OwnedHeaders headers_of(const Page& page, const Sharing& sharing) {
    // Small web servers hold a slot for an idle connection; we never come back on the last one.
    OwnedHeaders list(
        curl_slist_append(nullptr, sharing.keeps ? "Connection: keep-alive" : "Connection: close"));
    for (const Header& header : page.headers) {
        // libcurl's way to write a header without a value.
        const std::string line =
            header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
        curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) return nullptr;
        (void)list.release();
        list.reset(longer);
    }
    return list;
}

static void set_request(CURL* easy, const Page& page, Method method) {
    switch (method) {
        case Method::get:
            curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
            break;
        case Method::head:
            curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
            break;
        case Method::post:
            curl_easy_setopt(easy, CURLOPT_POST, 1L);
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(page.send.size()));
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, page.send.c_str());
            break;
        case Method::options:
            curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "OPTIONS");
            break;
    }
}

void prepare(EasyHandle* easy, const Target& target, const Page& page, Method method,
             const Sharing& sharing, const curl_slist* headers, Duration time_left, Sight& sight) {
    sight.body_most = page.body_most;
    sight.keeps_body = page.reads_body();
    sight.keeps_headers = page.keeps_headers;
    sight.border.only = target.peer;
    sight.border.is_proxied = !page.via.proxy.empty();
    sight.host =
        target.host.starts_with('[') ? target.host.substr(1, target.host.size() - 2) : target.host;
    set_borders(easy);
    set_sharing(easy, sharing);
    set_callbacks(easy, sight);
    set_request(easy, page, method);
    set_way(easy, target, page.via, sight);
    if (target.takes_login) set_login(easy, page.login);
    curl_easy_setopt(
        easy, CURLOPT_HTTP_VERSION,
        static_cast<long>(page.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    if (target.is_tls) set_tls(easy, page, sight);
    // libcurl looks through its whole cache at each transfer: 200 us with 5,000 addresses in it.
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, target.is_literal ? 0L : 60L);
    curl_easy_setopt(easy, CURLOPT_URL, target.url.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(time_left));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(time_left));
    // An answer that drips is given up before a long timeout.
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 16L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, 10L);
}

void forget(EasyHandle* easy) {
    curl_easy_reset(easy);
}

Phases phases_of(EasyHandle* easy, const Target& target, bool is_complete) {
    const double resolved = seconds(easy, CURLINFO_NAMELOOKUP_TIME_T);
    const double connected = seconds(easy, CURLINFO_CONNECT_TIME_T);
    const double secured = seconds(easy, CURLINFO_APPCONNECT_TIME_T);
    const double answered = seconds(easy, CURLINFO_STARTTRANSFER_TIME_T);
    Phases phases;
    phases.total = seconds(easy, CURLINFO_TOTAL_TIME_T);
    // What libcurl counts as lookup of a literal address is its own start.
    const double looked_up = target.is_literal ? 0.0 : resolved;
    if (resolved > 0) phases.resolve = looked_up;
    phases.connect = between(looked_up, connected);
    if (target.is_tls) {
        phases.tls = between(connected, secured);
    } else if (connected > 0) {
        phases.tls = 0.0;
    }
    phases.processing = between(target.is_tls ? secured : connected, answered);
    if (is_complete) phases.transfer = between(answered, phases.total);
    return phases;
}

std::optional<long> status_of(EasyHandle* easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (status <= 0) return std::nullopt;
    return status;
}

std::optional<double> version_of(EasyHandle* easy) {
    long version = CURL_HTTP_VERSION_NONE;
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
        case CURL_HTTP_VERSION_1_0:
            return 1.0;
        case CURL_HTTP_VERSION_1_1:
            return 1.1;
        case CURL_HTTP_VERSION_2_0:
            return 2.0;
        default:
            return std::nullopt;
    }
}

bool is_reused(EasyHandle* easy) {
    long made = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &made);
    return made == 0;
}

std::string peer_of(EasyHandle* easy) {
    const char* address = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    return address == nullptr ? std::string() : std::string(address);
}

ProxyWord proxy_word_of(EasyHandle* easy) {
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &number);
    ProxyWord word;
    switch (number) {
        case CURLPX_REPLY_CONNECTION_REFUSED:
            word.reason = Reason::refused;
            break;
        case CURLPX_REPLY_TTL_EXPIRED:
            word.reason = Reason::timeout;
            break;
        default:
            break;
    }
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &word.status);
    return word;
}

bool is_unrouted(const Sight& sight, const Via& via) {
    const Origin origin{via.source, via.interface};
    bool is_any = false;
    for (const sockaddr_storage& address : sight.tried) {
        if (address.ss_family == AF_UNSPEC) continue;
        is_any = true;
        if (is_routed(reinterpret_cast<const sockaddr*>(&address), origin)) return false;
    }
    return is_any;
}

int system_error_of(EasyHandle* easy) {
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    return static_cast<int>(number);
}

void initialise_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace pantau::http
