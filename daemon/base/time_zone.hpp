#pragma once

#include <cctz/time_zone.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace pantau {

/// A day as the people of one place count it. Mostly 24 hours; 23 or 25 where clocks are set.
struct LocalDay {
    std::int32_t number = 0;  ///< Days since 1970-01-01 of the local calendar.
    WallTime begin{};         ///< The first moment of it.
    WallTime end{};           ///< The first moment of the next.

    bool operator==(const LocalDay&) const = default;
};

/// The rules by which one place turns moments into days and hours. Immutable, any thread.
class TimeZone {
public:
    /// Coordinated universal time.
    TimeZone() : zone_(cctz::utc_time_zone()), name_("UTC") {}
    /// The zone with that name in the zone database of the machine ("Asia/Jakarta"), or nothing.
    [[nodiscard]] static std::optional<TimeZone> named(std::string_view name);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] LocalDay day_of(WallTime time) const;
    [[nodiscard]] LocalDay day_numbered(std::int32_t number) const;
    /// 0 to 167: the hour since Monday 00:00, as the clock on the wall shows it.
    [[nodiscard]] int hour_of_week(WallTime time) const;

private:
    cctz::time_zone zone_;
    std::string name_;
};

/// "2026-11-24" for a day's number.
[[nodiscard]] std::string date_text(std::int32_t day_number);

}  // namespace pantau
