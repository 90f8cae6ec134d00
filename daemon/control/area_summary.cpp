#include "control/area_summary.hpp"

#include <cmath>
#include <map>

namespace pantau::control {
namespace {

struct Site {
    std::size_t access_points = 0;
    std::size_t healthy = 0;
    std::size_t working = 0;
    std::size_t unknown = 0;
};

struct Area {
    AreaSummary summary;
    std::map<std::vector<std::string>, Site> sites;
};

void add_access_point(Area& area, const DeviceState& state) {
    ++area.summary.access_points;
    if (state.up) ++area.summary.up;
    const std::vector<std::string>& path = state.device->area;
    if (path.empty() || path.back().empty()) return;
    Site& site = area.sites[path];
    ++site.access_points;
    if (state.up) ++site.working;
    if (state.health.state == HealthState::up) ++site.healthy;
    if (!state.up && state.health.state == HealthState::unknown) ++site.unknown;
}

SiteCounts count(const std::map<std::vector<std::string>, Site>& sites) {
    SiteCounts counts;
    counts.total = sites.size();
    for (const auto& [path, site] : sites) {
        if (site.healthy == site.access_points)
            ++counts.ok;
        else if (site.working != 0)
            ++counts.degraded;
        else if (site.unknown == site.access_points)
            ++counts.unknown;
        else
            ++counts.dark;
    }
    return counts;
}

std::optional<std::uint64_t> as_count(const std::optional<Number>& number) {
    if (!number || number->as_double() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(number->as_double()));
}

}  // namespace

std::optional<std::uint64_t> clients_of(const DeviceState& state, MonoTime now) {
    const Observation* seen = current_measurements(state, now);
    if (seen == nullptr) return std::nullopt;
    if (const Component* system = seen->system()) {
        if (const auto clients = as_count(seen->number(*system, quantity::system_clients)))
            return clients;
    }
    std::optional<std::uint64_t> sum;
    for (const Component& component : seen->components) {
        if (component.kind != ComponentKind::access_point) continue;
        if (const auto clients = as_count(seen->number(component, quantity::ap_clients)))
            sum = sum.value_or(0) + *clients;
    }
    return sum;
}

std::vector<AreaSummary> summarise_areas(const Snapshot& snapshot) {
    std::map<std::string, Area> areas;
    for (const auto& state : snapshot.devices) {
        const std::vector<std::string>& path = state->device->area;
        const bool is_ap = is_access_point(*state);
        const PeopleElsewhere people = people_of_controller(*state);
        const bool is_counted_elsewhere = state->device->is_parent && !people.is_known;
        if (!is_ap && (state->role != Role::controller || is_counted_elsewhere)) continue;
        Area& area = areas[path.empty() ? std::string() : path.front()];
        if (is_ap) add_access_point(area, *state);
        const auto clients = clients_of(*state, snapshot.mono);
        const auto counted =
            !is_ap && people.are_counted_elsewhere && clients ? people.rest : clients;
        if (counted) area.summary.clients = area.summary.clients.value_or(0) + *counted;
    }
    std::vector<AreaSummary> summaries;
    for (auto& [name, area] : areas) {
        area.summary.name = name;
        area.summary.sites = count(area.sites);
        summaries.push_back(std::move(area.summary));
    }
    return summaries;
}

}  // namespace pantau::control
