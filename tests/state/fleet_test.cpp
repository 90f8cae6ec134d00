#include "state/fleet.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace pantau;

namespace {

const CollectorInfo snmp{"snmp", {}};
const CollectorInfo http{"http", {}};

std::shared_ptr<const Device> device(const std::string& id, const std::string& address = "",
                                     bool is_parent = false) {
    auto made = std::make_shared<Device>();
    made->id = id;
    made->address = address.empty() ? "127.0.0.1" : address;
    made->is_parent = is_parent;
    return made;
}

std::shared_ptr<const Inventory> inventory(std::vector<std::shared_ptr<const Device>> devices) {
    auto made = std::make_shared<Inventory>();
    made->devices = std::move(devices);
    return made;
}

class Story {
public:
    explicit Story(std::shared_ptr<const Inventory> inventory) : fleet(std::move(inventory)) {}

    std::shared_ptr<Observation> visit(const std::string& id, std::optional<Reason> failure = {}) {
        clock.advance(std::chrono::seconds(30));
        auto seen = std::make_shared<Observation>();
        seen->device = id;
        seen->time = clock.wall();
        seen->mono = clock.mono();
        CollectorReport report;
        report.collector = &snmp;
        report.ok = !failure;
        report.reason = failure;
        seen->collectors.push_back(report);
        return seen;
    }
    std::shared_ptr<Observation> answer(const std::string& id, Role role, double uptime = 1000) {
        auto seen = visit(id);
        seen->role = role;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        build.add(quantity::system_uptime, Number::real(uptime));
        return seen;
    }
    std::shared_ptr<const DeviceState> state(std::size_t place = 0) {
        return fleet.snapshot(clock.wall(), clock.mono())->devices.at(place);
    }

    FakeClock clock;
    Fleet fleet;
};

}  // namespace

