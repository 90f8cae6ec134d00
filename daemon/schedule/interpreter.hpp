#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "model/answer.hpp"
#include "model/ask.hpp"
#include "model/observation.hpp"

namespace pantau {

/// A chosen profile as the poller sees it: what to ask.
class Interpretation {
public:
    virtual ~Interpretation() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Whether it stands for every device that answers: it was not recognised.
    [[nodiscard]] virtual bool is_fallback() const { return false; }
    /// What to ask through that collector; null: nothing but whether the device is there.
    [[nodiscard]] virtual std::shared_ptr<const Ask> ask(std::string_view collector) const = 0;
};

/// What the poller needs of profiles, so that scheduling knows nothing of their language.
/// Immutable; used by all Workers at once.
class Interpreter {
public:
    virtual ~Interpreter() = default;
    /// What to ask a device whose profile is not known yet; null: this collector cannot tell.
    [[nodiscard]] virtual std::shared_ptr<const Ask> detection_ask(
        std::string_view collector) const = 0;
    /// The profile that fits those answers; null when they say nothing.
    [[nodiscard]] virtual std::shared_ptr<const Interpretation> detect(
        std::span<const Answer> answers) const = 0;
    /// The profile of that name, or null.
    [[nodiscard]] virtual std::shared_ptr<const Interpretation> named(
        std::string_view profile) const = 0;
    /// What the answers mean. `interpretation` may be null: then only how the visits went.
    [[nodiscard]] virtual Observation observe(const Device& device,
                                              const Interpretation* interpretation,
                                              std::span<const Answer> answers, WallTime time,
                                              MonoTime mono) const = 0;
};

}  // namespace pantau
