#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/recording_flaws.hpp"
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
    /// The profile that the recording says it is for; empty: it says nothing.
    [[nodiscard]] const std::string& profile() const { return profile_; }
    /// What of the recording is left out; nothing of the network.
    [[nodiscard]] const RecordingFlaws& flaws() const { return flaws_; }

    /// Blocks until all collectors are done. Null when none has anything to do with the device.
    [[nodiscard]] std::shared_ptr<const Probed> carry_out(std::shared_ptr<const Device> device);

private:
    struct Parts;  // the loop and what runs on it
    std::unique_ptr<Parts> parts_;
    std::shared_ptr<const ProfileSet> profiles_;
    void open_snmp(const std::string& path);
    void open_http(const std::string& path);

    std::string fault_;
    std::string profile_;
    RecordingFlaws flaws_;
};

/// The health of a device whose Polls keep ending like this one: what the daemon would show.
[[nodiscard]] Health lasting_health(const Observation& seen);

}  // namespace pantau::cli
