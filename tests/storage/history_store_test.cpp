#include "storage/history_store.hpp"

#include <doctest/doctest.h>

#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();
constexpr std::int32_t tuesday = 20'781;  // 2026-11-24

DayRecord record(std::string ap, std::int32_t day, Duration up, std::uint32_t part = 0) {
    DayRecord made;
    made.ap = std::move(ap);
    made.area = "Lowokwaru\tSumbersari\t08";
    made.day = day;
    made.part = part;
    made.until =
        jakarta.day_numbered(day).begin + std::chrono::duration_cast<WallTime::duration>(up);
    made.of(Spent::up) = up;
    made.clients_measured = up;
    made.bar.append(static_cast<std::uint8_t>(Spent::up), static_cast<std::size_t>(up / bar_step));
    return made;
}

/// Everything that a record can hold.
DayRecord full_record() {
    DayRecord made = record("rw08-1", tuesday, 20h);
    made.of(Spent::down) = 2h;
    made.of(Spent::degraded) = 30min;
    made.of(Spent::unmonitored) = 10min;
    made.of(Spent::unknown) = 1s;
    made.of(Spent::maintenance) = 1h;
    made.of(Spent::unreachable) = 59s;
    made.reasons = {{Spent::down, Reason::timeout, 90min},
                    {Spent::down, Reason::unlisted, 30min},
                    {Spent::degraded, Reason::status, 30min}};
    made.client_seconds = 123'456'789;
    made.clients_measured = 19h;
    made.clients_peak = 57;
    made.rx_bytes = 5'000'000'000'000;
    made.tx_bytes = 60'000'000'000'000;
    made.reboots = 3;
    made.bar.append(static_cast<std::uint8_t>(Spent::down), 24);
    return made;
}

struct Opened {
    TemporaryDirectory folder;
    Database database{open()};
    HistoryStore store{database, jakarta};

    Database open() const {
        auto opened = Database::open(folder.path() + "/history.db");
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().detail));
        return std::move(*opened);
    }
    void write(const std::vector<DayRecord>& records) {
        REQUIRE(database.execute("BEGIN IMMEDIATE"));
        REQUIRE(store.write(records));
        REQUIRE(database.execute("COMMIT"));
    }
    std::vector<DayRecord> days(std::int32_t first = 0, std::int32_t last = 100'000) {
        auto read = store.days(first, last);
        REQUIRE(read);
        return std::move(*read);
    }
};

}  // namespace

TEST_SUITE("storage/history_store") {
    TEST_CASE("a record comes back as it was written, also to another process later") {
        Opened opened;
        const DayRecord left = [] {
            DayRecord gone = record("rw09-1", tuesday, 1h);
            gone.until = std::nullopt;
            gone.clients_measured = {};
            return gone;
        }();
        opened.write({full_record(), left});
        CHECK(opened.days() == std::vector{full_record(), left});
        const Database again = opened.open();
        CHECK(HistoryStore(again, jakarta).days(tuesday, tuesday).value() ==
              std::vector{full_record(), left});
        CHECK(opened.days(tuesday + 1).empty());
    }

    TEST_CASE("a later word of the same day replaces the earlier") {
        Opened opened;
        opened.write({record("a", tuesday, 1h), record("b", tuesday, 1h)});
        opened.write({record("a", tuesday, 2h), record("a", tuesday, 3h, 1)});
        CHECK(opened.days() == std::vector{record("a", tuesday, 2h), record("a", tuesday, 3h, 1),
                                           record("b", tuesday, 1h)});
    }

    TEST_CASE("days that are over are laid together, and read like the others") {
        Opened opened;
        opened.write({record("b", tuesday, 24h), record("a", tuesday - 1, 24h),
                      record("a", tuesday, 24h), record("a", tuesday + 1, 1h)});
        const std::vector<DayRecord> before = opened.days();
        REQUIRE(opened.store.close_days(tuesday + 1));
        CHECK(opened.days() == before);
        const auto in = [&](const char* table) {
            Statement count = opened.database.prepare(std::string("SELECT count(*) FROM ") + table);
            REQUIRE(count.step());
            return count.integer(0);
        };
        CHECK(in("recent") == 1);
        CHECK(in("day") == 3);
        CHECK(in("history") == 4);
        // What comes late, after the clock was set back, counts.
        opened.write({record("a", tuesday, 5h)});
        CHECK(in("history") == 4);
        CHECK(opened.days(tuesday, tuesday).front() == record("a", tuesday, 5h));
        REQUIRE(opened.store.close_days(tuesday + 1));
        CHECK(opened.days(tuesday, tuesday).front() == record("a", tuesday, 5h));
    }

    TEST_CASE("old days are thrown away, the first one that is kept stays") {
        Opened opened;
        for (std::int32_t day = tuesday - 9; day <= tuesday; ++day)
            opened.write({record("a", day, 24h)});
        REQUIRE(opened.store.close_days(tuesday - 3));
        REQUIRE(opened.store.prune(tuesday - 1));
        CHECK(opened.days() ==
              std::vector{record("a", tuesday - 1, 24h), record("a", tuesday, 24h)});
    }

    TEST_CASE("a new run gets the latest word of each access point, of the last month") {
        Opened opened;
        opened.write({record("a", tuesday - 1, 24h), record("a", tuesday, 3h),
                      record("b", tuesday - 20, 9h), record("c", tuesday - 40, 24h)});
        REQUIRE(opened.store.close_days(tuesday));
        opened.write({record("b", tuesday - 21, 1h)});
        const auto left = opened.store.left(jakarta.day_numbered(tuesday).begin + 4h);
        REQUIRE(left);
        CHECK(left->part == 0);
        CHECK(left->latest == std::vector{record("a", tuesday, 3h), record("b", tuesday - 20, 9h)});
    }

    TEST_CASE("where the clock once ran ahead, days that come again get a part of their own") {
        Opened opened;
        opened.write({record("a", tuesday, 3h), record("a", tuesday + 200, 1h)});
        const WallTime now = jakarta.day_numbered(tuesday).begin + 4h;
        CHECK(opened.store.left(now)->part == 1);
        opened.write({record("a", tuesday, 3h, 1)});
        CHECK(opened.store.left(now)->part == 2);
        CHECK(opened.store.left(now + 24h)->part == 1);
    }

    TEST_CASE("what operators read with a tool of their own has words and hours") {
        Opened opened;
        opened.write({full_record()});
        Statement row = opened.database.prepare(
            "SELECT date, ap, area, up, down, round(client_hours), reboots FROM history");
        REQUIRE(row.step());
        CHECK(row.text(0) == "2026-11-24");
        CHECK(row.text(1) == "rw08-1");
        CHECK(row.text(2) == "Lowokwaru\tSumbersari\t08");
        CHECK(row.integer(3) == 72'000);
        CHECK(row.integer(4) == 7'200);
        CHECK(row.integer(5) == 34'294);
        CHECK(row.integer(6) == 3);
    }
}
