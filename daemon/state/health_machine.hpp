#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "model/health.hpp"
#include "model/observation.hpp"

// The health of one device, as its polls tell it. A pure machine: outcome in, Health out.
//
//                 answered (all collectors: up; some: degraded)
//        +-------------------------------------------------------------+
//        v                                                             |
//   [ unknown ] --answered--> [ up / degraded ] --lost 1, 2--> [ degraded, still up ]
//    |      ^                    ^       |                             |
//    |      |                    |       | own fault 3 x               | lost 3
//    |      +----own fault 3 x---|-------+                             v
//    |      |                    +---------------answered---------- [ down ]
//    |      +---------------------own fault 3 x------------------------+
//    +--lost 3 (never seen), lost 1 (was down before our own fault)--> [ down ]
//
// A lost poll is one in which every collector that looked failed for a reason that lies with the
// device or the way to it. Three make an outage: with the quick confirmation polls of the schedule
// that is less than 10 s, and one lost datagram with its repeat is not an outage yet.
// What only proves that a device is reached (ping) is never enough for `up`: where it alone gets an
// answer and whatever else looked did not, the device is degraded with the reason of the others,
// and `up` falls with the third such poll, as it would without it. Where nothing else looks, its
// word counts like any other.
//
// What a citizen meets (Witness::service) may fail far behind the device, and may succeed on
// another way than through it. So where SNMP or HTTP look it only degrades a device that answers,
// and where they do not it stands in for them, but makes nothing down by itself.
//
// docs/operate/health.md has the table of all combinations; a test compares it with this machine.
//
// A fault of ours says nothing about the device: `up` keeps the last conclusive word, and only when
// it lasts does the health become unknown. Damping of flapping belongs to the alerts.

namespace pantau {

/// What one Poll says about the device, all collectors taken together.
struct VisitOutcome {
    enum class Kind : std::uint8_t {
        nothing,    ///< No collector looked.
        answered,   ///< Every collector that looked got its answer.
        partly,     ///< Some did, some failed.
        reached,    ///< What proves work failed, but the device is reached, or only those who
                    ///< use it tell.
        lost,       ///< Every collector that looked failed.
        own_fault,  ///< We could not look.
    };
    Kind kind = Kind::nothing;
    std::optional<Reason> reason;  ///< Of the first failure: snmp, others, citizens, ping.

    bool operator==(const VisitOutcome&) const = default;
};

/// Sums a Poll up. A collector that failed with name_resolution did not look at all, nor did one
/// that does not prove work and failed through us; any other fault of ours beside failures makes
/// the whole Poll inconclusive.
[[nodiscard]] VisitOutcome outcome_of(const Observation& observation);

/// What the machine remembers of one device.
struct HealthMemory {
    Health health;
    bool up = false;              ///< The last conclusive word.
    bool seen = false;            ///< There has been a conclusive word since the start.
    bool reached = false;         ///< Since it last worked, it was reached; and not lost since.
    std::uint8_t lost = 0;        ///< Polls in a row, lost or merely reached; own faults between
                                  ///< them are not counted.
    std::uint8_t silent = 0;      ///< Of these, how many at the end were lost.
    std::uint8_t own_faults = 0;  ///< Polls in a row that failed through us.
    MonoTime since{};             ///< When health took its present state.
};

/// Lost polls, or faults of ours, in a row that make a word.
inline constexpr std::uint8_t polls_to_believe = 3;

/// Takes one Poll in and gives the Health that follows. The memory holds the same Health.
Health step(HealthMemory& memory, const VisitOutcome& outcome, MonoTime now);

}  // namespace pantau
