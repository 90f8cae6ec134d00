#include "collectors/icmp/kind.hpp"

#include "collectors/icmp/counts.hpp"
#include "collectors/icmp/icmp_collector.hpp"
#include "collectors/icmp/settings.hpp"

namespace pantau {
namespace {

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
        .read_settings = &icmp::read_settings,
        .counters = icmp::Counts::rows(),
        .make_counts = &make_counts,
        .make = &make,
    };
    return kind;
}

}  // namespace pantau
