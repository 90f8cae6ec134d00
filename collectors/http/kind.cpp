#include "collectors/http/kind.hpp"

#include <curl/curl.h>

#include "collectors/http/http_collector.hpp"
#include "collectors/http/json_reading.hpp"
#include "collectors/http/settings.hpp"

namespace pantau {
namespace {

Result<void> check_address(std::string_view address, bool is_column) {
    const Result<http::JsonAddress> parsed = http::parse_json_address(address, is_column);
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
