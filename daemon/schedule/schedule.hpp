#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace pantau {

/// When each Device of a Worker is visited next. A pure machine: time comes in, decisions come out.
///
///            due                    pop (window free)
///   waiting ------> ready (in order of due time) ------> in flight [in window -> lost_after]
///      ^              |  ^                                  |
///      |    link full |  | link free                        |
///      |              v  |                                  |
///      |             queueing                               |
///      |                                                    |
///      |  answered: next point of its phase                 |
///      |  lost once or twice: a quick confirmation          | finished
///      +----------------------------------------------------+
///
/// A device's phase is a fixed offset in its interval, so that load is even and a reload moves
/// nobody. Points of the phase that pass while the visit is still under way are left out: a slow
/// device is visited less often. Points that pass because nothing could be started are left out,
/// too, and counted (`shed`): that is our fault. A late visit never causes a crowd.
class Schedule {
public:
    using Slot = std::uint32_t;  ///< Number of a device, chosen by the caller, small and reused.

    struct Options {
        /// Visits under way at once that began less than `lost_after` ago. Older ones are most
        /// likely to devices that are gone: they no longer count, so that no number of them can
        /// make the others late. They are never more than there are devices.
        std::size_t window = 4096;
        Duration lost_after = std::chrono::seconds(1);
        /// Of the window, how many may be visits behind one parent: its uplink may be a radio link
        /// of a few Mbit/s, and each visit has one datagram of up to 1,472 bytes under way.
        std::size_t link_window = 16;
        /// After the first and the second lost visit in a row, the next comes this soon. With a
        /// time-out of 2 s and one retry a visit is lost after 4 s, so a true outage is told
        /// 0.5 + 4 + 1 + 4 = 9.5 s after the first loss is known.
        Duration confirm_first = std::chrono::milliseconds(500);
        Duration confirm_second = std::chrono::seconds(1);
    };
    enum class Outcome : std::uint8_t { answered, lost };

    /// A visit to start now.
    struct Visit {
        Slot slot;
        MonoTime due;  ///< When it should have started; now - due is the lateness.
    };

    Schedule() : Schedule(Options{}) {}
    explicit Schedule(Options options) : options_(options) {}

    /// Number of a parent whose uplink many devices share, chosen by the caller, small.
    using Link = std::uint32_t;
    static constexpr Link no_link = std::numeric_limits<Link>::max();

    /// Adds a device, or gives a known one a new interval. The first visit is at the next point of
    /// its phase. `interval` at least a millisecond, `phase` in [0, interval).
    void add(Slot slot, Duration interval, Duration phase, MonoTime now, Link link = no_link);
    /// Forgets a device. A visit under way still has to be reported by `finished`… or not at all.
    void remove(Slot slot);
    /// Visits the device at the next chance, in front of others that are due later.
    void hurry(Slot slot, MonoTime now);

    /// The next visit to start, or nothing: none is due, or the window is full for now.
    [[nodiscard]] std::optional<Visit> pop(MonoTime now);
    /// Reports the end of a visit. Slots that were removed meanwhile are ignored.
    void finished(Slot slot, Outcome outcome, MonoTime now);

    /// When `pop` may have something; nothing while nobody waits, or only for the end of a visit.
    [[nodiscard]] std::optional<MonoTime> next() const;

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    [[nodiscard]] std::uint64_t shed() const { return shed_; }
    [[nodiscard]] std::size_t size() const { return known_; }

private:
    struct Entry {
        Duration interval{};
        Duration phase{};
        MonoTime due{};
        Link link = no_link;
        std::uint32_t generation = 0;  ///< Heap entries of an older one are void.
        std::uint8_t losses = 0;       ///< In a row, at most 3.
        bool known = false;
        bool in_flight = false;
        bool in_window = false;
    };
    /// A visit of the window, unless it ended meanwhile.
    struct Young {
        MonoTime started;
        Slot slot;
        std::uint32_t generation;
    };
    struct Due {
        MonoTime due;
        Slot slot;
        std::uint32_t generation;
    };

    /// The visits behind one parent.
    struct LinkLoad {
        std::size_t in_window = 0;
        std::deque<Due> queue;  ///< In order of due time; some may be void.
    };

    void plan(Slot slot, MonoTime due);
    void drop_void_entries();
    [[nodiscard]] bool is_void(const Due& due) const;
    [[nodiscard]] std::optional<Due> take_next(MonoTime now);
    void push(const Due& due);
    void age_window(MonoTime now);
    void leave_flight(Entry& entry);
    void leave_window(Entry& entry);
    [[nodiscard]] MonoTime next_point(const Entry& entry, MonoTime after) const;

    Options options_;
    std::vector<Entry> entries_;
    std::vector<Due> heap_;
    std::deque<Young> young_;  ///< In the order they started.
    std::vector<LinkLoad> links_;
    std::size_t queued_ = 0;  ///< In the queues of all links, void ones included.
    std::size_t in_flight_ = 0;
    std::size_t in_window_ = 0;
    std::size_t known_ = 0;
    std::uint64_t shed_ = 0;
};

/// Phases stand on a grid of this step, or of a hundredth of a short interval, so that devices
/// share the wake-ups of the loop: of 5,000 at 30 s, 16. SNMP's timeouts stand on the same one.
inline constexpr Duration phase_grid = std::chrono::milliseconds(100);

/// The fixed offset of a device in its interval: spread by a hash of its id, the same on every
/// machine and in every run (FNV-1a, 64 bit, finished by a mixer).
[[nodiscard]] Duration phase_of(std::string_view device_id, Duration interval);

/// The same hash, for choosing the Worker that owns a device.
[[nodiscard]] std::uint64_t stable_hash(std::string_view text);

}  // namespace pantau
