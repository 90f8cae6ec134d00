#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/inventory.hpp"
#include "model/observation.hpp"
#include "state/place_index.hpp"

namespace pantau {

/// By what an access point was found in the inventory, the strongest first.
enum class FoundBy : std::uint8_t { mac, serial, name };

struct Found {
    std::size_t place = 0;  ///< In the Inventory.
    FoundBy by = FoundBy::name;

    bool operator==(const Found&) const = default;
};

/// Which access point of the inventory is meant by what a controller lists: the one with its MAC
/// address, else the one with its serial number, else the one of its name. Each is one look into a
/// table, whatever the size of the inventory.
///
/// - The MAC address is `ap.id` where that is one, else the name where that is one.
/// - Serial numbers and names are compared without regard to capitals. Of two devices whose names
///   differ in capitals only, the one that is written exactly so is meant, else none.
/// - What no name of the inventory can hold (a blank) is as good as a hyphen.
/// - A device that names its controllers is found by name only at those.
class Roster {
public:
    explicit Roster(const Inventory& inventory);

    /// `ap` is a component of `seen` of kind access_point; `controller` who listed it.
    [[nodiscard]] std::optional<Found> find(const Observation& seen, const Component& ap,
                                            const Device& controller) const;

private:
    [[nodiscard]] std::optional<std::size_t> named(std::string_view name,
                                                   const Device& controller) const;

    const Inventory* inventory_;
    std::unordered_map<std::string_view, std::size_t> macs_;
    std::unordered_map<std::string, std::size_t> serials_;
    PlaceIndex names_;  ///< Without capitals.
};

/// The MAC address by which a controller lists an access point; nothing where it tells none.
[[nodiscard]] std::optional<std::string> mac_of(const Observation& seen, const Component& ap);

}  // namespace pantau
