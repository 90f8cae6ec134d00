#include "base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace pantau;

TEST_SUITE("base/utf8") {
    TEST_CASE("the first byte that is no UTF-8 is found wherever it stands") {
        struct Row {
            std::string text;
            std::optional<std::size_t> invalid_at;
        };
        const Row rows[] = {
            {"", {}},
            {"plain text longer than one block", {}},
            {"Jalan Kawi \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\xB6 end of it", {}},
            {"\xFF", 0},
            {"12345678\xC3", 8},
            {"1234567\xC3\xA9\x80", 9},
            {"\xC0\xAF", 0},          // overlong
            {"ab\xED\xA0\x80", 2},    // surrogate
            {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            CHECK(find_invalid_utf8(row.text) == row.invalid_at);
        }
    }
}
