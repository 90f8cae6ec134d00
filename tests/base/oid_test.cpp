#include "base/oid.hpp"

#include <doctest/doctest.h>

using pantau::Oid;

TEST_SUITE("base/oid") {
    TEST_CASE("dotted text is read with and without a leading dot") {
        CHECK(Oid::parse("1.3.6.1.2.1.1.3.0")->to_string() == "1.3.6.1.2.1.1.3.0");
        CHECK(Oid::parse(".1.3")->to_string() == "1.3");
        CHECK(Oid::parse("4294967295")->to_string() == "4294967295");
    }

    TEST_CASE("anything else is refused") {
        for (const char* text :
             {"", ".", "1.", "1..3", "1.3a", "-1", "1.4294967296", "1 .3", "sysUpTime"}) {
            CAPTURE(text);
            CHECK_FALSE(Oid::parse(text).has_value());
        }
        std::string endless = "1";
        for (int i = 0; i < 128; ++i)
            endless += ".1";
        CHECK_FALSE(Oid::parse(endless).has_value());
    }

    TEST_CASE("order is by sub-identifier, as a walk goes") {
        const Oid a{1, 3, 6, 9};
        const Oid b{1, 3, 6, 10};
        CHECK(a < b);
        CHECK(Oid{1, 3, 6} < a);
        CHECK(a.starts_with(Oid{1, 3, 6}));
        CHECK_FALSE(a.starts_with(b));
        CHECK_FALSE(Oid({1, 3}).starts_with(Oid{1, 3, 6}));
        CHECK(Oid({1, 3}).with(6) == Oid{1, 3, 6});
    }
}
