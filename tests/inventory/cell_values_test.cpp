#include "inventory/cell_values.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>

using namespace pantau;
using namespace pantau::inventory;
using namespace std::chrono_literals;

namespace {

template <class Value>
std::string said(const Reading<Value>& reading) {
    if (reading) return "";
    return reading.error().message + " | " + reading.error().help;
}

/// A text and what it means; empty: it must be refused with `said`.
struct Case {
    std::string_view text;
    std::string_view value;
    std::string_view said = {};
};

}  // namespace

TEST_SUITE("inventory/cell_values") {
    TEST_CASE("an address is a numeric one or a host name, in one spelling") {
        const Case cases[] = {
            {"10.73.5.81", "10.73.5.81"},
            {"127.73.0.1", "127.73.0.1"},
            {"223.255.255.254", "223.255.255.254"},
            {"FD00:0:0::0001", "fd00::1"},
            {"::1", "::1"},
            {"fe80::1%eth0", "fe80::1%eth0"},
            {"::ffff:10.1.2.3", "::ffff:10.1.2.3"},
            {"AP-1.Malang.example", "ap-1.malang.example"},
            {"ap1", "ap1"},
            {"4g-gw.local", "4g-gw.local"},
            {"ap_1.local.", "ap_1.local."},
            {"10.73.5", "", "four numbers"},
            {"10.73.5.81.1", "", "four numbers"},
            {"10.73.5.256", "", "from 0 to 255"},
            {"10..5.1", "", "from 0 to 255"},
            {"99999999999999999999.1.1.1", "", "from 0 to 255"},
            {"010.073.005.081", "", "octal"},
            {"10.73.5.08", "", "octal"},
            {"0.0.0.0", "", "no device has"},
            {"239.1.1.1", "", "no device has"},
            {"255.255.255.255", "", "no device has"},
            {"::", "", "no device has"},
            {"ff02::1", "", "no device has"},
            {"10.73.5.0/24", "", "without /"},
            {"http://10.73.5.81/", "", "not a URL"},
            {"[fd00::1]", "", "brackets"},
            {"10.73.5.81:161", "", "port has a column of its own"},
            {"ap1:161", "", "port has a column of its own"},
            {"fd00:::1", "", "is no address"},
            {"fe80::1%", "", "is no address"},
            {"ap one", "", "is no address"},
            {"-ap", "", "is no address"},
            {"ap..one", "", "is no address"},
            {"10,73,5,81", "", "is no address"},
            {"a@b", "", "is no address"},
        };
        for (const Case& row : cases) {
            CAPTURE(row.text);
            const Reading<std::string> read = read_address(row.text);
            CAPTURE(said(read));
            CHECK(read.value_or("") == row.value);
            CHECK(said(read).find(row.said) != std::string::npos);
        }
        CHECK_FALSE(read_address(std::string(64, 'a')));
        CHECK_FALSE(read_address(std::string(254, 'a')));
    }

    TEST_CASE("a name is one word that fits into lists, links and patterns") {
        const Case cases[] = {
            {"rw08-sumbersari-1", "rw08-sumbersari-1"},
            {"AP_1.lantai:2", "AP_1.lantai:2"},
            {"08", "08"},
            {"titik-pös", "titik-pös"},
            {"AP Balai RW 08", "", "AP-Balai-RW-08"},
            {"a|b", "", "one word"},
            {"a,b", "", "one word"},
            {"a/b", "", "one word"},
            {"a*", "", "one word"},
            {"-a", "", "hyphen"},
            {"none", "", "cannot be called"},
        };
        for (const Case& row : cases) {
            CAPTURE(row.text);
            const Reading<std::string> read = read_name(row.text);
            CAPTURE(said(read));
            CHECK(read.value_or("") == row.value);
            CHECK(said(read).find(row.said) != std::string::npos);
        }
        CHECK(read_name(std::string(128, 'a')));
        CHECK_FALSE(read_name(std::string(129, 'a')));
    }

    TEST_CASE("a port is decimal, from 1 to 65535, and never octal") {
        CHECK(read_port("161") == 161);
        CHECK(read_port("65535") == 65535);
        CHECK(read_port("1") == 1);
        for (const std::string_view text :
             {"0", "65536", "99999999999", "-1", "+1", "1e3", "161.0", "x", "0x10", ""}) {
            CAPTURE(text);
            CHECK_FALSE(read_port(text));
        }
        CHECK(said(read_port("0161")).find("octal") != std::string::npos);
        CHECK(read_retries("0") == 0u);
        CHECK(read_retries("10") == 10u);
        CHECK_FALSE(read_retries("11"));
    }

    TEST_CASE("degrees are decimal; a comma counts only where cells are separated otherwise") {
        CHECK(read_degrees("-7.9526", 90, DecimalComma::no) == -7.9526);
        CHECK(read_degrees("+112.6", 180, DecimalComma::no) == 112.6);
        CHECK(read_degrees("0", 90, DecimalComma::no) == 0.0);
        CHECK(read_degrees("-7,9526", 90, DecimalComma::yes) == -7.9526);
        CHECK(read_degrees("90", 90, DecimalComma::no) == 90.0);
        const Case refused[] = {
            {"-7,9526", "", "decimal comma"},
            {"90.1", "", "not from -90 to 90"},
            {"7°57'S", "", "decimal degrees"},
            {"1e1", "", "decimal degrees"},
            {"nan", "", "decimal degrees"},
            {"inf", "", "decimal degrees"},
            {"-112.611.800", "", "no number of"},
            {"+-7", "", "no number of"},
            {"-", "", "no number of"},
            {"0x7", "", "no number of"},
        };
        for (const Case& row : refused) {
            CAPTURE(row.text);
            const Reading<double> read = read_degrees(row.text, 90, DecimalComma::no);
            CHECK_FALSE(read);
            CHECK(said(read).find(row.said) != std::string::npos);
        }
        CHECK_FALSE(read_degrees("-7,95,26", 90, DecimalComma::yes));
    }

    TEST_CASE("a duration has a unit and stays within its range") {
        const DurationRange range{1s, 24h, "1s to 24h"};
        CHECK(read_duration("90s", range) == Duration(90s));
        CHECK(read_duration("24h", range) == Duration(24h));
        CHECK(said(read_duration("30", range)).find("add a unit: 30s") != std::string::npos);
        CHECK(said(read_duration("999ms", range)).find("1s to 24h") != std::string::npos);
        CHECK_FALSE(read_duration("2d", range));
        CHECK_FALSE(read_duration("1.5m", range));
        CHECK_FALSE(read_duration("99999999999999999999s", range));
    }

    TEST_CASE("parents with a blank are both needed, with a bar either is enough") {
        using Groups = std::vector<ParentGroup>;
        struct Row {
            std::string_view text;
            std::optional<Groups> groups;
        };
        const Row rows[] = {
            {"a", Groups{{"a"}}},
            {"a b", Groups{{"a"}, {"b"}}},
            {"a|b", Groups{{"a", "b"}}},
            {"a | b  c", Groups{{"a", "b"}, {"c"}}},
            {"a b|c|d", Groups{{"a"}, {"b", "c", "d"}}},
            {"a|a", Groups{{"a"}}},
            {"none", Groups{}},
            {"a|", {}},
            {"|a", {}},
            {"a||b", {}},
            {"a b |", {}},
            {"|", {}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.text);
            const Reading<Groups> read = read_parents(row.text);
            CHECK(read.has_value() == row.groups.has_value());
            if (read && row.groups) CHECK(*read == *row.groups);
        }
        std::string many = "p0";
        for (int i = 1; i < 64; ++i)
            many += " p" + std::to_string(i);
        CHECK(read_parents(many));
        CHECK_FALSE(read_parents(many + " p64"));
    }

    TEST_CASE("signs that cannot be seen are found") {
        CHECK(find_invisible("Oro-oro Dowo") == 0);
        CHECK(find_invisible("pös ü 日") == 0);
        CHECK(find_invisible("a\tb") == '\t');
        CHECK(find_invisible("a\xE2\x80\x8B") == 0x200B);
        CHECK(find_invisible("\xE2\x80\xAE") == 0x202E);
        CHECK(find_invisible("a\x7F") == 0x7F);
    }
}
