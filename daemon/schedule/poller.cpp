#include "schedule/poller.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace pantau {
namespace {

const std::shared_ptr<const Ask>& empty_ask() {
    static const auto ask = std::make_shared<const Ask>();
    return ask;
}

}  // namespace

DevicePoller::DevicePoller(std::shared_ptr<const Device> device,
                           std::span<const std::unique_ptr<Collector>> collectors,
                           std::shared_ptr<const Interpreter> interpreter, const Clock& clock)
    : device_(std::move(device)), interpreter_(std::move(interpreter)), clock_(clock) {
    open(collectors);
    set_interpreter(interpreter_);
}

void DevicePoller::open(std::span<const std::unique_ptr<Collector>> collectors) {
    visits_.clear();
    for (const auto& collector : collectors) {
        auto session = collector->open(device_);
        if (session == nullptr) continue;
        visits_.push_back({&collector->info(), std::move(session), {}});
    }
}

void DevicePoller::set_interpreter(std::shared_ptr<const Interpreter> interpreter) {
    interpreter_ = std::move(interpreter);
    interpretation_ = device_->profile == "auto" ? nullptr : interpreter_->named(device_->profile);
    polls_since_detection_ = 0;
}

bool DevicePoller::is_detection_due() const {
    if (device_->profile != "auto") return false;
    return interpretation_ == nullptr || was_lost_ || polls_since_detection_ >= redetect_after;
}

void DevicePoller::poll(MonoTime deadline, Done done) {
    PANTAU_ASSERT(!is_polling());
    PANTAU_ASSERT(has_sessions());
    deadline_ = deadline;
    done_ = std::move(done);
    answers_.clear();
    pending_ = visits_.size();
    recognised_by_ = std::nullopt;
    const bool detect = is_detection_due();
    if (!detect) ++polls_since_detection_;
    for (std::size_t visit = 0; visit < visits_.size(); ++visit) {
        visits_[visit].spent = Duration::zero();
        visits_[visit].asked_as = nullptr;
        auto detection =
            detect ? interpreter_->detection_ask(visits_[visit].collector->name) : nullptr;
        if (detection == nullptr) {
            ask(visit);
            continue;
        }
        visits_[visit].session->collect(
            std::move(detection), deadline_,
            [this, visit](Answer answer) { on_detection(visit, std::move(answer)); });
    }
}

void DevicePoller::on_detection(std::size_t visit, Answer answer) {
    const bool is_silence = !answer.ok() && answer.cells().empty();
    auto found = is_silence ? nullptr : interpreter_->detect(std::span(&answer, 1));
    if (found != nullptr) {
        const std::size_t rank = found->is_fallback() ? visits_.size() : visit;
        if (recognised_by_ && *recognised_by_ <= rank) found = nullptr;
        if (found != nullptr) recognised_by_ = rank;
    }
    if (found != nullptr) {
        const bool is_new = interpretation_ == nullptr || interpretation_->name() != found->name();
        if (is_new) {
            log(msg::profile_detected,
                {{"device", device_->id}, {"profile", std::string(found->name())}});
        }
        interpretation_ = std::move(found);
        polls_since_detection_ = 0;
    }
    if (!answer.ok()) {
        on_answer(visit, std::move(answer));
        return;
    }
    visits_[visit].spent = answer.duration;
    ask(visit);
}

void DevicePoller::ask(std::size_t visit) {
    visits_[visit].asked_as = interpretation_;
    const auto what =
        interpretation_ != nullptr ? interpretation_->ask(visits_[visit].collector->name) : nullptr;
    visits_[visit].session->collect(
        what != nullptr ? what : empty_ask(), deadline_,
        [this, visit](Answer answer) { on_answer(visit, std::move(answer)); });
}

void DevicePoller::on_answer(std::size_t visit, Answer answer) {
    answer.duration += visits_[visit].spent;
    answers_.push_back(std::move(answer));
    if (--pending_ != 0) return;
    auto seen = conclude();
    const Done done = std::exchange(done_, nullptr);
    done(std::move(seen));
}

std::shared_ptr<const Observation> DevicePoller::conclude() {
    // The registry's order, whoever was faster.
    std::ranges::sort(answers_, {}, [this](const Answer& answer) {
        return std::ranges::find(visits_, answer.collector, &Visit::collector) - visits_.begin();
    });
    set_aside_foreign();
    auto seen = std::make_shared<Observation>(interpreter_->observe(
        *device_, interpretation_.get(), answers_, clock_.wall(), clock_.mono()));
    was_lost_ = !seen->any_answer();
    std::vector<Answer>().swap(answers_);  // between two polls nobody needs their memory
    return seen;
}

/// A collector may have been asked before another one found out what the device is: what it brought
/// means nothing to that profile.
void DevicePoller::set_aside_foreign() {
    for (Answer& answer : answers_) {
        const auto visit = std::ranges::find(visits_, answer.collector, &Visit::collector);
        const Interpretation* const asked_as = visit->asked_as.get();
        const bool is_same = (asked_as == nullptr) == (interpretation_ == nullptr) &&
                             (asked_as == nullptr || asked_as->name() == interpretation_->name());
        if (is_same) continue;
        answer.drop(answer.cells().size(), [](const Cell&) { return true; });
        const auto name = std::string(answer.collector->name);
        if (interpretation_ == nullptr || interpretation_->ask(name) == nullptr) continue;
        answer.problems.push_back(
            {name, "profile", Reason::cancelled,
             "was asked before the profile was known; comes with the next poll"});
    }
}

std::shared_ptr<const Observation> DevicePoller::abandon(
    std::span<const std::unique_ptr<Collector>> collectors) {
    pending_ = 0;
    done_ = nullptr;
    for (const Visit& visit : visits_) {
        if (std::ranges::find(answers_, visit.collector, &Answer::collector) != answers_.end())
            continue;
        Answer missing;
        missing.collector = visit.collector;
        missing.error = Error{Reason::local, "the visit did not end by itself", device_->id};
        answers_.push_back(std::move(missing));
    }
    auto seen = conclude();
    open(collectors);
    return seen;
}

}  // namespace pantau
