#pragma once

#include <memory>

#include "normalise/profile_set.hpp"
#include "schedule/interpreter.hpp"

namespace pantau {

/// Lets the poller use a set of profiles: joins two stages that do not know each other.
class ProfileInterpreter final : public Interpreter {
public:
    explicit ProfileInterpreter(std::shared_ptr<const ProfileSet> profiles);

    [[nodiscard]] std::shared_ptr<const Ask> detection_ask(
        std::string_view collector) const override;
    [[nodiscard]] std::shared_ptr<const Interpretation> detect(
        std::span<const Answer> answers) const override;
    [[nodiscard]] std::shared_ptr<const Interpretation> named(
        std::string_view profile) const override;
    [[nodiscard]] Observation observe(const Device& device, const Interpretation* interpretation,
                                      std::span<const Answer> answers, WallTime time,
                                      MonoTime mono) const override;

private:
    std::shared_ptr<const ProfileSet> profiles_;
};

}  // namespace pantau
