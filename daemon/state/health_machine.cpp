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

bool is_of_reach(const CollectorReport& report) {
    return report.collector != nullptr && report.collector->witness == Witness::reach;
}

/// What the collectors of one kind of witness said in one Poll.
struct Tally {
    bool any_ok = false;
    std::optional<Reason> failure;  ///< The first of the device's or the way's, like the next.
    std::optional<Reason> own_fault;
    bool blind = false;  ///< A fault of ours that may have made others fail, too.

    void add(const CollectorReport& report) {
        if (report.ok) {
            any_ok = true;
            return;
        }
        const Reason reason = reason_of(report);
        auto& first = is_own_fault(reason) ? own_fault : failure;
        if (!first) first = reason;
        blind |= is_own_fault(reason) && reason != Reason::name_resolution;
    }
};

std::uint8_t next(std::uint8_t count) {
    return std::min<std::uint8_t>(polls_to_believe, static_cast<std::uint8_t>(count + 1));
}

Health after_answer(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.up = true;
    memory.seen = true;
    memory.lost = 0;
    memory.silent = 0;
    memory.own_faults = 0;
    memory.reached = false;
    if (outcome.kind == VisitOutcome::Kind::partly) return {HealthState::degraded, outcome.reason};
    return {HealthState::up, std::nullopt};
}

/// The device did not show that it works; the third time in a row it is believed.
void not_at_work(HealthMemory& memory) {
    memory.own_faults = 0;
    memory.lost = next(memory.lost);
    if (memory.lost < polls_to_believe) return;
    memory.up = false;
    memory.seen = true;
}

Health after_loss(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.silent = next(memory.silent);
    const bool was_down = memory.seen && !memory.up && !memory.reached;
    not_at_work(memory);
    if (was_down || memory.silent >= polls_to_believe) {
        memory.reached = false;
        return {HealthState::down, outcome.reason};
    }
    const bool was_met = memory.seen || memory.reached;
    return {was_met ? HealthState::degraded : HealthState::unknown, outcome.reason};
}

Health after_reach(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.silent = 0;
    memory.reached = true;
    not_at_work(memory);
    return {HealthState::degraded, outcome.reason};
}

Health after_own_fault(HealthMemory& memory, const VisitOutcome& outcome) {
    memory.own_faults = next(memory.own_faults);
    if (memory.own_faults < polls_to_believe) return memory.health;
    memory.lost = 0;
    memory.silent = 0;  // What was lost before a long blindness proves nothing after it.
    return {HealthState::unknown, outcome.reason};
}

Health after(HealthMemory& memory, const VisitOutcome& outcome) {
    switch (outcome.kind) {
        case VisitOutcome::Kind::answered:
        case VisitOutcome::Kind::partly:
            return after_answer(memory, outcome);
        case VisitOutcome::Kind::reached:
            return after_reach(memory, outcome);
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
    Tally work;
    Tally reach;
    for (const CollectorReport& report : observation.collectors)
        if (is_snmp(report)) work.add(report);
    for (const CollectorReport& report : observation.collectors)
        if (!is_snmp(report)) (is_of_reach(report) ? reach : work).add(report);

    const std::optional<Reason> failure = work.failure ? work.failure : reach.failure;
    if (work.any_ok)
        return failure ? VisitOutcome{Kind::partly, failure} : VisitOutcome{Kind::answered, {}};
    const bool is_blind = work.own_fault && (work.blind || !failure);
    if (reach.any_ok && work.failure && !is_blind) return {Kind::reached, work.failure};
    if (reach.any_ok && !work.own_fault) return {Kind::answered, {}};
    if (is_blind) return {Kind::own_fault, work.own_fault};
    if (failure) return {Kind::lost, failure};
    if (reach.own_fault) return {Kind::own_fault, reach.own_fault};
    return {};
}

Health step(HealthMemory& memory, const VisitOutcome& outcome, MonoTime now) {
    const Health health = after(memory, outcome);
    if (health.state != memory.health.state) memory.since = now;
    memory.health = health;
    return health;
}

}  // namespace pantau
