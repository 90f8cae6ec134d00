#include "model/observation_json.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <limits>

using namespace pantau;
namespace json = boost::json;

namespace {

constexpr FactKind http_facts[] = {
    {"status", "", "", "", ""},
    {"phases.resolve", "", "", "", ""},
    {"certificate_expiry", "", "", "", ""},
    {"phases.connect", "", "", "", ""},
};
constexpr CollectorInfo http{"http", http_facts};

Device some_device() {
    Device device;
    device.id = "rw08-sumbersari-1";
    device.address = "10.73.5.81";
    return device;
}

}  // namespace

namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("model/observation_json") {
    TEST_CASE("an observation reads as the contract shows it") {
        Observation seen;
        seen.time = WallTime{std::chrono::seconds(1795487880)};
        seen.role = Role::access_point;
        CollectorReport report;
        report.collector = &http;
        report.ok = true;
        report.duration = std::chrono::microseconds(10200);
        report.facts = {{0, 200.0}, {3, 0.001}};
        seen.collectors.push_back(report);
        ObservationBuilder build(seen);
        build.begin(ComponentKind::system);
        build.add(quantity::identity_vendor, Text::from_network("Ubiquiti"));
        build.add(quantity::system_uptime, Number::natural(748));
        const auto ap = build.begin(ComponentKind::access_point);
        build.add(quantity::ap_up, Number::natural(1));
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_name, Text::from_network("wifi0"));
        build.add(*quantity_named("radio.airtime_ratio"), Number::real(0.37));
        build.begin(ComponentKind::ssid, ap);
        build.add(quantity::ssid_ssid, Text::from_network("Malang-WiFi"));
        build.begin(ComponentKind::interface);
        build.add(*quantity_named("interface.rx_bytes_total"),
                  Number::natural(18446744073709551615ull));
        build.add(quantity::interface_up, Number::natural(0));
        seen.problems.push_back({"snmp", "radios", Reason::timeout, "no answer"});

        const std::string text =
            observation_json(seen, some_device(), Health{HealthState::up, std::nullopt});

        CHECK(text.starts_with(
            R"({"schema":"pantau.observation/1","device":{"id":"rw08-sumbersari-1","address":"10.73.5.81","port":161,"time":"2026-11-24T02:38:00Z"},"health":{"state":"up","reason":null},)"
            R"("collectors":{"http":{"ok":true,"reason":null,"duration_seconds":0.0102,"status":200,"phases":{"resolve":null,"connect":0.001},"certificate_expiry":null}},)"
            R"("citizen":null,"identity":{"vendor":"Ubiquiti","profile":null,)"));
        const json::value value = json::parse(text);
        CHECK(value.at("role") == "access_point");
        CHECK(value.at("system").at("uptime_seconds").as_int64() == 748);
        CHECK(value.at("system").at("clients").is_null());
        REQUIRE(value.at("access_points").as_array().size() == 1);
        const json::value& first = value.at("access_points").at(0);
        CHECK(first.at("up") == true);
        CHECK(first.at("clients").is_null());
        CHECK(first.at("radios").at(0).at("name") == "wifi0");
        CHECK(first.at("radios").at(0).at("airtime_ratio").as_double() == 0.37);
        CHECK(first.at("ssids").at(0).at("ssid") == "Malang-WiFi");
        CHECK(value.at("interfaces").at(0).at("rx_bytes_total").as_uint64() ==
              18446744073709551615ull);
        CHECK(value.at("interfaces").at(0).at("up") == false);
        CHECK(value.at("problems").at(0).at("reason") == "timeout");
    }

    TEST_CASE("a citizen check shows its verdict and its steps") {
        static const CollectorInfo citizen{"citizen", {}, Witness::service};
        auto ladder = std::make_shared<Ladder>();
        ladder->verdict = "dns_hijacked";
        ladder->is_good = false;
        ladder->rungs.push_back({"dns", false, std::chrono::milliseconds(10),
                                 "check.example: 192.0.2.5", "10.6.6.6\x1b[31m"});
        Observation seen;
        seen.collectors.emplace_back();
        seen.collectors.back().collector = &citizen;
        seen.collectors.back().reason = Reason::content;
        seen.collectors.back().ladder = ladder;
        const std::string text = observation_json(seen, some_device(), Health{});
        CHECK(contains(text,
                       R"("citizen":{"online":false,"verdict":"dns_hijacked","steps":[)"
                       R"({"name":"dns","ok":false,"duration_seconds":0.01,)"
                       R"("expected":"check.example: 192.0.2.5","detail":"10.6.6.6[31m"}]})"));
        ladder->is_good.reset();
        ladder->verdict = "unknown";
        CHECK(contains(observation_json(seen, some_device(), Health{}),
                       R"("citizen":{"online":null,"verdict":"unknown",)"));
    }

    TEST_CASE("facts with labels of their own are an object by their labels") {
        static constexpr FactKind kinds[] = {{"checks", "m", "check", "", ""}};
        static constexpr CollectorInfo labelled{"http", kinds};
        Observation seen;
        CollectorReport report;
        report.collector = &labelled;
        seen.collectors.push_back(report);
        const auto checks = [&] {
            return json::serialize(json::parse(observation_json(seen, some_device(), Health{}))
                                       .at("collectors")
                                       .at("http")
                                       .at("checks"));
        };
        CHECK(checks() == "{}");
        seen.collectors[0].facts = {{0, 1.0, std::make_shared<const std::string>("login")},
                                    {0, 0.0, std::make_shared<const std::string>("api")}};
        CHECK(checks() == R"({"login":1,"api":0})");
    }

    TEST_CASE("what was never seen is null or empty") {
        const json::value value =
            json::parse(observation_json(Observation{}, some_device(), Health{}));
        CHECK(value.at("collectors").as_object().empty());
        CHECK(value.at("identity").at("model").is_null());
        CHECK(value.at("access_points").as_array().empty());
        CHECK(value.at("interfaces").as_array().empty());
        CHECK(value.at("problems").as_array().empty());
        CHECK(value.at("health").at("state") == "unknown");
    }

    TEST_CASE("no string or number can break the JSON") {
        std::string nasty;
        for (int c = 0; c < 256; ++c)
            nasty.push_back(static_cast<char>(c));
        Observation seen;
        CollectorReport report;
        report.collector = &http;
        report.facts = {{0, std::numeric_limits<double>::quiet_NaN()}, {2, nasty}};
        seen.collectors.push_back(report);
        seen.problems.push_back({nasty, nasty, Reason::malformed, nasty});
        ObservationBuilder build(seen);
        build.begin(ComponentKind::system);
        build.add(quantity::identity_name, Text::from_network("\"quoted\\\" \x01 \xff <b>"));
        Device device = some_device();
        device.id = nasty;
        for (const WallTime time : {WallTime::min(), WallTime{}, WallTime::max()}) {
            CAPTURE(time.time_since_epoch().count());
            seen.time = time;
            boost::system::error_code error;
            const json::value value = json::parse(observation_json(seen, device, Health{}), error);
            REQUIRE_FALSE(error.failed());
            CHECK(value.at("collectors").at("http").at("status").is_null());
            CHECK(value.at("identity").at("name") == "\"quoted\\\"  \xEF\xBF\xBD <b>");
        }
    }
}
