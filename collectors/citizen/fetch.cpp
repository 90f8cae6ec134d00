#include "collectors/citizen/fetch.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "runtime/own_routes.hpp"

namespace pantau::citizen {
namespace {

namespace ip = boost::asio::ip;

/// Without a byte for so long a transfer counts as hung, not as slow.
constexpr Duration hung_after = std::chrono::seconds(3);

/// Bytes of status line and headers together: more than any page needs.
constexpr std::size_t header_most = 32u << 10;
/// Bytes of a body that are kept to be looked into; the rest is only counted.
constexpr std::size_t kept_most = 256u << 10;

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

bool is_link_local(const ip::address& address) {
    if (address.is_v6()) return address.to_v6().is_link_local();
    return (address.to_v4().to_uint() >> 16) == 0xA9FE;
}

ip::address as_plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

std::optional<ip::address> address_in(const curl_sockaddr& from) {
    if (from.family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &from.addr, sizeof in);
        return ip::address_v4(ntohl(in.sin_addr.s_addr));
    }
    if (from.family == AF_INET6 && from.addrlen >= sizeof(sockaddr_in6)) {
        sockaddr_in6 in{};
        std::memcpy(&in, &from.addr, sizeof in);
        ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return as_plain(ip::address_v6(bytes));
    }
    return std::nullopt;
}

/// "host:port:address:port" for CURLOPT_CONNECT_TO.
std::string connect_to(const FetchPage& wish) {
    const bool is_v6 = wish.address.find(':') != std::string::npos;
    return is_v6 ? fmt::format("::[{}]:", wish.address) : fmt::format("::{}:", wish.address);
}

/// Form fields as application/x-www-form-urlencoded.
std::string encoded(CURL* easy, const std::vector<FormField>& form) {
    std::string body;
    const auto add = [&](std::string_view text) {
        char* const escaped = curl_easy_escape(easy, text.data(), static_cast<int>(text.size()));
        if (escaped != nullptr) body += escaped;
        curl_free(escaped);
    };
    for (const FormField& field : form) {
        if (!body.empty()) body += '&';
        add(field.name);
        body += '=';
        add(field.value.reveal());
    }
    return body;
}

}  // namespace

Reach reach_of(const Settings& settings, std::string_view device_address) {
    Reach reach;
    const auto look = [&reach](std::string_view text) {
        boost::system::error_code error;
        const ip::address address = as_plain(ip::make_address(std::string(text), error));
        if (error) return;
        reach.loopback |= address.is_loopback();
        reach.link_local |= is_link_local(address);
    };
    look(device_address);
    if (settings.portal) look(settings.portal->host.name);
    for (const std::string* const url :
         {&settings.check_url, settings.login ? &settings.login->url : nullptr,
          settings.download ? &settings.download->url : nullptr}) {
        const auto host = url != nullptr ? host_of(*url) : std::nullopt;
        if (host) look(host->name);
    }
    if (!settings.dns) return reach;
    for (const ExpectedName& expected : settings.dns->expect)
        for (const std::string& address : expected.addresses)
            look(address);
    return reach;
}

namespace {

long number_of(CURL* easy, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(easy, info, &value);
    return value;
}

Duration time_of(CURL* easy, CURLINFO info) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, info, &microseconds);
    return std::chrono::microseconds(microseconds);
}

long milliseconds(Duration duration) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return static_cast<long>(std::clamp<std::int64_t>(whole, 1, 86'400'000));
}

/// What a network could use to send us elsewhere, or make us do more than a look.
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
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

void set_tls(CURL* easy, const std::string& ca_file) {
    // Without a CAPATH libcurl keeps the store of trusted certificates between requests.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
}

void set_way(CURL* easy, const Via& via) {
    if (!via.source.empty())
        curl_easy_setopt(easy, CURLOPT_INTERFACE, ("host!" + via.source).c_str());
    if (!via.interface_name.empty())
        curl_easy_setopt(easy, CURLOPT_INTERFACE, ("if!" + via.interface_name).c_str());
    if (!via.proxy.empty()) curl_easy_setopt(easy, CURLOPT_PROXY, via.proxy.c_str());
}

