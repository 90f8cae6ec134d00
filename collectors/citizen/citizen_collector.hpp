#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "collectors/collector.hpp"

namespace pantau::citizen {

[[nodiscard]] const CollectorInfo& info();

/// Rows of CollectorKind::counters.
inline constexpr std::array<CollectorCounter, 1> counters{{
    {"pantau_citizen_checks_total", "", "",
     "Sequences that looked whether a citizen can get online."},
}};

class Counts final : public CollectorCounts {
public:
    [[nodiscard]] std::uint64_t value(std::size_t row) const override;
    void check_started() { checks_.fetch_add(1, std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> checks_{0};
};

/// Citizen checks of one Worker. At most 64 sequences are under way at once; the rest waits.
///
/// A sequence may last longer than a Poll should: a Session that knows a verdict already tells it
/// again when the new one is not there in the time other collectors need, and the sequence goes on.
[[nodiscard]] std::unique_ptr<Collector> make_collector(boost::asio::io_context& loop,
                                                        std::shared_ptr<Counts> counts);

}  // namespace pantau::citizen
