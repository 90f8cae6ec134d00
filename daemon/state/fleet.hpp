#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/inventory.hpp"
#include "model/observation.hpp"
#include "state/counters.hpp"
#include "state/health_machine.hpp"
#include "state/place_index.hpp"
#include "state/sightings.hpp"
#include "state/snapshot.hpp"

namespace pantau {

/// Something about a device that is different since its last Poll: for the log and the alerts.
struct Change {
    DeviceId device;
    Health before;  ///< Unknown when nothing was known yet.
    Health after;
    bool rebooted = false;
};

/// What is true now about every Device of the Inventory.
/// Owned by one thread; others read the Snapshots it gives out.
///
/// An access point of the inventory is polled itself, or told of by controllers, or both. Its own
/// polls make its own state; what controllers tell is gathered by Sightings; both together are what
/// readers get. Which of them wins is decided in verdict.hpp (health) and told.hpp (figures).
class Fleet {
public:
    explicit Fleet(std::shared_ptr<const Inventory> inventory);

    /// Goes over to another Inventory. A device whose id stays keeps its state, its history and
    /// its counts, whatever else changed about it: to its readers it is the same one. If it moved
    /// to another address or port, its measurements and counters are forgotten, because another
    /// box may answer there; its health stands until the next Poll says otherwise.
    void set_inventory(std::shared_ptr<const Inventory> inventory);

    /// Takes in what one Poll found. Gives a Change when the health took another state or the
    /// device restarted. An Observation of a device that is not in the Inventory (any more) is
    /// counted and left out.
    std::vector<Change> apply(std::shared_ptr<const Observation> observation);

    /// Takes in the word on whether an access point serves nobody, until there is another. One that
    /// is up and silent is degraded.
    std::vector<Change> set_silent(std::string_view device, std::optional<bool> is_silent);

    /// All devices as they are. Copies one pointer per device; the same object again when nothing
    /// changed within the second.
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(WallTime wall, MonoTime mono);

    /// Devices of the Inventory that were visited at least once.
    [[nodiscard]] std::size_t visited() const { return visited_; }
    /// Every device was visited once. Stays true when a reload brings new ones.
    [[nodiscard]] bool first_cycle_done() const { return first_cycle_done_; }
    /// Observations of unknown devices.
    [[nodiscard]] std::uint64_t ignored() const { return ignored_; }
    /// Access points of controllers looked at so far: what controllers cost.
    [[nodiscard]] std::uint64_t looked_at() const { return sightings_.looked_at(); }

private:
    struct Entry {
        std::shared_ptr<const DeviceState> own;    ///< By its own polls alone.
        std::shared_ptr<const DeviceState> state;  ///< All in all; `own` where nobody else tells.
        HealthMemory health;
        CounterMemory counters;
        std::optional<bool> silent;
        bool has_word = false;  ///< There was a conclusive word since the start.
    };

    void note_visits();
    [[nodiscard]] std::optional<std::size_t> place_of(std::string_view device) const;
    static Entry taken_over(Entry entry, const std::shared_ptr<const Device>& device);
    [[nodiscard]] bool is_told(std::size_t place) const;
    [[nodiscard]] std::shared_ptr<DeviceState> combined(std::size_t place) const;
    void add_told(DeviceState& state, const Entry& entry, const Sightings::Opinion& told) const;
    void show(std::size_t place, std::shared_ptr<DeviceState> state, bool has_rebooted,
              std::vector<Change>& changes);

    std::shared_ptr<const Inventory> inventory_;
    std::vector<Entry> entries_;  ///< In the order of the Inventory.
    PlaceIndex index_;            ///< By id.
    Sightings sightings_;
    MonoTime now_{};                          ///< Of the newest Observation.
    std::shared_ptr<const Snapshot> latest_;  ///< Null when something changed since.
    std::size_t visited_ = 0;
    std::uint64_t ignored_ = 0;
    bool first_cycle_done_ = false;
};

}  // namespace pantau
