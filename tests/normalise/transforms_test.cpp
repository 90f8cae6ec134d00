#include "normalise/transforms.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace pantau;

namespace {

std::string shown(const std::optional<Number>& number) {
    if (!number) return "-";
    if (number->kind() == Number::Kind::real) return fmt::format("{}", number->as_double());
    return number->kind() == Number::Kind::integer ? fmt::format("{}", number->as_integer())
                                                   : fmt::format("{}", number->as_natural());
}

}  // namespace

TEST_SUITE("normalise/transforms") {
    TEST_CASE("a number is read from the start of a text, and only when it is beyond doubt") {
        struct Row {
            std::string_view text;
            std::string_view number;
        };
        using namespace std::string_view_literals;
        for (const Row& row : {Row{"3.7", "3.7"},
                               {"-62.8", "-62.8"},
                               {"35 C", "35"},
                               {"38.250000 C", "38.25"},
                               {" 12 dBm", "12"},
                               {"161E", "161"},
                               {"36+", "36"},
                               {"5.", "5"},
                               {"2412/20-Ce/gn", "2412"},
                               {"+7", "7"},
                               {"-0", "0"},
                               {"18446744073709551615", "18446744073709551615"},
                               {"18446744073709551616", "1.8446744073709552e+19"},
                               {"12\0\0"sv, "12"},
                               {"3,7", "-"},
                               {"1,234", "-"},
                               {"12, then more", "12"},
                               {"N/A", "-"},
                               {"-", "-"},
                               {"", "-"},
                               {".5", "-"},
                               {"inf", "-"},
                               {"0x10", "0"}}) {
            CAPTURE(row.text);
            CHECK(shown(number_in(row.text)) == row.number);
        }
        CHECK_FALSE(number_in(std::string(400, '9')).has_value());
    }

    TEST_CASE("scaling keeps integers exact and percent clean") {
        CHECK(Scaling(0.01, false, 0).apply(Number::natural(7)).as_double() == 0.07);
        CHECK(Scaling(0.001, false, 0).apply(Number::natural(259)).as_double() == 0.259);
        CHECK(Scaling(1024, false, 0).apply(Number::natural(251032)) == Number::natural(257056768));
        CHECK(Scaling(1, true, 0).apply(Number::natural(94)) == Number::integer(-94));
        CHECK(Scaling(1, false, -256).apply(Number::natural(161)) == Number::integer(-95));
        CHECK(Scaling(0.01, true, 1).apply(Number::natural(90)).as_double() ==
              doctest::Approx(0.1));
        CHECK(Scaling().apply(Number::natural(18446744073709551615ull)) ==
              Number::natural(18446744073709551615ull));
        CHECK(Scaling(8, false, 0).apply(Number::natural(18446744073709551615ull)).as_double() ==
              doctest::Approx(1.47574e20));
        CHECK(Scaling(2.5, false, 0).apply(Number::natural(4)).as_double() == 10);
    }

    TEST_CASE("channel, frequency and band tell each other, never a 6 GHz guess") {
        CHECK(frequency_of("2.4GHz", 6) == 2'437'000'000u);
        CHECK(frequency_of("2.4GHz", 14) == 2'484'000'000u);
        CHECK(frequency_of("5GHz", 157) == 5'785'000'000u);
        CHECK(frequency_of("6GHz", 5) == 5'975'000'000u);
        CHECK(frequency_of("60GHz", 2) == 60'480'000'000u);
        CHECK_FALSE(frequency_of("2.4GHz", 36).has_value());
        CHECK_FALSE(frequency_of("", 6).has_value());
        CHECK(band_of_channel(5) == "2.4GHz");
        CHECK(band_of_channel(161) == "5GHz");
        for (const std::uint64_t channel : {0u, 15u, 37u, 33u, 146u, 181u, 233u, 255u}) {
            CAPTURE(channel);
            CHECK_FALSE(band_of_channel(channel).has_value());
        }
        CHECK(band_of_frequency(2.437e9) == "2.4GHz");
        CHECK(band_of_frequency(5.785e9) == "5GHz");
        CHECK(band_of_frequency(5.975e9) == "6GHz");
        CHECK(band_of_frequency(58.32e9) == "60GHz");
        CHECK(band_of_frequency(11.485e9) == "other");
        CHECK(channel_of_frequency(2.412e9) == 1u);
        CHECK(channel_of_frequency(5.745e9) == 149u);
        CHECK(channel_of_frequency(5.975e9) == 5u);
        // The centre of a wide or a private channel is no channel number.
        CHECK_FALSE(channel_of_frequency(5.780e9).has_value());
        CHECK_FALSE(channel_of_frequency(0).has_value());
        CHECK_FALSE(channel_of_frequency(1e300).has_value());
    }

    TEST_CASE("addresses read from bytes only when their length fits") {
        using namespace std::string_view_literals;
        CHECK(mac_text("\x00\x1b\x2c\xff\x00\x20"sv) == "00:1b:2c:ff:00:20");
        CHECK_FALSE(mac_text("\x00\x1b"sv).has_value());
        CHECK(address_text("\x0a\x49\x05\x51"sv) == "10.73.5.81");
        CHECK(address_text(std::string(15, '\0') + '\1') == "::1");
        CHECK_FALSE(address_text("10.73.5.81"sv).has_value());
        CHECK(hex_text("\x00\xab"sv) == "00ab");
    }
}
