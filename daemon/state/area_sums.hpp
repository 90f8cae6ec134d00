#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "state/snapshot.hpp"

namespace pantau {

/// How the Sites (areas of the innermost level: RW) in an Area are served.
struct SiteCounts {
    std::size_t total = 0;
    std::size_t ok = 0;        ///< Every access point is up.
    std::size_t degraded = 0;  ///< Some work.
    std::size_t dark = 0;      ///< None works, and of one at least we know that.
    std::size_t unknown = 0;   ///< None is known to work or not to work.

    bool operator==(const SiteCounts&) const = default;
};

/// What the access points of one Area, or the devices of none, add up to.
struct AreaSum {
    /// Names from the outermost level down to the Area's own: the path's length is its depth.
    std::vector<std::string> path;
    std::array<std::uint64_t, 6> aps{};    ///< By HealthState.
    std::uint64_t up = 0;                  ///< Access points that work: up, degraded, or not known
                                           ///< now for a fault of ours.
    std::optional<std::uint64_t> clients;  ///< Nothing: nobody could tell. 0: nobody is there.
    SiteCounts sites;

    [[nodiscard]] std::uint64_t access_points() const;
};

/// Sums per Area, for each level of the hierarchy: the one place where areas are added up.
///
/// Each access point counts once in each area it names, by its health as shown: one in maintenance
/// is in maintenance whatever it would be otherwise, one never visited is unknown. People: see
/// people_at. Access points that only a controller lists are in no area; the people on them are
/// where their controller is. Who leaves a level empty is in no area of it, but in those above.
class AreaSums {
public:
    explicit AreaSums(std::size_t levels) : levels_(levels) {}

    void add(const DeviceState& state, MonoTime now);

    /// Every area with an access point or people, level by level from the outermost, each sorted by
    /// path.
    [[nodiscard]] std::vector<AreaSum> list() const;
    /// The same for what names no area of the outermost level. Path empty.
    [[nodiscard]] AreaSum elsewhere() const;

private:
    struct Total {
        std::array<std::uint64_t, 6> aps{};
        std::uint64_t up = 0;
        std::uint64_t unseen = 0;  ///< Do not work as far as we know, but we do not know.
        std::optional<std::uint64_t> clients;

        void add(const DeviceState& state, bool is_ap, std::optional<std::uint64_t> people);
        void add_to(SiteCounts& sites) const;
    };
    struct ByPath {
        using is_transparent = void;
        bool operator()(std::span<const std::string> a, std::span<const std::string> b) const;
    };
    using Totals = std::map<std::vector<std::string>, Total, ByPath>;

    static AreaSum sum_of(std::vector<std::string> path, const Total& total);

    std::vector<Totals> levels_;
    Total elsewhere_;
};

}  // namespace pantau
