#include "storage/history_keeper.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();
constexpr std::int32_t tuesday = 20'781;  // 2026-11-24

DayRecord record(std::string ap, std::int32_t day, std::uint32_t reboots = 0) {
    DayRecord made;
    made.ap = std::move(ap);
    made.area = "Lowokwaru\tSumbersari\t08";
    made.day = day;
    made.until = jakarta.day_numbered(day).begin + 1h;
    made.of(Spent::up) = 1h;
    made.reboots = reboots;
    return made;
}

/// A HistoryKeeper on a clock that the test moves.
struct Kept {
    explicit Kept(const std::string& to, int keep_days = 732)
        : keeper({to, jakarta, keep_days}, clock,
                 [this](HistoryLeft left, std::vector<KnownUse> uses) {
                     last_uses = std::move(uses);
                     ++times_left;
                     last_left = std::move(left);
                 }) {}

    /// One more try to write, when its time has come.
    void try_again() {
        clock.advance(HistoryKeeper::retry_interval);
        keeper.work();
    }
    [[nodiscard]] bool is_kept() const { return keeper.figures().is_kept; }

    FakeClock clock{MonoTime{1h}, jakarta.day_numbered(tuesday).begin + 12h};
    HistoryLeft last_left;
    std::vector<KnownUse> last_uses;
    int times_left = 0;
    HistoryKeeper keeper;
};

std::vector<DayRecord> all_in(const std::string& path) {
    auto opened = Database::open_read_only(path);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().detail));
    auto days = HistoryStore(*opened, jakarta).days(0, 100'000);
    REQUIRE_MESSAGE(days, (days ? "" : days.error().detail));
    return std::move(*days);
}

