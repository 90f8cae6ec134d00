#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/collector.hpp"

namespace pantau::snmp {

/// Why a datagram, or a part of it, was not believed. The words are label values.
enum class Refusal : std::uint8_t {
    malformed,      ///< Not a message.
    truncated,      ///< Longer than a datagram can be read.
    version,        ///< Another version than the request's.
    pdu_type,       ///< No response.
    unknown_id,     ///< No request has this id.
    late,           ///< The request with this id is over: late or repeated.
    source,         ///< From another address or port than the request went to.
    community,      ///< With another community than the request's.
    varbind_count,  ///< More or fewer varbinds than asked.
    unasked_oid,    ///< A varbind nobody asked for.
    error_index,    ///< An error about a varbind that does not exist.
    walk_order,     ///< A walk that does not go forward.
    walk_limit,     ///< A walk that does not end.
    icmp,           ///< An ICMP error about a datagram that we did not send.
    none,           ///< Believed. Not counted.
};
inline constexpr std::size_t refusal_count = static_cast<std::size_t>(Refusal::none);

[[nodiscard]] std::string_view name_of(Refusal refusal);

/// What the SNMP collectors of all Workers count.
class Counts final : public CollectorCounts {
public:
    [[nodiscard]] std::uint64_t value(std::size_t row) const override;
    /// The rows, in the order of `value`.
    [[nodiscard]] static std::span<const CollectorCounter> rows();

    void request() { add(0); }
    void retry() { add(1); }
    void refuse(Refusal refusal) {
        if (refusal != Refusal::none) add(2 + static_cast<std::size_t>(refusal));
    }
    [[nodiscard]] std::uint64_t refused(Refusal refusal) const {
        return value(2 + static_cast<std::size_t>(refusal));
    }

private:
    void add(std::size_t row) { counts_[row].fetch_add(1, std::memory_order_relaxed); }

    std::array<std::atomic<std::uint64_t>, 2 + refusal_count> counts_{};
};

}  // namespace pantau::snmp
