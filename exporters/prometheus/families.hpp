#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/fact.hpp"
#include "model/quantity.hpp"

namespace pantau::exposition {

/// What a family's series are about: decides their first labels.
enum class Subject : std::uint8_t {
    ap,      ///< `ap` and the area levels.
    device,  ///< `device`, `role` and the area levels.
    either,  ///< As `ap` for access points, as `device` for all others.
    area,    ///< The area levels down to one, and `level`.
};

enum class FamilyType : std::uint8_t { gauge, counter };

/// Whether a family belongs to the short set of `?level=basic`.
enum class Detail : bool { basic, full };

/// All series of one name.
struct Family {
    std::string name;
    FamilyType type = FamilyType::gauge;
    Subject subject = Subject::ap;
    Detail detail = Detail::full;
    std::vector<std::string> labels;  ///< After those of the subject.
    std::string unit;                 ///< For people; empty when it is a count or a flag.
    std::string help;
    std::string origin = "pantaud, from its polls and the inventory";  ///< Where values come from.
};

/// HELP: what it is, its unit, and where values come from.
[[nodiscard]] std::string full_help(const Family& family);

/// Row of a Family in the FamilyTable.
using FamilyId = std::uint16_t;

/// Families that are not rows of the catalogue.
enum class Own : FamilyId {
    ap_up,
    ap_health,
    ap_info,
    ap_location_info,
    ap_last_success,
    ap_reboots,
    ap_health_changes,
    ap_silent,
    ap_probe_success,
    ap_probe_duration,
    device_up,
    device_health,
    device_unassigned,
    area_aps,
    area_clients,
};

/// Label names with a meaning of their own: no area level can have one of them. The labels of all
/// families, our query parameters, and names that Prometheus and Alertmanager use.
[[nodiscard]] std::span<const std::string_view> reserved_labels();

/// The levels of the hierarchy as label names: what series bear and what a query can filter by.
[[nodiscard]] std::vector<std::string> area_labels(std::span<const std::string> hierarchy);

/// Everything the fleet can show: our own families, then the catalogue's, then the collectors'
/// facts. Each name once. Immutable, made once.
class FamilyTable {
public:
    static constexpr FamilyId none = std::numeric_limits<FamilyId>::max();

    /// Ends the process when two families would share a name, a name is none, or a label is not
    /// reserved.
    explicit FamilyTable(std::span<const CollectorInfo* const> collectors);

    [[nodiscard]] std::span<const Family> all() const { return families_; }
    [[nodiscard]] FamilyId of(Own own) const { return static_cast<FamilyId>(own); }
    [[nodiscard]] FamilyId of(QuantityId quantity) const { return by_quantity_[quantity]; }
    /// The family of a row of a collector's facts, or none.
    [[nodiscard]] FamilyId of_fact(const CollectorInfo& collector, std::uint16_t row) const;
    /// A Quantity of the access point and the one of the system that says the same about a device
    /// that is one access point.
    struct Twins {
        QuantityId of_ap;
        QuantityId of_system;
    };
    [[nodiscard]] std::span<const Twins> twins() const { return twins_; }
    [[nodiscard]] bool has_twin(QuantityId of_ap) const;

    [[nodiscard]] bool has(std::string_view name) const;

private:
    struct FactFamilies {
        std::string_view collector;
        std::vector<FamilyId> rows;
    };

    FamilyId add(Family family);
    void add_catalogue();
    void add_facts(const CollectorInfo& collector);

    std::vector<Family> families_;
    std::vector<FamilyId> by_quantity_;
    std::vector<Twins> twins_;
    std::vector<FactFamilies> facts_;
};

}  // namespace pantau::exposition
