#include "fuzz/observing.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <cmath>

#include "base/log.hpp"
#include "collectors/registry.hpp"
#include "exporters/prometheus/fleet_writer.hpp"
#include "exporters_prometheus/read_text.hpp"
#include "fuzz/target.hpp"
#include "model/observation_json.hpp"
#include "profile_interpreter.hpp"
#include "schedule/poller.hpp"
#include "state/fleet.hpp"

namespace pantau::fuzz {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<Inventory> one_device(const std::string& profile) {
    auto device = std::make_shared<Device>();
    device->id = "ap-1";
    device->address = "127.0.0.1";
    device->area = {"Lowokwaru", "Sumbersari", "08"};
    device->profile = profile;
    auto inventory = std::make_shared<Inventory>();
    inventory->hierarchy = {"kecamatan", "kelurahan", "rw"};
    inventory->devices = {std::move(device)};
    return inventory;
}

std::shared_ptr<const Observation> poll(const std::shared_ptr<const ProfileSet>& profiles,
                                        const std::shared_ptr<const Device>& device,
                                        const std::shared_ptr<const snmp::Recording>& recording,
                                        const Clock& clock) {
    boost::asio::io_context loop{1};
    std::vector<std::unique_ptr<Collector>> collectors;
    collectors.push_back(snmp::replay(recording, loop));
    DevicePoller poller(device, collectors, std::make_shared<ProfileInterpreter>(profiles), clock);
    std::shared_ptr<const Observation> seen;
    poller.poll(clock.mono() + 10s,
                [&](std::shared_ptr<const Observation> made) { seen = std::move(made); });
    loop.run();
    PROMISE(seen != nullptr);
    return seen;
}

void check_readings(const Observation& seen) {
    for (const Component& component : seen.components) {
        PROMISE(component.first_reading + component.reading_count <= seen.readings.size());
        PROMISE(component.first_text + component.text_count <= seen.texts.size());
        PROMISE(component.parent == Component::no_parent ||
                component.parent < seen.components.size());
        for (const Reading& reading : seen.readings_of(component)) {
            const QuantityInfo& info = quantity_info(reading.quantity);
            const double value = reading.value.as_double();
            PROMISE_ABOUT(std::isfinite(value) && value >= info.least && value <= info.most,
                          std::string(info.name));
            PROMISE(info.component == component.kind);
        }
        for (const TextReading& text : seen.texts_of(component)) {
            PROMISE(text.first_byte + text.byte_count <= seen.text_bytes.size());
            PROMISE_ABOUT(is_plain(seen.text_of(text)), std::string(seen.text_of(text)));
        }
    }
    for (const Problem& problem : seen.problems)
        PROMISE_ABOUT(is_plain(problem.detail), problem.detail);
}

void check_json(const Observation& seen, const Device& device) {
    const std::string document = observation_json(seen, device, {HealthState::up, {}});
    PROMISE_ABOUT(document.find('\n') == std::string::npos, document);
    boost::json::error_code error;
    const boost::json::value read = boost::json::parse(document, error);
    PROMISE_ABOUT(!error && read.is_object(), document);
}

void check_exposition(const std::shared_ptr<Inventory>& inventory,
                      const std::shared_ptr<const Observation>& seen, const FakeClock& clock) {
    static const exposition::FleetWriter writer(collector_infos());
    Fleet fleet(inventory);
    for (int poll = 0; poll < 2; ++poll)
        fleet.apply(seen);
    const std::string text = writer.render(*fleet.snapshot(clock.wall(), clock.mono()));
    const by_hand::TextRead read = by_hand::read_text(text);
    PROMISE_ABOUT(read.fault.empty(), read.fault);
    PROMISE(read.size() > 0);
}

}  // namespace

void observe(const std::shared_ptr<const ProfileSet>& profiles, const std::string& profile,
             const std::shared_ptr<const snmp::Recording>& recording) {
    static const bool is_quiet = [] {
        set_log(LogLevel::error, LogFormat::logfmt);
        return true;
    }();
    PROMISE(is_quiet);
    const FakeClock clock;
    const auto inventory = one_device(profile);
    const auto seen = poll(profiles, inventory->devices.front(), recording, clock);
    check_readings(*seen);
    check_json(*seen, *inventory->devices.front());
    check_exposition(inventory, seen, clock);
}

}  // namespace pantau::fuzz
