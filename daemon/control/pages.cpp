#include "control/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/text.hpp"
#include "control/client.hpp"
#include "control/json_parts.hpp"

namespace pantau::control {
namespace {

namespace json = boost::json;

/// Puts a stretch of sorted entries into its frame. `id_of` and `line_of` give an entry's id and
/// its JSON.
template <class Entry, class IdOf, class LineOf>
std::string framed(std::string_view what, std::vector<Entry> entries, const Page& page,
                   const IdOf& id_of, const LineOf& line_of) {
    const std::size_t total = entries.size();
    const auto is_before = [&](const Entry& a, const Entry& b) { return id_of(a) < id_of(b); };
    if (!page.after.empty())
        std::erase_if(entries, [&](const Entry& entry) { return id_of(entry) <= page.after; });
    const bool is_more = entries.size() > page.limit;
    const std::size_t shown = std::min(entries.size(), page.limit);
    std::ranges::partial_sort(entries, entries.begin() + static_cast<std::ptrdiff_t>(shown),
                              is_before);
    json::value next = nullptr;
    if (is_more) next = json::value(std::string(id_of(entries[shown - 1])));
    std::string document = fmt::format(R"({{"schema":"pantau.{}/1","total":{},"next":{},"{}":[)",
                                       what, total, json::serialize(next), what);
    for (std::size_t i = 0; i < shown; ++i) {
        document += i == 0 ? "\n" : ",\n";
        document += line_of(entries[i]);
    }
    return document += "]}\n";
}

/// "Klojen/Oro-oro%20Dowo/01": unlike the name alone, no two areas have the same.
std::string id_of_area(const AreaSum& sum) {
    std::string id;
    for (const std::string& name : sum.path) {
        if (!id.empty()) id.push_back('/');
        id += percent_encoded(name);
    }
    return id;
}

struct AreaEntry {
    std::string id;
    AreaSum sum;
};

std::string area_line(const AreaEntry& entry, const std::vector<std::string>& hierarchy) {
    json::object area;
    for (std::size_t level = 0; level < entry.sum.path.size(); ++level)
        area[hierarchy[level]] = entry.sum.path[level];
    json::object health;
    for (const HealthState state : all_states)
        health[name_of(state)] = entry.sum.aps[static_cast<std::size_t>(state)];
    return json::serialize(json::object{{"id", entry.id},
                                        {"level", hierarchy[entry.sum.path.size() - 1]},
                                        {"area", std::move(area)},
                                        {"access_points", entry.sum.access_points()},
                                        {"up", entry.sum.up},
                                        {"health", std::move(health)},
                                        {"sites", sites_object(entry.sum.sites)},
                                        {"clients", number_or_null(entry.sum.clients)}});
}

std::optional<std::string> taken(Query& query, std::string_view name) {
    const auto found =
        std::ranges::find_if(query, [name](const auto& pair) { return pair.first == name; });
    if (found == query.end()) return std::nullopt;
    std::string value = std::move(found->second);
    query.erase(found);
    return value;
}

}  // namespace

Result<Page> take_page(Query& query) {
    Page page;
    if (const auto limit = taken(query, "limit")) {
        const char* const end = limit->data() + limit->size();
        const auto [stop, error] = std::from_chars(limit->data(), end, page.limit);
        if (error != std::errc() || stop != end || page.limit == 0 || page.limit > Page::limit_most)
            return fail(Reason::malformed,
                        fmt::format("limit is a number from 1 to {}, not '{}'", Page::limit_most,
                                    Text::from_network(*limit).view()));
    }
    page.after = taken(query, "after").value_or("");
    return page;
}

std::string devices_page(const Snapshot& snapshot, const DeviceFilter& filter, const Page& page) {
    std::vector<const DeviceState*> devices;
    for (const auto& state : snapshot.devices) {
        if (filter.fits(*state)) devices.push_back(state.get());
    }
    return framed(
        "devices", std::move(devices), page,
        [](const DeviceState* state) -> const std::string& { return state->device->id; },
        [&](const DeviceState* state) { return device_line(*state, snapshot); });
}

Result<AreaFilter> parse_area_filter(const Query& query,
                                     const std::vector<std::string>& hierarchy) {
    AreaFilter filter;
    Query areas = query;
    if (const auto name = taken(areas, "level")) {
        const auto level = std::ranges::find(hierarchy, *name);
        if (level == hierarchy.end())
            return fail(Reason::malformed,
                        fmt::format("there is no level '{}'", Text::from_network(*name).view()));
        filter.level = static_cast<std::size_t>(level - hierarchy.begin());
    }
    auto below = parse_device_filter(areas, hierarchy);
    if (!below) return tl::unexpected(std::move(below.error()));
    if (!below->states.empty() || !below->roles.empty())
        return fail(Reason::malformed, "areas have neither health nor role to choose by");
    filter.below = std::move(*below);
    return filter;
}

std::string areas_page(const Snapshot& snapshot, const AreaFilter& filter, const Page& page) {
    const std::vector<std::string>& hierarchy = snapshot.inventory->hierarchy;
    AreaSums sums(hierarchy.size());
    for (const auto& state : snapshot.devices) {
        // The sums are of whole areas: whoever is in one that is shown has its outer levels.
        if (filter.below.has_area(state->device->area)) sums.add(*state, snapshot.mono);
    }
    std::vector<AreaEntry> areas;
    for (AreaSum& sum : sums.list()) {
        if (filter.level && sum.path.size() != *filter.level + 1) continue;
        if (!filter.below.has_area(sum.path)) continue;
        std::string id = id_of_area(sum);
        areas.push_back({std::move(id), std::move(sum)});
    }
    return framed(
        "areas", std::move(areas), page,
        [](const AreaEntry& entry) -> const std::string& { return entry.id; },
        [&](const AreaEntry& entry) { return area_line(entry, hierarchy); });
}

std::string incidents_page() {
    return "{\"schema\":\"pantau.incidents/1\",\"watched\":false,\"total\":0,\"next\":null,"
           "\"incidents\":[]}\n";
}

}  // namespace pantau::control
