#include "collectors/snmp/timing_wheel.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pantau::snmp {

TimingWheel::TimingWheel(MonoTime start) : start_(start) {}

std::uint64_t TimingWheel::ticks_before(MonoTime time) const {
    return time <= start_ ? 0 : static_cast<std::uint64_t>((time - start_) / tick);
}

void TimingWheel::add(Item item, MonoTime due) {
    if (item >= entries_.size()) entries_.resize(item + 1u);
    Entry& entry = entries_[item];
    PANTAU_ASSERT(entry.due == 0);
    // Rounded up: never early. At least one tick ahead of what has been expired.
    entry.due = std::max(ticks_before(due + tick - Duration(1)), now_ + 1);
    Item& head = heads_[entry.due % ring_size];
    entry.before = none;
    entry.after = head;
    if (head != none) entries_[head].before = item;
    head = item;
    ++size_;
}

void TimingWheel::remove(Item item) {
    if (item >= entries_.size() || entries_[item].due == 0) return;
    Entry& entry = entries_[item];
    if (entry.before != none) {
        entries_[entry.before].after = entry.after;
    } else {
        heads_[entry.due % ring_size] = entry.after;
    }
    if (entry.after != none) entries_[entry.after].before = entry.before;
    entry = Entry{};
    --size_;
}

void TimingWheel::advance(MonoTime now, std::vector<Item>& expired) {
    const std::uint64_t until = ticks_before(now);
    if (until <= now_) return;
    // After a long pause one round visits every place; what is overdue is found by its own tick.
    const std::uint64_t places = std::min<std::uint64_t>(until - now_, ring_size);
    for (std::uint64_t i = 1; i <= places && size_ != 0; ++i) {
        Item item = heads_[(now_ + i) % ring_size];
        while (item != none) {
            const Item after = entries_[item].after;
            if (entries_[item].due <= until) {
                remove(item);
                expired.push_back(item);
            }
            item = after;
        }
    }
    now_ = until;
}

std::optional<MonoTime> TimingWheel::next() const {
    if (size_ == 0) return std::nullopt;
    for (std::uint64_t i = 1; i <= ring_size; ++i) {
        if (heads_[(now_ + i) % ring_size] != none)
            return start_ + tick * static_cast<Duration::rep>(now_ + i);
    }
    return std::nullopt;
}

}  // namespace pantau::snmp
