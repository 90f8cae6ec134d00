#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string_view>

#include "collectors/collector.hpp"

namespace pantau::http {

/// Rows of the table of facts.
enum class FactRow : std::uint16_t {
    status,
    certificate_expiry,
    resolve,
    connect,
    tls,
    processing,
    transfer,
    check_status,
    check_content,
    check_certificate,
    check_certificate_name,
    check_named,
    redirects,
    http_version,
    body_bytes,
};

[[nodiscard]] const CollectorInfo& info();

/// Rows of CollectorKind::counters.
inline constexpr std::array<CollectorCounter, 1> counters{{
    {"pantau_http_requests_total", "", "", "HTTP requests sent to devices."},
}};

class Counts final : public CollectorCounts {
public:
    [[nodiscard]] std::uint64_t value(std::size_t row) const override;
    void request_sent() { requests_.fetch_add(1, std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> requests_{0};
};

/// HTTP checks of one Worker. At most 256 are under way at once, 16 of them to hosts with names
/// (each lookup takes a thread); the rest waits in the order of their deadlines.
[[nodiscard]] std::unique_ptr<Collector> make_collector(boost::asio::io_context& loop,
                                                        std::shared_ptr<Counts> counts);

}  // namespace pantau::http
