#include "state/counters.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <unordered_map>

namespace pantau {
namespace {

constexpr std::uint64_t two_to_32 = std::uint64_t{1} << 32;
constexpr std::uint64_t low_half = two_to_32 - 1;
/// TimeTicks are hundredths of a second in 32 bits: 497.1 days.
constexpr double uptime_wrap_seconds = 42949672.96;
/// No device starts in less; agents round, cache and read their clock late.
constexpr double uptime_noise_seconds = 5;
/// A counter that lost less than this share did not restart: it would have to count nearly its
/// whole life again within one interval.
constexpr std::uint64_t hair = 1000;
constexpr Duration missing_kept = std::chrono::hours(1);
/// Counters above this say something when they go on: idle ones look alike before and after a boot.
constexpr std::uint64_t tells_much = 1'000'000;
/// More wrapping counters than any device loses at once; a device that renames its parts at each
/// poll cannot make us remember more.
constexpr std::size_t missing_limit = 256;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash ^= value + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2);
    hash *= 0xFF51AFD7ED558CCDull;
    return hash ^ (hash >> 33);
}

std::uint64_t mix(std::uint64_t hash, std::optional<std::string_view> text) {
    return mix(hash, text ? std::hash<std::string_view>{}(*text) : 0);
}

/// What makes a component the same one in the next Poll: its names, not its place.
std::uint64_t identity_of(const Observation& seen, const Component& component,
                          std::uint64_t parent) {
    std::uint64_t hash = mix(parent, static_cast<std::uint64_t>(component.kind) + 1);
    switch (component.kind) {
        case ComponentKind::system:
            break;
        case ComponentKind::access_point: {
            const auto id = seen.text(component, quantity::ap_id);
            hash = mix(hash, id ? id : seen.text(component, quantity::ap_name));
            break;
        }
        case ComponentKind::radio:
            hash = mix(hash, seen.text(component, quantity::radio_name));
            break;
        case ComponentKind::ssid:
            hash = mix(hash, seen.text(component, quantity::ssid_ssid));
            hash = mix(hash, seen.text(component, quantity::ssid_radio));
            break;
        case ComponentKind::interface: {
            const auto index = seen.number(component, quantity::interface_index);
            hash = mix(hash, index ? index->as_natural() : 0);
            hash = mix(hash, seen.text(component, quantity::interface_name));
            break;
        }
    }
    return hash;
}

/// One identity per component. Components that look alike are told apart by their order.
std::vector<std::uint64_t> identities_of(const Observation& seen) {
    std::vector<std::uint64_t> all;
    all.reserve(seen.components.size());
    std::unordered_map<std::uint64_t, std::uint64_t> twins;
    for (const Component& component : seen.components) {
        const bool has_parent = component.parent < all.size();
        const std::uint64_t identity =
            identity_of(seen, component, has_parent ? all[component.parent] : 0);
        const std::uint64_t earlier = twins[identity]++;
        all.push_back(earlier == 0 ? identity : mix(identity, earlier));
    }
    return all;
}

bool is_counter(const Reading& reading) {
    return quantity_info(reading.quantity).kind == QuantityKind::counter &&
           reading.value.kind() == Number::Kind::natural;
}

bool wraps(const Reading& reading) {
    return reading.wraps_at_32_bits && reading.value.as_natural() < two_to_32;
}

/// What happened to one counter.
enum class Step : std::uint8_t { forward, hair_back, wrapped, restarted };

Step step_of(const Reading& now, std::uint64_t shown) {
    const std::uint64_t raw = now.value.as_natural();
    const std::uint64_t before = wraps(now) ? shown & low_half : shown;
    if (raw >= before) return Step::forward;
    const std::uint64_t back = before - raw;
    if (back <= before / hair) return Step::hair_back;
    if (wraps(now) && two_to_32 - back < two_to_32 / 2) return Step::wrapped;
    return Step::restarted;
}

/// The value to show for one counter, given what was shown before.
std::uint64_t corrected(const Reading& now, std::uint64_t shown, bool component_restarted) {
    const std::uint64_t raw = now.value.as_natural();
    const std::uint64_t upper = wraps(now) ? shown & ~low_half : 0;
    switch (step_of(now, shown)) {
        case Step::forward:
            return upper + raw;
        case Step::hair_back:
            return shown;
        case Step::wrapped:
            return component_restarted ? raw : upper + two_to_32 + raw;
        case Step::restarted:
            break;
    }
    return raw;
}

const Reading* find(std::span<const Reading> readings, QuantityId id, std::size_t likely) {
    if (likely < readings.size() && readings[likely].quantity == id) return &readings[likely];
    const auto found = std::ranges::find(readings, id, &Reading::quantity);
    return found == readings.end() ? nullptr : &*found;
}

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Where a component stands in a list; `likely` is where it stood in the Poll before.
std::size_t place_of(std::uint64_t identity, const std::vector<std::uint64_t>& list,
                     std::size_t likely) {
    if (likely < list.size() && list[likely] == identity) return likely;
    const auto found = std::ranges::find(list, identity);
    return found == list.end() ? nowhere : static_cast<std::size_t>(found - list.begin());
}

}  // namespace

