#include "state/sightings.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "state/told.hpp"

namespace pantau {
namespace {

using Kind = ControllerWord::Kind;

/// Controllers keep the uptime of their access points in their own time; a minute is nothing.
constexpr double uptime_noise_seconds = 60;
/// TimeTicks wrap after 497.1 days; an uptime that was longer than 497 days may have wrapped.
constexpr double uptime_wrap_seconds = 42949672.96 - 86400;

std::optional<double> uptime_of(const Observation& part) {
    for (const Component& component : part.components) {
        if (component.kind != ComponentKind::access_point) continue;
        if (const auto uptime = part.number(component, quantity::ap_uptime))
            return uptime->as_double();
    }
    return std::nullopt;
}

bool is_restart(const Observation& before, const Observation& now) {
    const auto old_uptime = uptime_of(before);
    const auto uptime = uptime_of(now);
    return old_uptime && uptime && *uptime + uptime_noise_seconds < *old_uptime &&
           *old_uptime < uptime_wrap_seconds;
}

/// Whether the controller tells any figure of it: of an access point that is gone it has none.
bool has_figures(const Observation& seen, std::uint32_t ap) {
    for (std::uint32_t i = ap; i < end_of_part(seen, ap); ++i) {
        if (seen.components[i].reading_count != 0) return true;
    }
    return false;
}

/// Why an answer may lack access points; nothing when it is whole. Interfaces are no part of them.
std::optional<Reason> gap_in(const Observation& seen) {
    for (const CollectorReport& report : seen.collectors) {
        const bool is_snmp = report.collector != nullptr && report.collector->name == "snmp";
        if (is_snmp && !report.ok) return report.reason.value_or(Reason::local);
    }
    for (const Problem& problem : seen.problems) {
        const bool is_harmless =
            problem.reason == Reason::unsupported || problem.ask.starts_with("interface");
        if (!is_harmless) return problem.reason;
    }
    return std::nullopt;
}

}  // namespace

Kind listed_as(const Observation& seen, std::uint32_t ap) {
    if (const auto up = seen.number(seen.components[ap], quantity::ap_up))
        return up->as_double() != 0 ? Kind::up : Kind::down;
    return has_figures(seen, ap) ? Kind::up : Kind::untold;
}

// ---- another inventory -------------------------------------------------------------------------

void Sightings::set_inventory(std::shared_ptr<const Inventory> inventory) {
    const auto before = std::exchange(inventory_, std::move(inventory));
    std::unordered_map<std::string_view, std::size_t> places;
    places.reserve(inventory_->devices.size());
    for (std::size_t place = 0; place < inventory_->devices.size(); ++place)
        places.emplace(inventory_->devices[place]->id, place);
    const auto moved = [&](std::size_t place) -> std::optional<std::size_t> {
        const auto there = places.find(before->devices[place]->id);
        if (there == places.end()) return std::nullopt;
        // Another box may answer at another address.
        const Device& was = *before->devices[place];
        const Device& is = *inventory_->devices[there->second];
        const bool has_stayed = is.address == was.address && is.port == was.port;
        return has_stayed ? std::optional(there->second) : std::nullopt;
    };

    roster_.emplace(*inventory_);
    auto subjects = std::exchange(subjects_, {});
    auto controllers = std::exchange(controllers_, {});
    for (auto& [place, controller] : controllers) {
        if (const auto there = moved(place)) {
            controller.members.clear();
            controllers_.emplace(*there, std::move(controller));
        }
    }
    for (auto& [place, subject] : subjects) {
        const auto there = places.find(before->devices[place]->id);
        if (there == places.end()) continue;
        for (Sighting& sighting : subject.sightings) {
            const auto controller = moved(sighting.controller);
            if (!controller) continue;
            sighting.controller = *controller;
            subjects_[there->second].sightings.push_back(std::move(sighting));
            enrol(*controller, there->second);
        }
    }
    for (std::size_t place = 0; place < inventory_->devices.size(); ++place)
        expect(place);
    // Rows that came, or say something else of themselves, are found in what was listed last.
    for (auto& each : controllers_) {
        const std::size_t place = each.first;
        const Controller& controller = each.second;
        if (controller.whole == nullptr) continue;
        for (const std::size_t member : controller.members) {
            std::erase_if(subjects_[member].sightings, [&](const Sighting& sighting) {
                return sighting.controller == place && sighting.answer == controller.answers;
            });
        }
        read(place, controller.whole, Answer::again);
    }
}

/// Who ought to list it: the controllers it names. An access point without an address may name its
/// controller as its parent just as well.
void Sightings::expect(std::size_t place) {
    const Device& device = *inventory_->devices[place];
    const auto expected = [&](const DeviceId& id) {
        const auto& devices = inventory_->devices;
        const auto found = std::ranges::lower_bound(devices, id, std::less<>{},
                                                    [](const auto& other) { return other->id; });
        if (found == devices.end() || (*found)->id != id) return;
        const auto controller = static_cast<std::size_t>(found - devices.begin());
        subjects_[place].expected.push_back(controller);
        enrol(controller, place);
    };
    for (const DeviceId& controller : device.controllers)
        expected(controller);
    if (!device.controllers.empty() || !device.address.empty()) return;
    for (const ParentGroup& group : device.parents)
        for (const DeviceId& parent : group)
            expected(parent);
}

void Sightings::enrol(std::size_t controller, std::size_t member) {
    controllers_[controller].members.insert(member);
}

// ---- a poll of a controller --------------------------------------------------------------------

std::vector<std::size_t> Sightings::take(std::size_t place, const DeviceState& own,
                                         const std::shared_ptr<const Observation>& brought) {
    const bool is_controller = own.role == Role::controller;
    if (!is_controller && !controllers_.contains(place)) return {};
    Controller& controller = controllers_[place];
    controller.health = own.health;
    controller.every = own.device->poll.interval;
    // A router that lost the last of its access points still is who they are missed from.
    controller.is_controller = is_controller || controller.answers != 0;
    if (own.latest != nullptr) now_ = std::max(now_, own.latest->mono);
    controller.is_new = controller.is_controller && brought != nullptr;
    if (controller.is_new) {
        controller.gap = gap_in(*brought);
        if (!controller.gap) controller.whole = brought;
        ++controller.answers;
        read(place, brought, controller.gap ? Answer::partial : Answer::whole);
    }
    std::vector<std::size_t> members(controller.members.begin(), controller.members.end());
    std::ranges::sort(members);
    return members;
}

/// For every device of the inventory that is listed the component that means it best: by the
/// strongest sign, then the one that works, then the first.
std::unordered_map<std::size_t, std::uint32_t> Sightings::best_matches(std::size_t place,
                                                                       const Observation& seen,
                                                                       std::vector<Found>& found) {
    std::unordered_map<std::size_t, std::uint32_t> best;
    found.assign(seen.components.size(), Found{});
    for (std::uint32_t ap = 0; ap < seen.components.size(); ++ap) {
        if (seen.components[ap].kind != ComponentKind::access_point) continue;
        ++looked_at_;
        const auto match = roster_->find(seen, seen.components[ap], *inventory_->devices[place]);
        if (!match || match->place == place) continue;
        found[ap] = *match;
        const auto [known, is_new] = best.emplace(match->place, ap);
        if (is_new) continue;
        const std::uint32_t other = known->second;
        const auto is_up = [&](std::uint32_t which) { return listed_as(seen, which) == Kind::up; };
        const bool is_stronger = match->by < found[other].by;
        const bool is_better = match->by == found[other].by && is_up(ap) && !is_up(other);
        if (is_stronger || is_better) known->second = ap;
    }
    return best;
}

void Sightings::read(std::size_t place, const std::shared_ptr<const Observation>& seen,
                     Answer kind) {
    std::vector<Found> found;
    const auto best = best_matches(place, *seen, found);
    auto list = std::make_shared<ControllerList>();
    list->seen = seen;
    list->assigned = best.size();
    for (std::uint32_t ap = 0; ap < seen->components.size(); ++ap) {
        if (seen->components[ap].kind != ComponentKind::access_point) continue;
        const auto match = best.find(found[ap].place);
        if (match != best.end() && match->second == ap) {
            sight(place, found[ap], *seen, ap);
        } else {
            list->unassigned.push_back(ap);
        }
    }
    if (kind == Answer::whole) miss(place);
    // What came in part would hide some; but it is better than nothing.
    Controller& controller = controllers_[place];
    if (kind != Answer::partial || controller.whole == nullptr) controller.list = std::move(list);
}

void Sightings::sight(std::size_t controller, const Found& found, const Observation& seen,
                      std::uint32_t ap) {
    auto& sightings = subjects_[found.place].sightings;
    auto known = std::ranges::find(sightings, controller, &Sighting::controller);
    if (known == sightings.end()) {
        known = sightings.insert(sightings.end(), Sighting{});
        known->controller = controller;
        enrol(controller, found.place);
    }
    auto part = part_of(seen, ap, inventory_->devices[found.place]->id);
    known->has_rebooted = known->part != nullptr && is_restart(*known->part, *part);
    known->part = std::move(part);
    known->by = found.by;
    known->word = listed_as(seen, ap);
    known->missed = 0;
    known->answer = controllers_[controller].answers;
    if (known->word == Kind::up) take_from_unheard(found.place, *known);
}

/// It works here: those that are not heard, and had it up when they were, have it no more.
void Sightings::take_from_unheard(std::size_t place, const Sighting& by) {
    for (Sighting& other : subjects_[place].sightings) {
        if (other.controller == by.controller || other.part == nullptr || by.by > other.by)
            continue;
        const Kind word = word_of(other.controller, &other).kind;
        if (word == Kind::unheard || word == Kind::incomplete) other.part = nullptr;
    }
}

/// A whole answer came: whom it does not list.
void Sightings::miss(std::size_t controller) {
    const Controller& from = controllers_[controller];
    for (const std::size_t member : from.members) {
        ++looked_at_;
        for (Sighting& sighting : subjects_[member].sightings) {
            if (sighting.controller != controller || sighting.answer == from.answers) continue;
            sighting.has_rebooted = false;
            if (sighting.missed < answers_to_believe) ++sighting.missed;
            if (sighting.missed == answers_to_believe) sighting.part = nullptr;
        }
    }
}

// ---- what they say together --------------------------------------------------------------------

ControllerWord Sightings::word_of(std::size_t place, const Sighting* sighting) const {
    const Controller& controller = controllers_.at(place);
    const bool is_listed = sighting != nullptr && sighting->part != nullptr;
    ControllerWord word;
    word.was_up = is_listed && sighting->word == Kind::up;
    switch (controller.health.state) {
        case HealthState::down:
        case HealthState::unreachable:
            word.kind = Kind::unheard;
            word.reason = controller.health.reason;
            return word;
        case HealthState::unknown:
        case HealthState::maintenance:
            word.kind = Kind::incomplete;
            word.reason = controller.health.reason;
            return word;
        case HealthState::up:
        case HealthState::degraded:
            break;
    }
    word.reason = controller.gap;
    const auto is_still_true = [&](const Observation& seen) {
        return is_fresh(seen.mono, controller.every, now_);
    };
    if (is_listed) {
        word.kind = is_still_true(*sighting->part) ? sighting->word : Kind::incomplete;
    } else if (controller.whole != nullptr && is_still_true(*controller.whole)) {
        word.kind = Kind::unlisted;
    }
    return word;
}

/// Of those with the strongest sign one that has it up, else one whose word still counts.
const Sightings::Sighting* Sightings::best_of(const Subject& subject) const {
    const Sighting* best = nullptr;
    const auto rank = [&](const Sighting& sighting) {
        const ControllerWord word = word_of(sighting.controller, &sighting);
        const int by_word = word.kind == Kind::up                                  ? 0
                            : word.kind == Kind::down || word.kind == Kind::untold ? 1
                                                                                   : 2;
        return std::pair(by_word, sighting.controller);
    };
    for (const Sighting& sighting : subject.sightings) {
        if (sighting.part == nullptr) continue;
        if (best == nullptr || sighting.by < best->by ||
            (sighting.by == best->by && rank(sighting) < rank(*best)))
            best = &sighting;
    }
    return best;
}

std::optional<Sightings::Opinion> Sightings::opinion_of(std::size_t place) const {
    const auto found = subjects_.find(place);
    if (found == subjects_.end()) return std::nullopt;
    const Subject& subject = found->second;
    const Sighting* const best = best_of(subject);
    std::vector<ControllerWord> words;
    for (const Sighting& sighting : subject.sightings) {
        // Found by its MAC address here and another of the same name there: that one does not
        // count.
        const bool is_weaker =
            best != nullptr && sighting.part != nullptr && sighting.by > best->by;
        if (!is_weaker) words.push_back(word_of(sighting.controller, &sighting));
    }
    Opinion opinion;
    for (const std::size_t controller : subject.expected) {
        const bool is_said = std::ranges::any_of(subject.sightings, [&](const Sighting& sighting) {
            return sighting.controller == controller;
        });
        const Controller& who = controllers_.at(controller);
        // A parent that is a switch tells nothing, and was not asked to.
        const bool is_mute = !who.is_controller && who.health.state != HealthState::down &&
                             inventory_->devices[place]->controllers.empty();
        if (is_mute) continue;
        if (opinion.controller == nullptr) opinion.controller = inventory_->devices[controller];
        if (!is_said) words.push_back(word_of(controller, nullptr));
    }
    opinion.health = judge(words);
    if (best == nullptr) return opinion;
    opinion.part = best->part;
    opinion.every = controllers_.at(best->controller).every;
    opinion.controller = inventory_->devices[best->controller];
    opinion.is_up = word_of(best->controller, best).kind == Kind::up;
    return opinion;
}

bool Sightings::has_rebooted(std::size_t place, std::size_t controller) const {
    const auto found = subjects_.find(place);
    if (found == subjects_.end() || !controllers_.at(controller).is_new) return false;
    const Sighting* const best = best_of(found->second);
    return best != nullptr && best->controller == controller && best->has_rebooted;
}

std::shared_ptr<const ControllerList> Sightings::list_of(std::size_t place) const {
    const auto found = controllers_.find(place);
    return found == controllers_.end() ? nullptr : found->second.list;
}

}  // namespace pantau
