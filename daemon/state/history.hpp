#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/few.hpp"
#include "base/time_zone.hpp"
#include "model/device.hpp"
#include "model/inventory.hpp"
#include "state/by_device.hpp"
#include "state/day_record.hpp"
#include "state/running_day.hpp"
#include "state/snapshot.hpp"

// What became of each access point on each day. A pure machine: polls in, day records out.
//
//   first poll --> [ counted ] --poll, settle: the time since is booked, under what was known
//                     |    ^                    till then, on the day (or days) it fell on
//     left the        |    | back again
//     inventory       v    |
//                  [ parked ]  its record of today waits; time away is nobody's
//
// How long something lasted is measured by the clock that only goes forward; on which day it fell
// is read from the clock of people, which may jump. So a jump neither makes nor loses a second of
// an outage. What a poll found holds until the next one, at most as long as metrics show it (three
// intervals); what is longer is time that nobody watched. So is the time between the last word of
// an earlier run and the first poll of this one.

namespace pantau {

/// The bytes that one radio (or network) has carried, as its counters stand.
struct Carried {
    std::uint64_t component = 0;  ///< Hash of its names.
    std::uint64_t rx = 0;
    std::uint64_t tx = 0;

    bool operator==(const Carried&) const = default;
};

/// What is new about one access point: what its latest poll says, or that of its controller.
struct Look {
    std::shared_ptr<const Device> device;
    WallTime wall{};
    MonoTime mono{};
    Duration every{};  ///< How often there is one.
    Health health;
    std::optional<bool> silent;  ///< The word on it so far.
    /// Nothing: not measured, or the poll brought nothing. Never 0 instead.
    std::optional<std::uint32_t> clients;
    std::vector<Carried> carried;  ///< Empty when not measured.
    std::uint64_t reboots = 0;     ///< Since the start of pantaud.
};

/// What a device's state says of it now: by its own polls, or by a controller that tells of it.
/// Nothing for what is no access point, and for one of which there is no word yet.
[[nodiscard]] std::optional<Look> look_of(const DeviceState& state, WallTime wall, MonoTime mono);

/// What an earlier run left.
struct HistoryLeft {
    std::vector<DayRecord> latest;  ///< The latest record of each access point.
    std::uint32_t part = 0;         ///< The part that records of today have.
};

class History {
public:
    /// The time after the end of an earlier run beyond which nothing is booked: the access points
    /// were not "unmonitored" for a year, pantau was not in use.
    static constexpr Duration gap_most = std::chrono::hours(24 * 31);

    explicit History(TimeZone zone) : zone_(std::move(zone)) {}

    /// Goes on where an earlier run ended. Before anything else.
    void restore(HistoryLeft left);
    /// Access points that are not in it any more are parked; moved ones go on at the new place.
    void set_inventory(const Inventory& inventory, WallTime wall, MonoTime mono);
    /// Takes in what is new since the Snapshot before: new states of access points, and another
    /// inventory. Costs a comparison for each device that stayed as it was.
    /// `also` gets each Look as well, and may be empty.
    void follow(std::shared_ptr<const Snapshot> snapshot,
                const std::function<void(const Look&)>& also = {});
    void see(const Look& look);
    /// A device that turned out to be no access point: it has no history from now on.
    void leave(std::string_view id, WallTime wall, MonoTime mono);
    /// Books all time up to now.
    void settle(WallTime wall, MonoTime mono);
    /// Books all time up to now of one of so many equal shares of the access points, and gives the
    /// records of it that changed; and all that are over.
    [[nodiscard]] std::vector<DayRecord> take_share(WallTime wall, MonoTime mono, unsigned share,
                                                    unsigned shares);
    /// All records that changed since the last call, whole: a later one replaces an earlier.
    [[nodiscard]] std::vector<DayRecord> take_changed();

    [[nodiscard]] const TimeZone& zone() const { return zone_; }

private:
    struct Track {
        std::shared_ptr<const Device> device;
        RunningDay day;
        MonoTime booked{};  ///< Up to when time is accounted for.
        MonoTime holds{};   ///< Up to when the latest poll may be believed.
        Few<Carried> carried;
        std::optional<std::uint32_t> clients;
        std::uint32_t reboots = 0;  ///< What came with the latest poll; its low half is enough.
        /// What the step of the bar was so far, by kind: whole microseconds, rounded up.
        std::array<std::uint32_t, spent_count - 1> of_step{};
        std::uint16_t step = 0;
        Health health;
        bool changed = false;

        [[nodiscard]] DayRecord record() const;
    };

    Track& track_of(const Look& look);
    void resume(Track& track, WallTime wall);
    void go_on(Track& track, const DayRecord& before, WallTime wall);
    void book(Track& track, WallTime wall, MonoTime mono);
    void spend(Track& track, WallTime begin, WallTime end, Spent kind,
               std::optional<Reason> reason);
    static void spend_within_step(Track& track, std::uint16_t step, Duration length, Spent kind);
    void enter(Track& track, const LocalDay& day);
    void count_traffic(Track& track, const Look& look);
    void park(const Track& track);
    [[nodiscard]] LocalDay day_of(WallTime time);
    [[nodiscard]] LocalDay day_numbered(std::int32_t number);

    const TimeZone zone_;
    std::shared_ptr<const Snapshot> followed_;  ///< The latest; null before the first.
    LocalDay lately_;           ///< The day asked for last: nearly always the one asked for next.
    LocalDay lately_numbered_;  ///< Likewise, by its number.
    std::uint32_t part_ = 0;
    ByDevice<Track> tracks_;
    std::unordered_map<std::string, DayRecord> parked_;
    std::vector<DayRecord> closed_;
};

}  // namespace pantau