/// What lies with this machine or the proxy; empty: nothing does.
std::string own_fault_of(CURL* easy, int code, bool is_proxied, bool is_resolved_here) {
    switch (code) {
        case CURLE_INTERFACE_FAILED:
            return "this machine cannot send from there: the source address or interface of via "
                   "is not its own";
        case CURLE_OUT_OF_MEMORY:
            return "this machine has no memory left";
        case CURLE_SSL_CACERT_BADFILE:
            return "the trusted certificates of this machine cannot be read";
        case CURLE_COULDNT_RESOLVE_HOST:
            if (is_resolved_here)
                return "the name server of this machine knows no address of the host";
            break;
        default:
            break;
    }
    if (!is_proxied) return {};
    const long proxy_error = number_of(easy, CURLINFO_PROXY_ERROR);
    const bool is_beyond = proxy_error == CURLPX_REPLY_HOST_UNREACHABLE ||
                           proxy_error == CURLPX_REPLY_NETWORK_UNREACHABLE ||
                           proxy_error == CURLPX_REPLY_CONNECTION_REFUSED ||
                           proxy_error == CURLPX_REPLY_TTL_EXPIRED ||
                           proxy_error == CURLPX_REPLY_GENERAL_SERVER_FAILURE;
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_PROXY ||
        (code == CURLE_PROXY && !is_beyond))
        return "the proxy cannot be used";
    return {};
}

struct Ending {
    Page::End end = Page::End::broken;
    std::string words;
};

Ending without_connection(long number) {
    switch (number) {
        case ECONNREFUSED:
            return {Page::End::refused, "nothing listens there (connection refused)"};
        case ETIMEDOUT:
            return {Page::End::silent, "the connection was not accepted in time"};
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
        case EADDRNOTAVAIL:
        case EADDRINUSE:
        case EPERM:
        case EACCES:
            return {Page::End::local, fmt::format("this machine could not connect: {}",
                                                  std::strerror(static_cast<int>(number)))};
        default:
            return {Page::End::unreachable, "the network knows no way there"};
    }
}

Ending without_answer(Duration allowed) {
    return {Page::End::silent,
            fmt::format("waited {:.3g} s for the connection", to_seconds(allowed))};
}

Ending out_of_time(Duration allowed, Duration since_last_byte, bool any_byte) {
    const double seconds = to_seconds(allowed);
    if (!any_byte || since_last_byte >= hung_after)
        return {Page::End::hung, fmt::format("connected, then nothing {}within {:.3g} s",
                                             any_byte ? "more " : "", seconds)};
    return {Page::End::unfinished, fmt::format("still arriving after {:.3g} s", seconds)};
}

Ending bad_certificate(CURL* easy) {
    const long result = number_of(easy, CURLINFO_SSL_VERIFYRESULT);
    if (result == X509_V_OK) return {Page::End::certificate, "the certificate is for another name"};
    return {Page::End::certificate,
            fmt::format("the certificate is not valid: {}", X509_verify_cert_error_string(result))};
}

}  // namespace

/// One request. Its address is known to libcurl: it never moves.
struct Browser::Visit {
    Reach reach;
    bool is_proxied = false;
    /// Where the proxy is told to go, unless by name.
    std::optional<ip::address> beyond_proxy;
    bool is_resolved_here = false;  ///< By this machine's own name server.
    bool is_forbidden = false;
    int socket_error = 0;      ///< errno of socket(): our own limit, when it failed.
    sockaddr_storage tried{};  ///< Where the last connection was tried to.
    Origin origin;
    std::size_t header_bytes = 0;
    bool header_overflow = false;
    std::size_t body_most = 0;
    std::size_t body_bytes = 0;
    bool is_body_cut = false;  ///< We closed: enough was read.
    bool is_body_kept = true;
    std::string body;
    std::string form;
    std::unique_ptr<curl_slist, FreeList> headers;
    std::unique_ptr<curl_slist, FreeList> places;
    MonoTime last_byte{};
    Duration allowed{};
    char words[CURL_ERROR_SIZE] = {};
    Done done;

