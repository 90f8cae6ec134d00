#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectors/collector.hpp"
#include "model/device.hpp"
#include "model/health.hpp"
#include "model/observation.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// What one Poll of one device found, and what the daemon would think of it.
struct Probed {
    std::shared_ptr<const Observation> seen;
    Health health;
};

/// One Poll, carried out as the daemon does it, on a loop of its own.
class Probing {
public:
    /// By every protocol of the registry.
    explicit Probing(std::shared_ptr<const ProfileSet> profiles);
    /// Answers come from a recording instead of the network.
    Probing(std::shared_ptr<const ProfileSet> profiles, const std::string& recording_path);
    ~Probing();

    /// What is wrong with the recording; empty when nothing is, or when there is none.
    [[nodiscard]] const std::string& fault() const { return fault_; }
    /// Lines of the recording that could not be read, and the first of them: "2: why; 5, 9".
    [[nodiscard]] std::size_t skipped_lines() const { return skipped_lines_; }
    [[nodiscard]] const std::string& first_skipped() const { return first_skipped_; }
    /// Lines whose value a later one gives anew, and their numbers: "2, 5, 9".
    [[nodiscard]] std::size_t contradicted_lines() const { return contradicted_lines_; }
    [[nodiscard]] const std::string& contradicted_at() const { return contradicted_at_; }

    /// Blocks until all collectors are done. Null when none has anything to do with the device.
    [[nodiscard]] std::shared_ptr<const Probed> carry_out(std::shared_ptr<const Device> device);

private:
    struct Parts;  // the loop and what runs on it
    std::unique_ptr<Parts> parts_;
    std::shared_ptr<const ProfileSet> profiles_;
    std::string fault_;
    std::string first_skipped_;
    std::string contradicted_at_;
    std::size_t skipped_lines_ = 0;
    std::size_t contradicted_lines_ = 0;
};

/// The health of a device whose Polls keep ending like this one: what the daemon would show.
[[nodiscard]] Health lasting_health(const Observation& seen);

}  // namespace pantau::cli
