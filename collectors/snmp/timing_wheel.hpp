#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace pantau::snmp {

/// Deadlines of many small-numbered items: adding, removing and expiring cost a few instructions.
///
/// A ring of ticks, each with a list of the items due in it. An item due later than the ring
/// reaches lies in its place already and is passed over until its round comes. Pure: time is an
/// argument.
class TimingWheel {
public:
    using Item = std::uint32_t;

    /// 4 ms: fine enough that a timeout of 100 ms is 4 % late at most.
    static constexpr Duration tick = std::chrono::milliseconds(4);

    explicit TimingWheel(MonoTime start);

    /// `item` becomes due at the first tick that is not before `due`. It must not be in already.
    void add(Item item, MonoTime due);
    /// Nothing happens when it is not in.
    void remove(Item item);
    /// Takes out every item due at `now` and appends it to `expired`, earliest tick first.
    void advance(MonoTime now, std::vector<Item>& expired);
    /// The first tick that has an item, of this round or a later one; nothing when empty.
    [[nodiscard]] std::optional<MonoTime> next() const;
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    static constexpr std::size_t ring_size = 1024;  ///< 4.1 s, more than the usual timeout.
    static constexpr Item none = UINT32_MAX;

    struct Entry {
        Item before = none;
        Item after = none;
        std::uint64_t due = 0;  ///< In ticks since `start_`; 0: not in.
    };

    [[nodiscard]] std::uint64_t ticks_before(MonoTime time) const;

    MonoTime start_;
    std::uint64_t now_ = 0;  ///< Ticks up to here have been expired.
    std::vector<Item> heads_ = std::vector<Item>(ring_size, none);
    std::vector<Entry> entries_;
    std::size_t size_ = 0;
};

}  // namespace pantau::snmp
