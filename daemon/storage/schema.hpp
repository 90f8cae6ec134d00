#pragma once

#include <array>
#include <cstdint>

namespace pantau::schema {

/// Marks the file as ours: "pnt1" in ASCII.
inline constexpr int application_id = 0x706E7431;

/// A row's key says what it is about: (day << 27) + (access point << 5) + part. Six bytes in the
/// file until the year 2059, where three columns would take more.
inline constexpr unsigned part_bits = 5;
inline constexpr unsigned ap_bits = 22;
inline constexpr std::int64_t part_most = (1 << part_bits) - 1;
inline constexpr std::int64_t ap_most = (1 << ap_bits) - 1;

/// What leads from each version of the tables to the next, in one transaction each. Steps are only
/// added: one that was released is never changed.
inline constexpr std::array migrations = {
    // 1: the history. Days that are not over, and may still change, are in `recent`; days that are
    // over are moved to `day` in the order of the key, so that its pages are full. Where a row is
    // in
    // both, that of `recent` counts. A zero takes no room in a row.
    R"sql(
CREATE TABLE ap(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE area(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT; -- tabs between levels
CREATE TABLE day(
    key INTEGER PRIMARY KEY,           -- (days since 1970-01-01 << 27) + (ap.id << 5) + part
    area INTEGER NOT NULL,             -- area.id
    until INTEGER,                     -- Unix time accounted for; 0 whole day; NULL left inventory
    up INTEGER NOT NULL, down INTEGER NOT NULL, -- seconds
    spent BLOB,                        -- the seconds of other kinds, and all with their reasons
    client_seconds INTEGER NOT NULL,   -- clients times seconds, over the time up or degraded
    clients_unknown INTEGER NOT NULL,  -- without these seconds: their number was not known
    clients_peak INTEGER,              -- NULL: never measured that day
    rx_bytes INTEGER NOT NULL, tx_bytes INTEGER NOT NULL,
    reboots INTEGER NOT NULL,
    bar BLOB) STRICT;                  -- steps of five minutes, as runs of equal ones
CREATE TABLE recent(
    key INTEGER PRIMARY KEY, area INTEGER NOT NULL, until INTEGER,
    up INTEGER NOT NULL, down INTEGER NOT NULL, spent BLOB,
    client_seconds INTEGER NOT NULL, clients_unknown INTEGER NOT NULL, clients_peak INTEGER,
    rx_bytes INTEGER NOT NULL, tx_bytes INTEGER NOT NULL, reboots INTEGER NOT NULL,
    bar BLOB) STRICT;
CREATE TABLE usual(
    ap INTEGER PRIMARY KEY,            -- ap.id
    since INTEGER NOT NULL,            -- day from which on its use is known
    day INTEGER NOT NULL,              -- day when this was written
    week BLOB NOT NULL) STRICT;        -- 168 hours from Monday 00:00: two bytes each, low one first
CREATE VIEW history AS
    WITH rows AS (SELECT * FROM recent UNION ALL
                  SELECT * FROM day WHERE key NOT IN (SELECT key FROM recent))
    SELECT date((rows.key >> 27) * 86400, 'unixepoch') AS date, ap.name AS ap, area.path AS area,
           up, down, client_seconds / 3600.0 AS client_hours, clients_peak, rx_bytes, tx_bytes,
           reboots
    FROM rows JOIN ap ON ap.id = (rows.key >> 5) & 4194303 JOIN area ON area.id = rows.area;
)sql",
    // 2: who is missed at an access point outlives a restart.
    R"sql(
ALTER TABLE usual ADD COLUMN missed INTEGER NOT NULL DEFAULT 0; -- clients times seconds
ALTER TABLE usual ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;  -- seconds since there was somebody
ALTER TABLE usual ADD COLUMN until INTEGER NOT NULL DEFAULT 0;  -- Unix time of the last count
)sql",
};

}  // namespace pantau::schema
