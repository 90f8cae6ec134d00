#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "state/by_device.hpp"
#include "state/history.hpp"

// Which access points are up, yet serve nobody, where they usually would: a stuck radio, a network
// that is gone, an antenna that fell off. A pure machine: Looks in, a word for each access point
// out.
//
//   each hour:   what was served there becomes part of what is usual in that hour of the week
//   nobody there: people missed += usual number x how busy the neighbours are now, over the time
//
//   [ no word ] --14 days known, up, clients counted--> [ serves ]
//      ^   ^                                             |      ^
//      |   |                        missed 12 client-hours,     | somebody is there
//      |   |                        and 3 h nobody       v      |
//      |   +--- clients not counted ------------------ [ silent ]
//      +------- down: counting of people missed begins anew
//
// What was counted so far outlives a restart of this program and polls that failed through it: they
// bring nobody back. Where neither has been looked at for a day, counting begins anew.
//
// Neighbours are the others of the same area, of the smallest that usually has enough people in it:
// on a holiday, in the rain and when the street is empty nobody is missed. What is lost because a
// whole area is cut off from the internet is not found here; a citizen check finds it.

namespace pantau {

/// What an access point usually serves, by hour of the week.
class UsualWeek {
public:
    static constexpr std::size_t hours = 168;

    /// Takes one more hour in. What is old counts less and less: an eighth is gone each week.
    void learn(int hour, double clients);
    /// The usual number of clients. Nothing until that hour has been seen in two weeks.
    [[nodiscard]] std::optional<double> clients(int hour) const;

    /// As it is stored: two bytes an hour.
    [[nodiscard]] std::span<const std::uint16_t, hours> packed() const { return hours_; }
    [[nodiscard]] static UsualWeek unpacked(std::span<const std::uint16_t, hours> packed);

    bool operator==(const UsualWeek&) const = default;

private:
    /// Three bits: how many weeks it was seen in, at most 7. Thirteen: the mean in 1/32 clients.
    std::array<std::uint16_t, hours> hours_{};
};

/// The people missed at an access point since there was somebody.
struct Missed {
    double client_hours = 0;
    Duration quiet{};  ///< The time in which they were missed.
    WallTime until{};  ///< When clients were counted last.

    bool operator==(const Missed&) const = default;
};

/// What is known of an access point's use, to be kept over a restart.
struct KnownUse {
    std::string ap;
    std::int32_t since = 0;  ///< The day from which on its use is known.
    UsualWeek usual;
    Missed missed{};

    bool operator==(const KnownUse&) const = default;
};

/// Another word on an access point.
struct SilenceWord {
    DeviceId device;
    std::optional<bool> is_silent;  ///< Nothing: that cannot be told.
};

class Silence {
public:
    /// Use must be known for so many days before there is a word.
    static constexpr std::int32_t days_to_know = 14;
    /// One client misses itself often enough; a dozen client-hours without anybody is no chance.
    static constexpr double missed_to_tell = 12;
    static constexpr Duration quiet_to_tell = std::chrono::hours(3);
    /// What was counted before is believed for as long without a look.
    static constexpr Duration count_holds = std::chrono::hours(24);
    /// Neighbours count for as long back, fading.
    static constexpr Duration lately = std::chrono::hours(3);
    /// Client-hours that neighbours must usually have had lately to tell anything.
    static constexpr double neighbours_least = 3;

    explicit Silence(TimeZone zone) : zone_(std::move(zone)) {}

    /// What an earlier run knew. Before anything else.
    void restore(std::vector<KnownUse> known);
    /// Gives the word on that access point after this Look: whether it is silent, or nothing where
    /// that cannot be told.
    std::optional<bool> see(const Look& look);
    /// What is not in it any more has no word; its use stays known.
    void set_inventory(const Inventory& inventory);
    /// What is known of the use of those of which something is new since the last call.
    [[nodiscard]] std::vector<KnownUse> take_changed();
    /// Likewise, of one of so many equal shares of the access points: all of them learn something
    /// when an hour is over, and need not be held twice at once. People who are merely missed a
    /// little longer are left to the end of the hour.
    [[nodiscard]] std::vector<KnownUse> take_share(unsigned share, unsigned shares);

private:
    /// Client-hours of an area lately, fading.
    struct Use {
        double usual = 0;
        double real = 0;
        MonoTime at{};

        void fade(MonoTime now);
        void add(double more_usual, double more_real, MonoTime now);
    };
    struct Area {
        Use use;
        Area* around = nullptr;  ///< The next larger one; null for all access points.
    };
    struct Track {
        std::shared_ptr<const Device> device;
        std::unique_ptr<UsualWeek> usual;  ///< Null: nothing learned yet.
        Area* area = nullptr;              ///< The smallest it stands in.
        Use own;
        MonoTime booked{};
        MonoTime holds{};
        double hour_client_seconds = 0;
        Duration hour_counted{};
        Missed missed;
        std::optional<std::uint32_t> clients;  ///< Nothing: not counted, or not up.
        std::int32_t since = 0;                ///< As in KnownUse.
        std::uint8_t hour = 0;
        bool is_silent = false;
        bool has_changed = false;
        bool has_missed_more = false;

        /// There was somebody, or counting has lost its ground.
        void miss_nobody();
        [[nodiscard]] KnownUse known() const;
        [[nodiscard]] KnownUse take();
    };

    Track& track_of(const Look& look);
    void stand_in(Track& track, const std::vector<std::string>& area);
    void remember(Track& track, WallTime wall);
    void book(Track& track, WallTime wall, MonoTime mono);
    void spend(Track& track, int hour, MonoTime until, Duration length);
    static void close_hour(Track& track);
    [[nodiscard]] static double busyness_around(Track& track, MonoTime now);

    const TimeZone zone_;
    ByDevice<Track> tracks_;
    std::unordered_map<std::string, KnownUse> known_;  ///< Of those not seen yet, or not any more.
    std::unordered_map<std::string, Area> areas_;      ///< By path; "" is everybody.
};

}  // namespace pantau
