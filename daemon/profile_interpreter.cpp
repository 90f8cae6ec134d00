#include "profile_interpreter.hpp"

#include <utility>

#include "normalise/normalise.hpp"
#include "normalise/profile.hpp"

namespace pantau {
namespace {

class ProfileInterpretation final : public Interpretation {
public:
    explicit ProfileInterpretation(std::shared_ptr<const Profile> profile)
        : profile_(std::move(profile)) {}

    [[nodiscard]] std::string_view name() const override { return profile_->name(); }
    [[nodiscard]] bool is_fallback() const override { return profile_->name() == fallback_profile; }
    [[nodiscard]] std::shared_ptr<const Ask> ask(std::string_view collector) const override {
        return profile_->ask(collector);
    }
    [[nodiscard]] const Profile& profile() const { return *profile_; }

private:
    std::shared_ptr<const Profile> profile_;
};

std::shared_ptr<const Interpretation> wrap(std::shared_ptr<const Profile> profile) {
    if (profile == nullptr) return nullptr;
    return std::make_shared<const ProfileInterpretation>(std::move(profile));
}

}  // namespace

ProfileInterpreter::ProfileInterpreter(std::shared_ptr<const ProfileSet> profiles)
    : profiles_(std::move(profiles)) {}

std::shared_ptr<const Ask> ProfileInterpreter::detection_ask(std::string_view collector) const {
    return profiles_->detection_ask(collector);
}

std::shared_ptr<const Interpretation> ProfileInterpreter::detect(
    std::span<const Answer> answers) const {
    return wrap(profiles_->detect(answers));
}

std::shared_ptr<const Interpretation> ProfileInterpreter::named(std::string_view profile) const {
    return wrap(profiles_->find(profile));
}

Observation ProfileInterpreter::observe(const Device& device, const Interpretation* interpretation,
                                        std::span<const Answer> answers, WallTime time,
                                        MonoTime mono) const {
    // Every Interpretation of ours was made by `wrap`.
    const auto* const own = static_cast<const ProfileInterpretation*>(interpretation);
    return normalise(device, own != nullptr ? &own->profile() : nullptr, answers, time, mono);
}

}  // namespace pantau