TEST_SUITE("state/fleet") {
    TEST_CASE("before the first poll every device is there and nothing is claimed about it") {
        Story story(inventory({device("ap-1"), device("sw-1", "", true)}));
        const auto snapshot = story.fleet.snapshot(story.clock.wall(), story.clock.mono());
        REQUIRE(snapshot->devices.size() == 2);
        for (const auto& state : snapshot->devices) {
            CHECK(state->health == Health{});
            CHECK_FALSE(state->up);
            CHECK(state->latest == nullptr);
            CHECK(state->measured == nullptr);
            CHECK_FALSE(state->last_success.has_value());
        }
        CHECK(is_access_point(*snapshot->devices[0]));
        CHECK_FALSE(is_access_point(*snapshot->devices[1]));
        CHECK_FALSE(snapshot->first_cycle_done);
    }

    TEST_CASE("polls change the state, and a Change tells only what is new") {
        Story story(inventory({device("ap-1")}));
        const auto first = story.fleet.apply(story.answer("ap-1", Role::access_point));
        REQUIRE(first.size() == 1);
        CHECK(first[0].device == "ap-1");
        CHECK(first[0].before == Health{});
        CHECK(first[0].after == Health{HealthState::up, {}});
        CHECK(story.state()->health_changes == 0);
        const WallTime success = story.clock.wall();

        CHECK(story.fleet.apply(story.answer("ap-1", Role::access_point, 1030)).empty());
        CHECK(story.fleet.apply(story.visit("ap-1", Reason::timeout)).size() == 1);
        CHECK(story.fleet.apply(story.visit("ap-1", Reason::timeout)).empty());
        CHECK(story.state()->up);
        const auto down = story.fleet.apply(story.visit("ap-1", Reason::unreachable));
        REQUIRE(down.size() == 1);
        CHECK(down[0].before.state == HealthState::degraded);
        CHECK(down[0].after == Health{HealthState::down, Reason::unreachable});

        const auto state = story.state();
        CHECK_FALSE(state->up);
        CHECK(state->health_changes == 2);
        CHECK(state->last_success == success + std::chrono::seconds(30));
        REQUIRE(state->measured != nullptr);
        CHECK(state->latest != state->measured);
        CHECK(current_measurements(*state, story.clock.mono()) == nullptr);
    }

    TEST_CASE("a reboot is counted and told") {
        Story story(inventory({device("ap-1")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point, 5000));
        const auto changes = story.fleet.apply(story.answer("ap-1", Role::access_point, 11));
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].rebooted);
        CHECK(changes[0].before == changes[0].after);
        CHECK(story.state()->reboots == 1);
    }

    TEST_CASE("an Observation of a stranger is counted, not kept") {
        Story story(inventory({device("ap-1")}));
        CHECK(story.fleet.apply(story.answer("ap-2", Role::access_point)).empty());
        CHECK(story.fleet.ignored() == 1);
        CHECK(story.fleet.visited() == 0);
    }

    TEST_CASE("the first cycle is done when every device was visited, answered or not") {
        Story story(inventory({device("ap-1"), device("ap-2")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        story.fleet.apply(story.answer("ap-1", Role::access_point, 1030));
        CHECK(story.fleet.visited() == 1);
        CHECK_FALSE(story.fleet.first_cycle_done());
        story.fleet.apply(story.visit("ap-2", Reason::timeout));
        CHECK(story.fleet.first_cycle_done());

        story.fleet.set_inventory(inventory({device("ap-1"), device("ap-3")}));
        CHECK(story.fleet.visited() == 1);
        CHECK(story.fleet.first_cycle_done());
    }

    TEST_CASE("an empty inventory has nothing to wait for") {
        CHECK(Story(inventory({})).fleet.first_cycle_done());
    }

    TEST_CASE("a reload keeps what stays, forgets what goes, begins what comes") {
        const auto kept = device("ap-2");
        Story story(inventory({device("ap-1"), kept}));
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        story.fleet.apply(story.answer("ap-2", Role::access_point));
        const auto before = story.state(1);
        story.fleet.set_inventory(inventory({device("ap-0"), kept}));
        CHECK(story.state(0)->device->id == "ap-0");
        CHECK(story.state(0)->latest == nullptr);
        CHECK(story.state(1) == before);
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        CHECK(story.fleet.ignored() == 1);
    }

    TEST_CASE("a device that moved keeps its history and health, not its measurements") {
        Story story(inventory({device("ap-1")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point, 5000));
        story.fleet.apply(story.answer("ap-1", Role::access_point, 10));
        const auto moved = device("ap-1", "127.0.0.9");
        story.fleet.set_inventory(inventory({moved}));
        const auto state = story.state();
        CHECK(state->device == moved);
        CHECK(state->reboots == 1);
        CHECK(state->up);
        CHECK(state->measured == nullptr);
        CHECK(state->last_success.has_value());

        // Another box with a younger clock is not a reboot of the old one.
        CHECK(story.fleet.apply(story.answer("ap-1", Role::access_point, 2)).empty());
    }

    TEST_CASE("a device with new settings at the same address keeps its measurements") {
        Story story(inventory({device("ap-1")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        auto changed = std::make_shared<Device>(*device("ap-1"));
        changed->area = {"Klojen"};
        story.fleet.set_inventory(inventory({changed}));
        CHECK(story.state()->measured != nullptr);
        CHECK(story.state()->device->area.size() == 1);
    }

    TEST_CASE("the role follows what was observed, and a lost part does not take it away") {
        Story story(inventory({device("x", "", true)}));
        CHECK_FALSE(is_access_point(*story.state()));
        story.fleet.apply(story.answer("x", Role::access_point));
        CHECK(is_access_point(*story.state()));
        story.fleet.apply(story.answer("x", Role::controller, 1030));
        CHECK(story.state()->role == Role::controller);

        auto poor = story.answer("x", Role::other, 1060);
        poor->problems.push_back({"snmp", "access points", Reason::timeout, ""});
        story.fleet.apply(poor);
        CHECK(story.state()->role == Role::controller);
        story.fleet.apply(story.visit("x", Reason::timeout));
        CHECK(story.state()->role == Role::controller);
        story.fleet.apply(story.visit("x"));
        CHECK(story.state()->role == Role::controller);
        story.fleet.apply(story.answer("x", Role::other, 1090));
        CHECK(story.state()->role == Role::other);
    }

    TEST_CASE("a switch whose answer broke off is not taken for an access point") {
        Story story(inventory({device("sw", "", true)}));
        story.fleet.apply(story.answer("sw", Role::switch_));
        auto poor = story.answer("sw", Role::access_point, 1030);
        poor->problems.push_back({"snmp", "radio.channel", Reason::timeout, ""});
        story.fleet.apply(poor);
        CHECK(story.state()->role == Role::switch_);
        CHECK_FALSE(is_access_point(*story.state()));
        // What a device cannot tell is missing for ever, and hides nothing.
        auto whole = story.answer("sw", Role::access_point, 1060);
        whole->problems.push_back({"snmp", "radio.noise_dbm", Reason::unsupported, ""});
        story.fleet.apply(whole);
        CHECK(story.state()->role == Role::access_point);
    }

    TEST_CASE("values are current for three polls, then they are a gap") {
        Story story(inventory({device("ap-1")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        CHECK(current_measurements(*story.state(), story.clock.mono()) != nullptr);
        CHECK(current_measurements(*story.state(), story.clock.mono() + std::chrono::seconds(95)) !=
              nullptr);
        CHECK(current_measurements(*story.state(),
                                   story.clock.mono() + std::chrono::seconds(101)) == nullptr);
    }

    TEST_CASE("an access point that is up and serves nobody is degraded, until somebody is there") {
        Story story(inventory({device("ap-1"), device("ap-2")}));
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        CHECK_FALSE(story.state()->silent);
        const auto changes = story.fleet.set_silent("ap-1", true);
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].after == Health{HealthState::degraded, Reason::silent});
        CHECK(story.state()->silent == true);
        CHECK(story.state()->up);
        CHECK(story.state()->health_changes == 1);
        CHECK(story.fleet.set_silent("ap-1", true).empty());
        // The next poll and a reload say nothing else.
        CHECK(story.fleet.apply(story.answer("ap-1", Role::access_point)).empty());
        story.fleet.set_inventory(inventory({device("ap-1"), device("ap-3")}));
        CHECK(story.state()->health == Health{HealthState::degraded, Reason::silent});
        CHECK(story.state()->health_changes == 1);

        const auto after = story.fleet.set_silent("ap-1", false);
        REQUIRE(after.size() == 1);
        CHECK(after[0].after.state == HealthState::up);
        CHECK(story.state()->silent == false);
        CHECK(story.fleet.set_silent("ap-1", std::nullopt).empty());
        CHECK(story.fleet.set_silent("stranger", true).empty());
        // What is wrong otherwise is told first.
        story.fleet.set_silent("ap-1", true);
        for (int i = 0; i < 3; ++i)
            story.fleet.apply(story.visit("ap-1", Reason::timeout));
        CHECK(story.state()->health == Health{HealthState::down, Reason::timeout});
    }

    TEST_CASE("a snapshot stays as it was, and is made anew only when something changed") {
        Story story(inventory({device("ap-1")}));
        const auto before = story.fleet.snapshot(story.clock.wall(), story.clock.mono());
        CHECK(story.fleet.snapshot(story.clock.wall(), story.clock.mono()) == before);
        story.fleet.apply(story.answer("ap-1", Role::access_point));
        const auto after = story.fleet.snapshot(story.clock.wall(), story.clock.mono());
        CHECK(after != before);
        CHECK(before->devices[0]->latest == nullptr);
        CHECK(after->devices[0]->latest != nullptr);

        // The time in it goes on even when the polls do not: old values must become gaps.
        const auto later =
            story.fleet.snapshot(story.clock.wall(), story.clock.mono() + std::chrono::hours(1));
        CHECK(later->mono == story.clock.mono() + std::chrono::hours(1));
    }

    TEST_CASE("a device that only HTTP reaches is up without measurements") {
        Story story(inventory({device("ap-1")}));
        auto seen = story.visit("ap-1");
        seen->collectors[0].collector = &http;
        story.fleet.apply(seen);
        CHECK(story.state()->up);
        CHECK(story.state()->measured == nullptr);
        CHECK(is_access_point(*story.state()));
    }
}
