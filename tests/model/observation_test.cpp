#include "model/observation.hpp"

#include <doctest/doctest.h>

#include <cmath>

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
        CHECK(seen.text(seen.components[2], quantity::radio_name)->str() == "wifi0");
        CHECK(seen.text(seen.components[2], quantity::radio_band) == nullptr);
        CHECK(seen.system() == &seen.components[0]);
        CHECK_FALSE(seen.any_answer());
    }

    TEST_CASE("a Number keeps 64 bits and says what it is") {
        CHECK(Number::natural(18446744073709551615ull).as_natural() == 18446744073709551615ull);
        CHECK(Number::integer(-95).as_double() == -95.0);
        CHECK(Number::integer(5) == Number::natural(5));
        CHECK(Number::real(0.5).as_natural() == 0);
    }
}
