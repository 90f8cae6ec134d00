#include "schedule/schedule.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pantau {
namespace {

/// Heap order: the earliest due on top; ties by slot, so that runs repeat exactly.
struct Later {
    template <class Due>
    bool operator()(const Due& a, const Due& b) const {
        return a.due != b.due ? a.due > b.due : a.slot > b.slot;
    }
};

}  // namespace

void Schedule::add(Slot slot, Duration interval, Duration phase, MonoTime now, Link link) {
    PANTAU_ASSERT(interval >= std::chrono::milliseconds(1));
    PANTAU_ASSERT(phase >= Duration::zero() && phase < interval);
    if (slot >= entries_.size()) entries_.resize(slot + 1);
    Entry& entry = entries_[slot];
    const bool same =
        entry.known && entry.interval == interval && entry.phase == phase && entry.link == link;
    if (same) return;
    if (link != no_link && link >= links_.size()) links_.resize(link + 1);
    // A visit under way counts where it began.
    if (entry.in_window) leave_window(entry);
    entry.link = link;
    if (!entry.known) {
        ++known_;
        entry.known = true;
        entry.losses = 0;
    }
    entry.interval = interval;
    entry.phase = phase;
    if (!entry.in_flight) plan(slot, next_point(entry, now));
}

void Schedule::remove(Slot slot) {
    PANTAU_ASSERT(slot < entries_.size() && entries_[slot].known);
    Entry& entry = entries_[slot];
    if (entry.in_flight) leave_flight(entry);
    entry.known = false;
    ++entry.generation;
    --known_;
    drop_void_entries();
}

void Schedule::hurry(Slot slot, MonoTime now) {
    PANTAU_ASSERT(slot < entries_.size() && entries_[slot].known);
    Entry& entry = entries_[slot];
    if (entry.in_flight || entry.due <= now) return;
    plan(slot, now);
}

std::optional<Schedule::Visit> Schedule::pop(MonoTime now) {
    age_window(now);
    const std::optional<Due> due = take_next(now);
    if (!due) return std::nullopt;
    Entry& entry = entries_[due->slot];
    // Points of the phase that went by because nothing could be started.
    const auto missed = (next_point(entry, now) - next_point(entry, due->due)) / entry.interval;
    if (missed > 0) shed_ += static_cast<std::uint64_t>(missed);
    entry.in_flight = true;
    entry.in_window = true;
    ++entry.generation;
    ++in_flight_;
    ++in_window_;
    if (entry.link != no_link) ++links_[entry.link].in_window;
    young_.push_back({now, due->slot, entry.generation});
    return Visit{due->slot, due->due};
}

/// The earliest that may start. Those whose link is full queue up there.
std::optional<Schedule::Due> Schedule::take_next(MonoTime now) {
    while (in_window_ < options_.window && !heap_.empty() && heap_.front().due <= now) {
        const Due due = heap_.front();
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        heap_.pop_back();
        drop_void_entries();
        const Link link = entries_[due.slot].link;
        if (link == no_link || links_[link].in_window < options_.link_window) return due;
        links_[link].queue.push_back(due);
        ++queued_;
    }
    return std::nullopt;
}

void Schedule::finished(Slot slot, Outcome outcome, MonoTime now) {
    if (slot >= entries_.size() || !entries_[slot].in_flight) return;
    Entry& entry = entries_[slot];
    leave_flight(entry);
    const std::uint8_t losses_most = 3;
    entry.losses =
        outcome == Outcome::answered
            ? std::uint8_t{0}
            : std::min<std::uint8_t>(losses_most, static_cast<std::uint8_t>(entry.losses + 1));

    const MonoTime regular = next_point(entry, std::max(entry.due, now));

    const bool confirm = entry.losses == 1 || entry.losses == 2;
    const MonoTime soon =
        now + (entry.losses == 1 ? options_.confirm_first : options_.confirm_second);
    if (confirm && soon < regular) {
        plan(slot, soon);
    } else {
        plan(slot, regular);
    }
}

std::optional<MonoTime> Schedule::next() const {
    std::optional<MonoTime> next;
    // When the oldest visit leaves the window, if it does not end before.
    if (queued_ != 0 && !young_.empty()) next = young_.front().started + options_.lost_after;
    if (heap_.empty()) return next;
    MonoTime due = heap_.front().due;
    if (in_window_ >= options_.window)
        due = std::max(due, young_.front().started + options_.lost_after);
    return next ? std::min(*next, due) : due;
}

/// Visits that have lasted long leave the window; those that ended have left already.
void Schedule::age_window(MonoTime now) {
    while (!young_.empty()) {
        const Young& oldest = young_.front();
        Entry& entry = entries_[oldest.slot];
        if (entry.in_window && entry.generation == oldest.generation) {
            if (now - oldest.started < options_.lost_after) return;
            leave_window(entry);
        }
        young_.pop_front();
    }
}

void Schedule::leave_flight(Entry& entry) {
    entry.in_flight = false;
    --in_flight_;
    if (entry.in_window) leave_window(entry);
}

/// Makes room, also for the first that waits for the same link.
void Schedule::leave_window(Entry& entry) {
    entry.in_window = false;
    --in_window_;
    if (entry.link == no_link) return;
    LinkLoad& link = links_[entry.link];
    --link.in_window;
    while (!link.queue.empty()) {
        const Due first = link.queue.front();
        link.queue.pop_front();
        --queued_;
        if (is_void(first)) continue;
        push(first);
        return;
    }
}

void Schedule::plan(Slot slot, MonoTime due) {
    Entry& entry = entries_[slot];
    entry.due = due;
    ++entry.generation;
    push({due, slot, entry.generation});
    drop_void_entries();
}

void Schedule::push(const Due& due) {
    heap_.push_back(due);
    std::push_heap(heap_.begin(), heap_.end(), Later{});
}

bool Schedule::is_void(const Due& due) const {
    const Entry& entry = entries_[due.slot];
    return !entry.known || entry.in_flight || entry.generation != due.generation;
}

void Schedule::drop_void_entries() {
    while (!heap_.empty() && is_void(heap_.front())) {
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        heap_.pop_back();
    }
}

MonoTime Schedule::next_point(const Entry& entry, MonoTime after) const {
    const Duration since_epoch = after.time_since_epoch() - entry.phase;
    const auto whole = since_epoch / entry.interval;
    const auto points = since_epoch < Duration::zero() ? whole : whole + 1;
    return MonoTime(entry.phase + points * entry.interval);
}

std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ull;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ull;
    }
    // FNV's low bits move too little between "ap-1" and "ap-2": mix them.
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdull;
    hash ^= hash >> 33;
    return hash;
}

Duration phase_of(std::string_view device_id, Duration interval) {
    const Duration grid = std::max(Duration(1), std::min(phase_grid, interval / 100));
    const auto points = static_cast<std::uint64_t>(interval / grid);
    return grid * static_cast<Duration::rep>(stable_hash(device_id) % points);
}

}  // namespace pantau
