#include "collectors/citizen/kind.hpp"

#include "collectors/citizen/citizen_collector.hpp"
#include "collectors/citizen/settings.hpp"

namespace pantau {
namespace {

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
        .read_settings = &citizen::read_settings,
        .counters = citizen::counters,
        .make_counts = &make_counts,
        .make = &make,
    };
    return kind;
}

}  // namespace pantau
