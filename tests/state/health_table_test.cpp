// The table of docs/operate/health.md, and what the machine makes of every combination in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "state/health_machine.hpp"
#include "state/verdict.hpp"

namespace pantau {
namespace {

const CollectorInfo snmp{"snmp", {}};
const CollectorInfo http{"http", {}};
const CollectorInfo icmp{"icmp", {}, Witness::reach};
const CollectorInfo citizen{"citizen", {}, Witness::service};

/// A way of looking, and how its failures are known again.
struct Column {
    std::string_view name;
    const CollectorInfo* collector;
    Reason failure;
};
constexpr std::size_t column_count = 4;
const std::array<Column, column_count> columns{{{"SNMP", &snmp, Reason::timeout},
                                                {"HTTP", &http, Reason::status},
                                                {"ping", &icmp, Reason::unreachable},
                                                {"citizen", &citizen, Reason::content}}};
const std::array<std::string_view, 4> words{"ok", "fails", "unknown", "-"};
const std::array<std::string_view, 4> controller_words{"up", "down", "silent", "-"};

/// A line of the table, cell by cell.
using Cells = std::vector<std::string>;
constexpr std::size_t cell_count = 8;

Cells cells_of(const std::string& line) {
    Cells cells;
    std::size_t at = 1;
    for (std::size_t end = line.find('|', at); end != std::string::npos; end = line.find('|', at)) {
        const std::size_t first = line.find_first_not_of(' ', at);
        const std::size_t last = line.find_last_not_of(' ', end - 1);
        cells.push_back(line.substr(first, last + 1 - first));
        at = end + 1;
    }
    return cells;
}

std::vector<Cells> rows_of_document() {
    std::ifstream file(PANTAU_SOURCE_DIR "/docs/operate/health.md");
    std::vector<Cells> rows;
    bool is_inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("|---")) {
            is_inside = true;
        } else if (is_inside && line.starts_with('|')) {
            rows.push_back(cells_of(line));
        }
    }
    return rows;
}

/// One combination: a word for each column, then the controller's.
using Combination = std::array<std::string_view, column_count + 1>;

std::vector<Combination> all_combinations() {
    std::vector<Combination> all;
    for (std::size_t number = 0; number < 1024; ++number) {
        Combination one;
        std::size_t rest = number;
        for (std::size_t i = 0; i < column_count; ++i, rest /= 4)
            one[i] = words[rest % 4];
        one[column_count] = controller_words[rest % 4];
        all.push_back(one);
    }
    return all;
}

bool fits(const Cells& row, const Combination& combination) {
    for (std::size_t i = 0; i < combination.size(); ++i)
        if (row[i] != "any" && row[i] != combination[i]) return false;
    return true;
}

/// What one poll brings in this combination.
Observation observe(const Combination& combination) {
    Observation seen;
    for (std::size_t i = 0; i < column_count; ++i) {
        if (combination[i] == "-") continue;
        CollectorReport report;
        report.collector = columns[i].collector;
        report.ok = combination[i] == "ok";
        if (combination[i] == "fails") report.reason = columns[i].failure;
        if (combination[i] == "unknown") report.reason = Reason::local;
        seen.collectors.push_back(report);
    }
    return seen;
}

std::optional<Health> told_in(std::string_view controller) {
    if (controller == "up") return Health{HealthState::up, {}};
    if (controller == "down") return Health{HealthState::down, Reason::reported};
    if (controller == "silent") return Health{HealthState::unreachable, Reason::refused};
    return std::nullopt;
}

/// One access point as the Fleet follows it: its own polls, and beside them its controllers.
class AccessPoint {
public:
    void poll(const Combination& combination) {
        const Observation seen = observe(combination);
        std::optional<Standing> own;
        if (!seen.collectors.empty()) {
            const Health health =
                step(memory_, outcome_of(seen), MonoTime{} + std::chrono::seconds(++polls_));
            own = Standing{health, memory_.up};
        }
        if (const auto told = told_in(combination[column_count])) {
            now = with_own_poll(own, *told, now.up);
        } else if (own) {
            now = *own;
        } else {
            now.health = {};
        }
    }