    static Visit& at(void* pointer) { return *static_cast<Visit*>(pointer); }

    static std::size_t on_header(char*, std::size_t, std::size_t size, void* pointer) {
        Visit& visit = at(pointer);
        visit.last_byte = std::chrono::steady_clock::now();
        visit.header_bytes += size;
        visit.header_overflow = visit.header_bytes > header_most;
        return visit.header_overflow ? 0 : size;
    }

    static std::size_t on_body(char* data, std::size_t, std::size_t size, void* pointer) {
        Visit& visit = at(pointer);
        visit.last_byte = std::chrono::steady_clock::now();
        visit.body_bytes += size;
        if (visit.is_body_kept && visit.body.size() < kept_most)
            visit.body.append(data, std::min(size, kept_most - visit.body.size()));
        if (visit.body_bytes <= visit.body_most) return size;
        visit.is_body_cut = true;
        return CURL_WRITEFUNC_ERROR;
    }

    static curl_socket_t on_socket(void* pointer, curlsocktype, curl_sockaddr* to) {
        Visit& visit = at(pointer);
        const auto address = visit.is_proxied ? visit.beyond_proxy : address_in(*to);
        if (address && visit.forbids(*address)) {
            visit.is_forbidden = true;
            return CURL_SOCKET_BAD;
        }
        if (to->addrlen <= sizeof visit.tried) std::memcpy(&visit.tried, &to->addr, to->addrlen);
        const int fd =
            ::socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
        if (fd >= 0) return fd;
        visit.socket_error = errno;
        return CURL_SOCKET_BAD;
    }

    [[nodiscard]] Ending ending(CURL* easy, int code) const;
    [[nodiscard]] Ending unconnected(long number) const;

    [[nodiscard]] bool forbids(const ip::address& address) const {
        if (address.is_unspecified() || address.is_multicast()) return true;
        return (address.is_loopback() && !reach.loopback) ||
               (is_link_local(address) && !reach.link_local);
    }
};

/// What our own routes say before anything left says nothing of the portal.
Ending Browser::Visit::unconnected(long number) const {
    if (is_about_routes(static_cast<int>(number)) &&
        !is_routed(reinterpret_cast<const sockaddr*>(&tried), origin))
        return {Page::End::local, "this machine knows no way to this address"};
    return without_connection(number);
}

Ending Browser::Visit::ending(CURL* easy, int code) const {
    using End = Page::End;
    if (is_forbidden)
        return {End::forbidden, "its address is one of this machine or link, and not configured"};
    if (socket_error != 0) return {End::local, without_connection(socket_error).words};
    if (header_overflow)
        return {End::broken, fmt::format("the headers are larger than {} KiB", header_most >> 10)};
    std::string own_fault = own_fault_of(easy, code, is_proxied, is_resolved_here);
    if (!own_fault.empty()) return {End::local, std::move(own_fault)};
    const bool is_through = code == CURLE_OK || is_body_cut;
    if (is_through && number_of(easy, CURLINFO_RESPONSE_CODE) > 0) return {End::answered, {}};
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return unconnected(number_of(easy, CURLINFO_OS_ERRNO));
        case CURLE_OPERATION_TIMEDOUT: {
            const bool is_unresolved =
                is_resolved_here && time_of(easy, CURLINFO_NAMELOOKUP_TIME_T) == Duration::zero();
            if (is_unresolved)
                return {End::local, "the name server of this machine gives no answer"};
            // Libcurl calls it connected when the proxy is; a request is sent once its far end is.
            const Duration connected =
                time_of(easy, is_proxied ? CURLINFO_PRETRANSFER_TIME_T : CURLINFO_CONNECT_TIME_T);
            if (connected == Duration::zero()) return without_answer(allowed);
            return out_of_time(allowed, std::chrono::steady_clock::now() - last_byte,
                               header_bytes > 0);
        }
        case CURLE_PEER_FAILED_VERIFICATION:
            return bad_certificate(easy);
        case CURLE_PROXY:
            if (number_of(easy, CURLINFO_PROXY_ERROR) == CURLPX_REPLY_CONNECTION_REFUSED)
                return {End::refused, "connection refused, says the proxy"};
            return {End::unreachable, "no way there, says the proxy"};
        default: {
            const auto said = Text::from_network(
                words[0] != '\0' ? words : curl_easy_strerror(static_cast<CURLcode>(code)));
            return {End::broken, fmt::format("no proper HTTP: {}", said.view())};
        }
    }
}

