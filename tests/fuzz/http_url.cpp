#include "collectors/http/settings.hpp"
#include "collectors/http/target.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {

/// The `http_url` of an inventory: what is taken must be a plain URL that holds no password.
void http_url(std::string_view bytes) {
    const auto target = http::target_of_url(bytes);
    const auto settings = http::read_column(bytes, nullptr);
    PROMISE(target.has_value() == settings.has_value());
    if (!target) {
        PROMISE(target.error().reason == Reason::malformed);
        PROMISE(!target.error().detail.empty());
        return;
    }
    PROMISE_ABOUT(is_plain(target->url), target->url);
    const std::size_t host = target->url.find("://") + 3;
    PROMISE(host == (target->is_tls ? 8 : 7));
    const std::string authority =
        target->url.substr(host, target->url.find_first_of("/?", host) - host);
    PROMISE_ABOUT(!authority.empty() && authority.find('@') == std::string::npos, authority);
    PROMISE_ABOUT(target->name.find('?') == std::string::npos, target->name);
    PROMISE_ABOUT(target->url.find_first_of(" \t\r\n") == std::string::npos, target->url);
    const auto again = http::target_of_url(target->url);
    PROMISE_ABOUT(again.has_value(), target->url);
    PROMISE_ABOUT(again->url == target->url && again->name == target->name, target->url);
}

}  // namespace pantau::fuzz
