#include "inventory/parents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit_distance.hpp"

namespace pantau::inventory {
namespace {

/// Searches for a similar name among all devices: each costs a pass over the inventory.
constexpr std::size_t searches_most = 20;
/// Names shown of a cycle.
constexpr std::size_t shown_most = 6;

std::optional<std::size_t> place_of(std::span<const Entry> entries, std::string_view id) {
    const auto found = std::ranges::lower_bound(entries, id, std::less<>{}, [](const Entry& entry) {
        return std::string_view(entry.device->id);
    });
    if (found == entries.end() || found->device->id != id) return std::nullopt;
    return static_cast<std::size_t>(found - entries.begin());
}

std::optional<std::string> similar_name(std::span<const Entry> entries, std::string_view id) {
    std::vector<std::string_view> names;
    for (const Entry& known : entries)
        names.push_back(known.device->id);
    return did_you_mean(id, names);
}

class Resolver {
public:
    Resolver(std::span<Entry> entries, Names names, Report& report)
        : entries_(entries), names_(names), report_(report) {}

    void resolve() {
        edges_.resize(entries_.size());
        for (std::size_t i = 0; i < entries_.size(); ++i)
            resolve(i);
        find_cycles();
    }

private:
    void resolve(std::size_t at) {
        Entry& entry = entries_[at];
        Device& device = *entry.device;
        const bool is_own = entry.parents_from == entry.row;
        for (ParentGroup& group : device.parents) {
            // What a group says of all its devices cannot be meant for the parent itself.
            if (!is_own) std::erase(group, device.id);
            for (const DeviceId& parent : group) {
                if (parent == device.id) {
                    report_.error(*entry.row, parent_column,
                                  fmt::format("{} is its own parent", device.id),
                                  "leave it empty for a device that is reached directly");
                } else if (const auto found = place_of(entries_, parent)) {
                    entries_[*found].device->is_parent = true;
                    edges_[at].push_back(*found);
                } else if (names_ == Names::complete) {
                    tell_unknown(entry, parent);
                }
            }
        }
        std::erase_if(device.parents, [](const ParentGroup& group) { return group.empty(); });
    }

    void tell_unknown(const Entry& entry, const DeviceId& parent) {
        std::optional<std::string> meant;
        if (report_.is_read() && searches_++ < searches_most)
            meant = similar_name(entries_, parent);
        report_.error(*entry.parents_from, parent_column,
                      fmt::format("unknown parent \"{}\"", parent),
                      meant ? fmt::format("did you mean \"{}\"?", *meant)
                            : "a parent is a device of the inventory, by its name");
    }

    /// Depth first without recursion: a chain of parents may be as long as the inventory.
    void find_cycles() {
        enum class Mark : char { fresh, open, done };
        std::vector<Mark> marks(entries_.size(), Mark::fresh);
        struct Step {
            std::size_t at;
            std::size_t next_edge = 0;
        };
        std::vector<Step> way;
        for (std::size_t start = 0; start < entries_.size(); ++start) {
            if (marks[start] != Mark::fresh || edges_[start].empty()) continue;
            way.push_back({start});
            marks[start] = Mark::open;
            while (!way.empty()) {
                Step& step = way.back();
                if (step.next_edge == edges_[step.at].size()) {
                    marks[step.at] = Mark::done;
                    way.pop_back();
                    continue;
                }
                const std::size_t next = edges_[step.at][step.next_edge++];
                if (marks[next] == Mark::open) {
                    std::vector<std::size_t> cycle;
                    for (const Step& passed : way)
                        cycle.push_back(passed.at);
                    cycle.erase(cycle.begin(), std::ranges::find(cycle, next));
                    tell_cycle(cycle);
                } else if (marks[next] == Mark::fresh) {
                    marks[next] = Mark::open;
                    way.push_back({next});
                }
            }
        }
    }

    void tell_cycle(const std::vector<std::size_t>& cycle) {
        std::string path;
        for (std::size_t i = 0; i < std::min(cycle.size(), shown_most); ++i)
            path += entries_[cycle[i]].device->id + " -> ";
        if (cycle.size() > shown_most)
            path += fmt::format("({} more) -> ", cycle.size() - shown_most);
        path += entries_[cycle.front()].device->id;
        const Entry& last = entries_[cycle.back()];
        report_.error(*last.parents_from, parent_column,
                      fmt::format("parents go round in a circle: {}", path),
                      "one of them must be reached in another way");
    }

    std::span<Entry> entries_;
    Names names_;
    Report& report_;
    std::vector<std::vector<std::size_t>> edges_;
    std::size_t searches_ = 0;
};

}  // namespace

void resolve_parents(std::span<Entry> entries, Names names, Report& report) {
    Resolver(entries, names, report).resolve();
}

void resolve_controllers(std::span<Entry> entries, Names names, Report& report) {
    std::size_t searches = 0;
    for (Entry& entry : entries) {
        auto& controllers = entry.device->controllers;
        if (entry.controllers_from != entry.row) std::erase(controllers, entry.device->id);
        for (const DeviceId& controller : controllers) {
            const auto found = place_of(entries, controller);
            if (controller == entry.device->id) {
                report.error(*entry.row, controller_column,
                             fmt::format("{} is its own controller", entry.device->id),
                             "leave it empty for the controller itself");
            } else if (found && !entries[*found].device->address.empty()) {
                entries[*found].device->is_parent = true;
            } else if (found) {
                report.one_of_many(
                    "controller " + controller,
                    {.severity = config::Diagnostic::Severity::error,
                     .location = entry.controllers_from->place(controller_column),
                     .message = fmt::format("{} cannot be a controller: it has no address itself",
                                            controller),
                     .path = {},
                     .help = "give it an address, so that it can be asked"});
            } else if (names == Names::complete) {
                std::optional<std::string> meant;
                if (report.is_read() && searches++ < searches_most)
                    meant = similar_name(entries, controller);
                report.error(*entry.controllers_from, controller_column,
                             fmt::format("unknown controller \"{}\"", controller),
                             meant ? fmt::format("did you mean \"{}\"?", *meant)
                                   : "a controller is a device of the inventory, by its name");
            }
        }
    }
}

}  // namespace pantau::inventory
