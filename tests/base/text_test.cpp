#include "base/text.hpp"

#include <doctest/doctest.h>

using pantau::Text;

TEST_SUITE("base/text") {
    TEST_CASE("what a device sends comes out as clean UTF-8") {
        struct Case {
            const char* name;
            std::string in;
            std::string out;
        };
        const Case cases[] = {
            {"plain", "AP Balai RW 08", "AP Balai RW 08"},
            {"blank ends", "  ap  ", "ap"},
            {"only blanks", "   ", ""},
            {"invalid bytes", "\xFF\xFE", "\xEF\xBF\xBD\xEF\xBF\xBD"},
            {"cut sequence", "a\xE2\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
            {"overlong slash", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
            {"surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
            {"NUL at the end", std::string("1.0.3\0", 6), "1.0.3"},
            {"line ends become one blank", "a\r\n\tb", "a b"},
            {"indented line", "a\r\n   b", "a b"},
            {"blanks inside stay, in plain text", "RW  08", "RW  08"},
            {"and beside other letters", "\xC3\x91  08 ", "\xC3\x91  08"},
            {"terminal escape", "\x1B[31mred\x1B[0m", "[31mred[0m"},
            {"C1",
             "a\xC2\x9B"
             "b",
             "ab"},
            {"bidi override",
             "a\xE2\x80\xAE"
             "b",
             "ab"},
            {"zero width",
             "a\xE2\x80\x8B"
             "b",
             "ab"},
            {"byte order mark",
             "\xEF\xBB\xBF"
             "a",
             "a"},
            {"Javanese", "\xEA\xA6\xA9\xEA\xA6\xAD", "\xEA\xA6\xA9\xEA\xA6\xAD"},
            {"four bytes", "\xF0\x9F\x93\xB6", "\xF0\x9F\x93\xB6"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            CHECK(Text::from_network(c.in).str() == c.out);
        }
    }

    TEST_CASE("a long text is cut between signs, never inside one") {
        CHECK(Text::from_network(std::string(70'000, 'x')).str().size() == Text::limit);
        std::string euros;
        for (int i = 0; i < 100; ++i)
            euros += "\xE2\x82\xAC";
        CHECK(Text::from_network(euros).str().size() == 126);
        CHECK(Text::from_network("abcdef", 3).str() == "abc");
    }

    TEST_CASE("every single byte and pair of bytes gives valid, visible text") {
        for (int a = 0; a < 256; ++a) {
            for (int b = 0; b < 256; ++b) {
                const std::string in{static_cast<char>(a), static_cast<char>(b)};
                const std::string out = Text::from_network(in).str();
                // Cleaning twice changes nothing: what comes out is already clean.
                CHECK(Text::from_network(out).str() == out);
            }
        }
    }
}
