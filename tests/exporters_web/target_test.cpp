#include "exporters/web/target.hpp"

#include <doctest/doctest.h>

using pantau::web::parse_target;
using pantau::web::Target;

TEST_SUITE("exporters/web/target") {
    TEST_CASE("targets are split and decoded") {
        struct Case {
            std::string raw;
            Target target;
        };
        const Case cases[] = {
            {"/", {"/", {}}},
            {"/metrics", {"/metrics", {}}},
            {"/metrics?", {"/metrics", {}}},
            {"/a+b%2Bc", {"/a+b+c", {}}},
            {"/a?x=1&y=2&x=3", {"/a", {{"x", "1"}, {"y", "2"}, {"x", "3"}}}},
            {"/a?x", {"/a", {{"x", ""}}}},
            {"/a?x=&&=y&", {"/a", {{"x", ""}, {"", "y"}}}},
            {"/a?x=1=2?3/4", {"/a", {{"x", "1=2?3/4"}}}},
            {"/a?kelurahan=Kota+Lama%26co", {"/a", {{"kelurahan", "Kota Lama&co"}}}},
            {"/%E2%82%ac", {"/\xE2\x82\xAC", {}}},
            {"http://host:1/a?x=1", {"/a", {{"x", "1"}}}},
            {"http://host", {"/", {}}},
            {"https://host?x=1", {"/", {{"x", "1"}}}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.raw);
            CHECK(parse_target(c.raw).value() == c.target);
        }
    }

    TEST_CASE("what could mislead a handler is refused") {
        const std::string cases[] = {
            "",         "*",        "a",          "host:80",       "ftp://host/a",
            "/a#b",     "/%",       "/%4",        "/%4g",          "/%zz",
            "/%00",     "/a%0Ab",   "/%7F",       "/%C2%85",       "/%FF",
            "/%C0%AF",  "/%E2%82",  "/%ED%A0%80", "/%F5%80%80%80", "/a?%00",
            "/a?x=%0D", "/a?x=%ff", "/a?%e2%82=", "/a?x=%1B[31m"};
        for (const std::string& raw : cases) {
            CAPTURE(raw);
            CHECK_FALSE(parse_target(raw).has_value());
        }
    }
}
