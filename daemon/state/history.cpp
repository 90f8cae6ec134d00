#include "state/history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pantau {
namespace {

/// A clock that is set back by less does not open the day before again: such seconds are booked on
/// the day that has begun.
constexpr Duration small_step_back = std::chrono::hours(1);

std::string area_text(const Device& device) {
    std::string text;
    for (std::size_t i = 0; i < device.area.size(); ++i)
        text += (i == 0 ? "" : "\t") + device.area[i];
    return text;
}

bool has_cause(Spent kind) {
    return kind != Spent::up && kind != Spent::maintenance;
}

void add_reason(DayRecord& record, Spent kind, Reason reason, Duration time) {
    const auto same = std::ranges::find_if(record.reasons, [&](const ReasonTime& entry) {
        return entry.spent == kind && entry.reason == reason;
    });
    if (same != record.reasons.end()) {
        same->time += time;
    } else {
        record.reasons.push_back({kind, reason, time});
    }
}

/// What a counter went forward by. After a restart it began anew from 0.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
    return now >= before ? now - before : now;
}

}  // namespace

void History::restore(HistoryLeft left) {
    part_ = left.part;
    for (DayRecord& record : left.latest) {
        std::string ap = record.ap;
        parked_.insert_or_assign(std::move(ap), std::move(record));
    }
}

const LocalDay& History::day_of(WallTime time) {
    if (time < lately_.begin || time >= lately_.end) lately_ = zone_.day_of(time);
    return lately_;
}

void History::set_inventory(const Inventory& inventory, WallTime wall, MonoTime mono) {
    std::vector<std::string> gone;
    for (auto& [id, track] : tracks_) {
        auto device = inventory.find(id);
        if (device == nullptr) {
            gone.push_back(id);
        } else if (device != track.device) {
            const bool moved = device->area != track.device->area;
            const bool is_other_box = device->address != track.device->address;
            track.device = std::move(device);
            if (moved) track.record.area = area_text(*track.device);
            if (is_other_box) track.carried.clear();
            track.changed |= moved;
        }
    }
    for (const std::string& id : gone)
        leave(id, wall, mono);
    // A record of an earlier day, of one that left, is of no use any more.
    const std::int32_t today = day_of(wall).number;
    std::erase_if(parked_, [&](const auto& entry) {
        return !entry.second.until && entry.second.day < today;
    });
}

void History::leave(std::string_view id, WallTime wall, MonoTime mono) {
    const auto found = tracks_.find(std::string(id));
    if (found == tracks_.end()) return;
    book(found->second, wall, mono);
    park(std::move(found->second));
    tracks_.erase(found);
}

void History::park(Track&& track) {
    track.record.until = std::nullopt;
    closed_.push_back(track.record);
    std::string ap = track.record.ap;
    parked_.insert_or_assign(std::move(ap), std::move(track.record));
}

void History::follow(std::shared_ptr<const Snapshot> snapshot,
                     const std::function<void(const Look&)>& also) {
    const bool is_other = followed_ == nullptr || followed_->inventory != snapshot->inventory;
    if (is_other) set_inventory(*snapshot->inventory, snapshot->time, snapshot->mono);
    for (std::size_t i = 0; i < snapshot->devices.size(); ++i) {
        const DeviceState& state = *snapshot->devices[i];
        if (!is_other && snapshot->devices[i] == followed_->devices[i]) continue;
        if (const auto look = look_of(state, snapshot->time, snapshot->mono)) {
            see(*look);
            if (also) also(*look);
        } else if (!is_access_point(state)) {
            leave(state.device->id, snapshot->time, snapshot->mono);
        }
    }
    followed_ = std::move(snapshot);
}

void History::see(const Look& look) {
    Track& track = track_of(look);
    book(track, look.wall, look.mono);
    if (look.wall >= track.day.end) enter(track, day_of(look.wall));
    track.health = look.health;
    // As long as metrics show it (state/snapshot): three polls and a margin.
    track.holds = look.mono + 3 * look.every + std::chrono::seconds(10);
    track.clients = look.clients;
    if (look.clients) {
        track.record.clients_peak = std::max(track.record.clients_peak.value_or(0), *look.clients);
    }
    track.record.reboots += static_cast<std::uint32_t>(look.reboots - track.reboots);
    track.reboots = look.reboots;
    count_traffic(track, look);
    if (!track.record.until) track.record.until = look.wall;
    track.changed = true;
}

History::Track& History::track_of(const Look& look) {
    const auto [place, is_new] = tracks_.try_emplace(look.device->id);
    Track& track = place->second;
    if (!is_new) return track;
    track.device = look.device;
    track.booked = look.mono;
    track.holds = look.mono;
    track.reboots = look.reboots;
    resume(track, look.wall);
    return track;
}