void run_sql(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_SUITE("storage/history_keeper") {
    TEST_CASE("what is pushed is in the file after the next work, the latest word of each") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        Kept kept(path);
        kept.keeper.push({record("a", tuesday, 1), record("b", tuesday)});
        kept.keeper.push({record("a", tuesday, 2)});
        CHECK(kept.keeper.figures().waiting == 2);
        kept.keeper.work();
        CHECK(all_in(path) == std::vector{record("a", tuesday, 2), record("b", tuesday)});
        CHECK(kept.is_kept());
        CHECK(kept.keeper.figures().written == 2);
        CHECK(kept.keeper.figures().waiting == 0);
        CHECK(kept.keeper.figures().bytes > 0);
        CHECK(kept.times_left == 1);
        Kept again(path);
        again.keeper.work();
        CHECK(again.times_left == 1);
        CHECK(again.last_left.latest == std::vector{record("b", tuesday), record("a", tuesday, 2)});
    }

    TEST_CASE("what is usual outlives a restart, and is forgotten with the days it came from") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        KnownUse use{"a", tuesday - 20, {}, {2.5, 5400s, WallTime{1'790'000'000s}}};
        for (int hour = 0; hour < 168; ++hour)
            use.usual.learn(hour, hour);
        {
            Kept kept(path, 3);
            kept.keeper.push({}, {use});
            kept.keeper.push({}, {use, {"b", tuesday, {}}});
            kept.keeper.finish();
        }
        {
            Kept again(path, 3);
            again.keeper.work();
            REQUIRE(again.last_uses.size() == 2);
            CHECK(again.last_uses[again.last_uses[0].ap == "a" ? 0 : 1] == use);
            again.clock.advance(4 * 24h);
            again.keeper.push({}, {use});
            again.keeper.finish();
        }
        Kept later(path);
        later.keeper.work();
        CHECK(later.last_uses == std::vector{use});
    }

    TEST_CASE("a file that cannot be used is left as it is, and used when that is mended") {
        struct Row {
            const char* name;
            const char* sql;  ///< Makes the file; null: bytes that are no database.
            const char* says;
        };
        const std::vector<Row> rows{
            {"later version",
             "PRAGMA application_id=1886286897; CREATE TABLE x(y); PRAGMA user_version=7",
             "later version"},
            {"another program", "CREATE TABLE things(name TEXT)", "another program"},
            {"no database", nullptr, "damaged"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            const TemporaryDirectory folder;
            const std::string path = folder.path() + "/history.db";
            if (row.sql != nullptr) {
                run_sql(path, row.sql);
            } else {
                std::ofstream(path) << std::string(8192, 'x');
            }
            const std::string before = bytes_of(path);
            const auto why = Database::open(path);
            REQUIRE_FALSE(why);
            CAPTURE(why.error().detail);
            CHECK(why.error().detail.find(row.says) != std::string::npos);
            Kept kept(path);
            kept.keeper.push({record("a", tuesday)});
            for (int i = 0; i < 3; ++i)
                kept.try_again();
            CHECK_FALSE(kept.is_kept());
            CHECK(kept.keeper.figures().failures == 3);
            CHECK(kept.times_left == 0);
            CHECK(bytes_of(path) == before);

            std::filesystem::rename(path, path + ".aside");
            kept.try_again();
            CHECK(kept.is_kept());
            CHECK(kept.times_left == 1);
            CHECK(all_in(path) == std::vector{record("a", tuesday)});
        }
    }

    TEST_CASE("pages that are damaged under a running daemon cost nothing but the history") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        Kept kept(path);
        kept.keeper.push({record("a", tuesday)});
        kept.keeper.work();
        run_sql(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        std::filesystem::resize_file(path, 0);
        std::ofstream(path) << std::string(65'536, 'x');
        kept.keeper.push({record("b", tuesday)});
        kept.try_again();
        kept.try_again();
        CHECK_FALSE(kept.is_kept());
        std::filesystem::remove(path);
        kept.try_again();
        CHECK(kept.is_kept());
        CHECK(all_in(path) == std::vector{record("b", tuesday)});
    }

    TEST_CASE("while another program holds the file, records wait and are not lost") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        Kept kept(path);
        kept.keeper.work();
        sqlite3* other = nullptr;
        REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
        REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
        kept.keeper.push({record("a", tuesday, 1)});
        kept.try_again();
        CHECK_FALSE(kept.is_kept());
        kept.keeper.push({record("a", tuesday, 2)});
        CHECK(kept.keeper.figures().waiting == 1);
        sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
        sqlite3_close(other);
        kept.try_again();
        CHECK(kept.is_kept());
        CHECK(all_in(path) == std::vector{record("a", tuesday, 2)});
    }

    TEST_CASE("on a full disk records wait, and are written when there is room") {
        const TemporaryDirectory folder;
        if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=512k") != 0) {
            print_skip("a full disk: needs the right to mount a file system");
            return;
        }
        const std::string path = folder.path() + "/history.db";
        {
            Kept kept(path);
            kept.keeper.push({record("a", tuesday)});
            kept.keeper.work();
            CHECK(kept.is_kept());
            std::ofstream(folder.path() + "/ballast") << std::string(1 << 20, 'x');
            std::vector<DayRecord> many;
            for (int i = 0; i < 2000; ++i)
                many.push_back(record(std::to_string(i), tuesday));
            kept.keeper.push(std::move(many));
            kept.try_again();
            CHECK_FALSE(kept.is_kept());
            CHECK(kept.keeper.figures().waiting == 2000);
            CHECK(all_in(path).size() == 1);
            std::filesystem::remove(folder.path() + "/ballast");
            kept.try_again();
            CHECK(kept.is_kept());
            CHECK(all_in(path).size() == 2001);
        }
        CHECK(::umount(folder.path().c_str()) == 0);
    }

    TEST_CASE("a file that is moved away is made anew") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        Kept kept(path);
        kept.keeper.push({record("a", tuesday, 1)});
        kept.keeper.work();
        std::filesystem::rename(path, path + ".old");
        kept.keeper.push({record("a", tuesday, 2)});
        kept.try_again();
        CHECK(kept.is_kept());
        CHECK(kept.times_left == 1);
        CHECK(all_in(path) == std::vector{record("a", tuesday, 2)});
    }

    TEST_CASE("there is an end to what waits in memory, and what goes beyond is counted") {
        const TemporaryDirectory folder;
        Kept kept(folder.path() + "/no/such/folder/history.db");
        std::vector<DayRecord> many(HistoryKeeper::waiting_most + 3);
        for (std::size_t i = 0; i < many.size(); ++i)
            many[i].day = static_cast<std::int32_t>(i);
        kept.keeper.push(std::move(many));
        kept.keeper.work();
        CHECK_FALSE(kept.is_kept());
        CHECK(kept.keeper.figures().waiting == HistoryKeeper::waiting_most);
        CHECK(kept.keeper.figures().lost == 3);
        kept.keeper.push({record("", 5, 9)});  // replaces one that waits
        CHECK(kept.keeper.figures().lost == 3);
    }

    TEST_CASE("days are kept as long as configured; a shorter time counts from the next day on") {
        const TemporaryDirectory folder;
        const std::string path = folder.path() + "/history.db";
        Kept kept(path, 3);
        for (int day = 0; day < 6; ++day) {
            kept.keeper.push({record("a", tuesday + day)});
            kept.keeper.work();
            kept.clock.advance(24h);
        }
        const auto days = all_in(path);
        REQUIRE(days.size() == 3);
        CHECK(days.front().day == tuesday + 3);
        kept.keeper.set_keep_days(1);
        kept.keeper.push({record("a", tuesday + 6)});
        kept.keeper.work();
        CHECK(all_in(path).size() == 1);
    }

    TEST_CASE("a process that is killed at any moment loses nothing that it had written") {
        const TemporaryDirectory folder;
        for (int round = 0; round < 10; ++round) {
            CAPTURE(round);
            const std::string path = folder.path() + "/" + std::to_string(round) + ".db";
            int ends[2];
            REQUIRE(::pipe(ends) == 0);
            const pid_t child = ::fork();
            if (child == 0) {
                Kept kept(path);
                for (std::uint32_t word = 1;; ++word) {
                    std::vector<DayRecord> records;
                    for (int ap = 0; ap < 200; ++ap)
                        records.push_back(record(std::to_string(ap), tuesday, word));
                    kept.keeper.push(std::move(records));
                    kept.keeper.work();
                    if (::write(ends[1], &word, sizeof word) != sizeof word) ::_exit(1);
                }
            }
            ::close(ends[1]);
            std::uint32_t word = 0;
            while (word < static_cast<std::uint32_t>(3 + round)) {
                REQUIRE(::read(ends[0], &word, sizeof word) == sizeof word);
            }
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            while (::read(ends[0], &word, sizeof word) == sizeof word) {
            }
            ::close(ends[0]);
            Kept after(path);
            after.keeper.work();
            CHECK(after.is_kept());
            const auto days = all_in(path);
            CHECK(days.size() == 200);
            for (const DayRecord& day : days) {
                // The one after may have been written whole and not said.
                const bool is_whole = day.reboots == days.front().reboots;
                const bool is_new = day.reboots == word || day.reboots == word + 1;
                CHECK((is_whole && is_new));
            }
        }
    }
}
