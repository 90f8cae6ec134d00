#include "exporters/web/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include <boost/beast/http/status.hpp>

namespace pantau::web {
namespace {

/// Only what is ours may be loaded: the pages have no script and no inline style.
constexpr std::string_view page_policy =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

bool has_header(const HttpResponse& response, std::string_view name) {
    return std::any_of(
        response.headers.begin(), response.headers.end(), [name](const auto& header) {
            return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                              [](char a, char b) { return (a | 0x20) == (b | 0x20); });
        });
}

/// A line end in a value would begin a header of somebody else's choice.
std::string on_one_line(std::string value) {
    std::replace_if(
        value.begin(), value.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return value;
}

void add(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

bool has_length(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string response_head(const HttpResponse& response, ResponseContext context) {
    const std::string_view reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
    std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
    add(head, "Date", http_date(std::chrono::system_clock::now()));
    if (has_length(response.status)) {
        add(head, "Content-Type", on_one_line(response.content_type));
        add(head, "Content-Length", std::to_string(response.body ? response.body->size() : 0));
    }
    if (!has_header(response, "x-content-type-options"))
        add(head, "X-Content-Type-Options", "nosniff");
    if (response.content_type.starts_with("text/html")) {
        if (!has_header(response, "content-security-policy"))
            add(head, "Content-Security-Policy", page_policy);
        add(head, "Referrer-Policy", "no-referrer");
    }
    for (const auto& [name, value] : response.headers)
        add(head, on_one_line(name), on_one_line(value));
    if (!context.keep_alive)
        add(head, "Connection", "close");
    else if (context.is_http_10)
        add(head, "Connection", "keep-alive");
    return head += "\r\n";
}

std::string http_date(WallTime time) {
    constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                       months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                       utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace pantau::web
