#include "change_log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/log.hpp"

namespace pantau {
namespace {

using namespace std::chrono_literals;

/// Catches what the log says while it lives.
class Caught {
public:
    Caught() {
        set_log_sink([this](std::string_view line) { lines.emplace_back(line); });
    }
    Caught(const Caught&) = delete;
    Caught& operator=(const Caught&) = delete;
    ~Caught() { set_log_sink({}); }

    [[nodiscard]] bool has(std::string_view words) const {
        for (const std::string& line : lines)
            if (line.find(words) != std::string::npos) return true;
        return false;
    }

    std::vector<std::string> lines;
};

Change change(std::string id, HealthState before, HealthState after) {
    return {std::move(id), {before, std::nullopt}, {after, Reason::timeout}, false};
}

constexpr MonoTime start{1h};

}  // namespace

TEST_SUITE("daemon/change_log") {
    TEST_CASE("a device that goes down is told with its name and the reason") {
        const Caught caught;
        ChangeLog changes;
        changes.tell(std::vector{change("rw01-a", HealthState::up, HealthState::down)}, start);
        REQUIRE(caught.lines.size() == 1);
        CHECK(caught.has("device_down"));
        CHECK(caught.has("rw01-a"));
        CHECK(caught.has("timeout"));
    }

    TEST_CASE("a device that is seen for the first time and works is no news") {
        const Caught caught;
        ChangeLog changes;
        changes.tell(std::vector{change("a", HealthState::unknown, HealthState::up)}, start);
        CHECK(caught.lines.empty());
        changes.tell(std::vector{change("b", HealthState::unknown, HealthState::down)}, start);
        CHECK(caught.lines.size() == 1);
    }

    TEST_CASE("a restart is told, also when the health stays as it was") {
        const Caught caught;
        ChangeLog changes;
        Change rebooted = change("a", HealthState::up, HealthState::up);
        rebooted.rebooted = true;
        changes.tell(std::vector{rebooted}, start);
        REQUIRE(caught.lines.size() == 1);
        CHECK(caught.has("device_rebooted"));
    }

    TEST_CASE("of a whole city that goes dark only the first are told one by one") {
        const Caught caught;
        ChangeLog changes;
        for (int i = 0; i < 500; ++i)
            changes.tell(
                std::vector{change("ap" + std::to_string(i), HealthState::up, HealthState::down)},
                start + i * 1ms);
        CHECK(caught.lines.size() == ChangeLog::lines_most);
        CHECK_FALSE(caught.has("changes_folded"));

        changes.flush(start + ChangeLog::stretch);
        CHECK(caught.lines.size() == ChangeLog::lines_most + 1);
        CHECK(caught.has("changes_folded"));
        CHECK(caught.has("450"));

        changes.tell(std::vector{change("late", HealthState::up, HealthState::down)}, start + 20s);
        CHECK(caught.has("late"));
    }

    TEST_CASE("a device that flaps fast does not set the pace of the log") {
        const Caught caught;
        ChangeLog changes;
        for (int i = 0; i < 10'000; ++i) {
            const bool is_down = i % 2 == 0;
            changes.tell(std::vector{change("a", is_down ? HealthState::up : HealthState::down,
                                            is_down ? HealthState::down : HealthState::up)},
                         start + i * 10ms);
        }
        // 100 s: ten stretches of 50 lines and a closing one each.
        CHECK(caught.lines.size() <= 11 * (ChangeLog::lines_most + 1));
    }

    TEST_CASE("an access point that serves nobody is told in its own words, and its recovery") {
        Caught log;
        ChangeLog changes;
        const Health up{HealthState::up, {}};
        const Health silent{HealthState::degraded, Reason::silent};
        const Change went[] = {{"ap-1", up, silent, false}};
        const Change came[] = {{"ap-1", silent, up, false}};
        changes.tell(went, start);
        CHECK(log.has("id=access_point_silent"));
        changes.tell(came, start);
        CHECK(log.has("id=access_point_serves"));
    }
}

}  // namespace pantau
