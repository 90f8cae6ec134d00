#include "state/day_record.hpp"

#include <algorithm>

namespace pantau {
namespace {

/// The longest bar: a day of 25 hours and some.
constexpr std::size_t bar_most = 400;
constexpr std::size_t reasons_most = spent_count * reason_count;

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

std::vector<std::uint8_t> pack_bar(std::span<const std::uint8_t> bar) {
    std::vector<std::uint8_t> bytes;
    for (auto at = bar.begin(); at != bar.end();) {
        const auto next = std::find_if(at, bar.end(), [&](std::uint8_t s) { return s != *at; });
        const auto length = static_cast<std::uint64_t>(next - at);
        put_number(bytes, length << 3 | (*at & 7u));
        at = next;
    }
    return bytes;
}

std::optional<std::vector<std::uint8_t>> unpack_bar(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> bar;
    while (!bytes.empty()) {
        const auto run = take_number(bytes);
        if (!run || (*run >> 3) > bar_most - bar.size()) return std::nullopt;
        bar.insert(bar.end(), *run >> 3, static_cast<std::uint8_t>(*run & 7));
    }
    return bar;
}

std::vector<std::uint8_t> pack_reasons(std::span<const ReasonTime> reasons) {
    std::vector<std::uint8_t> bytes;
    for (const ReasonTime& entry : reasons) {
        const auto seconds = std::chrono::round<std::chrono::seconds>(entry.time).count();
        if (seconds <= 0) continue;
        put_number(bytes, static_cast<unsigned>(entry.spent) | static_cast<unsigned>(entry.reason)
                                                                   << 3);
        put_number(bytes, static_cast<std::uint64_t>(seconds));
    }
    return bytes;
}

std::optional<std::vector<ReasonTime>> unpack_reasons(std::span<const std::uint8_t> bytes) {
    std::vector<ReasonTime> reasons;
    while (!bytes.empty()) {
        const auto kind = take_number(bytes);
        const auto seconds = kind ? take_number(bytes) : std::nullopt;
        if (!seconds || (*kind & 7) == 0 || (*kind >> 3) >= reason_count) return std::nullopt;
        if (reasons.size() >= reasons_most) return std::nullopt;
        reasons.push_back({static_cast<Spent>(*kind & 7), static_cast<Reason>(*kind >> 3),
                           std::chrono::seconds(*seconds)});
    }
    return reasons;
}

}  // namespace pantau
