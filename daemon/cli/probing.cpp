#include "cli/probing.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "collectors/http/replay.hpp"
#include "collectors/registry.hpp"
#include "collectors/snmp/recording.hpp"
#include "profile_interpreter.hpp"
#include "schedule/poller.hpp"
#include "state/health_machine.hpp"

namespace pantau::cli {
namespace {

using namespace std::chrono_literals;

/// As much as the daemon ever gives a Poll, and enough for every try of one request.
Duration time_for(const PollSettings& poll) {
    return std::max<Duration>(30s, poll.timeout * (poll.retries + 1) + 100ms);
}

/// A collector that has not said a word this long after the deadline never will.
constexpr Duration grace = 5s;

}  // namespace

struct Probing::Parts {
    boost::asio::io_context loop{1};
    std::vector<std::unique_ptr<Collector>> collectors;
};

Probing::Probing(std::shared_ptr<const ProfileSet> profiles)
    : parts_(std::make_unique<Parts>()), profiles_(std::move(profiles)) {
    for (const CollectorKind* const kind : collector_kinds())
        parts_->collectors.push_back(kind->make(parts_->loop, kind->make_counts()));
}

Probing::Probing(std::shared_ptr<const ProfileSet> profiles, const std::string& recording_path)
    : parts_(std::make_unique<Parts>()), profiles_(std::move(profiles)) {
    if (recording_path.ends_with(".httprec")) {
        open_http(recording_path);
    } else {
        open_snmp(recording_path);
    }
}

void Probing::open_http(const std::string& path) {
    const auto recording = http::open_recording(path);
    if (!recording) {
        fault_ = recording.error().detail;
        return;
    }
    profile_ = (*recording)->profile();
    parts_->collectors.push_back(http::replay(*recording, parts_->loop));
}

void Probing::open_snmp(const std::string& path) {
    const auto recording = snmp::open_recording(path);
    if (!recording) {
        fault_ = recording.error().detail;
        return;
    }
    flaws_ = RecordingFlaws::of(**recording);
    parts_->collectors.push_back(snmp::replay(*recording, parts_->loop));
}

Probing::~Probing() = default;

std::shared_ptr<const Probed> Probing::carry_out(std::shared_ptr<const Device> device) {
    const Duration time = time_for(device->poll);
    DevicePoller poller(std::move(device), parts_->collectors,
                        std::make_shared<ProfileInterpreter>(profiles_), system_clock());
    if (!poller.has_sessions()) return nullptr;
    auto probed = std::make_shared<Probed>();
    poller.poll(system_clock().mono() + time, [&](std::shared_ptr<const Observation> seen) {
        probed->seen = std::move(seen);
        parts_->loop.stop();
    });
    parts_->loop.run_for(time + grace);
    if (probed->seen == nullptr) probed->seen = poller.abandon(parts_->collectors);
    probed->health = lasting_health(*probed->seen);
    return probed;
}

Health lasting_health(const Observation& seen) {
    HealthMemory memory;
    const VisitOutcome outcome = outcome_of(seen);
    for (std::uint8_t i = 0; i < polls_to_believe; ++i)
        step(memory, outcome, seen.mono);
    return memory.health;
}

}  // namespace pantau::cli
