#include "state/verdict.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace pantau;

namespace {

using Kind = ControllerWord::Kind;

constexpr ControllerWord has_it{Kind::up};
constexpr ControllerWord has_it_down{Kind::down};
constexpr ControllerWord untold{Kind::untold};
constexpr ControllerWord unlisted{Kind::unlisted};
constexpr ControllerWord unheard{Kind::unheard, false, Reason::timeout};
constexpr ControllerWord unheard_had_it{Kind::unheard, true, Reason::timeout};
constexpr ControllerWord partial{Kind::incomplete, false, Reason::too_large};
constexpr ControllerWord partial_had_it{Kind::incomplete, true, Reason::too_large};
constexpr ControllerWord not_yet{Kind::incomplete};

}  // namespace

TEST_SUITE("state/verdict") {
    TEST_CASE("what controllers say of one access point makes one health, in any order") {
        struct Row {
            std::string name;
            std::vector<ControllerWord> words;
            Health health;
        };
        using enum HealthState;
        const std::vector<Row> rows{
            {"nobody tells of it", {}, {unknown, {}}},
            {"it works", {has_it}, {HealthState::up, {}}},
            {"it does not", {has_it_down}, {HealthState::down, Reason::reported}},
            {"listed without a word", {untold}, {unknown, {}}},
            {"not listed", {unlisted}, {HealthState::down, Reason::unlisted}},
            {"the controller does not answer", {unheard}, {unreachable, Reason::timeout}},
            {"nor does it after it had it", {unheard_had_it}, {unreachable, Reason::timeout}},
            {"its list came in part", {partial}, {unknown, Reason::too_large}},
            {"not asked yet", {not_yet}, {unknown, {}}},
            {"a backup lists it as down", {has_it, has_it_down}, {HealthState::up, {}}},
            {"a backup does not list it", {has_it, unlisted}, {HealthState::up, {}}},
            {"the backup does not answer", {has_it, unheard}, {HealthState::up, {}}},
            {"down at both", {has_it_down, has_it_down}, {HealthState::down, Reason::reported}},
            {"down here, not listed there",
             {has_it_down, unlisted},
             {HealthState::down, Reason::reported}},
            {"listed nowhere", {unlisted, unlisted}, {HealthState::down, Reason::unlisted}},
            {"who had it is not heard, the backup has it down",
             {has_it_down, unheard_had_it},
             {unreachable, Reason::timeout}},
            {"who had it is not heard, the backup does not list it",
             {unlisted, unheard_had_it},
             {unreachable, Reason::timeout}},
            {"who had it told in part, the backup has it down",
             {has_it_down, partial_had_it},
             {unknown, Reason::too_large}},
            {"down, and a dead backup that never had it",
             {has_it_down, unheard},
             {HealthState::down, Reason::reported}},
            {"not listed, and another is not heard",
             {unlisted, unheard},
             {unreachable, Reason::timeout}},
            {"not listed, and another was not asked yet", {unlisted, not_yet}, {unknown, {}}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.name);
            std::vector<ControllerWord> words = row.words;
            CHECK(judge(words) == row.health);
            std::ranges::reverse(words);
            CHECK(judge(words) == row.health);
        }
    }

    TEST_CASE("its own poll wins where both say something") {
        struct Row {
            std::optional<Standing> own;
            Health told;
            bool was_up;
            Standing both;
        };
        using enum HealthState;
        const Health told_up{HealthState::up, {}};
        const Health told_down{HealthState::down, Reason::reported};
        const Health behind{unreachable, Reason::timeout};
        const Standing own_up{{HealthState::up, {}}, true};
        const Standing own_partly{{degraded, Reason::refused}, true};
        const Standing own_reached{{degraded, Reason::refused}, false};
        const Standing own_down{{HealthState::down, Reason::timeout}, false};
        const Standing own_unknown{{unknown, Reason::local}, true};
        const std::vector<Row> rows{
            {own_up, told_up, false, own_up},
            {own_up, told_down, true, own_up},
            {own_up, behind, true, own_up},
            {own_up, Health{}, false, own_up},
            {own_partly, told_up, true, own_partly},
            {own_partly, told_down, true, own_partly},
            {own_partly, behind, true, own_partly},
            {own_partly, Health{}, false, own_partly},
            {own_down, told_down, true, own_down},
            {own_down, behind, true, own_down},
            {own_down, Health{}, true, own_down},
            {own_unknown, told_up, false, {told_up, true}},
            {own_unknown, told_down, true, {told_down, false}},
            {own_unknown, behind, false, own_unknown},
            {own_unknown, Health{}, false, own_unknown},
            // It serves people and does not answer us: a fault of its management.
            {own_down, told_up, false, {{degraded, Reason::timeout}, true}},
            // It is reached, and only its controller knows that it works.
            {own_reached, told_up, false, {own_reached.health, true}},
            {own_reached, told_down, true, own_reached},
            {own_reached, behind, true, own_reached},
            // Nobody polls it.
            {{}, told_up, false, {told_up, true}},
            {{}, told_down, true, {told_down, false}},
            {{}, behind, true, {behind, true}},
            {{}, behind, false, {behind, false}},
            {{}, Health{}, true, {Health{}, true}},
        };
        for (const Row& row : rows) {
            CAPTURE(row.own.has_value());
            CAPTURE(name_of(row.own ? row.own->health.state : unknown));
            CAPTURE(name_of(row.told.state));
            CHECK(with_own_poll(row.own, row.told, row.was_up) == row.both);
        }
    }
}
