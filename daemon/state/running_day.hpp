#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/few.hpp"
#include "state/day_record.hpp"

namespace pantau {

/// The DayRecord of a day that goes on, as it waits in memory between two writes: without what its
/// Device knows, and no room for kinds of time that there were none of.
struct RunningDay {
    RunningDay() = default;
    explicit RunningDay(const DayRecord& record);

    [[nodiscard]] DayRecord record(std::string ap, std::string area) const;
    void add(Spent kind, std::optional<Reason> reason, Duration time);

    /// All time of a kind (no reason), or that of it with one cause.
    struct Part {
        Duration time{};
        Spent kind = Spent::unknown;
        std::optional<Reason> reason;
    };

    // As in DayRecord.
    std::int32_t day = 0;
    std::uint32_t part = 0;
    std::optional<std::uint32_t> clients_peak;
    double client_seconds = 0;
    Duration clients_measured{};
    std::uint64_t rx_bytes = 0;
    std::uint64_t tx_bytes = 0;
    Bar bar;
    Few<Part> spent;  ///< Each kind and cause once, in the order in which they came.
    std::uint32_t reboots = 0;

    [[nodiscard]] std::optional<WallTime> until() const;
    void set_until(std::optional<WallTime> until) { until_ = until.value_or(nobodys); }

private:
    static constexpr WallTime nobodys = WallTime::min();
    WallTime until_ = nobodys;
};

}  // namespace pantau
