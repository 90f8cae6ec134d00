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
}

}  // namespace pantau::snmp::test
