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

Witness witness_of(const CollectorReport& report) {
    return report.collector == nullptr ? Witness::work : report.collector->witness;
}

/// What the collectors of one kind of witness said in one Poll.
struct Tally {
    bool any_ok = false;
    std::optional<Reason> failure;  ///< The first of the device's or the way's, like the next.
    std::optional<Reason> own_fault;
    bool blind = false;  ///< A fault of ours that may have made others fail, too.

    [[nodiscard]] bool has_looked() const { return any_ok || failure || own_fault; }
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

struct Tallies {
    Tally work;
    Tally reach;
    Tally service;

    Tally& of(Witness witness) {
        if (witness == Witness::reach) return reach;
        return witness == Witness::service ? service : work;
    }
};

VisitOutcome outcome_with_work(const Tallies& by) {
    using Kind = VisitOutcome::Kind;
    const Tally& work = by.work;
    if (work.any_ok) {
        // What hurts people comes before what they do not notice.
        for (const auto& failure : {work.failure, by.service.failure, by.reach.failure})
            if (failure) return {Kind::partly, failure};
        return {Kind::answered, {}};
    }
    const std::optional<Reason> failure = work.failure ? work.failure : by.reach.failure;
    if (work.own_fault && (work.blind || !failure)) return {Kind::own_fault, work.own_fault};
    if (by.reach.any_ok) return {Kind::reached, work.failure};
    return {Kind::lost, failure};
}

/// Reach counts like any other word; service stands in for work, but shows nobody's end.
VisitOutcome outcome_without_work(const Tallies& by) {
    using Kind = VisitOutcome::Kind;
    const auto& [work, reach, service] = by;
    if (service.any_ok)
        return reach.failure ? VisitOutcome{Kind::partly, reach.failure}
                             : VisitOutcome{Kind::answered, {}};
    if (reach.failure) return {Kind::lost, reach.failure};
    if (service.failure) return {Kind::reached, service.failure};
    if (reach.any_ok) return {Kind::answered, {}};
    const std::optional<Reason> own_fault = reach.own_fault ? reach.own_fault : service.own_fault;
    if (own_fault) return {Kind::own_fault, own_fault};
    return {};
}

}  // namespace

VisitOutcome outcome_of(const Observation& observation) {
    Tallies by;
    for (const CollectorReport& report : observation.collectors)
        if (is_snmp(report)) by.work.add(report);
    for (const CollectorReport& report : observation.collectors)
        if (!is_snmp(report)) by.of(witness_of(report)).add(report);
    return by.work.has_looked() ? outcome_with_work(by) : outcome_without_work(by);
}

Health step(HealthMemory& memory, const VisitOutcome& outcome, MonoTime now) {
    const Health health = after(memory, outcome);
    if (health.state != memory.health.state) memory.since = now;
    memory.health = health;
    return health;
}

}  // namespace pantau
