#include "state/history.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
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

/// What a counter went forward by. After a restart it began anew from 0.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
    return now >= before ? now - before : now;
}

}  // namespace

DayRecord History::Track::record() const {
    return day.record(device->id, area_text(*device));
}

void History::restore(HistoryLeft left) {
    part_ = left.part;
    for (DayRecord& record : left.latest) {
        std::string ap = record.ap;
        parked_.insert_or_assign(std::move(ap), std::move(record));
    }
}

LocalDay History::day_of(WallTime time) {
    if (time < lately_.begin || time >= lately_.end) lately_ = zone_.day_of(time);
    return lately_;
}

LocalDay History::day_numbered(std::int32_t number) {
    LocalDay& day = lately_numbered_;
    if (day.number != number || day.begin == day.end) day = zone_.day_numbered(number);
    return day;
}

void History::set_inventory(const Inventory& inventory, WallTime wall, MonoTime mono) {
    for (const auto& device : inventory.devices) {
        const auto found = tracks_.find(device->id);
        if (found == tracks_.end() || found->second.device == device) continue;
        Track& track = found->second;
        track.changed |= device->area != track.device->area;
        const bool is_other_box = device->address != track.device->address;
        if (is_other_box) track.carried = {};
        give_device(tracks_, track, device);
    }
    std::vector<std::shared_ptr<const Device>> gone;
    for (const auto& [id, track] : tracks_) {
        if (inventory.find(id) == nullptr) gone.push_back(track.device);
    }
    for (const auto& device : gone)
        leave(device->id, wall, mono);
    // A record of an earlier day, of one that left, is of no use any more.
    const std::int32_t today = day_of(wall).number;
    std::erase_if(parked_, [&](const auto& entry) {
        return !entry.second.until && entry.second.day < today;
    });
}

void History::leave(std::string_view id, WallTime wall, MonoTime mono) {
    const auto found = tracks_.find(id);
    if (found == tracks_.end()) return;
    book(found->second, wall, mono);
    park(found->second);
    tracks_.erase(found);
}

void History::park(const Track& track) {
    DayRecord record = track.record();
    record.until = std::nullopt;
    closed_.push_back(record);
    parked_.insert_or_assign(track.device->id, std::move(record));
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
    if (look.wall >= day_numbered(track.day.day).end) enter(track, day_of(look.wall));
    track.health = look.health;
    // As long as metrics show it (state/snapshot): three polls and a margin.
    track.holds = look.mono + 3 * look.every + std::chrono::seconds(10);
    track.clients = look.clients;
    if (look.clients) {
        track.day.clients_peak = std::max(track.day.clients_peak.value_or(0), *look.clients);
    }
    const auto reboots = static_cast<std::uint32_t>(look.reboots);
    track.day.reboots += reboots - track.reboots;
    track.reboots = reboots;
    count_traffic(track, look);
    if (!track.day.until()) track.day.set_until(look.wall);
    track.changed = true;
}

History::Track& History::track_of(const Look& look) {
    const auto [track, is_new] = entry_of(tracks_, look.device);
    if (!is_new) return track;
    track.booked = look.mono;
    track.holds = look.mono;
    track.reboots = static_cast<std::uint32_t>(look.reboots);
    resume(track, look.wall);
    return track;
}

/// Opens the record of today: the one that waits, or a new one.
void History::resume(Track& track, WallTime wall) {
    const LocalDay today = day_of(wall);
    const auto parked = parked_.find(track.device->id);
    const bool is_ours = parked != parked_.end() &&
                         (parked->second.day < today.number ||
                          (parked->second.day == today.number && parked->second.part == part_));
    if (!is_ours) {
        track.day.day = today.number;
        track.day.part = part_;
    } else {
        go_on(track, parked->second, wall);
    }
    if (parked != parked_.end()) parked_.erase(parked);
}

