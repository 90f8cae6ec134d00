#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pantau {

/// A prepared statement of a Database, to be used again and again. Columns and parameters are
/// counted from 0. Belongs to one thread, as its Database does. One that could not be prepared
/// fails at its first step.
class Statement {
public:
    Statement(sqlite3* database, std::string_view sql);

    Statement& bind(int place, std::int64_t value);
    Statement& bind(int place, std::string_view text);
    Statement& bind(int place, std::span<const std::uint8_t> bytes);
    Statement& bind_null(int place);

    /// True: there is a row to read.
    [[nodiscard]] Result<bool> step();
    /// Runs it to its end and makes it ready for the next use.
    [[nodiscard]] Result<void> run();
    void reset();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    /// Valid until the next step.
    [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const;

private:
    struct Finish {
        void operator()(sqlite3_stmt* statement) const;
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finish> statement_;
};

/// A SQLite file of pantau: WAL, every commit on the disk before it counts. One writer; others may
/// read it meanwhile. What is not ours, damaged, or of a later version is never touched.
class Database {
public:
    /// Opens or makes it, looks it through, and brings its tables to this version. The error says
    /// what is wrong with the file and what to do.
    [[nodiscard]] static Result<Database> open(const std::string& path);
    /// For readers, beside a daemon that writes. Never makes or changes anything.
    [[nodiscard]] static Result<Database> open_read_only(const std::string& path);

    [[nodiscard]] Statement prepare(std::string_view sql) const {
        return Statement(database_.get(), sql);
    }
    [[nodiscard]] Result<void> execute(const char* sql) const;
    /// Whether the latest error says that the file itself cannot be used any more.
    [[nodiscard]] bool is_damaged() const;

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Database(sqlite3* database) : database_(database) {}

    [[nodiscard]] Result<std::int64_t> number(const char* sql) const;
    [[nodiscard]] Result<void> check_owner() const;
    [[nodiscard]] Result<void> migrate() const;

    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace pantau
