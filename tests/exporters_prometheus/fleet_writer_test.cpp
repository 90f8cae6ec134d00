#include "exporters/prometheus/fleet_writer.hpp"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "made_fleet.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::exposition;
using namespace pantau::by_hand;

namespace {

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

    TEST_CASE("several scrapes at once get the same text") {
        Made made;
        for (int i = 0; i < 50; ++i) {
            made.device("rw08-" + std::to_string(i));
            made.up(access_point());
        }
        const Snapshot snapshot = made.snapshot();
        const FleetWriter writer(collectors);
        const std::string alone = writer.render(snapshot);
        std::vector<std::future<std::string>> scrapes;
        for (int i = 0; i < 8; ++i)
            scrapes.push_back(
                std::async(std::launch::async, [&] { return writer.render(snapshot); }));
        for (auto& scrape : scrapes)
            CHECK(scrape.get() == alone);
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
