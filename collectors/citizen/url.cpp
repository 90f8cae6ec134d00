#include "collectors/citizen/url.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <memory>

namespace pantau::citizen {
namespace {

constexpr std::size_t url_most = 2048;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

class CurlUrl {
public:
    CurlUrl() : url_(curl_url()) {}

    bool set(std::string_view text) {
        if (text.empty() || text.size() > url_most || text.find('\0') != std::string_view::npos)
            return false;
        return url_ &&
               curl_url_set(url_.get(), CURLUPART_URL, std::string(text).c_str(), 0) == CURLUE_OK;
    }
    [[nodiscard]] std::string part(CURLUPart part, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_url_get(url_.get(), part, &text, flags) != CURLUE_OK) return {};
        std::string copy(text);
        curl_free(text);
        return copy;
    }
    [[nodiscard]] bool is_web() const {
        const std::string scheme = part(CURLUPART_SCHEME);
        return scheme == "http" || scheme == "https";
    }
    [[nodiscard]] bool has_user() const {
        return !part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty();
    }

private:
    std::unique_ptr<CURLU, FreeUrl> url_;
};

std::string plain(std::string host) {
    for (char& c : host)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.ends_with('.')) host.pop_back();
    return host;
}

}  // namespace

std::optional<Host> host_of(std::string_view text) {
    CurlUrl url;
    if (!url.set(text) || !url.is_web() || url.has_user()) return std::nullopt;
    Host host{plain(url.part(CURLUPART_HOST)), 0};
    const std::string port = url.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), host.port);
    if (error != std::errc{} || end != port.data() + port.size() || host.port == 0 ||
        host.name.empty())
        return std::nullopt;
    return host;
}

Result<void> check_url(std::string_view text) {
    CurlUrl url;
    const bool is_whole = text.starts_with("http://") || text.starts_with("https://");
    if (!is_whole || text.find_first_of(" \t\r\n") != std::string_view::npos || !url.set(text))
        return fail(
            Reason::malformed, "this is no URL the check can visit",
            fmt::format("write http://HOST/PATH or https://HOST/PATH, at most {} bytes", url_most));
    if (url.has_user())
        return fail(Reason::malformed,
                    "a URL with a user name or password is refused: it would stand in clear text",
                    "leave out what stands before the @");
    if (text.find('#') != std::string_view::npos)
        return fail(Reason::malformed, "the part after # is never sent", "leave it out");
    if (text.substr(text.find("//") + 2).starts_with('/') ||
        !host_of(text))  // libcurl skips a third slash
        return fail(Reason::malformed, "the URL names no host", "write http://HOST/PATH");
    return {};
}

std::string door_of(std::string_view text) {
    CurlUrl url;
    if (!url.set(text) || !url.is_web()) return {};
    const std::string port = url.part(CURLUPART_PORT);
    return fmt::format("{}://{}{}{}/", url.part(CURLUPART_SCHEME), url.part(CURLUPART_HOST),
                       port.empty() ? "" : ":", port);
}

}  // namespace pantau::citizen
