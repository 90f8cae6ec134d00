#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/collector.hpp"

namespace pantau::icmp {

/// Why a message was not believed. The words are label values.
enum class Refusal : std::uint8_t {
    malformed,  ///< No whole echo reply.
    truncated,  ///< Of another length than its request.
    foreign,    ///< No request of ours has its number and token.
    source,     ///< From another address than its request went to.
    late,       ///< Nobody waits for it any more.
    duplicate,  ///< A second reply to one request.
    error,      ///< An ICMP error about what we did not send.
    none,       ///< Believed. Not counted.
};
inline constexpr std::size_t refusal_count = static_cast<std::size_t>(Refusal::none);

/// Why a request did not leave this machine. The words are label values.
enum class SendFault : std::uint8_t {
    buffer,     ///< The queues of this machine are full (ENOBUFS, ENOMEM).
    forbidden,  ///< A packet filter or a missing right (EPERM, EACCES).
    no_route,   ///< This machine knows no way there.
    other,
};
inline constexpr std::size_t send_fault_count = 4;

/// What the ICMP collectors of all Workers count.
class Counts final : public CollectorCounts {
public:
    [[nodiscard]] std::uint64_t value(std::size_t row) const override;
    /// The rows, in the order of `value`.
    [[nodiscard]] static std::span<const CollectorCounter> rows();

    void requests_sent(std::size_t count) { add(0, count); }
    void refuse(Refusal refusal) {
        if (refusal != Refusal::none) add(refusal_row(refusal), 1);
    }
    void send_failed(SendFault fault) { add(send_fault_row(fault), 1); }

    [[nodiscard]] std::uint64_t requests() const { return value(0); }
    [[nodiscard]] std::uint64_t refused(Refusal refusal) const {
        return value(refusal_row(refusal));
    }
    [[nodiscard]] std::uint64_t failed(SendFault fault) const {
        return value(send_fault_row(fault));
    }

    static constexpr std::size_t row_count = 1 + refusal_count + send_fault_count;

private:
    static std::size_t refusal_row(Refusal refusal) {
        return 1 + static_cast<std::size_t>(refusal);
    }
    static std::size_t send_fault_row(SendFault fault) {
        return 1 + refusal_count + static_cast<std::size_t>(fault);
    }
    void add(std::size_t row, std::size_t count) {
        counts_[row].fetch_add(count, std::memory_order_relaxed);
    }

    std::array<std::atomic<std::uint64_t>, row_count> counts_{};
};

}  // namespace pantau::icmp
