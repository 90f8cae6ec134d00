#include "cli/probe_report.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "cli/probing.hpp"
#include "cli/table_printer.hpp"
#include "cli/verdict_advice.hpp"
#include "collectors/registry.hpp"

using namespace pantau;
using namespace pantau::cli;
using namespace std::chrono_literals;

namespace {

QuantityId id(std::string_view name) {
    return quantity::require(name);
}

void add_text(ObservationBuilder& builder, std::string_view name, std::string_view value) {
    builder.add(id(name), Text::from_network(value));
}

void add_number(ObservationBuilder& builder, std::string_view name, double value) {
    REQUIRE(builder.add(id(name), Number::real(value)));
}

CollectorReport report_of(std::string_view collector, bool ok) {
    for (const CollectorInfo* const info : collector_infos()) {
        if (info->name != collector) continue;
        CollectorReport report;
        report.collector = info;
        report.ok = ok;
        report.duration = 4100us;
        return report;
    }
    FAIL("no such collector");
    return {};
}

CollectorReport failure_of(std::string_view collector, Reason reason, std::string detail) {
    CollectorReport report = report_of(collector, false);
    report.reason = reason;
    report.detail = std::move(detail);
    return report;
}

Device device_of(std::string id, std::string address = "10.73.5.81") {
    Device device;
    device.id = std::move(id);
    device.address = std::move(address);
    return device;
}

/// An access point with a name that a hostile device chose.
Observation access_point() {
    Observation seen;
    seen.role = Role::access_point;
    seen.collectors.push_back(report_of("snmp", true));
    seen.collectors.back().facts = {{0, 3.0}, {1, 1.0}, {2, std::string("2c")}};
    ObservationBuilder builder(seen);
    builder.begin(ComponentKind::system);
    add_text(builder, "identity.vendor", "Ubiquiti");
    add_text(builder, "identity.profile", "ubiquiti-unifi");
    add_text(builder, "identity.location", "Balai RW 08 \x1b[31m Sumbersari");
    add_number(builder, "system.uptime_seconds", 748);
    const std::uint32_t ap = builder.begin(ComponentKind::access_point);
    add_text(builder, "ap.name", "AP-1");
    add_number(builder, "ap.memory_ratio", 0.61);
    add_number(builder, "ap.memory_total_bytes", 257'056'768);
    add_number(builder, "ap.clients", 34);
    add_number(builder, "ap.temperature_celsius", 54);
    builder.begin(ComponentKind::radio, ap);
    add_text(builder, "radio.name", "wifi0");
    add_text(builder, "radio.band", "2.4GHz");
    add_number(builder, "radio.channel", 6);
    add_number(builder, "radio.airtime_ratio", 0.37);
    add_number(builder, "radio.frequency_hertz", 2'437'000'000);
    builder.begin(ComponentKind::ssid, ap);
    add_text(builder, "ssid.ssid", "Malang-WiFi");
    add_number(builder, "ssid.clients", 34);
    builder.begin(ComponentKind::interface);
    add_text(builder, "interface.name", "eth0");
    add_number(builder, "interface.up", 0);
    add_number(builder, "interface.admin_up", 0);
    add_number(builder, "interface.speed_bits_per_second", 2.5e9);
    add_number(builder, "interface.rx_errors_total", 3);
    return seen;
}

Observation controller() {
    Observation seen;
    seen.role = Role::controller;
    seen.collectors.push_back(report_of("snmp", true));
    ObservationBuilder builder(seen);
    builder.begin(ComponentKind::system);
    add_number(builder, "system.clients", 41);
    add_number(builder, "system.access_points_total", 2);
    for (const char* const name : {"ap-a", "ap-b"}) {
        const std::uint32_t ap = builder.begin(ComponentKind::access_point);
        add_text(builder, "ap.name", name);
        add_number(builder, "ap.up", name[3] == 'a' ? 1 : 0);
        builder.begin(ComponentKind::radio, ap);
        add_text(builder, "radio.name", std::string("radio of ") + name);
    }
    return seen;
}

std::string report(const Observation& seen, Health health, ReportStyle style = {}) {
    return probe_report(seen, device_of("rw08-sumbersari-1"), health, style);
}

}  // namespace

TEST_SUITE("cli/probe_report") {
    TEST_CASE("a citizen check is explained step by step, when that is asked for") {
        auto ladder = std::make_shared<Ladder>();
        ladder->verdict = "portal_error";
        ladder->is_good = false;
        ladder->rungs = {{"dns", true, 4100us, "portal.example: an address", "192.0.2.6"},
                         {"check", true, 20ms, "204, or a redirect to portal.example",
                          "302, to http://portal.example/hello"},
                         {"portal", false, 1s, "the page of the portal", "500"}};
        Observation seen;
        seen.collectors.push_back(
            failure_of("citizen", Reason::status, "the portal answers with an error (status 500)"));
        seen.collectors.back().ladder = ladder;
        ReportStyle style;
        const std::string plain = probe_report(seen, device_of("a"), {}, style);
        CHECK(plain.find("  citizen  the portal answers with an error (status 500)\n") !=
              std::string::npos);
        CHECK(plain.find("portal_error") != std::string::npos);
        CHECK(plain.find("seen:") == std::string::npos);
        style.is_explained = true;
        style.is_wide = true;
        const std::string report = probe_report(seen, device_of("a"), {}, style);
        CAPTURE(report);
        for (const char* const line :
             {"    dns     ok     4.1 ms   portal.example: an address; seen: 192.0.2.6\n",
              "    check   ok     20 ms    204, or a redirect to portal.example; seen: 302, to "
              "http://portal.example/hello\n",
              "    portal  FAIL   1 s      the page of the portal; seen: 500\n",
              "    Try:  read the portal's own log at this time, "})
            CHECK(report.find(line) != std::string::npos);
        CHECK(plain.find("Try:") == std::string::npos);
        style.language = Language::id;
        const std::string indonesian = probe_report(seen, device_of("a"), {}, style);
        CHECK(indonesian.find("    Coba:  baca log portal pada waktu ini, ") != std::string::npos);
        style.language = Language::en;
        style.is_wide = false;
        std::istringstream lines(probe_report(seen, device_of("a"), {}, style));
        for (std::string line; std::getline(lines, line);)
            CHECK(line.size() <= 60);
    }

    TEST_CASE("there is something to do about every verdict but the good one") {
        std::size_t verdicts = 0;
        for (const CollectorKind* const kind : collector_kinds()) {
            for (const FactKind& fact : kind->info->facts) {
                if (fact.label_name != "verdict") continue;
                ++verdicts;
                CAPTURE(std::string(fact.label_value));
                CHECK((advice_on(fact.label_value) == nullptr) == (fact.label_value == "online"));
            }
        }
        CHECK(verdicts > 10);
        CHECK(advice_on("unknown") != nullptr);
    }

    TEST_CASE("an access point on a phone: who, how, and its parts") {
        CHECK(report(access_point(), {HealthState::up, {}}) ==
              "rw08-sumbersari-1  10.73.5.81:161  up\n"
              "  snmp  answered in 4.1 ms (3 requests, 1 repeated, v2c)\n"
              "\n"
              "vendor       Ubiquiti\n"
              "location     Balai RW 08 [31m Sumbersari\n"
              "profile      ubiquiti-unifi (access point)\n"
              "uptime       12 min 28 s\n"
              "memory       61 % of 257 MB\n"
              "temperature  54 \xC2\xB0"
              "C\n"
              "clients      34\n"
              "\n"
              "RADIO  BAND    CH  BUSY\n"
              "wifi0  2.4GHz   6  37 %\n"
              "\n"
              "SSID         CLIENTS\n"
              "Malang-WiFi       34\n"
              "\n"
              "INTERFACE  STATE       SPEED  ERRORS\n"
              "eth0       off    2.5 Gbit/s       3\n");
    }

    TEST_CASE("wide shows more columns, Indonesian other words") {
        const std::string wide = report(access_point(), {HealthState::up, {}},
                                        {.language = Language::id, .is_wide = true});
        CHECK(wide.find("10.73.5.81:161  hidup\n") != std::string::npos);
        CHECK(wide.find("menjawab dalam 4,1 ms (3 permintaan, 1 diulang, v2c)") !=
              std::string::npos);
        CHECK(wide.find("RADIO  PITA    KANAL  SIBUK   MHZ\n"
                        "wifi0  2.4GHz      6   37 %  2437\n") != std::string::npos);
        CHECK(wide.find("2,5 Gbit/s") != std::string::npos);
    }

    TEST_CASE("silence is explained: it may be the community as well") {
        Observation seen;
        seen.collectors.push_back(failure_of("snmp", Reason::timeout, "no answer to 2 requests"));
        seen.collectors.back().facts = {{0, 2.0}, {1, 1.0}};
        seen.collectors.push_back(failure_of("http", Reason::status, "status 500 instead of 200"));
        CHECK(report(seen, {HealthState::down, Reason::timeout}) ==
              "rw08-sumbersari-1  10.73.5.81:161  down\n"
              "  snmp  no answer: device off, not reachable, other port, or\n"
              "        another community (2 requests, 1 repeated, 4.1 ms)\n"
              "  http  status 500 instead of 200 (4.1 ms)\n");
        CHECK(report(seen, {HealthState::down, Reason::timeout}, {.language = Language::id}) ==
              "rw08-sumbersari-1  10.73.5.81:161  mati\n"
              "  snmp  tidak menjawab: perangkat mati, tak terjangkau, port\n"
              "        lain, atau community lain (2 permintaan, 1 diulang,\n"
              "        4,1 ms)\n"
              "  http  statusnya bukan yang diharapkan (status 500 instead\n"
              "        of 200) (4,1 ms)\n");
    }

    TEST_CASE("a ping tells how many came back and how fast, not how long it paused between") {
        Observation seen;
        seen.collectors.push_back(report_of("icmp", true));
        seen.collectors.back().facts = {{0, 5.0},   {1, 4.0},   {2, 0.2},   {3, 0.001},
                                        {4, 0.002}, {5, 0.012}, {6, 0.0015}};
        CHECK(report(seen, {HealthState::up, {}}) ==
              "rw08-sumbersari-1  10.73.5.81:161  up\n"
              "  icmp  answered in 2 ms (4 of 5 replies, jitter 1.5 ms)\n");
        CHECK(report(seen, {HealthState::up, {}}, {.language = Language::id}) ==
              "rw08-sumbersari-1  10.73.5.81:161  hidup\n"
              "  icmp  menjawab dalam 2 ms (4 dari 5 balasan, jitter 1,5\n"
              "        ms)\n");
        Observation lost;
        lost.collectors.push_back(
            failure_of("icmp", Reason::timeout, "no reply to 5 echo requests"));
        lost.collectors.back().facts = {{0, 5.0}, {1, 0.0}, {2, 1.0}};
        CHECK(report(lost, {HealthState::down, Reason::timeout}) ==
              "rw08-sumbersari-1  10.73.5.81:161  down\n"
              "  icmp  no reply to 5 echo requests (4.1 ms)\n");
    }

    TEST_CASE("a controller shows its access points; their radios only when there is room") {
        const std::string narrow = report(controller(), {HealthState::up, {}});
        CHECK(narrow.find("clients        41\naccess points  2\n") != std::string::npos);
        CHECK(narrow.find("ACCESS POINT  STATE\nap-a          up\nap-b          down\n") !=
              std::string::npos);
        CHECK(narrow.find("radio of") == std::string::npos);
        const std::string wide = report(controller(), {HealthState::up, {}}, {.is_wide = true});
        CHECK(wide.find("AP    RADIO\n"
                        "ap-a  radio of ap-a\n"
                        "ap-b  radio of ap-b\n") != std::string::npos);
    }

    TEST_CASE("problems are listed, many of them only in wide") {
        Observation seen = controller();
        for (int i = 0; i < 12; ++i)
            seen.problems.push_back(
                {"snmp", "radio.noise_dbm", Reason::malformed, "not \x1b this"});
        const std::string narrow = report(seen, {HealthState::up, {}});
        CHECK(narrow.find("PROBLEMS\n  snmp, radio.noise_dbm: an answer that breaks the rules\n"
                          "  (not \xEF\xBF\xBD this)\n") != std::string::npos);
        CHECK(narrow.find("  and 2 more: -o wide shows them\n") != std::string::npos);
        CHECK(report(seen, {HealthState::up, {}}, {.is_wide = true}).find("more:") ==
              std::string::npos);
    }

    TEST_CASE("as separated values: every value with its quantity and unit") {
        const std::string csv = probe_csv(access_point(), device_of("rw08-sumbersari-1"),
                                          {HealthState::degraded, Reason::status}, true);
        CHECK(csv.find("component,name,access_point,quantity,value,unit\n"
                       "device,rw08-sumbersari-1,,health.state,degraded,\n"
                       "device,rw08-sumbersari-1,,health.reason,status,\n") == 0);
        CHECK(csv.find("\nradio,wifi0,AP-1,radio.airtime_ratio,0.37,ratio\n") != std::string::npos);
        CHECK(csv.find("\ninterface,eth0,,interface.admin_up,false,\n") != std::string::npos);
    }

    TEST_CASE("the health of a probe is what the daemon would come to") {
        Observation seen;
        const auto health = [&] { return lasting_health(seen); };
        CHECK(health() == Health{HealthState::unknown, {}});
        seen.collectors = {report_of("snmp", true)};
        CHECK(health() == Health{HealthState::up, {}});
        seen.collectors = {report_of("snmp", true), failure_of("http", Reason::status, "")};
        CHECK(health() == Health{HealthState::degraded, Reason::status});
        seen.collectors = {failure_of("snmp", Reason::timeout, ""),
                           failure_of("http", Reason::refused, "")};
        CHECK(health() == Health{HealthState::down, Reason::timeout});
        seen.collectors = {failure_of("snmp", Reason::name_resolution, "")};
        CHECK(health() == Health{HealthState::unknown, Reason::name_resolution});
    }
}
