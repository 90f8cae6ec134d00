#include "state/area_sums.hpp"

#include <algorithm>
#include <numeric>

#include "state/people.hpp"

namespace pantau {

std::uint64_t AreaSum::access_points() const {
    return std::accumulate(aps.begin(), aps.end(), std::uint64_t{0});
}

bool AreaSums::ByPath::operator()(std::span<const std::string> a,
                                  std::span<const std::string> b) const {
    return std::ranges::lexicographical_compare(a, b);
}

void AreaSums::Total::add(const DeviceState& state, bool is_ap,
                          std::optional<std::uint64_t> people) {
    if (is_ap) {
        ++aps[static_cast<std::size_t>(state.health.state)];
        if (state.up) ++up;
        if (!state.up && state.health.state == HealthState::unknown) ++unseen;
    }
    if (people) clients = clients.value_or(0) + *people;
}

void AreaSums::Total::add_to(SiteCounts& sites) const {
    const std::uint64_t all = std::accumulate(aps.begin(), aps.end(), std::uint64_t{0});
    if (all == 0) return;  // A controller with people, but no access point: no Site.
    ++sites.total;
    if (aps[static_cast<std::size_t>(HealthState::up)] == all)
        ++sites.ok;
    else if (up != 0)
        ++sites.degraded;
    else if (unseen == all)
        ++sites.unknown;
    else
        ++sites.dark;
}

void AreaSums::add(const DeviceState& state, MonoTime now) {
    const bool is_ap = is_access_point(state);
    const auto people = people_at(state, now);
    if (!is_ap && !people) return;
    const std::span<const std::string> area = state.device->area;
    if (levels_.empty() || area.empty() || area[0].empty()) elsewhere_.add(state, is_ap, people);
    for (std::size_t level = 0; level < std::min(levels_.size(), area.size()); ++level) {
        if (area[level].empty()) continue;
        const auto path = area.first(level + 1);
        auto total = levels_[level].find(path);
        if (total == levels_[level].end()) {
            total = levels_[level]
                        .emplace(std::vector<std::string>(path.begin(), path.end()), Total{})
                        .first;
        }
        total->second.add(state, is_ap, people);
    }
}

AreaSum AreaSums::sum_of(std::vector<std::string> path, const Total& total) {
    return {std::move(path), total.aps, total.up, total.clients, {}};
}

std::vector<AreaSum> AreaSums::list() const {
    std::vector<AreaSum> sums;
    for (const Totals& totals : levels_) {
        // The Sites of an area follow one another, in the order of the areas.
        auto site = levels_.back().begin();
        const auto end = levels_.back().end();
        for (const auto& [path, total] : totals) {
            AreaSum& sum = sums.emplace_back(sum_of(path, total));
            const ByPath is_before;
            const auto area_of_site = [&depth = path](const std::vector<std::string>& of) {
                return std::span<const std::string>(of).first(depth.size());
            };
            while (site != end && is_before(area_of_site(site->first), path))
                ++site;
            for (; site != end && !is_before(path, area_of_site(site->first)); ++site)
                site->second.add_to(sum.sites);
        }
    }
    return sums;
}

AreaSum AreaSums::elsewhere() const {
    AreaSum sum = sum_of({}, elsewhere_);
    if (levels_.empty()) return sum;
    for (const auto& [path, site] : levels_.back()) {
        if (path.front().empty()) site.add_to(sum.sites);
    }
    return sum;
}

}  // namespace pantau
