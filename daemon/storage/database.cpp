#include "storage/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>

#include "storage/schema.hpp"

namespace pantau {
namespace {

/// Others that read it hold it for moments. At a stop nobody waits longer for them.
constexpr int busy_milliseconds = 2000;

bool says_damaged(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/// What went wrong and what to do, in the words of an operator.
std::string words_for(sqlite3* database) {
    if (database == nullptr) return "out of memory";
    const std::string detail = sqlite3_errmsg(database);
    switch (sqlite3_errcode(database)) {
        case SQLITE_FULL:
            return "the disk is full; make room";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another program holds it; end that program";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return fmt::format("it is damaged ({}); move it away, a new one is made", detail);
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return fmt::format(
                "it cannot be written ({}); see the rights of the file and its "
                "folder",
                detail);
        default:
            return detail;
    }
}

tl::unexpected<Error> error_of(sqlite3* database) {
    return tl::unexpected(Error{Reason::local, words_for(database), {}});
}

}  // namespace

// ---- statements --------------------------------------------------------------------------------

void Statement::Finish::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
    sqlite3_stmt* made = nullptr;
    sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                       SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement_.reset(made);
}

Statement& Statement::bind(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), place + 1, value);
    return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
    sqlite3_bind_text(statement_.get(), place + 1, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bind(int place, std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return bind_null(place);
    sqlite3_bind_blob(statement_.get(), place + 1, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bind_null(int place) {
    sqlite3_bind_null(statement_.get(), place + 1);
    return *this;
}

Result<bool> Statement::step() {
    if (statement_ == nullptr) return error_of(database_);
    switch (sqlite3_step(statement_.get())) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return error_of(database_);
    }
}

Result<void> Statement::run() {
    Result<bool> row = step();
    while (row && *row)
        row = step();
    reset();
    if (!row) return tl::unexpected(row.error());
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
    const auto* const text = sqlite3_column_text(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text), size);
}

std::span<const std::uint8_t> Statement::bytes(int column) const {
    const auto* const bytes =
        static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::span<const std::uint8_t>{} : std::span(bytes, size);
}

// ---- the file ----------------------------------------------------------------------------------

void Database::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

Result<void> Database::execute(const char* sql) const {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return error_of(database_.get());
}

bool Database::is_damaged() const {
    return says_damaged(sqlite3_errcode(database_.get()));
}

Result<std::int64_t> Database::number(const char* sql) const {
    Statement statement = prepare(sql);
    const Result<bool> row = statement.step();
    if (!row) return tl::unexpected(row.error());
    return *row ? statement.integer(0) : 0;
}

/// A file of another program, or of a later version of this one, is nothing to write into.
Result<void> Database::check_owner() const {
    const auto owner = number("PRAGMA application_id");
    if (!owner) return tl::unexpected(owner.error());
    const auto tables = number("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tl::unexpected(tables.error());
    if (*owner != schema::application_id && *tables != 0) {
        return fail(Reason::local,
                    "it belongs to another program; name another file, or move it away");
    }
    const auto version = number("PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    constexpr auto known = static_cast<std::int64_t>(schema::migrations.size());
    if (*version <= known) return {};
    return fail(Reason::local,
                fmt::format("it was written by a later version of pantau (tables {}, this one "
                            "knows {}); install that version, or move the file away",
                            *version, known));
}

Result<void> Database::migrate() const {
    const auto version = number("PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    for (auto next = static_cast<std::size_t>(*version); next < schema::migrations.size(); ++next) {
        const std::string step =
            fmt::format("BEGIN IMMEDIATE;{};PRAGMA application_id={};PRAGMA user_version={};COMMIT",
                        schema::migrations[next], schema::application_id, next + 1);
        if (auto done = execute(step.c_str()); !done) {
            (void)execute("ROLLBACK");
            return done;
        }
    }
    return {};
}

Result<Database> Database::open(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &opened,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
        nullptr);
    Database database(opened);
    if (code != SQLITE_OK) return error_of(opened);
    sqlite3_busy_timeout(opened, busy_milliseconds);
    if (auto good = database.check_owner(); !good) return tl::unexpected(good.error());
    // Half of the usual cache: rows are written in order, hardly read. The log file is cut to
    // 4 MiB after the rare large write.
    if (auto done = database.execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1024; "
            "PRAGMA journal_size_limit=4194304");
        !done)
        return tl::unexpected(done.error());
    if (auto done = database.migrate(); !done) return tl::unexpected(done.error());
    return database;
}

Result<Database> Database::open_read_only(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code =
        sqlite3_open_v2(path.c_str(), &opened,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
    Database database(opened);
    if (code != SQLITE_OK) return error_of(opened);
    sqlite3_busy_timeout(opened, busy_milliseconds);
    if (auto good = database.check_owner(); !good) return tl::unexpected(good.error());
    return database;
}

}  // namespace pantau
