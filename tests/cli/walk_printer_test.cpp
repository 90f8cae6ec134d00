#include "cli/walk_printer.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "base/oid.hpp"

namespace pantau::cli {
namespace {

using namespace std::string_view_literals;
using snmp::ValueType;

struct Sample {
    const char* oid;
    snmp::Value value;
};

snmp::Value octets(std::string_view bytes) {
    return {ValueType::octets, 0, 0, bytes, {}};
}

std::string printed(const std::vector<Sample>& samples, Format format,
                    WalkPrinter::Names names = WalkPrinter::Names::known, bool headers = true) {
    std::string out;
    Console console([&](std::string_view text) { out += text; }, [](std::string_view) {});
    const Arguments arguments(Language::en, {}, {});
    const Invocation call{
        .arguments = arguments, .format = format, .has_headers = headers, .console = console};
    WalkPrinter printer(call, names);
    for (const Sample& sample : samples) {
        const Oid oid = *Oid::parse(sample.oid);
        printer.print({oid.parts(), sample.value, 0});
    }
    printer.finish();
    return out;
}

const std::vector<Sample> two{{"1.3.6.1.2.1.1.5.0", octets("ap, \"1\"")},
                              {"1.3.6.1.2.1.2.2.1.6.2", octets("\x02\x0C\x42\x00\x00\x01"sv)}};

}  // namespace

TEST_SUITE("cli/walk_printer") {
    TEST_CASE("a value reads with its type, times and known objects in words") {
        const std::vector<std::uint32_t> ram{1, 3, 6, 1, 2, 1, 25, 2, 1, 2};
        const std::vector<std::uint32_t> vendor{1, 3, 6, 1, 4, 1, 99999};
        struct Case {
            snmp::Value value;
            const char* shown;
        };
        const Case cases[] = {
            {{ValueType::integer, -7, 0, {}, {}}, "INTEGER: -7"},
            {{ValueType::time_ticks, 0, 1'234'500, {}, {}}, "Timeticks: 1234500 (3:25:45.00)"},
            {{ValueType::time_ticks, 0, 4'294'967'295, {}, {}},
             "Timeticks: 4294967295 (497d 2:27:52.95)"},
            {{ValueType::counter64, 0, UINT64_MAX, {}, {}}, "Counter64: 18446744073709551615"},
            {{ValueType::ip_address, 0, 0, "\x0A\x49\x05\xFF", {}}, "IpAddress: 10.73.5.255"},
            {{ValueType::oid, 0, 0, {}, ram}, "OID: 1.3.6.1.2.1.25.2.1.2 (hrStorageRam)"},
            {{ValueType::oid, 0, 0, {}, vendor}, "OID: 1.3.6.1.4.1.99999"},
            {{ValueType::opaque, 0, 0, "\x9F\x78\x04\x3F\x40\x00\x00"sv, {}},
             "Opaque: 0.75 (float)"},
            {{ValueType::opaque, 0, 0, "\x04\x01", {}}, "Opaque: 04 01"},
            {{ValueType::null, 0, 0, {}, {}}, "NULL"},
            {octets(""), "STRING: \"\""},
            {octets("Balai RW 08"), "STRING: Balai RW 08"},
            {octets("line\r\nend"), "STRING: line end"},
            {octets("padded\0\0"sv), "STRING: padded"},
            {octets("Caf\xC3\xA9"), "STRING: Caf\xC3\xA9"},
            {octets("\x07\xE7\x0B"), "Hex-STRING: 07 E7 0B"},
            {octets("\xFF"), "Hex-STRING: FF"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.shown);
            CHECK(shown_value(c.value, false) == c.shown);
        }
        CHECK(shown_value(octets("ABCDEF"), true) == "Hex-STRING: 41 42 43 44 45 46");
    }

    TEST_CASE("nothing a device says moves the cursor of a terminal") {
        const std::vector<Sample> bad{{"1.3.6.1.2.1.1.1.0", octets("\x1B[2J")},
                                      {"1.3.6.1.2.1.1.4.0", octets("a\x7F")},
                                      {"1.3.6.1.2.1.1.5.0", octets("\xE2\x80\xAE"
                                                                   "pa")},
                                      {"1.3.6.1.2.1.1.6.0", octets("\xC2\x9B"
                                                                   "31m")}};
        for (const Format format :
             {Format::table, Format::wide, Format::json, Format::yaml, Format::csv, Format::name}) {
            const std::string out = printed(bad, format);
            CHECK(harmless(out) != "");
            for (const std::string_view sign : {"\x1B"sv, "\x7F"sv, "\xE2\x80\xAE"sv, "\xC2\x9B"sv})
                CHECK(out.find(sign) == std::string::npos);
        }
    }

    TEST_CASE("every format says the same") {
        CHECK(printed(two, Format::table) ==
              "sysName.0 = STRING: ap, \"1\"\nifPhysAddress.2 = Hex-STRING: 02 0C 42 00 00 01\n");
        CHECK(printed(two, Format::table, WalkPrinter::Names::numeric) ==
              "1.3.6.1.2.1.1.5.0 = STRING: ap, \"1\"\n"
              "1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 02 0C 42 00 00 01\n");
        CHECK(printed(two, Format::wide).starts_with("sysName.0 (1.3.6.1.2.1.1.5.0) = "));
        CHECK(printed(two, Format::name) == "sysName.0\nifPhysAddress.2\n");
        CHECK(printed(two, Format::csv) ==
              "oid,name,type,value,hex\n"
              "1.3.6.1.2.1.1.5.0,sysName.0,octets,\"ap, \"\"1\"\"\",\n"
              "1.3.6.1.2.1.2.2.1.6.2,ifPhysAddress.2,octets,,020C42000001\n");
        CHECK(printed(two, Format::json) ==
              "[\n"
              R"({"oid":"1.3.6.1.2.1.1.5.0","name":"sysName.0","type":"octets",)"
              R"("value":"ap, \"1\"","hex":null},)"
              "\n"
              R"({"oid":"1.3.6.1.2.1.2.2.1.6.2","name":"ifPhysAddress.2","type":"octets",)"
              R"("value":null,"hex":"020C42000001"})"
              "\n]\n");
        CHECK(printed(two, Format::yaml).starts_with("- oid: \"1.3.6.1.2.1.1.5.0\"\n"));
    }

    TEST_CASE("a walk without values is an empty list") {
        CHECK(printed({}, Format::table).empty());
        CHECK(printed({}, Format::json) == "[]\n");
        CHECK(printed({}, Format::yaml) == "[]\n");
        CHECK(printed({}, Format::csv) == "oid,name,type,value,hex\n");
        CHECK(printed({}, Format::csv, WalkPrinter::Names::known, false).empty());
    }

    TEST_CASE("what a text does not hold exactly is there in hex as well") {
        const auto list = boost::json::parse(
            printed({{"1.3.6.1.2.1.1.5.0", octets(" ap\r\n")}, {"1.3.6.1.2.1.1.6.0", octets("")}},
                    Format::json));
        CHECK(list.at(0).at("value") == "ap");
        CHECK(list.at(0).at("hex") == "2061700D0A");
        CHECK(list.at(1).at("value") == "");
        CHECK(list.at(1).at("hex").is_null());
    }
}

}  // namespace pantau::cli
