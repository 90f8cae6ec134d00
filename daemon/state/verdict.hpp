#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/health.hpp"

// What to believe of an access point that controllers tell of. Pure: words in, Health out.
//
//   one of them has it up                             -> up
//   else one is not heard that had it up last         -> unreachable behind it, or unknown
//   else one has it down                              -> down, "reported"
//   else one is not heard                             -> unreachable behind it, or unknown
//   else all of them do not list it                   -> down, "unlisted"
//   nobody is known to tell of it                     -> unknown
//
// So a backup controller that lists the access points of another as down does no harm, and who
// cannot be heard makes nothing down.

namespace pantau {

/// What one controller says of one access point.
struct ControllerWord {
    enum class Kind : std::uint8_t {
        up,          ///< Listed, and it works.
        down,        ///< Listed, and it does not work.
        untold,      ///< Listed, without a word or a figure that would tell.
        unlisted,    ///< Its answers were whole, and it was not among them.
        unheard,     ///< The controller does not answer.
        incomplete,  ///< It answers, but its list did not arrive whole, or not yet.
    };
    Kind kind = Kind::incomplete;
    /// For unheard and incomplete: whether it had the access point up when it told last.
    bool was_up = false;
    std::optional<Reason> reason = {};  ///< For unheard and incomplete.
};

/// What all that may tell of one access point say together.
[[nodiscard]] Health judge(std::span<const ControllerWord> words);

/// Health, and whether it works as far as we know: what is not known leaves the last word standing.
struct Standing {
    Health health;
    bool up = false;

    bool operator==(const Standing&) const = default;
};

/// Of an access point that controllers tell of. Where it is polled itself as well (`own`) its own
/// poll wins where both say something:
///
///   own poll            | controllers: up       | down       | anything else
///   up                  | own                   | own        | own
///   degraded            | own, and it works     | own        | own
///   down                | degraded, own reason  | own        | own
///   unknown             | up                    | down       | own
///
/// It does not answer, yet it serves people: that is a fault of its management, no outage.
/// `was_up` is the last word of both.
[[nodiscard]] Standing with_own_poll(const std::optional<Standing>& own, const Health& told,
                                     bool was_up);

}  // namespace pantau