    Standing now;

private:
    HealthMemory memory_;
    int polls_ = 0;
};

/// Everything that is configured works.
Combination in_good_days(Combination combination) {
    for (std::size_t i = 0; i < column_count; ++i)
        if (combination[i] != "-") combination[i] = "ok";
    if (combination[column_count] != "-") combination[column_count] = "up";
    return combination;
}

std::optional<Reason> reason_in(const std::string& cell, const Combination& combination) {
    if (cell == "-") return std::nullopt;
    if (cell == "this machine") return Reason::local;
    if (cell == "controller") return told_in(combination[column_count])->reason;
    const auto column = std::ranges::find(columns, cell, &Column::name);
    REQUIRE(column != columns.end());
    return column->failure;
}

std::string written(const Combination& combination) {
    std::string text;
    for (const std::string_view word : combination)
        text.append("| ").append(word).append(" ");
    return text + "|";
}

}  // namespace

TEST_SUITE("state/health table") {
    TEST_CASE("every combination has the health that the table for operators tells") {
        const std::vector<Cells> rows = rows_of_document();
        REQUIRE(rows.size() > 20);
        for (const Cells& row : rows)
            REQUIRE(row.size() == cell_count);
        std::set<std::size_t> used;
        for (const Combination& combination : all_combinations()) {
            CAPTURE(written(combination));
            const auto row = std::ranges::find_if(
                rows, [&](const Cells& cells) { return fits(cells, combination); });
            REQUIRE(row != rows.end());
            used.insert(static_cast<std::size_t>(row - rows.begin()));
            for (const bool was_well : {false, true}) {
                CAPTURE(was_well);
                AccessPoint point;
                if (was_well) point.poll(in_good_days(combination));
                const bool was_up = point.now.up;
                for (int polls = 0; polls < 3; ++polls)
                    point.poll(combination);
                CHECK(name_of(point.now.health.state) == (*row)[5]);
                CHECK(point.now.health.reason == reason_in((*row)[6], combination));
                CHECK(point.now.up == ((*row)[7] == "stays" ? was_up : (*row)[7] == "1"));
            }
        }
        CHECK_MESSAGE(used.size() == rows.size(), "a row of the table stands for nothing");
    }

    TEST_CASE("no combination is an outage before the third poll in a row, unless it was one") {
        for (const Combination& combination : all_combinations()) {
            CAPTURE(written(combination));
            AccessPoint point;
            point.poll(in_good_days(combination));
            const bool was_up = point.now.up;
            for (int polls = 0; polls < 2; ++polls) {
                point.poll(combination);
                const bool is_told = told_in(combination[column_count]).has_value();
                if (is_told) continue;  // a controller's word is a whole one
                CHECK(point.now.health.state != HealthState::down);
                CHECK(point.now.up == was_up);
            }
        }
    }

    TEST_CASE("a ping or a citizen check that is not possible changes nothing beside the others") {
        for (const Combination& combination : all_combinations()) {
            for (const std::size_t column : {2u, 3u}) {
                if (combination[column] != "unknown") continue;
                Combination without = combination;
                without[column] = "-";
                if (observe(without).collectors.empty()) continue;
                CAPTURE(written(combination));
                CHECK(outcome_of(observe(combination)) == outcome_of(observe(without)));
            }
        }
    }

    TEST_CASE("switching ping on never makes a device work that did not without") {
        for (const Combination& combination : all_combinations()) {
            const bool nobody_else_could_look =
                combination[0] == "-" && combination[1] == "-" && combination[3] == "unknown";
            if (combination[2] != "ok" || nobody_else_could_look) continue;
            Combination without = combination;
            without[2] = "-";
            if (observe(without).collectors.empty()) continue;
            CAPTURE(written(combination));
            AccessPoint with_ping;
            AccessPoint without_ping;
            for (int polls = 0; polls < 3; ++polls) {
                with_ping.poll(combination);
                without_ping.poll(without);
            }
            CHECK(with_ping.now.up <= without_ping.now.up);
        }
    }
}
}  // namespace pantau
