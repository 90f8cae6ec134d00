#include "model/observation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>

using namespace pantau;

TEST_SUITE("model/observation") {
    TEST_CASE(
        "readings lie in the component that was open, and values out of range leave no trace") {
        Observation seen;
        ObservationBuilder build(seen);
        build.begin(ComponentKind::system);
        CHECK(build.add(quantity::system_uptime, Number::natural(748)));
        const auto ap = build.begin(ComponentKind::access_point);
        CHECK(build.add(quantity::ap_clients, Number::natural(34)));
        build.begin(ComponentKind::radio, ap);
        CHECK_FALSE(build.add(*quantity_named("radio.noise_dbm"), Number::integer(-9999)));
        CHECK_FALSE(build.add(*quantity_named("radio.airtime_ratio"), Number::real(std::nan(""))));
        build.add(quantity::radio_name, Text::from_network("wifi0"));

        REQUIRE(seen.components.size() == 3);
        CHECK(seen.number(seen.components[0], quantity::system_uptime) == Number::natural(748));
        CHECK(seen.number(seen.components[1], quantity::ap_clients) == Number::natural(34));
        CHECK(seen.readings_of(seen.components[2]).empty());
        CHECK(seen.text(seen.components[2], quantity::radio_name) == "wifi0");
        CHECK(seen.text(seen.components[2], quantity::radio_band) == std::nullopt);
        CHECK(seen.system() == &seen.components[0]);
        CHECK_FALSE(seen.any_answer());
    }

    TEST_CASE("texts keep their words, long, empty or twice, also in a copy") {
        const std::string longest(Text::limit, 'x');
        Observation made;
        ObservationBuilder build(made);
        build.begin(ComponentKind::system);
        build.add(quantity::identity_vendor, Text::from_network(longest));
        build.add(quantity::identity_model, Text());
        build.begin(ComponentKind::ssid);
        build.add(quantity::ssid_ssid, Text::from_network("Malang Wi-Fi"));
        build.begin(ComponentKind::ssid);
        build.add(quantity::ssid_ssid, Text::from_network("Malang Wi-Fi"));
        build.add(quantity::ssid_radio, Text::from_network("wifi1"));

        const Observation seen = std::exchange(made, {});
        CHECK(seen.text(seen.components[0], quantity::identity_vendor) == longest);
        CHECK(seen.text(seen.components[0], quantity::identity_model) == "");
        CHECK(seen.text(seen.components[1], quantity::ssid_ssid) == "Malang Wi-Fi");
        CHECK(seen.text(seen.components[1], quantity::ssid_radio) == std::nullopt);
        CHECK(seen.text(seen.components[2], quantity::ssid_ssid) == "Malang Wi-Fi");
        CHECK(seen.text(seen.components[2], quantity::ssid_radio) == "wifi1");
        REQUIRE(seen.texts_of(seen.components[2]).size() == 2);
        CHECK(seen.text_of(seen.texts_of(seen.components[2])[1]) == "wifi1");
    }

    TEST_CASE("a text that comes again takes no more room, however often") {
        Observation seen;
        ObservationBuilder build(seen);
        for (int i = 0; i < 3; ++i) {
            build.begin(ComponentKind::ssid);
            build.add(quantity::ssid_radio, Text::from_network("wifi0"));
            build.add(quantity::ssid_ssid, Text::from_network("Malang-WiFi"));
        }
        CHECK(seen.text_bytes == "wifi0Malang-WiFi");
        for (const Component& each : seen.components) {
            CHECK(seen.text(each, quantity::ssid_radio) == "wifi0");
            CHECK(seen.text(each, quantity::ssid_ssid) == "Malang-WiFi");
        }
    }

    TEST_CASE("a Number keeps 64 bits and says what it is") {
        CHECK(Number::natural(18446744073709551615ull).as_natural() == 18446744073709551615ull);
        CHECK(Number::integer(-95).as_double() == -95.0);
        CHECK(Number::integer(5) == Number::natural(5));
        CHECK(Number::real(0.5).as_natural() == 0);
    }
}
