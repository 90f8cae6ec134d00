#include "exporters/prometheus/fleet_writer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace pantau;
using namespace pantau::exposition;

namespace {

constexpr std::array<FactKind, 3> http_facts{{
    {"status", "pantau_http_status_code", "", "", "Status code of the answer."},
    {"phases.connect", "pantau_http_duration_seconds", "phase", "connect", "Time by phase."},
    {"phases.tls", "pantau_http_duration_seconds", "phase", "tls", "Time by phase."},
}};
const CollectorInfo snmp{"snmp", {}};
const CollectorInfo http{"http", http_facts};
const std::array<const CollectorInfo*, 2> collectors{&snmp, &http};

CollectorReport report(const CollectorInfo& collector, std::optional<Reason> failure = {}) {
    CollectorReport made;
    made.collector = &collector;
    made.ok = !failure;
    made.reason = failure;
    made.duration = std::chrono::milliseconds(4);
    return made;
}

Text text(std::string_view bytes) {
    return Text::from_network(bytes);
}

QuantityId named(std::string_view name) {
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

std::shared_ptr<Observation> access_point() {
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

bool has_line(const std::string& rendered, const std::string& line) {
    return rendered.find('\n' + line + '\n') != std::string::npos;
}

const std::string rw08 = R"(kecamatan="Lowokwaru",kelurahan="Sumbersari",rw="08")";

}  // namespace

TEST_SUITE("exporters/prometheus") {
    TEST_CASE("an access point that was never polled is there, not up, and nothing is measured") {
        Made made;
        made.device("rw08-1");
        const std::string rendered = made.render();
        CHECK(has_line(rendered, "pantau_ap_up{ap=\"rw08-1\"," + rw08 + "} 0"));
        CHECK(has_line(rendered, "pantau_ap_health{ap=\"rw08-1\"," + rw08 + "} 4"));
        CHECK(has_line(rendered, "pantau_ap_reboots_total{ap=\"rw08-1\"," + rw08 + "} 0"));
        CHECK(rendered.find("pantau_ap_last_success") == std::string::npos);
        CHECK(rendered.find("pantau_ap_clients") == std::string::npos);
        CHECK(rendered.find("pantau_ap_probe") == std::string::npos);
    }

    TEST_CASE("an access point that is up shows all it told, each in its own words") {
        Made made;
        made.device("rw08-1");
        made.up(access_point());
        const std::string rendered = made.render();
        const std::string ap = "ap=\"rw08-1\"," + rw08;
        for (const std::string& line : {
                 "pantau_ap_up{" + ap + "} 1",
                 "pantau_ap_health{" + ap + "} 2",
                 "pantau_ap_clients{" + ap + "} 34",
                 "pantau_ap_cpu_ratio{" + ap + "} 0.12",
                 "pantau_ap_uptime_seconds{" + ap + "} 748",
                 "pantau_ap_last_success_timestamp_seconds{" + ap + "} 1790000000.25",
                 "pantau_ap_probe_success{" + ap + ",collector=\"http\"} 1",
                 "pantau_ap_probe_duration_seconds{" + ap + ",collector=\"snmp\"} 0.004",
                 "pantau_http_status_code{" + ap + "} 200",
                 "pantau_http_duration_seconds{" + ap + ",phase=\"tls\"} 0.5",
                 "pantau_radio_noise_dbm{" + ap + ",radio=\"wifi0\",band=\"2.4GHz\"} -95",
                 "pantau_ssid_clients{" + ap + ",ssid=\"Malang-WiFi\",radio=\"wifi0\"} 12",
                 "pantau_interface_speed_bytes_per_second{" + ap + ",interface=\"eth0\"} 125000000",
                 "pantau_interface_receive_bytes_total{" + ap +
                     ",interface=\"eth0\"} 18446744073709551615",
                 "pantau_ap_info{" + ap +
                     R"(,address="10.73.5.81",vendor="Ubiquiti",model="UAP \"nano\"",)" +
                     R"(firmware="",serial="",profile=""} 1)",
                 std::string("pantau_area_aps{kecamatan=\"Lowokwaru\",level=\"kecamatan\","
                             "health=\"up\"} 1"),
                 "pantau_area_clients{" + rw08 + ",level=\"rw\"} 34",
             }) {
            CAPTURE(line);
            CHECK(has_line(rendered, line));
        }
        CHECK(rendered.find("pantau_device_") == std::string::npos);
    }

    TEST_CASE("what was measured on a device that is down, or long ago, is absent") {
        Made made;
        made.device("rw08-1");
        made.up(access_point());
        auto snapshot = made.snapshot();
        SUBCASE("down") {
            made.state().up = false;
            made.state().health = {HealthState::down, Reason::timeout};
        }
        SUBCASE("not visited for five minutes") {
            snapshot.mono += std::chrono::minutes(5);
        }
        const std::string rendered = FleetWriter(collectors).render(snapshot);
        for (const char* name : {"pantau_ap_clients", "pantau_ap_cpu_ratio", "pantau_radio_",
                                 "pantau_ssid_", "pantau_interface_", "pantau_area_clients"}) {
            CAPTURE(name);
            CHECK(rendered.find(name) == std::string::npos);
        }
        CHECK(rendered.find("\npantau_ap_up{") != std::string::npos);
        CHECK(rendered.find("\npantau_ap_info{") != std::string::npos);
        CHECK(rendered.find("\npantau_ap_last_success_timestamp_seconds{") != std::string::npos);
        CHECK(rendered.find("\npantau_ap_probe_success{") != std::string::npos);
    }

    TEST_CASE("a controller, a switch and a parent are devices, not access points") {
        Made made;
        made.device("wlc-1");
        auto seen = std::make_shared<Observation>();
        seen->role = Role::controller;
        seen->collectors = {report(snmp)};
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        build.add(quantity::system_clients, Number::natural(120));
        build.add(quantity::system_access_points, Number::natural(7));
        const auto ap = build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(60));
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_clients, Number::natural(60));
        build.begin(ComponentKind::interface);
        build.add(quantity::interface_name, text("port1"));
        build.add(quantity::interface_up, Number::natural(1));
        made.up(seen);
        const std::string rendered = made.render();
        const std::string device = "device=\"wlc-1\",role=\"controller\"," + rw08;
        CHECK(has_line(rendered, "pantau_device_up{" + device + "} 1"));
        CHECK(has_line(rendered, "pantau_device_clients{" + device + "} 120"));
        CHECK(has_line(rendered, "pantau_device_access_points{" + device + "} 7"));
        CHECK(has_line(rendered, "pantau_interface_up{" + device + ",interface=\"port1\"} 1"));
        CHECK(has_line(rendered, "pantau_area_clients{" + rw08 + ",level=\"rw\"} 120"));
        CHECK(rendered.find("\npantau_ap_") == std::string::npos);
        CHECK(rendered.find("\npantau_radio_") == std::string::npos);
    }

    TEST_CASE("promtool finds nothing to complain about") {
        SKIP_WITHOUT("promtool");
        Made made;
        made.device("rw08-1");
        made.up(access_point());
        made.device("rw08-2");
        const auto finished = test::run({"promtool", "check", "metrics"}, made.render());
        CHECK(finished.status == 0);
        CHECK(finished.out + finished.err == "");
    }
}
