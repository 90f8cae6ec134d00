#include "state/health_machine.hpp"

#include <algorithm>

namespace pantau {
namespace {

/// A failed report without a reason is a mistake of ours.
Reason reason_of(const CollectorReport& report) {
    return report.reason.value_or(Reason::local);
}

bool is_snmp(const CollectorReport& report) {
    return report.collector != nullptr && report.collector->name == "snmp";
}

std::uint8_t next(std::uint8_t count) {
    return std::min<std::uint8_t>(polls_to_believe, static_cast<std::uint8_t>(count + 1));
}

Health after_answer(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.up = true;
    memory.seen = true;
    memory.lost = 0;
    memory.own_faults = 0;
    if (outcome.kind == VisitOutcome::Kind::partly) return {HealthState::degraded, outcome.reason};
    return {HealthState::up, std::nullopt};
}

Health after_loss(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.own_faults = 0;
    memory.lost = next(memory.lost);
    const bool was_down = memory.seen && !memory.up;
    if (was_down || memory.lost >= polls_to_believe) {
        memory.up = false;
        memory.seen = true;
        return {HealthState::down, outcome.reason};
    }
    return {memory.seen ? HealthState::degraded : HealthState::unknown, outcome.reason};
}

Health after_own_fault(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.own_faults = next(memory.own_faults);
    if (memory.own_faults < polls_to_believe) return memory.health;
    memory.lost = 0;  // What was lost before a long blindness proves nothing after it.
    return {HealthState::unknown, outcome.reason};
}

Health after(HealthMemory& memory, const VisitOutcome& outcome) {
    switch (outcome.kind) {
        case VisitOutcome::Kind::answered:
        case VisitOutcome::Kind::partly:
            return after_answer(memory, outcome);
        case VisitOutcome::Kind::lost:
            return after_loss(memory, outcome);
        case VisitOutcome::Kind::own_fault:
            return after_own_fault(memory, outcome);
        case VisitOutcome::Kind::nothing:
            break;
    }
    return memory.health;
}

}  // namespace

VisitOutcome outcome_of(const Observation& observation) {
    using Kind = VisitOutcome::Kind;
    bool any_ok = false;
    std::optional<Reason> failure;
    std::optional<Reason> own_fault;
    bool blind = false;
    const auto look = [&](const CollectorReport& report) {
        if (report.ok) {
            any_ok = true;
            return;
        }
        const Reason reason = reason_of(report);
        auto& first = is_own_fault(reason) ? own_fault : failure;
        if (!first) first = reason;
        blind |= is_own_fault(reason) && reason != Reason::name_resolution;
    };
    for (const CollectorReport& report : observation.collectors)
        if (is_snmp(report)) look(report);
    for (const CollectorReport& report : observation.collectors)
        if (!is_snmp(report)) look(report);

    if (any_ok)
        return failure ? VisitOutcome{Kind::partly, failure} : VisitOutcome{Kind::answered, {}};
    if (own_fault && (blind || !failure)) return {Kind::own_fault, own_fault};
    if (failure) return {Kind::lost, failure};
    return {};
}

Health step(HealthMemory& memory, const VisitOutcome& outcome, MonoTime now) {
    const Health health = after(memory, outcome);
    if (health.state != memory.health.state) memory.since = now;
    memory.health = health;
    return health;
}

}  // namespace pantau
