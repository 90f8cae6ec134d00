#include "state/day_record.hpp"

#include <utility>

namespace pantau {
namespace {

/// The longest bar: a day of 25 hours and some.
constexpr std::size_t bar_most = 400;
constexpr std::size_t entries_most = spent_count * (reason_count + 1);

/// Little pieces of seven bits, the last one without the high bit.
void put_number(std::vector<std::uint8_t>& to, std::uint64_t value) {
    while (value >= 0x80) {
        to.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    to.push_back(static_cast<std::uint8_t>(value));
}

std::optional<std::uint64_t> take_number(std::span<const std::uint8_t>& from) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35 && !from.empty(); shift += 7) {
        const std::uint8_t byte = from.front();
        from = from.subspan(1);
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(Spent spent) noexcept {
    switch (spent) {
        case Spent::unmonitored:
            return "unmonitored";
        case Spent::up:
            return "up";
        case Spent::maintenance:
            return "maintenance";
        case Spent::unknown:
            return "unknown";
        case Spent::degraded:
            return "degraded";
        case Spent::unreachable:
            return "unreachable";
        case Spent::down:
            break;
    }
    return "down";
}

Spent spent_of(const Health& health) noexcept {
    switch (health.state) {
        case HealthState::up:
            return Spent::up;
        case HealthState::degraded:
            return Spent::degraded;
        case HealthState::down:
            return Spent::down;
        case HealthState::maintenance:
            return Spent::maintenance;
        case HealthState::unreachable:
            return Spent::unreachable;
        case HealthState::unknown:
            break;
    }
    return health.reason && is_own_fault(*health.reason) ? Spent::unmonitored : Spent::unknown;
}

void Bar::append(std::uint8_t kind, std::size_t steps) {
    if (steps == 0) return;
    if (!runs_.empty() && runs_.back().kind == kind) {
        runs_.back().steps = static_cast<std::uint16_t>(runs_.back().steps + steps);
    } else {
        runs_.push_back({kind, static_cast<std::uint16_t>(steps)});
    }
}

std::size_t Bar::size() const {
    std::size_t steps = 0;
    for (const Run& run : runs_)
        steps += run.steps;
    return steps;
}

void Bar::set(std::size_t step, std::uint8_t kind) {
    if (const std::size_t end = size(); step >= end) {
        append(0, step - end);
        append(kind, 1);
        return;
    }
    if ((*this)[step] == kind) return;
    // Nearly always the last one. Another only after the clock was set back.
    std::size_t at = 0;
    for (const Run& run : std::exchange(*this, {}).runs_) {
        const std::size_t end = at + run.steps;
        const bool is_here = step >= at && step < end;
        append(run.kind, is_here ? step - at : run.steps);
        if (is_here) {
            append(kind, 1);
            append(run.kind, end - step - 1);
        }
        at = end;
    }
}

std::uint8_t Bar::operator[](std::size_t step) const {
    std::size_t end = 0;
    for (const Run& run : runs_) {
        end += run.steps;
        if (step < end) return run.kind;
    }
    return 0;
}

std::vector<std::uint8_t> pack_bar(const Bar& bar) {
    std::vector<std::uint8_t> bytes;
    for (const Bar::Run& run : bar.runs())
        put_number(bytes, static_cast<unsigned>(run.steps) << 3 | run.kind);
    return bytes;
}

std::optional<Bar> unpack_bar(std::span<const std::uint8_t> bytes) {
    Bar bar;
    while (!bytes.empty()) {
        const auto run = take_number(bytes);
        if (!run || (*run >> 3) > bar_most - bar.size()) return std::nullopt;
        bar.append(static_cast<std::uint8_t>(*run & 7), *run >> 3);
    }
    return bar;
}

namespace {

/// One kind of time: by one reason, or (`reason` 0) all of it.
void put_time(std::vector<std::uint8_t>& to, Spent kind, unsigned reason, Duration time) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
    if (seconds <= 0) return;
    put_number(to, static_cast<unsigned>(kind) | reason << 3);
    put_number(to, static_cast<std::uint64_t>(seconds));
}

}  // namespace

std::vector<std::uint8_t> pack_spent(const DayRecord& record) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 1; i < spent_count; ++i) {
        const auto kind = static_cast<Spent>(i);
        if (kind != Spent::up && kind != Spent::down) put_time(bytes, kind, 0, record.of(kind));
    }
    for (const ReasonTime& entry : record.reasons)
        put_time(bytes, entry.spent, static_cast<unsigned>(entry.reason) + 1, entry.time);
    return bytes;
}

bool unpack_spent(std::span<const std::uint8_t> bytes, DayRecord& record) {
    DayRecord filled = record;
    for (std::size_t count = 0; !bytes.empty(); ++count) {
        const auto what = take_number(bytes);
        const auto seconds = what ? take_number(bytes) : std::nullopt;
        if (!seconds || (*what & 7) == 0 || (*what >> 3) > reason_count || count > entries_most)
            return false;
        const auto kind = static_cast<Spent>(*what & 7);
        const std::chrono::seconds time(*seconds);
        if ((*what >> 3) == 0) {
            filled.of(kind) = time;
        } else {
            filled.reasons.push_back({kind, static_cast<Reason>((*what >> 3) - 1), time});
        }
    }
    record = std::move(filled);
    return true;
}

}  // namespace pantau
