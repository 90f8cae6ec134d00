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
    rows_moved,     ///< Rows whose names changed twice while they were read.
    icmp,           ///< An ICMP error about a datagram that we did not send.
    // Of version 3 alone:
    security_model,  ///< Another one than the user-based.
    security_level,  ///< Less (or more) signed or encrypted than the request.
    engine_id,       ///< From another engine, or of an impossible length.
    user,            ///< In another user's name.
    digest,          ///< Not signed with the device's key.
    time_window,     ///< Signed, and from long ago by the engine's clock.
    decryption,      ///< Signed, and not to be decrypted into a message.
    context,         ///< From another context than asked.
    request_id,      ///< The right message, yet the response to another request.
    report,          ///< A Report that is unknown, or unsigned where an agent can sign.
    none,            ///< Believed. Not counted.
};
inline constexpr std::size_t refusal_count = static_cast<std::size_t>(Refusal::none);

[[nodiscard]] std::string_view name_of(Refusal refusal);

/// What the engine of a v3 device did. The words are label values.
enum class EngineEvent : std::uint8_t {
    restarted,  ///< Its boots went up.
    replaced,   ///< Another engine id answers, with the right keys.
    went_back,  ///< Its boots, or its time within a boot, are less than they were.
};
inline constexpr std::size_t engine_event_count = 3;

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
    void engine_event(EngineEvent event) { add(event_row(event)); }
    [[nodiscard]] std::uint64_t events(EngineEvent event) const { return value(event_row(event)); }
    [[nodiscard]] std::uint64_t refused(Refusal refusal) const {
        return value(2 + static_cast<std::size_t>(refusal));
    }

    static constexpr std::size_t row_count = 2 + refusal_count + engine_event_count;

private:
    static std::size_t event_row(EngineEvent event) {
        return 2 + refusal_count + static_cast<std::size_t>(event);
    }
    void add(std::size_t row) { counts_[row].fetch_add(1, std::memory_order_relaxed); }

    std::array<std::atomic<std::uint64_t>, row_count> counts_{};
};

}  // namespace pantau::snmp
