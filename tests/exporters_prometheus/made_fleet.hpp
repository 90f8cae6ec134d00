#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/prometheus/fleet_writer.hpp"

/// Fleets put together by hand, to be rendered.
namespace pantau::by_hand {

using namespace pantau::exposition;

inline constexpr std::array<FactKind, 3> http_facts{{
    {"status", "pantau_http_status_code", "", "", "Status code of the answer."},
    {"phases.connect", "pantau_http_duration_seconds", "phase", "connect", "Time by phase."},
    {"phases.tls", "pantau_http_duration_seconds", "phase", "tls", "Time by phase."},
}};
inline const CollectorInfo snmp{"snmp", {}};
inline const CollectorInfo http{"http", http_facts};
inline const std::array<const CollectorInfo*, 2> collectors{&snmp, &http};

inline CollectorReport report(const CollectorInfo& collector, std::optional<Reason> failure = {}) {
    CollectorReport made;
    made.collector = &collector;
    made.ok = !failure;
    made.reason = failure;
    made.duration = std::chrono::milliseconds(4);
    return made;
}

inline Text text(std::string_view bytes) {
    return Text::from_network(bytes);
}

inline QuantityId named(std::string_view name) {
    return quantity::require(name);
}

/// A fleet put together by hand: one Malang RW after the other.
class Made {
public:
    Made() { inventory_->hierarchy = {"kecamatan", "kelurahan", "rw"}; }

    std::shared_ptr<Device> device(const std::string& id) {
        auto made = std::make_shared<Device>();
        made->id = id;
        made->address = "10.73.5.81";
        made->area = {"Lowokwaru", "Sumbersari", "08"};
        inventory_->devices.push_back(made);
        auto state = std::make_shared<DeviceState>();
        state->device = made;
        states_.push_back(state);
        return made;
    }
    void hierarchy(std::vector<std::string> names) { inventory_->hierarchy = std::move(names); }
    DeviceState& state() { return *states_.back(); }
    /// The last device is up, with this Observation.
    void up(std::shared_ptr<Observation> seen) {
        state().health = {HealthState::up, {}};
        state().up = true;
        state().latest = seen;
        state().measured = seen;
        state().role = seen->role;
        state().last_success = WallTime{std::chrono::milliseconds(1'790'000'000'250)};
    }
    [[nodiscard]] Snapshot snapshot() const {
        Snapshot made;
        made.inventory = inventory_;
        made.devices.assign(states_.begin(), states_.end());
        return made;
    }
    [[nodiscard]] std::string render(const RenderOptions& options = {}) const {
        return FleetWriter(collectors).render(snapshot(), options);
    }

private:
    std::shared_ptr<Inventory> inventory_ = std::make_shared<Inventory>();
    std::vector<std::shared_ptr<DeviceState>> states_;
};

inline std::shared_ptr<Observation> access_point() {
    auto seen = std::make_shared<Observation>();
    seen->role = Role::access_point;
    seen->collectors = {report(snmp), report(http)};
    seen->collectors[1].facts = {{0, 200.0}, {1, 0.25}, {2, 0.5}};
    ObservationBuilder build(*seen);
    build.begin(ComponentKind::system);
    build.add(quantity::system_uptime, Number::natural(748));
    build.add(named("system.cpu_ratio"), Number::real(0.5));
    build.add(quantity::identity_vendor, text("Ubiquiti"));
    build.add(quantity::identity_model, text("UAP \"nano\""));
    const auto ap = build.begin(ComponentKind::access_point);
    build.add(quantity::ap_clients, Number::natural(34));
    build.add(named("ap.cpu_ratio"), Number::real(0.12));
    build.begin(ComponentKind::radio, ap);
    build.add(quantity::radio_name, text("wifi0"));
    build.add(quantity::radio_band, text("2.4GHz"));
    build.add(named("radio.noise_dbm"), Number::integer(-95));
    build.begin(ComponentKind::ssid, ap);
    build.add(quantity::ssid_ssid, text("Malang-WiFi"));
    build.add(quantity::ssid_radio, text("wifi0"));
    build.add(quantity::ssid_clients, Number::natural(12));
    build.begin(ComponentKind::interface);
    build.add(quantity::interface_index, Number::natural(2));
    build.add(quantity::interface_name, text("eth0"));
    build.add(named("interface.speed_bits_per_second"), Number::natural(1'000'000'000));
    build.add(named("interface.rx_bytes_total"), Number::natural(18'446'744'073'709'551'615u));
    return seen;
}

}  // namespace pantau::by_hand