/// What lies between the end of that record and now is a gap of ours.
void History::go_on(Track& track, const DayRecord& before, WallTime wall) {
    const LocalDay today = day_of(wall);
    const std::optional<WallTime> until = before.until;
    const bool is_gap = until && *until < wall && wall - *until <= gap_most;
    if (!is_gap && before.day != today.number) {
        track.day.day = today.number;
        track.day.part = part_;
        return;
    }
    track.day = RunningDay(before);
    if (!is_gap) return;
    const std::size_t closed = closed_.size();
    spend(track, *until, wall, Spent::unmonitored, std::nullopt);
    if (track.day.day != today.number) enter(track, today);
    // The day that ended meanwhile belongs to the place where it stood then.
    if (closed_.size() > closed) closed_[closed].area = before.area;
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
    track.day.set_until(wall);
}

void History::spend(Track& track, WallTime begin, WallTime end, Spent kind,
                    std::optional<Reason> reason) {
    while (begin < end) {
        LocalDay day = day_numbered(track.day.day);
        if (begin < day.begin) {
            if (day.begin - begin < small_step_back) {
                end += day.begin - begin;
                begin = day.begin;
            } else {
                // The clock was set back into a day that is over: that day gets another part.
                if (track.day.part == part_) ++part_;
                enter(track, day = day_of(begin));
            }
        }
        if (begin >= day.end) enter(track, day = day_of(begin));
        const auto into_day = begin - day.begin;
        const WallTime step_end = day.begin + (into_day / bar_step + 1) * bar_step;
        const WallTime piece_end = std::min({end, day.end, step_end});
        const Duration length = piece_end - begin;
        track.day.add(kind, std::nullopt, length);
        if (reason && has_cause(kind)) track.day.add(kind, reason, length);
        if (track.clients && (kind == Spent::up || kind == Spent::degraded)) {
            track.day.client_seconds += to_seconds(length) * *track.clients;
            track.day.clients_measured += length;
        }
        spend_within_step(track, static_cast<std::uint16_t>(into_day / bar_step), length, kind);
        begin = piece_end;
        track.changed = true;
    }
}

void History::spend_within_step(Track& track, std::uint16_t step, Duration length, Spent kind) {
    if (step != track.step) {
        track.step = step;
        track.of_step = {};
    }
    // A step whose begin came again and again, as the clock was set back, may be longer than it is.
    constexpr std::uint64_t most_time = std::numeric_limits<std::uint32_t>::max();
    const auto added = std::chrono::ceil<std::chrono::microseconds>(length).count();
    std::uint32_t& time = track.of_step[static_cast<std::size_t>(kind) - 1];
    time =
        static_cast<std::uint32_t>(std::min(most_time, time + static_cast<std::uint64_t>(added)));
    std::size_t most = 0;
    for (std::size_t i = 1; i < track.of_step.size(); ++i) {
        if (track.of_step[i] >= track.of_step[most]) most = i;
    }
    track.day.bar.set(step, static_cast<std::uint8_t>(most + 1));
}

/// Closes the record and opens one of another day.
void History::enter(Track& track, const LocalDay& day) {
    track.day.set_until(day_numbered(track.day.day).end);
    closed_.push_back(track.record());
    track.day = {};
    track.day.day = day.number;
    track.day.part = part_;
    track.step = 0;
    track.of_step = {};
}

void History::count_traffic(Track& track, const Look& look) {
    for (const Carried& now : look.carried) {
        // In the same order nearly always. One that was not there before has no beginning.
        const auto before = std::ranges::find(track.carried, now.component, &Carried::component);
        if (before == track.carried.end()) continue;
        track.day.rx_bytes += growth(before->rx, now.rx);
        track.day.tx_bytes += growth(before->tx, now.tx);
    }
    if (!look.carried.empty()) track.carried.assign(look.carried);
}

std::vector<DayRecord> History::take_share(WallTime wall, MonoTime mono, unsigned share,
                                           unsigned shares) {
    std::vector<DayRecord> changed;
    for (auto& [id, track] : tracks_) {
        if (tracks_.hash_function()(id) % shares != share) continue;
        book(track, wall, mono);
        if (std::exchange(track.changed, false)) changed.push_back(track.record());
    }
    std::ranges::move(std::exchange(closed_, {}), std::back_inserter(changed));
    return changed;
}

std::vector<DayRecord> History::take_changed() {
    std::vector<DayRecord> changed = std::exchange(closed_, {});
    for (auto& [id, track] : tracks_) {
        if (!std::exchange(track.changed, false)) continue;
        changed.push_back(track.record());
    }
    return changed;
}

}  // namespace pantau
