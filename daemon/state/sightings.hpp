#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "model/inventory.hpp"
#include "model/observation.hpp"
#include "state/roster.hpp"
#include "state/snapshot.hpp"
#include "state/verdict.hpp"

namespace pantau {

/// What a controller says of an access point that it lists: up, down, or untold. Some do not tell
/// whether it works; then figures of it are a sign of life.
[[nodiscard]] ControllerWord::Kind listed_as(const Observation& seen, std::uint32_t ap);

/// What controllers tell of access points of the inventory.
///
/// Each access point a controller lists is matched to the inventory (Roster); a match is a
/// Sighting. It is given up after two whole answers in a row that do not list it, never because an
/// answer is missing or came in part. All Sightings of one access point together make one Health
/// (verdict.hpp). A poll of a controller costs as much as it lists and ever had listed, whatever
/// the size of the inventory.
/// Owner: the thread of the Fleet. Places are those of the Inventory.
class Sightings {
public:
    /// Whole answers in a row without an access point that make it unlisted: one may have been
    /// taken while the controller wrote its tables anew.
    static constexpr std::uint8_t answers_to_believe = 2;

    /// Goes over to another Inventory. What was seen is matched anew at once.
    void set_inventory(std::shared_ptr<const Inventory> inventory);

    /// Takes in what a poll of a device came to, by its own state after that; `brought` is the
    /// Observation if it brought measurements, else null. Gives the places of all access points of
    /// which it may say something else now. Devices that are no controllers cost a look.
    std::vector<std::size_t> take(std::size_t place, const DeviceState& own,
                                  const std::shared_ptr<const Observation>& brought);

    /// Whether it is a controller, or a controller ever told of it or ought to.
    [[nodiscard]] bool has(std::size_t place) const {
        return subjects_.contains(place) || controllers_.contains(place);
    }

    /// What is told of an access point, all controllers taken together.
    struct Opinion {
        Health health;
        /// The best there is, as if it had been polled itself; null: nobody lists it.
        std::shared_ptr<const Observation> part;
        Duration every{};  ///< How often the controller of `part` is polled.
        /// Of `part`; else the first that ought to list it.
        std::shared_ptr<const Device> controller;
        bool is_up = false;  ///< `part` has it up.
    };
    /// Nothing: no controller ever told of it or ought to.
    [[nodiscard]] std::optional<Opinion> opinion_of(std::size_t place) const;

    /// Whether the latest answer of that controller shows a restart: the uptime it tells went back.
    /// Only where that controller is the one whose figures are shown.
    [[nodiscard]] bool has_rebooted(std::size_t place, std::size_t controller) const;

    /// Of a controller that told a list; else null.
    [[nodiscard]] std::shared_ptr<const ControllerList> list_of(std::size_t place) const;

    /// Access points looked at so far: what controllers cost.
    [[nodiscard]] std::uint64_t looked_at() const { return looked_at_; }

private:
    /// What one controller says of one access point.
    struct Sighting {
        std::size_t controller = 0;
        std::shared_ptr<const Observation> part;  ///< As listed last; null: not any more.
        FoundBy by = FoundBy::name;
        ControllerWord::Kind word = ControllerWord::Kind::untold;
        std::uint8_t missed = 0;    ///< Whole answers in a row without it.
        std::uint64_t answer = 0;   ///< Number of the answer that listed it last.
        bool has_rebooted = false;  ///< Between the two latest answers that listed it.
    };
    struct Subject {
        std::vector<std::size_t> expected;  ///< Controllers that ought to list it.
        std::vector<Sighting> sightings;    ///< One for each that ever did.
    };
    struct Controller {
        Health health;
        Duration every{};
        bool is_controller = false;  ///< By role; a switch may stand where one was expected.
        bool is_new = false;         ///< Its latest poll brought an answer.
        std::unordered_set<std::size_t> members;   ///< Subjects that name it.
        std::shared_ptr<const Observation> whole;  ///< Its latest whole answer.
        std::optional<Reason> gap;                 ///< Why the latest answer was none.
        std::uint64_t answers = 0;
        std::shared_ptr<const ControllerList> list;
    };

    void expect(std::size_t place);
    void enrol(std::size_t controller, std::size_t member);
    enum class Answer : std::uint8_t {
        whole,
        partial,
        again,  ///< A whole one that was taken in before.
    };
    void read(std::size_t place, const std::shared_ptr<const Observation>& seen, Answer kind);
    std::unordered_map<std::size_t, std::uint32_t> best_matches(std::size_t place,
                                                                const Observation& seen,
                                                                std::vector<Found>& found);
    void sight(std::size_t controller, const Found& found, const Observation& seen,
               std::uint32_t ap);
    void take_from_unheard(std::size_t place, const Sighting& by);
    void miss(std::size_t controller);
    [[nodiscard]] ControllerWord word_of(std::size_t controller, const Sighting* sighting) const;
    [[nodiscard]] const Sighting* best_of(const Subject& subject) const;

    std::shared_ptr<const Inventory> inventory_;
    std::optional<Roster> roster_;
    std::unordered_map<std::size_t, Subject> subjects_;
    std::unordered_map<std::size_t, Controller> controllers_;
    MonoTime now_{};
    std::uint64_t looked_at_ = 0;
};

}  // namespace pantau
