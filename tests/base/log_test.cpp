#include "base/log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace pantau;

TEST_SUITE("base/log") {
    TEST_CASE("a line names time, level, message and fields, and nothing can break out of it") {
        std::vector<std::string> lines;
        set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
        set_log(LogLevel::info, LogFormat::logfmt);
        log(msg::device_down, {{"device", "rw08"}, {"detail", "a \"b\"\n\x1B[2J=c"}});
        set_log(LogLevel::info, LogFormat::json);
        log(msg::device_down, {{"device", "rw\"08"}});
        set_log(LogLevel::error, LogFormat::logfmt);
        log(msg::device_down, {{"device", "unseen"}});
        set_log(LogLevel::info, LogFormat::logfmt);
        set_log_sink({});

        REQUIRE(lines.size() == 2);
        CHECK(
            lines[0].find(
                " level=warn id=device_down msg=\"a device does not answer any more\" device=rw08 "
                "detail=\"a \\\"b\\\"\\n\\u001b[2J=c\"\n") != std::string::npos);
        CHECK(lines[0].starts_with("time=20"));
        CHECK(lines[1].find("\"id\":\"device_down\"") != std::string::npos);
        CHECK(lines[1].find("\"device\":\"rw\\\"08\"}\n") != std::string::npos);
    }

    TEST_CASE("levels are named as flags name them") {
        CHECK(log_level_named("debug") == LogLevel::debug);
        CHECK(log_level_named("warning") == LogLevel::warn);
        CHECK_FALSE(log_level_named("loud").has_value());
    }
}
