#include "collectors/http/target.hpp"

#include <fmt/format.h>

#include <boost/url.hpp>
#include <charconv>

#include "collectors/http/settings.hpp"

namespace pantau::http {
namespace {

namespace urls = boost::urls;

constexpr std::size_t url_most = 2048;

tl::unexpected<Error> wrong(std::string what, std::string what_next) {
    return fail(Reason::malformed, std::move(what), std::move(what_next));
}

bool is_address(urls::host_type type) {
    return type == urls::host_type::ipv4 || type == urls::host_type::ipv6;
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
    if (url.has_userinfo()) {
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
    target.is_literal = is_address(url.host_type());
    return target;
}

Result<Target> target_of(const Device& device, const Settings& settings) {
    if (!settings.url.empty()) return target_of_url(settings.url);
    const std::string host = host_of_address(device.address);
    const std::string port = settings.port == 0 ? "" : fmt::format(":{}", settings.port);
    Target target;
    target.url = settings.scheme + "://" + host + port + settings.path;
    target.name = target.url.substr(0, target.url.find('?'));
    target.is_tls = settings.scheme == "https";
    target.is_literal =
        host.starts_with('[') || urls::parse_ipv4_address(device.address).has_value();
    return target;
}

}  // namespace pantau::http
