#include "reload.hpp"

#include <doctest/doctest.h>

#include "base/log.hpp"

namespace pantau {
namespace {

config::Location place(std::uint32_t line) {
    auto source = std::make_shared<config::Source>();
    source->name = "pantau.yml";
    source->text = "one: 1\ntwo: 2\nthree: 3\n";
    return {.source = std::move(source), .line = line, .column = 1, .length = 3, .hidden = false};
}

}  // namespace

TEST_SUITE("daemon/reload") {
    TEST_CASE("errors are printed each with place, line and caret; warnings are left out") {
        config::Diagnostics diagnostics;
        diagnostics.error(place(1), "this is wrong", "mend it");
        diagnostics.warning(place(2), "this is odd");
        diagnostics.error(place(3), "this, too");
        const auto printed = printed_errors(diagnostics);
        REQUIRE(printed.size() == 2);
        CHECK(printed[0].find("pantau.yml:1:1") != std::string::npos);
        CHECK(printed[0].find("this is wrong") != std::string::npos);
        CHECK(printed[0].find("one: 1") != std::string::npos);
        CHECK(printed[0].find("^^^") != std::string::npos);
        CHECK(printed[0].find("mend it") != std::string::npos);
        CHECK(printed[1].find("pantau.yml:3:1") != std::string::npos);
    }

    TEST_CASE("the log gets a line for each, with the place, and not thousands") {
        std::vector<std::string> lines;
        set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
        config::Diagnostics few;
        few.error(place(1), "this is wrong");
        few.warning(place(2), "this is odd");
        log_diagnostics(few);
        REQUIRE(lines.size() == 2);
        CHECK(lines[0].find("config_mistake") != std::string::npos);
        CHECK(lines[0].find("pantau.yml:1:1") != std::string::npos);
        CHECK(lines[1].find("config_doubt") != std::string::npos);

        lines.clear();
        config::Diagnostics many;
        for (std::uint32_t i = 0; i < 150; ++i)
            many.error(place(1 + i % 3), "wrong " + std::to_string(i));
        log_diagnostics(many);
        set_log_sink({});
        CHECK(lines.size() == 20);
    }

    TEST_CASE("settings that only a start reads are named, others are not") {
        config::Settings before;
        config::Settings after = before;
        after.poll.interval = std::chrono::seconds(60);
        after.inventory = {"other.csv"};
        after.history.keep = std::chrono::hours(48);
        after.history.write_interval = std::chrono::seconds(5);
        CHECK(needing_restart(before, after).empty());
        after.web.listen = {"127.0.0.1:9"};
        after.state_dir = "/elsewhere";
        after.timezone = "Asia/Makassar";
        after.history.path = "/elsewhere/history.db";
        CHECK(needing_restart(before, after) ==
              std::vector<std::string>{"web.listen", "state_dir", "timezone", "history.path"});
    }
}

}  // namespace pantau
