#include "collectors/citizen/kind.hpp"

#include "collectors/citizen/citizen_collector.hpp"
#include "collectors/citizen/settings.hpp"
#include "config/yaml_reader.hpp"

namespace pantau {
namespace {

Result<void> check_address(std::string_view, bool) {
    return fail(Reason::unsupported,
                "the citizen check brings no values; it tells whether a citizen gets online (node "
                "citizen: of a device or group)");
}

std::shared_ptr<const CollectorSettings> read_care(const config::Node& node,
                                                   config::Diagnostics& diagnostics) {
    config::MapReader(node, diagnostics)
        .finish();  // nothing to be careful with: every key is wrong
    return nullptr;
}

Result<std::shared_ptr<const CollectorSettings>> read_column(std::string_view,
                                                             const CollectorSettings*) {
    return nullptr;
}

/// libcurl, which the HTTP checks name already.
LibraryVersion library() {
    return {};
}

std::shared_ptr<CollectorCounts> make_counts() {
    return std::make_shared<citizen::Counts>();
}

std::unique_ptr<Collector> make(boost::asio::io_context& loop,
                                std::shared_ptr<CollectorCounts> counts) {
    return citizen::make_collector(loop,
                                   std::static_pointer_cast<citizen::Counts>(std::move(counts)));
}

}  // namespace

const CollectorKind& citizen_kind() {
    static const CollectorKind kind{
        .info = &citizen::info(),
        .address_key = "",
        .check_address = &check_address,
        .read_care = &read_care,
        .read_settings = &citizen::read_settings,
        .column = "",
        .read_column = &read_column,
        .library = &library,
        .counters = citizen::counters,
        .make_counts = &make_counts,
        .make = &make,
    };
    return kind;
}

}  // namespace pantau
