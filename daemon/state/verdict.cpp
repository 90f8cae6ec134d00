#include "state/verdict.hpp"

#include <algorithm>

namespace pantau {
namespace {

using Kind = ControllerWord::Kind;

bool is_silent(const ControllerWord& word) {
    return word.kind == Kind::unheard || word.kind == Kind::incomplete;
}

/// Behind a controller that does not answer, or not known for another reason.
Health not_known(const ControllerWord& word) {
    const bool is_behind = word.kind == Kind::unheard;
    return {is_behind ? HealthState::unreachable : HealthState::unknown, word.reason};
}

/// Down or up as they have it; else there is no new word.
bool up_after(const Health& health, bool was_up) {
    switch (health.state) {
        case HealthState::up:
        case HealthState::degraded:
            return true;
        case HealthState::down:
            return false;
        case HealthState::maintenance:
        case HealthState::unknown:
        case HealthState::unreachable:
            break;
    }
    return was_up;
}

}  // namespace

Health judge(std::span<const ControllerWord> words) {
    const auto has = [&](Kind kind) {
        return std::ranges::find(words, kind, &ControllerWord::kind) != words.end();
    };
    if (has(Kind::up)) return {HealthState::up, std::nullopt};
    const auto silent_with_it = std::ranges::find_if(
        words, [](const ControllerWord& word) { return is_silent(word) && word.was_up; });
    if (silent_with_it != words.end()) return not_known(*silent_with_it);
    if (has(Kind::down)) return {HealthState::down, Reason::reported};
    if (has(Kind::untold)) return {HealthState::unknown, std::nullopt};
    const auto silent = std::ranges::find_if(words, is_silent);
    if (silent != words.end()) return not_known(*silent);
    if (has(Kind::unlisted)) return {HealthState::down, Reason::unlisted};
    return {HealthState::unknown, std::nullopt};
}

Standing with_own_poll(const std::optional<Standing>& own, const Health& told, bool was_up) {
    const bool has_word = told.state == HealthState::up || told.state == HealthState::down;
    if (!own || (own->health.state == HealthState::unknown && has_word))
        return {told, up_after(told, was_up)};
    if (told.state != HealthState::up) return *own;
    if (own->health.state == HealthState::down)
        return {{HealthState::degraded, own->health.reason}, true};
    return {own->health, true};
}

}  // namespace pantau
