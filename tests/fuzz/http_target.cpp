#include "exporters/web/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "control/client.hpp"
#include "exporters/web/listen_address.hpp"
#include "exporters/web/routes.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

const std::vector<std::string> area_labels{"kecamatan", "kelurahan", "rw"};

bool has_controls(std::string_view text) {
    if (find_invalid_utf8(text)) return true;
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        if (sign.value < 0x20 || (sign.value >= 0x7F && sign.value < 0xA0)) return true;
        text.remove_prefix(sign.length);
    }
    return false;
}

/// The request line that asks for the same.
std::string written(const web::Target& target) {
    std::string line = "/" + control::percent_encoded(target.path.substr(1));
    char mark = '?';
    for (const auto& [name, value] : target.query) {
        line += fmt::format("{}{}={}", mark, control::percent_encoded(name),
                            control::percent_encoded(value));
        mark = '&';
    }
    return line;
}

void scrape(const web::Target& target, std::string_view encoding) {
    HttpRequest request;
    request.method = "GET";
    request.path = target.path;
    request.query = target.query;
    request.headers.emplace_back("accept-encoding", encoding);
    const auto wanted = web::parse_metrics_request(request, area_labels);
    if (!wanted) {
        PROMISE(!wanted.error().detail.empty());
        PROMISE_ABOUT(is_plain(wanted.error().detail), wanted.error().detail);
        return;
    }
    if (wanted->shard) PROMISE(wanted->shard->index < wanted->shard->count);
    for (const auto& [name, value] : wanted->areas)
        PROMISE_ABOUT(std::ranges::find(area_labels, name) != area_labels.end(), name);
}

void listen_address(std::string_view bytes) {
    const auto address = web::parse_listen_address(bytes);
    if (!address) {
        PROMISE_ABOUT(is_plain(address.error().detail), address.error().detail);
        return;
    }
    PROMISE(address->path.empty() != address->port.empty());
    PROMISE(address->port.find_first_not_of("0123456789") == std::string::npos);
}

}  // namespace

/// The first line is the target of a request, the second its Accept-Encoding; the whole is tried
/// as an address to listen on.
void http_target(std::string_view bytes) {
    listen_address(bytes);
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const auto target = web::parse_target(bytes.substr(0, end));
    if (!target) {
        PROMISE(target.error().reason == Reason::malformed);
        PROMISE_ABOUT(is_plain(target.error().detail), target.error().detail);
        return;
    }
    PROMISE(target->path.starts_with('/'));
    PROMISE_ABOUT(!has_controls(target->path), target->path);
    for (const auto& [name, value] : target->query)
        PROMISE_ABOUT(!has_controls(name) && !has_controls(value), name + "=" + value);
    const std::string line = written(*target);
    const auto again = web::parse_target(line);
    PROMISE_ABOUT(again.has_value() && *again == *target, line);
    scrape(*target, bytes.substr(std::min(end + 1, bytes.size())));
}

}  // namespace pantau::fuzz
