#include "collectors/icmp/counts.hpp"

namespace pantau::icmp {
namespace {

constexpr std::array<std::string_view, refusal_count> refusal_names{
    "malformed", "truncated", "foreign", "source", "late", "duplicate", "error"};
constexpr std::array<std::string_view, send_fault_count> send_fault_names{"buffer", "forbidden",
                                                                          "no_route", "other"};

constexpr std::string_view refused_help =
    "Echo replies and ICMP errors that completed no check, by what was wrong with them.";
constexpr std::string_view send_fault_help =
    "Echo requests that did not leave this machine. They are not lost: loss counts what was sent.";

std::array<CollectorCounter, Counts::row_count> make_rows() {
    std::array<CollectorCounter, Counts::row_count> rows{};
    rows[0] = {"pantau_icmp_requests_total", "", "", "Echo requests sent."};
    for (std::size_t i = 0; i < refusal_count; ++i)
        rows[1 + i] = {"pantau_icmp_rejected_total", "reason", refusal_names[i], refused_help};
    for (std::size_t i = 0; i < send_fault_count; ++i)
        rows[1 + refusal_count + i] = {"pantau_icmp_send_failures_total", "reason",
                                       send_fault_names[i], send_fault_help};
    return rows;
}

}  // namespace

std::uint64_t Counts::value(std::size_t row) const {
    return row < counts_.size() ? counts_[row].load(std::memory_order_relaxed) : 0;
}

std::span<const CollectorCounter> Counts::rows() {
    static const auto rows = make_rows();
    return rows;
}

}  // namespace pantau::icmp
