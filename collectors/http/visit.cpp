#include "collectors/http/visit.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <mutex>

#include "base/version.hpp"

namespace pantau::http {
namespace {

Sight& sight_at(void* pointer) {
    return *static_cast<Sight*>(pointer);
}

void keep_redirect(std::string_view line, Sight& sight) {
    constexpr std::string_view name = "location:";
    if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0)
        return;
    line.remove_prefix(name.size());
    sight.redirect = Text::from_network(line.substr(0, line.find_first_of("?#")));
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* pointer) {
    Sight& sight = sight_at(pointer);
    sight.header_bytes += size;
    if (sight.header_bytes > header_most) {
        sight.header_overflow = true;
        return 0;
    }
    keep_redirect({data, size}, sight);
    return size;
}

std::size_t on_body(char*, std::size_t, std::size_t size, void* pointer) {
    Sight& sight = sight_at(pointer);
    sight.body_bytes += size;
    if (sight.body_bytes <= sight.body_most) return size;
    sight.body_cut = true;
    return CURL_WRITEFUNC_ERROR;
}

curl_socket_t open_socket(void* pointer, curlsocktype, curl_sockaddr* address) {
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                            address->protocol);
    if (fd >= 0) return fd;
    sight_at(pointer).socket_error = errno;
    return CURL_SOCKET_BAD;
}

std::optional<std::int64_t> unix_seconds(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return ::timegm(&parts);
}

/// OpenSSL's own verification, with a look at the certificate on the way: libcurl shows none when
/// verification fails, and an expired one is what an operator wants to see.
int verify_and_look(X509_STORE_CTX* context, void* pointer) {
    Sight& sight = sight_at(pointer);
    if (const X509* leaf = X509_STORE_CTX_get0_cert(context))
        sight.certificate_expiry = unix_seconds(X509_get0_notAfter(leaf));
    const int verdict = X509_verify_cert(context);
    if (verdict != 1) {
        const int error = X509_STORE_CTX_get_error(context);
        sight.certificate_error = Text::from_network(X509_verify_cert_error_string(error));
    }
    return verdict;
}

CURLcode on_tls(CURL*, void* context, void* pointer) {
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

curl_slist* extra_headers() {
    // Small web servers hold a slot for an idle connection; we never come back on it.
    static curl_slist* const list = curl_slist_append(nullptr, "Connection: close");
    return list;
}

/// What a device could use to send us elsewhere, or make us do more than a look.
void set_borders(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, nullptr);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16L << 10);
    // A name server that hangs must not hold the loop when a check is given up.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
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

void set_tls(CURL* easy, const Settings& settings, Sight& sight) {
    // Without a CAPATH libcurl keeps the store of trusted certificates between checks: 0.8 ms
    // instead of 30 ms each.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, settings.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, settings.verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &sight);
    if (!settings.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
    if (settings.verify) {
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    } else {
        // Nothing is protected then anyway; old devices speak only what is forbidden by default.
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
        curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    }
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

void prepare(EasyHandle* easy, const Target& target, const Settings& settings, Duration time_left,
             Sight& sight) {
    sight.body_most = settings.body_most;
    set_borders(easy);
    set_callbacks(easy, sight);
    if (target.is_tls) set_tls(easy, settings, sight);
    // libcurl looks through its whole cache at each transfer: 200 us with 5,000 addresses in it.
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, target.is_literal ? 0L : 60L);
    curl_easy_setopt(easy, CURLOPT_URL, target.url.c_str());
    curl_easy_setopt(easy, CURLOPT_NOBODY, settings.method == Method::head ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, extra_headers());
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
