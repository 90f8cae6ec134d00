#include "change_log.hpp"

#include "base/log.hpp"

namespace pantau {
namespace {

const Message& message_of(const Change& change) {
    switch (change.after.state) {
        case HealthState::down:
            return change.after.reason == Reason::reported ||
                           change.after.reason == Reason::unlisted
                       ? msg::access_point_down
                       : msg::device_down;
        case HealthState::degraded:
            return change.after.reason == Reason::silent ? msg::access_point_silent
                                                         : msg::device_degraded;
        case HealthState::unknown:
            return msg::device_unknown;
        case HealthState::unreachable:
            return msg::device_unreachable;
        case HealthState::up:
        case HealthState::maintenance:
            break;
    }
    return change.before.reason == Reason::silent ? msg::access_point_serves : msg::device_up;
}

/// A device that was never seen before and answers is no news: a start would tell the whole city.
bool is_news(const Change& change) {
    return change.before.state != change.after.state &&
           !(change.before.state == HealthState::unknown && change.after.state == HealthState::up &&
             !change.rebooted);
}

}  // namespace

void ChangeLog::tell(std::span<const Change> changes, MonoTime now) {
    flush(now);
    for (const Change& change : changes) {
        const bool is_other_health = is_news(change);
        if (!is_other_health && !change.rebooted) continue;
        if (lines_ == 0) began_ = now;
        if (lines_ >= lines_most) {
            ++folded_;
            continue;
        }
        ++lines_;
        if (change.rebooted) log(msg::device_rebooted, {{"device", change.device}});
        if (is_other_health)
            log(message_of(change),
                {{"device", change.device},
                 {"before", name_of(change.before.state)},
                 {"reason", change.after.reason ? name_of(*change.after.reason) : "none"}});
    }
}

void ChangeLog::flush(MonoTime now) {
    if (lines_ == 0 || now - began_ < stretch) return;
    if (folded_ != 0) log(msg::changes_folded, {{"changes", folded_}});
    lines_ = 0;
    folded_ = 0;
}

}  // namespace pantau
