#pragma once

#include <cstdint>
#include <memory>

#include "collectors/collector.hpp"
#include "collectors/icmp/counts.hpp"

namespace pantau::icmp {

/// Rows of the table of facts.
enum class FactRow : std::uint16_t {
    sent,
    received,
    loss,
    rtt_min,
    rtt_mean,
    rtt_max,
    jitter,
};

[[nodiscard]] const CollectorInfo& info();

/// ICMP checks of one Worker.
[[nodiscard]] std::unique_ptr<Collector> make_collector(boost::asio::io_context& loop,
                                                        std::shared_ptr<Counts> counts);

}  // namespace pantau::icmp
