#include "collectors/icmp/kind.hpp"

#include "collectors/icmp/counts.hpp"
#include "collectors/icmp/icmp_collector.hpp"
#include "collectors/icmp/settings.hpp"
#include "config/yaml_reader.hpp"

namespace pantau {
namespace {

Result<void> check_address(std::string_view, bool) {
    return fail(Reason::unsupported,
                "ICMP brings no values; it tells whether a device is reached (node icmp: of a "
                "device or group)");
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

/// Nothing but the kernel.
LibraryVersion library() {
    return {};
}

std::shared_ptr<CollectorCounts> make_counts() {
    return std::make_shared<icmp::Counts>();
}

std::unique_ptr<Collector> make(boost::asio::io_context& loop,
                                std::shared_ptr<CollectorCounts> counts) {
    return icmp::make_collector(loop, std::static_pointer_cast<icmp::Counts>(std::move(counts)));
}

}  // namespace

const CollectorKind& icmp_kind() {
    static const CollectorKind kind{
        .info = &icmp::info(),
        .address_key = "",
        .check_address = &check_address,
        .read_care = &read_care,
        .read_settings = &icmp::read_settings,
        .column = "",
        .read_column = &read_column,
        .library = &library,
        .counters = icmp::Counts::rows(),
        .make_counts = &make_counts,
        .make = &make,
    };
    return kind;
}

}  // namespace pantau
