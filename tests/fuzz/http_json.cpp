#include "collectors/http/json_reading.hpp"

#include <boost/json.hpp>

#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

namespace json = boost::json;

constexpr std::size_t values_most = 1000;

/// Whether the usual parser takes it, too.
bool is_json(std::string_view body) {
    json::parse_options options;
    options.max_depth = 32;
    json::error_code error;
    static_cast<void>(json::parse({body.data(), body.size()}, error, {}, options));
    return !error;
}

}  // namespace

/// The first line is a place in a page, the rest the page.
void http_json(std::string_view bytes) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view text = bytes.substr(0, end);
    const std::string_view body = bytes.substr(std::min(end + 1, bytes.size()));
    const bool is_column = text.find('*') != std::string_view::npos;
    auto address = http::parse_json_address(text, is_column);
    if (!address) {
        PROMISE(!address.error().detail.empty());
        PROMISE_ABOUT(is_plain(address.error().detail), address.error().detail);
        return;
    }
    const std::vector<http::Wanted> wanted{{3, std::move(address->steps)}};
    Answer answer;
    answer.add_number(1, {}, RawValue::Kind::integer, Number::natural(1));
    const Result<void> read = http::read_json(body, wanted, values_most, answer);
    answer.sort();
    if (!read) {
        PROMISE(read.error().reason == Reason::too_large || !is_json(body));
        PROMISE_ABOUT(is_plain(read.error().detail), read.error().detail);
        PROMISE(answer.cells().size() == 1);
        return;
    }
    PROMISE(is_json(body));
    PROMISE(answer.cells().size() <= values_most + 1);
    for (const Cell& cell : answer.cells())
        PROMISE(cell.field == 1 || answer.row_of(cell).empty() != is_column);
}

}  // namespace pantau::fuzz
