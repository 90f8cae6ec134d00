#include "base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "base/guarded.hpp"

namespace pantau {
namespace {

std::atomic<LogLevel> least_level{LogLevel::info};
std::atomic<LogFormat> line_format{LogFormat::logfmt};

Guarded<std::function<void(std::string_view)>>& sink() {
    static Guarded<std::function<void(std::string_view)>> instance;
    return instance;
}

constexpr std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warn:
            return "warn";
        case LogLevel::error:
            return "error";
    }
    return "error";
}

/// Quoted as JSON and logfmt both read it; what a terminal would obey is escaped.
void append_quoted(std::string& line, std::string_view value) {
    line.push_back('"');
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line.push_back('\\');
            line.push_back(c);
        } else if (c == '\n') {
            line.append("\\n");
        } else if (byte < 0x20 || byte == 0x7F) {
            line.append(fmt::format("\\u{:04x}", byte));
        } else {
            line.push_back(c);
        }
    }
    line.push_back('"');
}

bool is_bare(std::string_view value) {
    if (value.empty()) return false;
    for (const char c : value) {
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) >= 0x7F)
            return false;
    }
    return true;
}

std::string stamp() {
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
}

}  // namespace

LogField::LogField(std::string_view k, double v) : key(k), value(fmt::format("{:.6g}", v)) {}

void set_log(LogLevel least, LogFormat format) {
    least_level = least;
    line_format = format;
}

std::optional<LogLevel> log_level_named(std::string_view word) {
    for (const LogLevel level :
         {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error}) {
        if (name_of(level) == word) return level;
    }
    if (word == "warning") return LogLevel::warn;
    return std::nullopt;
}

void set_log_sink(std::function<void(std::string_view)> to) {
    sink().with([&](auto& current) { current = std::move(to); });
}

void log(const Message& message, std::initializer_list<LogField> fields) {
    if (message.level < least_level.load(std::memory_order_relaxed)) return;
    std::string line;
    line.reserve(256);
    if (line_format.load(std::memory_order_relaxed) == LogFormat::json) {
        line.append("{\"time\":\"").append(stamp()).append("\",\"level\":\"");
        line.append(name_of(message.level)).append("\",\"id\":\"").append(message.id);
        line.append("\",\"message\":");
        append_quoted(line, message.text);
        for (const LogField& field : fields) {
            line.append(",\"").append(field.key).append("\":");
            append_quoted(line, field.value);
        }
        if (!message.todo.empty()) {
            line.append(",\"todo\":");
            append_quoted(line, message.todo);
        }
        line.append("}\n");
    } else {
        line.append("time=").append(stamp()).append(" level=").append(name_of(message.level));
        line.append(" id=").append(message.id).append(" msg=");
        append_quoted(line, message.text);
        for (const LogField& field : fields) {
            line.append(" ").append(field.key).append("=");
            if (is_bare(field.value)) {
                line.append(field.value);
            } else {
                append_quoted(line, field.value);
            }
        }
        if (!message.todo.empty()) {
            line.append(" todo=");
            append_quoted(line, message.todo);
        }
        line.push_back('\n');
    }
    sink().with([&](auto& to) {
        if (to) {
            to(line);
            return;
        }
        // One write a line; a closed or blocked stderr must not stop a poll, so its answer is
        // ignored.
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    });
}

}  // namespace pantau
