#include "base/time_zone.hpp"

#include <cctz/civil_time.h>
#include <fmt/format.h>

namespace pantau {
namespace {

constexpr cctz::civil_day first_day(1970, 1, 1);

/// A name of the database and nothing else: no path, no "libc:" of the library.
bool is_zone_name(std::string_view name) {
    return !name.empty() && name.size() < 64 && name.front() != '/' &&
           name.find("..") == std::string_view::npos && name.find(':') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos && name != "localtime";
}

WallTime to_wall(std::chrono::time_point<std::chrono::system_clock, cctz::seconds> time) {
    return std::chrono::time_point_cast<WallTime::duration>(time);
}

}  // namespace

std::optional<TimeZone> TimeZone::named(std::string_view name) {
    if (!is_zone_name(name)) return std::nullopt;
    TimeZone made;
    made.name_ = name;
    if (!cctz::load_time_zone(made.name_, &made.zone_)) return std::nullopt;
    return made;
}

LocalDay TimeZone::day_of(WallTime time) const {
    const cctz::civil_day day(cctz::convert(time, zone_));
    return day_numbered(static_cast<std::int32_t>(day - first_day));
}

LocalDay TimeZone::day_numbered(std::int32_t number) const {
    // Where midnight itself is left out, convert() gives the first moment after the leap.
    const cctz::civil_day day = first_day + number;
    return {number, to_wall(cctz::convert(cctz::civil_second(day), zone_)),
            to_wall(cctz::convert(cctz::civil_second(day + 1), zone_))};
}

int TimeZone::hour_of_week(WallTime time) const {
    const cctz::civil_second local = cctz::convert(time, zone_);
    return static_cast<int>(cctz::get_weekday(cctz::civil_day(local))) * 24 + local.hour();
}

std::string date_text(std::int32_t day_number) {
    const cctz::civil_day day = first_day + day_number;
    return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
}

}  // namespace pantau
