#pragma once

#include <span>

#include "base/clock.hpp"
#include "model/answer.hpp"
#include "model/device.hpp"
#include "model/observation.hpp"
#include "normalise/profile.hpp"

namespace pantau {

/// Gives the Answers of one Poll their meaning. The Answers must come from this Profile's Asks.
/// Without a profile only how the visits went is told. Never throws, whatever a device sent;
/// absent knowledge becomes an absent Reading. Thread-safe.
[[nodiscard]] Observation normalise(const Device& device, const Profile* profile,
                                    std::span<const Answer> answers, WallTime time, MonoTime mono);

}  // namespace pantau
