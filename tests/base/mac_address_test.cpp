#include "base/mac_address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace pantau;

TEST_SUITE("base/mac address") {
    TEST_CASE("all spellings of one MAC address are the same") {
        for (const char* const text : {"02:1a:1e:00:0b:10", "02-1A-1E-00-0B-10", "021a.1e00.0b10",
                                       "021A-1E00-0B10", "021a1e000b10", "[02:1A:1E:00:0B:10]"}) {
            CAPTURE(text);
            CHECK(mac_address(text) == "02:1a:1e:00:0b:10");
        }
    }

    TEST_CASE("what is no MAC address is none") {
        for (const char* const text :
             {"", ":", "[]", "02:1a:1e:00:0b", "02:1a:1e:00:0b:1",
              "02:1a:1e:00:0b:10:", ":02:1a:1e:00:0b:10", "02:1a:1e:00:0b:1g", "02:1a-1e:00:0b:10",
              "02::1a:1e:00:0b10", "021a1e000b1", "021a1e000b100", "02:1a:1e:00:0b:10:22",
              "021.a1e.000.b10", "ap-lobi", "02 1a 1e 00 0b 10"}) {
            CAPTURE(text);
            CHECK_FALSE(mac_address(text).has_value());
        }
    }
}
