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
    track.area = &areas_[""];
    std::string path;
    for (const std::string& level : area) {
        path += '\t' + level;
        Area& smaller = areas_[path];
        smaller.around = track.area;
        track.area = &smaller;
    }
    track.own = {};
}

/// How busy the others around are now, measured by what they usually are: 1 as ever, 0 nobody.
double Silence::busyness_around(Track& track, MonoTime now) {
    track.own.fade(now);
    for (Area* area = track.area; area != nullptr; area = area->around) {
        area->use.fade(now);
        const double usual = area->use.usual - track.own.usual;
        if (usual < neighbours_least) continue;
        return std::clamp((area->use.real - track.own.real) / usual, 0.0, 1.0);
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

KnownUse Silence::Track::known() const {
    return {device->id, since, usual != nullptr ? *usual : UsualWeek{}, missed};
}

KnownUse Silence::Track::take() {
    has_changed = false;
    has_missed_more = false;
    return known();
}

void Silence::Track::miss_nobody() {
    has_changed |= missed.client_hours > 0;
    missed.client_hours = 0;
    missed.quiet = {};
    is_silent = false;
}

/// What is known of its use already. Otherwise that begins today.
void Silence::remember(Track& track, WallTime wall) {
    const auto known = known_.find(track.device->id);
    if (known == known_.end()) {
        track.since = zone_.day_of(wall).number;
        track.missed.until = wall;
        return;
    }
    track.since = known->second.since;
    track.missed = known->second.missed;
    if (known->second.usual != UsualWeek{})
        track.usual = std::make_unique<UsualWeek>(known->second.usual);
    known_.erase(known);
}

Silence::Track& Silence::track_of(const Look& look) {
    const auto [track, is_new] = entry_of(tracks_, look.device);
    if (is_new) {
        remember(track, look.wall);
        track.booked = look.mono;
        track.holds = look.mono;
        stand_in(track, look.device->area);
    } else if (track.device != look.device) {
        const bool has_moved = track.device->area != look.device->area;
        give_device(tracks_, track, look.device);
        if (has_moved) stand_in(track, look.device->area);
    }
    return track;
}

void Silence::set_inventory(const Inventory& inventory) {
    std::erase_if(tracks_, [&](auto& entry) {
        if (inventory.find(entry.first) != nullptr) return false;
        known_.insert_or_assign(entry.second.device->id, entry.second.known());
        return true;
    });
}

std::optional<bool> Silence::see(const Look& look) {
    Track& track = track_of(look);
    book(track, look.wall, look.mono);
    track.holds = look.mono + 3 * look.every + std::chrono::seconds(10);
    const bool is_up = serves(look.health);
    track.clients = is_up ? look.clients : std::nullopt;
    const bool is_out = !is_up && look.health.state != HealthState::unknown;
    const bool is_old = look.wall - track.missed.until > count_holds;
    if (is_out || is_old || track.clients.value_or(0) > 0) track.miss_nobody();
    if (!track.clients) return std::nullopt;
    track.missed.until = look.wall;
    if (zone_.day_of(look.wall).number - track.since < days_to_know) return std::nullopt;
    const bool is_silent =
        track.missed.client_hours >= missed_to_tell && track.missed.quiet >= quiet_to_tell;
    track.has_changed |= is_silent != track.is_silent;
    track.is_silent = is_silent;
    return is_silent;
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
    track.hour = static_cast<std::uint8_t>(hour);
    track.hour_client_seconds += to_seconds(length) * *track.clients;
    track.hour_counted += length;
    const auto usual = track.usual != nullptr ? track.usual->clients(hour) : std::nullopt;
    if (!usual) return;
    const double expected = *usual * hours_of(length);
    if (*track.clients == 0) {
        track.missed.client_hours += expected * busyness_around(track, until);
        track.missed.quiet += length;
        track.has_missed_more = true;
    }
    const double real = *track.clients * hours_of(length);
    track.own.add(expected, real, until);
    for (Area* area = track.area; area != nullptr; area = area->around)
        area->use.add(expected, real, until);
}

/// An hour of silence is not what is usual.
void Silence::close_hour(Track& track) {
    track.has_changed |= track.has_missed_more;
    if (track.hour_counted >= counted_least && !track.is_silent) {
        if (track.usual == nullptr) track.usual = std::make_unique<UsualWeek>();
        track.usual->learn(track.hour, track.hour_client_seconds / to_seconds(track.hour_counted));
        track.has_changed = true;
    }
    track.hour_client_seconds = 0;
    track.hour_counted = {};
}

std::vector<KnownUse> Silence::take_changed() {
    std::vector<KnownUse> changed;
    for (auto& [id, track] : tracks_) {
        if (track.has_changed || track.has_missed_more) changed.push_back(track.take());
    }
    return changed;
}

std::vector<KnownUse> Silence::take_share(unsigned share, unsigned shares) {
    std::vector<KnownUse> changed;
    for (auto& [id, track] : tracks_) {
        if (!track.has_changed || tracks_.hash_function()(id) % shares != share) continue;
        changed.push_back(track.take());
    }
    return changed;
}

}  // namespace pantau
