// A real Prometheus scrapes the daemon: what its users query must be there.
#include <doctest/doctest.h>

#include <chrono>

#include "daemon_by_hand.hpp"
#include "exporters/prometheus/self_catalogue.hpp"
#include "real_prometheus.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_SUITE("daemon/prometheus") {
    TEST_CASE("Prometheus finds every series that dashboards ask for, without a scrape error") {
        SKIP_WITHOUT("prometheus");
        const CityByHand demo(small_city(120));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const Prometheus prometheus(demo.port);
        REQUIRE(prometheus.says("up{job=\"pantau\"}", 1));
        CHECK(prometheus.says("count(pantau_ap_up)", 120));
        CHECK(prometheus.says("count(pantau_ap_up == 1)", 120));
        CHECK(prometheus.target().find(R"("lastError":"")") != std::string::npos);

        for (const char* name : {
                 "pantau_ap_up",
                 "pantau_ap_health",
                 "pantau_ap_probe_success{collector=\"snmp\"}",
                 "pantau_ap_probe_success{collector=\"http\"}",
                 "pantau_ap_probe_duration_seconds",
                 "pantau_ap_info{vendor=\"Ubiquiti\",profile=\"ubiquiti-unifi\",model!=\"\"}",
                 "pantau_ap_location_info{lat!=\"\",lon!=\"\"}",
                 "pantau_ap_uptime_seconds",
                 "pantau_ap_last_success_timestamp_seconds",
                 "pantau_ap_reboots_total",
                 "pantau_ap_health_changes_total",
                 "pantau_ap_clients",
                 "pantau_ap_memory_ratio",
                 "pantau_ap_memory_total_bytes",
                 "pantau_ap_load1",
                 "pantau_device_up{role=~\"switch|router|other\"}",
                 "pantau_device_health",
                 "pantau_radio_clients{band=\"2.4GHz\"}",
                 "pantau_radio_channel",
                 "pantau_radio_airtime_ratio",
                 "pantau_radio_tx_power_dbm",
                 "pantau_ssid_clients",
                 "pantau_ssid_receive_bytes_total",
                 "pantau_ssid_transmit_bytes_total",
                 "pantau_interface_up",
                 "pantau_interface_receive_bytes_total",
                 "pantau_interface_transmit_bytes_total",
                 "pantau_interface_speed_bytes_per_second",
                 "pantau_http_status_code",
                 "pantau_http_check_success{check=\"status\"}",
                 "pantau_http_duration_seconds{phase=\"connect\"}",
                 "pantau_area_aps{health=\"up\",level=\"kecamatan\"}",
                 "pantau_area_clients{level=\"rw\"}",
                 "pantau_polls_total",
                 "pantau_poll_failures_total{reason=\"timeout\"}",
                 "pantau_poll_lateness_seconds_bucket",
                 "pantau_poll_duration_seconds_count",
                 "pantau_polls_in_flight",
                 "pantau_polls_shed_total",
                 "pantau_snmp_requests_total",
                 "pantau_snmp_retries_total",
                 "pantau_snmp_rejected_total",
                 "pantau_http_requests_total",
                 "pantau_config_last_reload_successful",
                 "pantau_config_last_reload_success_timestamp_seconds",
                 "pantau_inventory_devices",
                 "pantau_build_info{version!=\"\",revision!=\"\",compiler!=\"\",netsnmp!=\"\","
                 "curl!=\"\"}",
                 "process_cpu_seconds_total",
                 "process_resident_memory_bytes",
                 "process_open_fds",
                 "process_max_fds",
                 "process_start_time_seconds",
             }) {
            CAPTURE(name);
            CHECK(eventually([&] { return !prometheus.query(name).empty(); }));
        }
        // Traffic that moves: counters, not gauges that jump.
        CHECK(eventually(
            [&] {
                const auto rate =
                    prometheus.query("sum(rate(pantau_interface_receive_bytes_total[20s]))");
                return rate.size() == 1 && rate[0] > 0;
            },
            40s));
        // Every area label is on every access point.
        CHECK(prometheus
                  .query("pantau_ap_up{kecamatan=\"\"} or pantau_ap_up{kelurahan=\"\"} or "
                         "pantau_ap_up{rw=\"\"}")
                  .empty());

        SUBCASE("a device that fell silent leaves gaps, not straight lines") {
            const std::string name = demo.city->name_of(3);
            demo.city->kill(3);
            CHECK(prometheus.says("pantau_ap_up{ap=\"" + name + "\"}", 0));
            CHECK(eventually([&] {
                return prometheus.query("pantau_ap_uptime_seconds{ap=\"" + name + "\"}").empty();
            }));
        }
    }

    TEST_CASE("Prometheus finds the parts of a daemon by itself, and has every series once") {
        SKIP_WITHOUT("prometheus");
        const CityByHand demo(small_city(120));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const std::string here = "http://127.0.0.1:" + std::to_string(demo.port);
        const Prometheus prometheus("http_sd_configs: [{url: \"" + here +
                                    "/sd/prometheus?shards=3\"}]");
        CHECK(prometheus.says("count(up{job=\"pantau\"} == 1)", 3));
        CHECK(prometheus.says("count(pantau_ap_up)", 120));
        CHECK(prometheus.says("count(count by (shard) (pantau_ap_up))", 3));
        CHECK(prometheus.says("max(count by (ap) (pantau_ap_up))", 1));
        CHECK(prometheus.says("count(pantau_build_info)", 1));
    }

    TEST_CASE("every self metric of the catalogue is in a scrape") {
        const CityByHand demo(small_city(5));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const std::string text = daemon.get("/metrics").body;
        for (const SelfMetric* metric : self_catalogue()) {
            CAPTURE(metric->name);
            const std::string type = "# TYPE " + std::string(metric->name) + " " +
                                     std::string(name_of(metric->type)) + "\n";
            CHECK(text.find(type) != std::string::npos);
        }
    }

    TEST_CASE("promtool has nothing to say about a live scrape") {
        SKIP_WITHOUT("promtool");
        const CityByHand demo(small_city(60));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        for (const char* path : {"/metrics", "/metrics?level=basic", "/metrics?shard=0/2",
                                 "/metrics?kecamatan=Klojen"}) {
            CAPTURE(path);
            const Answer answer = daemon.get(path);
            REQUIRE(answer.status == 200);
            const Finished checked = run({"promtool", "check", "metrics"}, answer.body);
            INFO(checked.out << checked.err);
            CHECK(checked.status == 0);
            CHECK(checked.err.empty());
        }
    }
}

}  // namespace pantau::test
