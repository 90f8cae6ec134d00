#include "storage/history_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "storage/schema.hpp"

namespace pantau {
namespace {

std::int64_t seconds_of(Duration time) {
    return std::chrono::round<std::chrono::seconds>(time).count();
}

std::int64_t unix_seconds(WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

constexpr std::int64_t first_key(std::int64_t day) {
    return day * (std::int64_t{1} << (schema::ap_bits + schema::part_bits));
}

std::int64_t key_of(std::int32_t day, std::int64_t ap, std::uint32_t part) {
    const std::int64_t part_kept = std::min<std::int64_t>(part, schema::part_most);
    return first_key(day) + (ap << schema::part_bits) + part_kept;
}

/// The rows of one table between two keys, the newest day first. In the order of the columns that
/// `record_in` reads.
std::string rows_of(std::string_view table) {
    return fmt::format(
        "SELECT key, ap.name, area.path, until, up, down, spent, client_seconds, clients_unknown, "
        "clients_peak, rx_bytes, tx_bytes, reboots, bar FROM {} AS rows "
        "JOIN ap ON ap.id = (rows.key >> {}) & {} JOIN area ON area.id = rows.area "
        "WHERE rows.key BETWEEN ? AND ? ORDER BY rows.key DESC",
        table, schema::part_bits, schema::ap_most);
}

DayRecord record_in(const Statement& row, const TimeZone& zone) {
    DayRecord record;
    int column = 0;
    const std::int64_t key = row.integer(column++);
    record.day = static_cast<std::int32_t>(key >> (schema::ap_bits + schema::part_bits));
    record.part = static_cast<std::uint32_t>(key & schema::part_most);
    record.ap = row.text(column++);
    record.area = row.text(column++);
    if (!row.is_null(column)) {
        const std::int64_t until = row.integer(column);
        record.until =
            until == 0 ? zone.day_numbered(record.day).end : WallTime{std::chrono::seconds(until)};
    }
    ++column;
    record.of(Spent::up) = std::chrono::seconds(row.integer(column++));
    record.of(Spent::down) = std::chrono::seconds(row.integer(column++));
    // A blob that does not read is none of ours; the seconds beside it still count.
    unpack_spent(row.bytes(column++), record);
    record.client_seconds = static_cast<double>(row.integer(column++));
    record.clients_measured = record.of(Spent::up) + record.of(Spent::degraded) -
                              std::chrono::seconds(row.integer(column++));
    if (!row.is_null(column)) record.clients_peak = static_cast<std::uint32_t>(row.integer(column));
    ++column;
    record.rx_bytes = static_cast<std::uint64_t>(row.integer(column++));
    record.tx_bytes = static_cast<std::uint64_t>(row.integer(column++));
    record.reboots = static_cast<std::uint32_t>(row.integer(column++));
    record.bar = unpack_bar(row.bytes(column++)).value_or(Bar{});
    return record;
}

}  // namespace

HistoryStore::HistoryStore(const Database& database, TimeZone zone)
    : database_(database),
      zone_(std::move(zone)),
      find_ap_(database.prepare("SELECT id FROM ap WHERE name = ?")),
      add_ap_(database.prepare("INSERT INTO ap(name) VALUES(?) RETURNING id")),
      find_area_(database.prepare("SELECT id FROM area WHERE path = ?")),
      add_area_(database.prepare("INSERT INTO area(path) VALUES(?) RETURNING id")),
      put_(database.prepare("INSERT OR REPLACE INTO recent(key, area, until, up, down, spent, "
                            "client_seconds, clients_unknown, clients_peak, rx_bytes, tx_bytes, "
                            "reboots, bar) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)")),
      put_usual_(database.prepare("INSERT OR REPLACE INTO usual(ap, since, day, week, missed, "
                                  "quiet, until) VALUES(?,?,?,?,?,?,?)")) {}

const LocalDay& HistoryStore::day_numbered(std::int32_t number) {
    if (lately_.number != number || lately_.begin == lately_.end)
        lately_ = zone_.day_numbered(number);
    return lately_;
}

Result<std::int64_t> HistoryStore::number_of(const std::string& name, Statement& find,
                                             Statement& add) {
    for (Statement* const statement : {&find, &add}) {
        const Result<bool> row = statement->bind(0, std::string_view(name)).step();
        if (!row) {
            statement->reset();
            return tl::unexpected(row.error());
        }
        const std::int64_t number = *row ? statement->integer(0) : 0;
        // RETURNING gives its row before the statement is over.
        const bool found = *row;
        if (found && statement == &add) (void)statement->step();
        statement->reset();
        if (found) return number;
    }
    return fail(Reason::local, "a name could not be written");
}

Result<std::int64_t> HistoryStore::number_of_area(const std::string& path) {
    if (const auto known = areas_.find(path); known != areas_.end()) return known->second;
    const auto number = number_of(path, find_area_, add_area_);
    if (number) areas_.emplace(path, *number);
    return number;
}

Result<void> HistoryStore::write_one(const DayRecord& record) {
    const auto ap = number_of(record.ap, find_ap_, add_ap_);
    if (!ap) return tl::unexpected(ap.error());
    if (*ap > schema::ap_most) return fail(Reason::too_large, "it names too many access points");
    const auto area = number_of_area(record.area);
    if (!area) return tl::unexpected(area.error());
    const auto natural = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    int place = 0;
    put_.bind(place++, key_of(record.day, *ap, record.part));
    put_.bind(place++, *area);
    if (record.until) {
        const bool is_whole = *record.until == day_numbered(record.day).end;
        put_.bind(place++, is_whole ? 0 : unix_seconds(*record.until));
    } else {
        put_.bind_null(place++);
    }
    put_.bind(place++, seconds_of(record.of(Spent::up)));
    put_.bind(place++, seconds_of(record.of(Spent::down)));
    put_.bind(place++, std::span<const std::uint8_t>(pack_spent(record)));
    put_.bind(place++, static_cast<std::int64_t>(std::llround(record.client_seconds)));
    const Duration served = record.of(Spent::up) + record.of(Spent::degraded);
    put_.bind(place++, seconds_of(served - record.clients_measured));
    if (record.clients_peak) {
        put_.bind(place++, std::int64_t{*record.clients_peak});
    } else {
        put_.bind_null(place++);
    }
    put_.bind(place++, natural(record.rx_bytes));
    put_.bind(place++, natural(record.tx_bytes));
    put_.bind(place++, std::int64_t{record.reboots});
    put_.bind(place++, std::span<const std::uint8_t>(pack_bar(record.bar)));
    return put_.run();
}

Result<void> HistoryStore::write(std::span<const DayRecord> records) {
    for (const DayRecord& record : records) {
        if (auto written = write_one(record); !written) return written;
    }
    return {};
}

Result<void> HistoryStore::write(std::span<const KnownUse> uses, std::int32_t today) {
    for (const KnownUse& use : uses) {
        const auto ap = number_of(use.ap, find_ap_, add_ap_);
        if (!ap) return tl::unexpected(ap.error());
        std::array<std::uint8_t, 2 * UsualWeek::hours> week{};
        for (std::size_t hour = 0; hour < UsualWeek::hours; ++hour) {
            week[2 * hour] = static_cast<std::uint8_t>(use.usual.packed()[hour]);
            week[2 * hour + 1] = static_cast<std::uint8_t>(use.usual.packed()[hour] >> 8);
        }
        put_usual_.bind(0, *ap).bind(1, std::int64_t{use.since}).bind(2, std::int64_t{today});
        put_usual_.bind(3, std::span<const std::uint8_t>(week));
        put_usual_.bind(4, std::int64_t{std::llround(use.missed.client_hours * 3600)})
            .bind(5, seconds_of(use.missed.quiet))
            .bind(6, unix_seconds(use.missed.until));
        if (auto done = put_usual_.run(); !done) return done;
    }
    return {};
}

Result<std::vector<KnownUse>> HistoryStore::uses() {
    std::vector<KnownUse> uses;
    Statement rows = database_.prepare(
        "SELECT ap.name, since, week, missed, quiet, until FROM usual "
        "JOIN ap ON ap.id = usual.ap");
    for (;;) {
        const Result<bool> row = rows.step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return uses;
        const auto bytes = rows.bytes(2);
        if (bytes.size() != 2 * UsualWeek::hours) continue;  // None of ours: it is learned anew.
        std::array<std::uint16_t, UsualWeek::hours> week{};
        for (std::size_t hour = 0; hour < week.size(); ++hour)
            week[hour] = static_cast<std::uint16_t>(bytes[2 * hour] | bytes[2 * hour + 1] << 8);
        const Missed missed{.client_hours = static_cast<double>(rows.integer(3)) / 3600,
                            .quiet = std::chrono::seconds(rows.integer(4)),
                            .until = WallTime{std::chrono::seconds(rows.integer(5))}};
        uses.push_back({rows.text(0), static_cast<std::int32_t>(rows.integer(1)),
                        UsualWeek::unpacked(week), missed});
    }
}

void HistoryStore::forget_names() {
    areas_.clear();
}

Result<void> HistoryStore::close_days(std::int32_t first_day_open) {
    for (const char* const sql :
         {"INSERT OR REPLACE INTO day SELECT * FROM recent WHERE key < ? ORDER BY key",
          "DELETE FROM recent WHERE key < ?"}) {
        if (auto done = database_.prepare(sql).bind(0, first_key(first_day_open)).run(); !done)
            return done;
    }
    return {};
}

Result<void> HistoryStore::prune(std::int32_t first_day_kept) {
    for (const char* const sql :
         {"DELETE FROM recent WHERE key < ?", "DELETE FROM day WHERE key < ?"}) {
        if (auto done = database_.prepare(sql).bind(0, first_key(first_day_kept)).run(); !done)
            return done;
    }
    return database_.prepare("DELETE FROM usual WHERE day < ?")
        .bind(0, std::int64_t{first_day_kept})
        .run();
}

/// `recent` first: where both tables have a row, it is the one that counts.
Result<void> HistoryStore::read(std::int32_t first, std::int32_t last,
                                const std::function<void(DayRecord)>& take) {
    for (const char* const table : {"recent", "day"}) {
        Statement rows = database_.prepare(rows_of(table));
        rows.bind(0, first_key(first)).bind(1, first_key(std::int64_t{last} + 1) - 1);
        for (;;) {
            const Result<bool> row = rows.step();
            if (!row) return tl::unexpected(row.error());
            if (!*row) break;
            take(record_in(rows, zone_));
        }
    }
    return {};
}

Result<std::vector<DayRecord>> HistoryStore::days(std::int32_t first, std::int32_t last) {
    std::map<std::tuple<std::int32_t, std::string, std::uint32_t>, DayRecord> records;
    const auto done = read(first, last, [&](DayRecord record) {
        std::tuple key{record.day, record.ap, record.part};
        records.try_emplace(std::move(key), std::move(record));
    });
    if (!done) return tl::unexpected(done.error());
    std::vector<DayRecord> all;
    all.reserve(records.size());
    for (auto& [key, record] : records)
        all.push_back(std::move(record));
    return all;
}

Result<HistoryLeft> HistoryStore::left(WallTime now) {
    const std::int32_t today = zone_.day_of(now).number;
    HistoryLeft left;
    // The clock of this machine once ran ahead: days that have records already will come again.
    Statement newest = database_.prepare(
        "SELECT max(key) FROM (SELECT max(key) AS key FROM recent "
        "UNION ALL SELECT max(key) FROM day)");
    const Result<bool> found = newest.step();
    if (!found) return tl::unexpected(found.error());
    const bool ran_ahead = !newest.is_null(0) && newest.integer(0) >= first_key(today + 1);

    const auto days_back = static_cast<std::int32_t>(History::gap_most / std::chrono::hours(24));
    std::unordered_map<std::string, std::size_t> places;
    const auto done = read(today - days_back, today, [&](DayRecord record) {
        if (record.day == today) left.part = std::max(left.part, record.part);
        const auto [known, is_new] = places.try_emplace(record.ap, left.latest.size());
        if (is_new) {
            left.latest.push_back(std::move(record));
            return;
        }
        DayRecord& latest = left.latest[known->second];
        if (std::pair(record.day, record.part) > std::pair(latest.day, latest.part))
            latest = std::move(record);
    });
    if (!done) return tl::unexpected(done.error());
    if (ran_ahead) ++left.part;
    return left;
}

}  // namespace pantau