bool CounterMemory::has_rebooted(const Observation& now,
                                 const std::vector<std::uint64_t>& present) {
    const Component* const system = now.system();
    if (system == nullptr) return false;
    const auto reading = now.number(*system, quantity::system_uptime);
    if (!reading) return false;
    const Uptime before = uptime_.value_or(Uptime{reading->as_double(), now.mono});
    uptime_ = Uptime{reading->as_double(), now.mono};

    const double uptime = reading->as_double();
    const double elapsed = to_seconds(now.mono - before.seen);
    const double noise = std::max(uptime_noise_seconds, 0.1 * elapsed);
    const bool went_back = uptime < before.seconds - uptime_noise_seconds;
    // A clock that stands still (a replayed recording) is shorter than any wait, yet no restart.
    const bool is_too_short = uptime != before.seconds && uptime < elapsed - noise;
    if (!went_back && !is_too_short) return false;
    // Up for longer than we looked away: another clock (the agent's own, where the machine's did
    // not arrive or wrapped), not another boot.
    if (uptime > elapsed + noise) return false;
    const double wrapped = before.seconds + elapsed - uptime_wrap_seconds;
    if (std::abs(uptime - wrapped) <= noise) return false;
    const bool was_much_longer = before.seconds > 10 * uptime;
    return !(was_much_longer && all_went_on(now, present));
}

/// Whether every counter counts on and some had counted much: the machine did not restart, its
/// agent did. Asked only when the uptime is less than a tenth of what it was: after a boot all of
/// them would have had to count ten times as fast.
bool CounterMemory::all_went_on(const Observation& now,
                                const std::vector<std::uint64_t>& present) const {
    if (last_ == nullptr) return false;
    bool is_much = false;
    for (std::size_t i = 0; i < now.components.size(); ++i) {
        const std::size_t place = place_of(present[i], identities_, i);
        if (place == nowhere) continue;
        const auto earlier = last_->readings_of(last_->components[place]);
        const auto readings = now.readings_of(now.components[i]);
        for (std::size_t r = 0; r < readings.size(); ++r) {
            const Reading* const before = find(earlier, readings[r].quantity, r);
            if (!is_counter(readings[r]) || before == nullptr || !is_counter(*before)) continue;
            const std::uint64_t shown = before->value.as_natural();
            if (step_of(readings[r], shown) != Step::forward) return false;
            const std::uint64_t counted = wraps(readings[r]) ? shown & low_half : shown;
            is_much |= counted >= tells_much;
        }
    }
    return is_much;
}

void CounterMemory::remember_missing(const Observation& now,
                                     const std::vector<std::uint64_t>& present) {
    std::erase_if(missing_, [&](const Missing& m) { return now.mono - m.since > missing_kept; });
    for (std::size_t i = 0; i < identities_.size(); ++i) {
        const std::size_t place = place_of(identities_[i], present, i);
        const std::span<const Reading> arrived =
            place == nowhere ? std::span<const Reading>{} : now.readings_of(now.components[place]);
        for (const Reading& reading : last_->readings_of(last_->components[i])) {
            // Below half a turn a wrap would be taken for a restart anyway.
            const bool may_wrap = reading.wraps_at_32_bits && is_counter(reading) &&
                                  reading.value.as_natural() >= two_to_32 / 2;
            if (!may_wrap || find(arrived, reading.quantity, 0) != nullptr) continue;
            if (missing_.size() >= missing_limit) return;
            missing_.push_back(
                {identities_[i], reading.quantity, reading.value.as_natural(), now.mono});
        }
    }
}

std::optional<std::uint64_t> CounterMemory::shown_before(std::size_t place, std::uint64_t component,
                                                         const Reading& reading,
                                                         std::size_t likely) {
    if (place != nowhere) {
        const Reading* const before =
            find(last_->readings_of(last_->components[place]), reading.quantity, likely);
        if (before != nullptr && is_counter(*before)) return before->value.as_natural();
    }
    const auto kept = std::ranges::find_if(missing_, [&](const Missing& m) {
        return m.component == component && m.quantity == reading.quantity;
    });
    if (kept == missing_.end()) return std::nullopt;
    const std::uint64_t shown = kept->shown;
    missing_.erase(kept);
    return shown;
}

std::shared_ptr<const Observation> CounterMemory::correct(
    std::shared_ptr<const Observation> now, const std::vector<std::uint64_t>& present) {
    std::shared_ptr<Observation> copy;  // Made when the first value differs: seldom.
    std::vector<std::optional<std::uint64_t>> before;
    for (std::size_t i = 0; i < now->components.size(); ++i) {
        const Component& component = now->components[i];
        const auto readings = now->readings_of(component);
        const std::size_t place = place_of(present[i], identities_, i);
        if (place == nowhere && missing_.empty()) continue;
        bool restarted = false;
        before.assign(readings.size(), std::nullopt);
        for (std::size_t r = 0; r < readings.size(); ++r) {
            if (!is_counter(readings[r])) continue;
            before[r] = shown_before(place, present[i], readings[r], r);
            restarted |= before[r] && step_of(readings[r], *before[r]) == Step::restarted;
        }
        for (std::size_t r = 0; r < readings.size(); ++r) {
            if (!before[r]) continue;
            const std::uint64_t shown = corrected(readings[r], *before[r], restarted);
            if (shown == readings[r].value.as_natural()) continue;
            if (copy == nullptr) copy = std::make_shared<Observation>(*now);
            copy->readings[component.first_reading + r].value = Number::natural(shown);
        }
    }
    if (copy == nullptr) return now;
    return copy;
}

Followed CounterMemory::follow(std::shared_ptr<const Observation> now) {
    Followed followed;
    std::vector<std::uint64_t> present = identities_of(*now);
    followed.rebooted = has_rebooted(*now, present);
    if (followed.rebooted) {
        missing_.clear();
    } else if (last_ != nullptr) {
        now = correct(std::move(now), present);
        remember_missing(*now, present);
    }
    last_ = now;
    identities_ = std::move(present);
    followed.shown = std::move(now);
    return followed;
}

}  // namespace pantau
