#include "collectors/http/target.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <boost/url.hpp>
#include <charconv>
#include <memory>

#include "collectors/http/settings.hpp"

namespace pantau::http {
namespace {

namespace urls = boost::urls;

constexpr std::size_t url_most = 2048;

tl::unexpected<Error> wrong(std::string what, std::string what_next) {
    return fail(Reason::malformed, std::move(what), std::move(what_next));
}

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// A URL as libcurl, who goes there, understands it. Boost.URL 1.81 alone is not enough: it takes
/// http://10.0.0.1.example/ for the host 10.0.0.1 with the path ".example/".
class CurlUrl {
public:
    CurlUrl() : url_(curl_url()) {}

    /// A second URL is taken as one seen from the first.
    bool set(const std::string& text) {
        return url_ && curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
    }
    [[nodiscard]] std::string part(CURLUPart part, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), part, &text, flags) != CURLUE_OK) return {};
        std::string copy(text);
        curl_free(text);
        return copy;
    }
    [[nodiscard]] bool has(CURLUPart part) const {
        char* text = nullptr;
        const bool is_there = curl_url_get(url_.get(), part, &text, 0) == CURLUE_OK;
        curl_free(text);
        return is_there;
    }
    void drop(CURLUPart part) { curl_url_set(url_.get(), part, nullptr, 0); }

private:
    std::unique_ptr<CURLU, FreeUrl> url_;
};

bool is_literal(const std::string& host) {
    in_addr address{};
    return host.starts_with('[') || ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

/// An address as a socket has it: no brackets, no zone.
std::string without_brackets(std::string address) {
    if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
    return address.substr(0, address.find('%'));
}

/// An IPv6 address goes into brackets; a zone's % is written %25 (RFC 6874).
std::string host_of_address(std::string_view address) {
    if (address.find(':') == std::string_view::npos) return std::string(address);
    std::string host = "[";
    for (const char c : address) {
        host += c;
        if (c == '%') host += "25";
    }
    return host + "]";
}

constexpr std::uint16_t default_port(bool is_tls) {
    return is_tls ? 443 : 80;
}

std::string small(std::string_view text) {
    std::string letters(text);
    for (char& c : letters)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return letters;
}

/// Boost.URL reads an overlong port modulo 65536.
bool is_port(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 1 &&
           number <= 65535;
}

}  // namespace

bool is_path(std::string_view text) {
    return text.size() <= url_most && text.starts_with('/') &&
           urls::parse_origin_form(text).has_value();
}

Result<Target> target_of_url(std::string_view text) {
    if (text.size() > url_most)
        return wrong("the URL is too long", fmt::format("at most {} bytes", url_most));
    if (text.starts_with('/'))
        return wrong("a full URL is needed here, not a path", "write http://ADDRESS/PATH");
    const auto parsed = urls::parse_uri(text);
    if (!parsed) {
        return wrong("this is no URL",
                     "write http://HOST/PATH or https://HOST/PATH, without spaces; other letters "
                     "than ASCII percent-encoded");
    }
    const urls::url_view url = parsed.value();
    const urls::scheme scheme = url.scheme_id();
    if (scheme != urls::scheme::http && scheme != urls::scheme::https)
        return wrong("only http and https can be checked", "begin with http:// or https://");
    CurlUrl curl;
    if (!curl.set(std::string(text)))
        return wrong("this is no URL", "write http://HOST/PATH or https://HOST/PATH");
    if (url.has_userinfo() || curl.has(CURLUPART_USER) || curl.has(CURLUPART_PASSWORD)) {
        return wrong("a URL with a user name or password is refused: it would stand in clear text",
                     "leave out what stands before the @");
    }
    if (url.encoded_host().empty()) return wrong("the URL names no host", "write http://HOST/PATH");
    if (url.has_port() && !is_port(url.port()))
        return wrong("the port of the URL is not usable", "from 1 to 65535");
    if (url.has_fragment()) return wrong("the part after # is never sent", "leave it out");
    Target target;
    target.url = std::string(text);
    target.name = std::string(text.substr(0, text.find('?')));
    target.is_tls = scheme == urls::scheme::https;
    target.host = small(curl.part(CURLUPART_HOST));
    target.is_literal = is_literal(target.host);
    target.origin = fmt::format("{}://{}:{}", target.is_tls ? "https" : "http", target.host,
                                curl.part(CURLUPART_PORT, CURLU_DEFAULT_PORT));
    return target;
}

Result<Target> target_from(const Target& from, std::string_view reference) {
    const std::string text(reference);
    CurlUrl curl;
    if (text.empty() || text.size() > url_most || text.find('\0') != std::string::npos ||
        !curl.set(from.url) || !curl.set(text))
        return wrong("it is no URL", {});
    curl.drop(CURLUPART_FRAGMENT);
    return target_of_url(curl.part(CURLUPART_URL));
}

namespace {

/// Where a page is, as if the network were the way to it.
Result<Target> place_of(const Device& device, const Settings& settings, const Page& page) {
    if (!page.url.empty()) return target_of_url(page.url);
    if (!settings.url.empty() && !page.has_own_origin) {
        const Result<Target> main = target_of_url(settings.url);
        if (!main) return main;
        const std::size_t path = settings.url.find_first_of("/?", settings.url.find("//") + 2);
        return target_of_url(settings.url.substr(0, path) + page.path);
    }
    // Put together by hand: Boost.URL knows no zone of an address.
    const std::string port = page.port == 0 ? "" : fmt::format(":{}", page.port);
    Target target;
    target.is_tls = page.scheme == "https";
    target.host = small(host_of_address(device.address));
    target.origin = fmt::format("{}://{}:{}", page.scheme, target.host,
                                page.port != 0 ? page.port : default_port(target.is_tls));
    target.url = page.scheme + "://" + host_of_address(device.address) + port + page.path;
    target.name = target.url.substr(0, target.url.find('?'));
    return target;
}

}  // namespace

void settle(Target& target, const Via& via) {
    const std::string where = target.pin.empty() ? target.host : target.pin;
    const bool is_address = is_literal(where);
    if (via.proxy.empty()) {
        target.is_literal = is_address;
        target.peer = is_address ? without_brackets(where) : std::string();
        return;
    }
    target.is_literal = via.is_proxy_literal && (is_address || via.does_proxy_resolve);
    target.peer.clear();
}

Result<Target> target_of(const Device& device, const Settings& settings, const Page& page) {
    Result<Target> target = place_of(device, settings, page);
    if (!target) return target;
    if (!page.address.empty())
        target->pin = host_of_address(page.address == "device" ? device.address : page.address);
    settle(*target, page.via);
    return target;
}

Result<Target> target_of(const Device& device, const Settings& settings) {
    return target_of(device, settings, settings);
}

}  // namespace pantau::http