void Browser::FreeEasy::operator()(EasyHandle* easy) const {
    curl_easy_cleanup(easy);
}

Browser::Browser(TransferLoop& transfers, std::shared_ptr<const Settings> settings, Reach reach)
    : transfers_(transfers),
      settings_(std::move(settings)),
      reach_(reach),
      easy_(curl_easy_init()) {
    // Once: each time would add to a list, and a reset of the handle would lose it.
    if (easy_) curl_easy_setopt(easy_.get(), CURLOPT_COOKIEFILE, "");
}

Browser::~Browser() {
    if (visit_) transfers_.remove(easy_.get());
}

bool Browser::fetch(const FetchPage& wish, Duration limit, Done done) {
    PANTAU_ASSERT(!visit_);
    const auto host = host_of(wish.url);
    if (!host || !easy_) return false;
    visit_ = std::make_unique<Visit>();
    Visit& visit = *visit_;
    const std::string& proxy = settings_->via.proxy;
    const std::string& to = wish.address.empty() ? host->name : wish.address;
    if (is_numeric(to)) visit.beyond_proxy = as_plain(ip::make_address(to));
    visit.is_proxied = !proxy.empty();
    visit.is_resolved_here = !visit.beyond_proxy && !proxy.starts_with("socks5h:");
    visit.done = std::move(done);
    prepare(wish, limit);
    const bool is_begun = transfers_.add(easy_.get(), [this](int code) { on_end(code); });
    if (!is_begun) {
        curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, nullptr);
        visit_.reset();
    }
    return is_begun;
}

void Browser::prepare(const FetchPage& wish, Duration limit) {
    Visit& visit = *visit_;
    visit.reach = reach_;
    visit.origin = {settings_->via.source, settings_->via.interface_name};
    visit.is_body_kept = wish.is_body_kept;
    visit.body_most = wish.body_most;
    visit.allowed = limit;
    CURL* const easy = easy_.get();
    set_borders(easy);
    set_tls(easy, settings_->ca_file);
    set_way(easy, settings_->via);
    static const std::string agent = fmt::format("pantau/{}", version());
    visit.headers.reset(curl_slist_append(nullptr, "Connection: close"));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, visit.headers.get());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(easy, CURLOPT_URL, wish.url.c_str());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(limit));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limit));
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Visit::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &visit);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Visit::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &visit);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Visit::on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &visit);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, visit.words);
    if (!wish.address.empty())
        visit.places.reset(curl_slist_append(nullptr, connect_to(wish).c_str()));
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, visit.places.get());
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);  // and nothing of the request before
    if (wish.method == FetchPage::Method::head) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (wish.method == FetchPage::Method::post) {
        visit.form =
            encoded(easy, settings_->login ? settings_->login->form : std::vector<FormField>{});
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(visit.form.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, visit.form.data());
    }
    visit.last_byte = std::chrono::steady_clock::now();
}

void Browser::on_end(int code) {
    const std::unique_ptr<Visit> over = std::move(visit_);
    CURL* const easy = easy_.get();
    Page page;
    page.status = number_of(easy, CURLINFO_RESPONSE_CODE);
    page.body_bytes = over->body_bytes;
    page.body = std::move(over->body);
    page.took = time_of(easy, CURLINFO_TOTAL_TIME_T);
    page.transfer = page.took - time_of(easy, CURLINFO_PRETRANSFER_TIME_T);
    const char* to = nullptr;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &to);
    if (to != nullptr) page.location = to;

    Ending ending = over->ending(easy, code);
    page.end = ending.end;
    page.words = std::move(ending.words);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
    // The last thing: whoever hears it may end this Browser.
    const Done done = std::move(over->done);
    done(std::move(page));
}

}  // namespace pantau::citizen