/// Opens the record of today: the one that waits, or a new one. What lies between is a gap of ours.
void History::resume(Track& track, WallTime wall) {
    const LocalDay today = day_of(wall);
    const auto parked = parked_.find(track.device->id);
    const bool is_ours = parked != parked_.end() &&
                         (parked->second.day < today.number ||
                          (parked->second.day == today.number && parked->second.part == part_));
    if (is_ours) {
        track.record = std::move(parked->second);
        track.day = zone_.day_numbered(track.record.day);
        const std::optional<WallTime> until = track.record.until;
        if (until && *until < wall && wall - *until <= gap_most) {
            spend(track, *until, wall, Spent::unmonitored, std::nullopt);
        } else if (track.day != today) {
            track.record = {};
        }
    }
    if (parked != parked_.end()) parked_.erase(parked);
    track.record.ap = track.device->id;
    track.record.area = area_text(*track.device);
    if (track.day != today) {
        track.day = today;
        track.record.day = today.number;
        track.record.part = part_;
    }
}

void History::settle(WallTime wall, MonoTime mono) {
    for (auto& [id, track] : tracks_)
        book(track, wall, mono);
}

/// Books the time up to `mono`, which is `wall` to people.
void History::book(Track& track, WallTime wall, MonoTime mono) {
    if (mono <= track.booked) return;
    const auto wall_at = [&](MonoTime moment) {
        return wall - std::chrono::duration_cast<WallTime::duration>(mono - moment);
    };
    const MonoTime known = std::clamp(track.holds, track.booked, mono);
    const Spent kind = spent_of(track.health);
    spend(track, wall_at(track.booked), wall_at(known), kind, track.health.reason);
    spend(track, wall_at(known), wall, Spent::unmonitored, std::nullopt);
    track.booked = mono;
    track.record.until = wall;
}

void History::spend(Track& track, WallTime begin, WallTime end, Spent kind,
                    std::optional<Reason> reason) {
    while (begin < end) {
        if (begin < track.day.begin) {
            if (track.day.begin - begin < small_step_back) {
                end += track.day.begin - begin;
                begin = track.day.begin;
            } else {
                // The clock was set back into a day that is over: that day gets another part.
                if (track.record.part == part_) ++part_;
                enter(track, day_of(begin));
            }
        }
        if (begin >= track.day.end) enter(track, day_of(begin));
        const auto into_day = begin - track.day.begin;
        const WallTime step_end = track.day.begin + (into_day / bar_step + 1) * bar_step;
        const WallTime piece_end = std::min({end, track.day.end, step_end});
        const Duration length = piece_end - begin;
        track.record.of(kind) += length;
        if (reason && has_cause(kind)) add_reason(track.record, kind, *reason, length);
        if (track.clients && (kind == Spent::up || kind == Spent::degraded)) {
            track.record.client_seconds += to_seconds(length) * *track.clients;
            track.record.clients_measured += length;
        }
        spend_within_step(track, begin, length, kind);
        begin = piece_end;
        track.changed = true;
    }
}

void History::spend_within_step(Track& track, WallTime begin, Duration length, Spent kind) {
    const auto step = static_cast<std::size_t>((begin - track.day.begin) / bar_step);
    if (step != track.step) {
        track.step = step;
        track.of_step = {};
    }
    track.of_step[static_cast<std::size_t>(kind)] += length;
    std::size_t most = 0;
    for (std::size_t i = 1; i < spent_count; ++i) {
        if (track.of_step[i] >= track.of_step[most]) most = i;
    }
    track.record.bar.set(step, static_cast<std::uint8_t>(most));
}

/// Closes the record and opens one of another day.
void History::enter(Track& track, const LocalDay& day) {
    track.record.until = track.day.end;
    closed_.push_back(std::move(track.record));
    track.record = {};
    track.record.ap = track.device->id;
    track.record.area = area_text(*track.device);
    track.record.day = day.number;
    track.record.part = part_;
    track.day = day;
    track.step = 0;
    track.of_step = {};
}

void History::count_traffic(Track& track, const Look& look) {
    for (const Carried& now : look.carried) {
        // In the same order nearly always. One that was not there before has no beginning.
        const auto before = std::ranges::find(track.carried, now.component, &Carried::component);
        if (before == track.carried.end()) continue;
        track.record.rx_bytes += growth(before->rx, now.rx);
        track.record.tx_bytes += growth(before->tx, now.tx);
    }
    if (!look.carried.empty()) track.carried = look.carried;
}

std::vector<DayRecord> History::take_share(WallTime wall, MonoTime mono, unsigned share,
                                           unsigned shares) {
    std::vector<DayRecord> changed;
    for (auto& [id, track] : tracks_) {
        if (tracks_.hash_function()(id) % shares != share) continue;
        book(track, wall, mono);
        if (std::exchange(track.changed, false)) changed.push_back(track.record);
    }
    std::ranges::move(std::exchange(closed_, {}), std::back_inserter(changed));
    return changed;
}

std::vector<DayRecord> History::take_changed() {
    std::vector<DayRecord> changed = std::exchange(closed_, {});
    for (auto& [id, track] : tracks_) {
        if (!std::exchange(track.changed, false)) continue;
        changed.push_back(track.record);
    }
    return changed;
}

}  // namespace pantau
