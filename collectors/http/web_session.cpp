#include "collectors/http/web_session.hpp"

#include <algorithm>
#include <cctype>

namespace pantau::http {
namespace {

constexpr Duration first_pause = std::chrono::minutes(5);
constexpr Duration longest_pause = std::chrono::hours(1);
constexpr std::size_t cookies_most = 16;
constexpr std::size_t cookie_most = 4096;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool is_same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

/// Calls `each` with the value of every header of that name.
template <class Each>
void for_each_header(std::string_view lines, std::string_view name, const Each& each) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && is_same_name(trimmed(line.substr(0, colon)), name))
            each(trimmed(line.substr(colon + 1)));
    }
}

}  // namespace

void LoginLimit::refused(MonoTime now) {
    pause_ = pause_ == Duration::zero() ? first_pause : std::min(pause_ * 2, longest_pause);
    not_before_ = now + pause_;
}

void LoginLimit::accepted() {
    pause_ = Duration::zero();
    not_before_ = {};
}

std::optional<std::string_view> WebSession::value(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

void WebSession::keep(std::string name, std::string value) {
    values_[std::move(name)] = std::move(value);
}

void WebSession::take_cookies(std::string_view header_lines) {
    for_each_header(header_lines, "set-cookie", [&](std::string_view cookie) {
        cookie = cookie.substr(0, cookie.find(';'));
        const std::size_t sign = cookie.find('=');
        if (sign == std::string_view::npos || sign == 0 || cookie.size() > cookie_most) return;
        const std::string name(trimmed(cookie.substr(0, sign)));
        const std::string_view value = trimmed(cookie.substr(sign + 1));
        if (value.empty()) {
            cookies_.erase(name);
        } else if (cookies_.contains(name) || cookies_.size() < cookies_most) {
            cookies_[name] = value;
        }
    });
}

std::string WebSession::cookies() const {
    std::string line;
    for (const auto& [name, value] : cookies_)
        line += (line.empty() ? "" : "; ") + name + "=" + value;
    return line;
}

void WebSession::close() {
    is_open = false;
    values_.clear();
    cookies_.clear();
}

std::optional<std::string_view> header_in(std::string_view header_lines, std::string_view name) {
    std::optional<std::string_view> last;
    for_each_header(header_lines, name, [&](std::string_view value) { last = value; });
    return last;
}

}  // namespace pantau::http
