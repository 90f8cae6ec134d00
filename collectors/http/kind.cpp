#include "collectors/http/kind.hpp"

#include <curl/curl.h>

#include <array>

#include "collectors/http/http_collector.hpp"
#include "collectors/http/recipe.hpp"
#include "collectors/http/settings.hpp"

namespace pantau {
namespace {

constexpr std::array<SectionKey, 2> section_keys{{
    {"session", "how one logs in, and what every page is asked for with then"},
    {"pages", "pages by name: how each is asked for"},
}};

Result<void> check_address(std::string_view address, bool is_column) {
    const Result<http::PageAddress> parsed = http::parse_page_address(address, is_column);
    if (!parsed) return tl::unexpected(parsed.error());
    return {};
}

LibraryVersion library() {
    return {"curl", curl_version_info(CURLVERSION_NOW)->version};
}

std::shared_ptr<CollectorCounts> make_counts() {
    return std::make_shared<http::Counts>();
}

std::unique_ptr<Collector> make(boost::asio::io_context& loop,
                                std::shared_ptr<CollectorCounts> counts) {
    return http::make_collector(loop, std::static_pointer_cast<http::Counts>(std::move(counts)));
}

}  // namespace

const CollectorKind& http_kind() {
    static const CollectorKind kind{
        .info = &http::info(),
        .address_key = "json",
        .check_address = &check_address,
        .section_keys = section_keys,
        .read_section = &http::read_recipe,
        .check_ask = &http::check_ask,
        .read_settings = &http::read_settings,
        .column = "http_url",
        .read_column = &http::read_column,
        .library = &library,
        .counters = http::counters,
        .make_counts = &make_counts,
        .make = &make,
    };
    return kind;
}

}  // namespace pantau
