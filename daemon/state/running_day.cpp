#include "state/running_day.hpp"

#include <algorithm>
#include <utility>

namespace pantau {

RunningDay::RunningDay(const DayRecord& record)
    : day(record.day),
      part(record.part),
      clients_peak(record.clients_peak),
      client_seconds(record.client_seconds),
      clients_measured(record.clients_measured),
      rx_bytes(record.rx_bytes),
      tx_bytes(record.tx_bytes),
      bar(record.bar),
      reboots(record.reboots) {
    set_until(record.until);
    for (std::size_t i = 1; i < spent_count; ++i) {
        const auto kind = static_cast<Spent>(i);
        if (record.of(kind) != Duration::zero()) spent.push_back({record.of(kind), kind, {}});
    }
    for (const ReasonTime& entry : record.reasons)
        spent.push_back({entry.time, entry.spent, entry.reason});
}

DayRecord RunningDay::record(std::string ap, std::string area) const {
    DayRecord made;
    made.ap = std::move(ap);
    made.area = std::move(area);
    made.day = day;
    made.part = part;
    made.until = until();
    for (const Part& entry : spent) {
        if (entry.reason) {
            made.reasons.push_back({entry.kind, *entry.reason, entry.time});
        } else {
            made.of(entry.kind) = entry.time;
        }
    }
    made.client_seconds = client_seconds;
    made.clients_measured = clients_measured;
    made.clients_peak = clients_peak;
    made.rx_bytes = rx_bytes;
    made.tx_bytes = tx_bytes;
    made.reboots = reboots;
    made.bar = bar;
    return made;
}

void RunningDay::add(Spent kind, std::optional<Reason> reason, Duration time) {
    const auto same = std::ranges::find_if(
        spent, [&](const Part& entry) { return entry.kind == kind && entry.reason == reason; });
    if (same != spent.end()) {
        same->time += time;
    } else {
        spent.push_back({time, kind, reason});
    }
}

std::optional<WallTime> RunningDay::until() const {
    return until_ == nobodys ? std::nullopt : std::optional(until_);
}

}  // namespace pantau
