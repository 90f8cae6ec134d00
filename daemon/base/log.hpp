#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/messages.hpp"
#include "base/text.hpp"

namespace pantau {

/// One fact beside a message: a key of ours and its value.
struct LogField {
    std::string_view key;
    std::string value;

    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(v) {}
    LogField(std::string_view k, const Text& v) : key(k), value(v.view()) {}
    LogField(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, int v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, double v);
};

enum class LogFormat : std::uint8_t { logfmt, json };

/// Sets what is written from now on. Call before threads start. Default: info, logfmt, stderr.
void set_log(LogLevel least, LogFormat format);

/// The level with that word (debug, info, warn, error), or nothing.
[[nodiscard]] std::optional<LogLevel> log_level_named(std::string_view word);

/// Writes one line about an entry of the catalogue (messages.hpp) to stderr. Thread-safe.
/// Values are quoted for the format; control bytes cannot pass. Never give it a secret.
void log(const Message& message, std::initializer_list<LogField> fields = {});

/// For tests: gives every line to `sink` instead of stderr until called with nothing.
void set_log_sink(std::function<void(std::string_view line)> sink);

}  // namespace pantau
