#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "collectors/snmp/recording.hpp"
#include "collectors_snmp/visit.hpp"
#include "support/process.hpp"

namespace pantau::snmp::test {
namespace {

std::optional<Answer> replayed(std::shared_ptr<const Recording> recording,
                               const std::shared_ptr<const Ask>& what) {
    Bench bench;
    const auto collector = replay(std::move(recording), bench.loop);
    CHECK(collector->info().name == "snmp");
    const auto session = collector->open(device("192.0.2.1", 161));
    return bench.visit(*session, what);
}

}  // namespace

TEST_SUITE("collectors/snmp/recording") {
    TEST_CASE("what can be read is read, what cannot is named by its line") {
        const auto recording = Recording::parse(
            "\xEF\xBB\xBF"
            "1.3.6.1.2.1.1.5.0|4|name | with \"bars\\\" and \xFF\r\n"  // 1
            "1.3.6.1.2.1.2.2.1.2.10|4|late\n"                          // 2: out of order
            "1.3.6.1.2.1.2.2.1.2.2|4x|65746830\n"                      // 3
            "1.3.6.1.2.1.2.2.1.2.3|4x|0AfF\n"                          // 4: either case
            ".1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.41112\n"                // 5
            "1.3.6.1.2.1.2.2.1.2.2|4|again\n"                          // 6: twice, this one counts
            "1.3.6.1.2.1.31.1.1.1.6.2|70|aabbccddeef4\n"               // 7: masked
            "1.3.6.1.2.1.2.2.1.10.2|65|4294967296\n"                   // 8: too large
            "1.3.6.1.2.1.4.20.1.1.1|64|10.0.0.1\n"                     // 9
            "1.3.6.1.2.1.4.20.1.1.2|64x|0a000002\n"                    // 10
            "1.3.6.1.2.1.1.3.0|67|5000\n"                              // 11
            "\n"                                                       // 12
            "1.3.6.1.2.1.2.2.1.2.4|4x|0A0\n"                           // 13: half a byte
            "rubbish\n"                                                // 14
            "1.3.6.1.2.1.2.2.1.2.5|5|\n"                               // 15: NULL
            "1.3.6.1.2.1.2.2.1.2.6|99|x\n"                             // 16: no such type
            "1.3.6.1.2.1.2.2.1.5.1|2|-5\n"                             // 17
            "1.3.6.1.2.1.2.2.1.2");                                    // 18: cut off
        std::vector<std::size_t> skipped;
        for (const auto& each : recording.skipped())
            skipped.push_back(each.line);
        CHECK(skipped == std::vector<std::size_t>{7, 8, 13, 14, 16, 18});
        CHECK(recording.contradicted() == std::vector<std::size_t>{3});
        CHECK(std::ranges::is_sorted(recording.entries(), {}, &Recording::Entry::oid));

        const auto answer = replayed(
            std::make_shared<const Recording>(recording),
            ask({"1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.3.0",
                 "1.3.6.1.2.1.1.6.0"},
                {{"1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.5"}, {"1.3.6.1.2.1.4.20.1.1"}}));
        REQUIRE(answer);
        CHECK(answer->ok());
        const auto text = [&](std::uint16_t field, std::vector<std::uint32_t> row = {}) {
            const Cell* const cell = cell_of(*answer, field, row);
            return cell == nullptr ? "(none)" : std::string(answer->bytes_of(cell->value));
        };
        CHECK(text(0) == "name | with \"bars\\\" and \xFF");
        CHECK(text(1) == "1.3.6.1.4.1.41112");
        CHECK(cell_of(*answer, 2)->value.number.as_natural() == 5000);
        CHECK(cell_of(*answer, 3) == nullptr);
        CHECK(text(4, {2}) == "again");
        CHECK(text(4, {3}) == "\n\xFF");
        CHECK(text(4, {10}) == "late");
        CHECK(cell_of(*answer, 4, {5}) == nullptr);
        CHECK(cell_of(*answer, 5, {1})->value.number.as_integer() == -5);
        CHECK(text(6, {1}) == std::string("\x0A\0\0\x01", 4));
        CHECK(text(6, {2}) == std::string("\x0A\0\0\x02", 4));
    }

    TEST_CASE("a file that holds nothing is an error that names it") {
        const pantau::test::TemporaryDirectory directory;
        struct Row {
            std::string path;
            Reason reason;
        };
        for (const Row& row :
             {Row{directory.write("empty.snmprec", ""), Reason::malformed},
              Row{directory.write("text.snmprec", "Dear all,\n"), Reason::malformed},
              Row{directory.path() + "/missing.snmprec", Reason::local},
              Row{directory.path(), Reason::local}}) {
            CAPTURE(row.path);
            const auto recording = open_recording(row.path);
            REQUIRE(!recording);
            CHECK(recording.error().reason == row.reason);
            CHECK(recording.error().where == row.path);
        }
    }

    TEST_CASE("every given recording of a real device can be read") {
        const std::filesystem::path folder = PANTAU_SOURCE_DIR "/../shared/recordings";
        if (!std::filesystem::exists(folder)) {
            pantau::test::print_skip("no recordings in " + folder.string());
            return;
        }
        std::size_t files = 0;
        std::size_t entries = 0;
        std::size_t skipped = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            if (file.path().extension() != ".snmprec") continue;
            CAPTURE(file.path().string());
            const auto recording = open_recording(file.path().string());
            REQUIRE(recording);
            ++files;
            entries += (*recording)->entries().size();
            skipped += (*recording)->skipped().size();
            const auto answer = replayed(*recording, ask({"1.3.6.1.2.1.1.2.0"}, {{"1.3.6.1"}}));
            REQUIRE(answer);
            CHECK(answer->ok());
            CHECK(!answer->cells().empty());
        }
        CHECK(files == 132);
        CHECK(entries > 20'000);
        CHECK(skipped < entries / 100);
        MESSAGE(files << " recordings, " << entries << " values, " << skipped << " lines skipped");
    }

    TEST_CASE("what is written is read back, whatever the value") {
        std::string every_octet;
        for (int octet = 0; octet < 256; ++octet)
            every_octet.push_back(static_cast<char>(octet));
        std::vector<Value> values;
        const auto number = [&](ValueType type, std::uint64_t n) {
            values.push_back({type, 0, n, {}, {}});
        };
        const auto bytes = [&](ValueType type, std::string_view octets) {
            values.push_back({type, 0, 0, octets, {}});
        };
        for (const std::int64_t n : {-2147483648LL, -1LL, 0LL, 2147483647LL})
            values.push_back({ValueType::integer, n, 0, {}, {}});
        for (const ValueType type : {ValueType::counter32, ValueType::gauge32,
                                     ValueType::time_ticks, ValueType::uinteger32}) {
            number(type, 0);
            number(type, 4294967295u);
        }
        number(ValueType::counter64, 18446744073709551615ull);
        for (const std::string_view text :
             {"", "eth0", " edge ", " ", "a|b", "|", "#", "# no comment", "tab\t", "line\nend",
              "carriage\r", "x", "4x|00", "Caf\xC3\xA9", "\xFF"})
            bytes(ValueType::octets, text);
        bytes(ValueType::octets, std::string_view("\0", 1));
        bytes(ValueType::octets, every_octet);
        bytes(ValueType::opaque, "\x9F\x78\x04\x3F\x80\x01\x02");
        bytes(ValueType::opaque, "text");
        bytes(ValueType::nsap_address, "12");
        bytes(ValueType::ip_address, "\x0A\xFF\x01\x7C");
        const std::vector<std::uint32_t> zero{0, 0};
        const std::vector<std::uint32_t> long_oid{1, 3, 6, 1, 4, 1, 4294967295u};
        values.push_back({ValueType::oid, 0, 0, {}, zero});
        values.push_back({ValueType::oid, 0, 0, {}, long_oid});
        values.push_back({ValueType::null, 0, 0, {}, {}});

        std::string text;
        for (std::uint32_t i = 0; i < values.size(); ++i)
            text += recording_line(Oid{1, 3, 6, 1, i}.parts(), values[i]);
        const Recording recording = Recording::parse(text);
        CHECK(recording.skipped().empty());
        REQUIRE(recording.entries().size() == values.size());
        for (std::uint32_t i = 0; i < values.size(); ++i) {
            CAPTURE(i);
            const Recording::Entry& entry = recording.entries()[i];
            CHECK(entry.oid == Oid{1, 3, 6, 1, i});
            CHECK(entry.type == values[i].type);
            CHECK(entry.integer == values[i].integer);
            CHECK(entry.natural == values[i].natural);
            CHECK(entry.bytes == values[i].bytes);
            CHECK(std::ranges::equal(entry.value_oid.parts(), values[i].oid));
        }
    }

    TEST_CASE("a line is one that snmpsim reads, and an exception is none") {
        const Oid name{1, 3, 6, 1, 2, 1, 1, 5, 0};
        const auto line = [&](const Value& value) { return recording_line(name.parts(), value); };
        CHECK(line({ValueType::octets, 0, 0, "ap-1", {}}) == "1.3.6.1.2.1.1.5.0|4|ap-1\n");
        CHECK(line({ValueType::octets, 0, 0, "\xC3\xA9", {}}) == "1.3.6.1.2.1.1.5.0|4x|c3a9\n");
        CHECK(line({ValueType::ip_address, 0, 0, "\x0A\x01\x02\x03", {}}) ==
              "1.3.6.1.2.1.1.5.0|64|10.1.2.3\n");
        CHECK(line({ValueType::counter64, 0, 7, {}, {}}) == "1.3.6.1.2.1.1.5.0|70|7\n");
        CHECK(line({ValueType::end_of_mib_view, 0, 0, {}, {}}).empty());
    }
}

}  // namespace pantau::snmp::test
