#include "nasty_strings.hpp"

#include <array>
#include <random>
#include <string_view>

namespace pantau::by_hand {
namespace {

using namespace std::string_view_literals;

constexpr auto known = std::to_array<std::string_view>({
    ""sv,
    " "sv,
    "\0"sv,
    "a\0b"sv,
    "\n"sv,
    "a\nb"sv,
    "a\r\nSet-Cookie: x=1"sv,
    "\x1B[31mred\x1B[0m"sv,
    "\x1B]0;title\x07"sv,
    "\xFF\xFE"sv,          // What blinds Prometheus.
    "\xC0\xAF"sv,          // An overlong slash.
    "\xE0\x80\xAF"sv,      // Again.
    "\xED\xA0\x80"sv,      // A surrogate.
    "\xF4\x90\x80\x80"sv,  // Beyond Unicode.
    "\xE2\x82"sv,          // Cut short.
    "\x80"sv,              // Begins in the middle.
    "\xC2\x85"sv,          // C1: next line.
    "\xE2\x80\xAE"
    "evil\xE2\x80\xAC"sv,  // Right to left.
    "\xE2\x80\x8B"sv,      // Zero width.
    "\xEF\xBB\xBF"
    "bom"sv,
    "\xE2\x80\xA8line\xE2\x80\xA9paragraph"sv,
    "Malang \xF0\x9F\x93\xB6"sv,
    "\xEA\xA6\xA9\xEA\xA6\xAD\xEA\xA6\x81"sv,  // Javanese.
    "\""sv,
    "\\"sv,
    "\\\""sv,
    "\\n"sv,
    "\\\\n"sv,
    "ends in \\"sv,
    "\"} 1\npantau_ap_up{ap=\"all\"} 0\n#"sv,
    "# HELP pantau_ap_up x"sv,
    "{}"sv,
    "a,b=\"c\""sv,
    "} 99"sv,
    "{{ .Value }}"sv,
    "{{printf \"%s\" .}}"sv,
    "%n%s%x"sv,
    "../../etc/passwd"sv,
    "<script>alert(1)</script>"sv,
    "<b>&amp;</b>"sv,
    "*_`["sv,
    "'; DROP TABLE ap; --"sv,
    "$(reboot)"sv,
    "`reboot`"sv,
    "=cmd|' /C calc'!A0"sv,
    "#1"sv,
    "wifi0"sv,
    "wifi0#1"sv,
    "NaN"sv,
    "+Inf"sv,
});

std::string random_bytes(std::mt19937& random) {
    // Few different bytes, so that broken and whole characters, quotes and ends meet often.
    constexpr std::string_view bytes = "\xC3\xA9\xE2\x82\xAC\xF0\x9F\xFF\x80\"\\\n\r\0 a#"sv;
    std::string made(1 + random() % 24, ' ');
    for (char& c : made)
        c = bytes[random() % bytes.size()];
    return made;
}

}  // namespace

std::vector<std::string> nasty_strings() {
    std::vector<std::string> all(known.begin(), known.end());
    for (int byte = 0; byte < 256; ++byte)
        all.push_back("x" + std::string(1, static_cast<char>(byte)));
    all.emplace_back(64 * 1024, 'A');
    all.push_back(std::string(127, 'A') + "\xF0\x9F\x93\xB6");  // Cut inside a character.
    std::mt19937 random(551);
    while (all.size() < 600)
        all.push_back(random_bytes(random));
    return all;
}

}  // namespace pantau::by_hand
