#include "state/silence.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pantau {
namespace {

constexpr unsigned weeks_most = 7;
constexpr double scale = 32;
constexpr double clients_most = 8191 / scale;
/// Less of an hour than this says nothing about it.
constexpr Duration counted_least = std::chrono::minutes(30);

double hours_of(Duration time) {
    return to_seconds(time) / 3600;
}

bool serves(const Health& health) {
    return health.state == HealthState::up || health.state == HealthState::degraded;
}

WallTime next_hour(WallTime time) {
    // Zones of half hours: their hours of the week begin elsewhere; pieces may be shorter then.
    constexpr auto half_hour = std::chrono::minutes(30);
    return WallTime{} +
           (std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()) / half_hour + 1) *
               half_hour;
}

}  // namespace

// ---- what is usual -----------------------------------------------------------------------------

void UsualWeek::learn(int hour, double clients) {
    std::uint16_t& slot = hours_[static_cast<std::size_t>(hour)];
    const unsigned weeks = slot >> 13;
    const double before = (slot & 0x1FFF) / scale;
    const double mean = before + (std::min(clients, clients_most) - before) / (weeks + 1);
    slot = static_cast<std::uint16_t>(std::min(weeks + 1, weeks_most) << 13 |
                                      static_cast<unsigned>(std::lround(mean * scale)));
}

std::optional<double> UsualWeek::clients(int hour) const {
    const std::uint16_t slot = hours_[static_cast<std::size_t>(hour)];
    if (slot >> 13 < 2) return std::nullopt;
    return (slot & 0x1FFF) / scale;
}

UsualWeek UsualWeek::unpacked(std::span<const std::uint16_t, hours> packed) {
    UsualWeek week;
    std::ranges::copy(packed, week.hours_.begin());
    return week;
}

// ---- areas -------------------------------------------------------------------------------------

void Silence::Use::fade(MonoTime now) {
    if (now <= at) return;
    const double left = std::exp(-hours_of(now - at) / hours_of(lately));
    usual *= left;
    real *= left;
    at = now;
}

void Silence::Use::add(double more_usual, double more_real, MonoTime now) {
    fade(now);
    usual += more_usual;
    real += more_real;
}

void Silence::stand_in(Track& track, const std::vector<std::string>& area) {
    track.area = area;
    track.areas = {&areas_[""]};
    std::string path;
    for (const std::string& level : area) {
        path += '\t' + level;
        track.areas.insert(track.areas.begin(), &areas_[path]);
    }
    track.own = {};
}

/// How busy the others around are now, measured by what they usually are: 1 as ever, 0 nobody.
double Silence::busyness_around(Track& track, MonoTime now) {
    track.own.fade(now);
    for (Use* const area : track.areas) {
        area->fade(now);
        const double usual = area->usual - track.own.usual;
        if (usual < neighbours_least) continue;
        return std::clamp((area->real - track.own.real) / usual, 0.0, 1.0);
    }
    return 1;  // Nobody to compare with: it is compared with itself alone.
}

// ---- access points -----------------------------------------------------------------------------

void Silence::restore(std::vector<KnownUse> known) {
    for (KnownUse& use : known) {
        std::string ap = use.ap;
        known_.insert_or_assign(std::move(ap), std::move(use));
    }
}

Silence::Track& Silence::track_of(const Look& look) {
    const auto [place, is_new] = tracks_.try_emplace(look.device->id);
    Track& track = place->second;
    if (is_new) {
        if (const auto known = known_.find(look.device->id); known != known_.end()) {
            track.known = std::move(known->second);
            known_.erase(known);
        } else {
            track.known.ap = look.device->id;
            track.known.since = zone_.day_of(look.wall).number;
        }
        track.booked = look.mono;
        track.holds = look.mono;
    }
    if (is_new || track.area != look.device->area) stand_in(track, look.device->area);
    return track;
}

void Silence::set_inventory(const Inventory& inventory) {
    std::erase_if(tracks_, [&](auto& entry) {
        if (inventory.find(entry.first) != nullptr) return false;
        known_.insert_or_assign(entry.first, std::move(entry.second.known));
        return true;
    });
}

std::optional<bool> Silence::see(const Look& look) {
    Track& track = track_of(look);
    book(track, look.wall, look.mono);
    track.holds = look.mono + 3 * look.every + std::chrono::seconds(10);
    const bool is_up = serves(look.health);
    track.clients = is_up ? look.clients : std::nullopt;
    if (!is_up || track.clients.value_or(0) > 0) {
        track.missed = 0;
        track.quiet = {};
        track.is_silent = false;
    }
    const bool is_known = zone_.day_of(look.wall).number - track.known.since >= days_to_know;
    if (!track.clients || !is_known) return std::nullopt;
    track.is_silent = track.missed >= missed_to_tell && track.quiet >= quiet_to_tell;
    return track.is_silent;
}

/// Books the time since the Look before, under what it found and as long as that may be believed.
void Silence::book(Track& track, WallTime wall, MonoTime mono) {
    if (mono <= track.booked) return;
    WallTime at = wall - std::chrono::duration_cast<WallTime::duration>(mono - track.booked);
    const MonoTime known = std::clamp(track.holds, track.booked, mono);
    while (track.clients && track.booked < known) {
        const Duration length = std::min<Duration>(next_hour(at) - at, known - track.booked);
        track.booked += length;
        spend(track, zone_.hour_of_week(at), track.booked, length);
        at += std::chrono::duration_cast<WallTime::duration>(length);
    }
    track.booked = mono;
}

void Silence::spend(Track& track, int hour, MonoTime until, Duration length) {
    if (hour != track.hour) close_hour(track);
    track.hour = hour;
    track.hour_client_seconds += to_seconds(length) * *track.clients;
    track.hour_counted += length;
    const std::optional<double> usual = track.known.usual.clients(hour);
    if (!usual) return;
    const double expected = *usual * hours_of(length);
    if (*track.clients == 0) {
        track.missed += expected * busyness_around(track, until);
        track.quiet += length;
    }
    const double real = *track.clients * hours_of(length);
    track.own.add(expected, real, until);
    for (Use* const area : track.areas)
        area->add(expected, real, until);
}

/// An hour of silence is not what is usual.
void Silence::close_hour(Track& track) {
    if (track.hour_counted >= counted_least && !track.is_silent) {
        track.known.usual.learn(track.hour,
                                track.hour_client_seconds / to_seconds(track.hour_counted));
        track.has_changed = true;
    }
    track.hour_client_seconds = 0;
    track.hour_counted = {};
}

std::vector<KnownUse> Silence::take_changed() {
    std::vector<KnownUse> changed;
    for (auto& [id, track] : tracks_) {
        if (std::exchange(track.has_changed, false)) changed.push_back(track.known);
    }
    return changed;
}

}  // namespace pantau
