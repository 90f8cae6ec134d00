#include "collectors/snmp/counts.hpp"

namespace pantau::snmp {
namespace {

constexpr std::array<std::string_view, refusal_count> refusal_names{
    "malformed",      "truncated",      "version",    "pdu_type",      "unknown_id",
    "late",           "source",         "community",  "varbind_count", "unasked_oid",
    "error_index",    "walk_order",     "walk_limit", "rows_moved",    "icmp",
    "security_model", "security_level", "engine_id",  "user",          "digest",
    "time_window",    "decryption",     "context",    "request_id",    "report"};

constexpr std::array<std::string_view, engine_event_count> event_names{"restarted", "replaced",
                                                                       "went_back"};
constexpr std::string_view event_help =
    "What the SNMPv3 engines of devices did: restarted, replaced by another, or boots or time that "
    "went backwards.";

constexpr std::string_view refused_help = "What devices or strangers sent and was not believed.";

std::array<CollectorCounter, Counts::row_count> make_rows() {
    std::array<CollectorCounter, Counts::row_count> rows{};
    rows[0] = {"pantau_snmp_requests_total", "", "", "SNMP requests sent, repeated ones included."};
    rows[1] = {"pantau_snmp_retries_total", "", "",
               "SNMP requests sent because an earlier one was not answered in time."};
    for (std::size_t i = 0; i < refusal_count; ++i)
        rows[2 + i] = {"pantau_snmp_rejected_total", "reason", refusal_names[i], refused_help};
    for (std::size_t i = 0; i < engine_event_count; ++i)
        rows[2 + refusal_count + i] = {"pantau_snmp_engine_events_total", "event", event_names[i],
                                       event_help};
    return rows;
}

}  // namespace

std::string_view name_of(Refusal refusal) {
    return refusal == Refusal::none ? "none" : refusal_names[static_cast<std::size_t>(refusal)];
}

std::uint64_t Counts::value(std::size_t row) const {
    return row < counts_.size() ? counts_[row].load(std::memory_order_relaxed) : 0;
}

std::span<const CollectorCounter> Counts::rows() {
    static const auto rows = make_rows();
    return rows;
}

}  // namespace pantau::snmp
