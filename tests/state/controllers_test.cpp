// Access points that controllers tell of.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/mac_address.hpp"
#include "state/fleet.hpp"
#include "state/history.hpp"
#include "state/told.hpp"

using namespace pantau;

namespace {

const CollectorInfo snmp{"snmp", {}};
const QuantityId ap_serial = quantity::require("ap.serial");
const QuantityId ap_model = quantity::require("ap.model");
const QuantityId airtime = quantity::require("radio.airtime_ratio");

/// One line of the inventory.
struct Line {
    std::string id;
    std::string address;
    std::string mac = {};
    std::string serial = {};
    std::vector<DeviceId> controllers = {};
    std::vector<ParentGroup> parents = {};
};

std::shared_ptr<const Inventory> inventory(std::vector<Line> lines) {
    auto made = std::make_shared<Inventory>();
    std::ranges::sort(lines, {}, &Line::id);
    for (Line& line : lines) {
        auto device = std::make_shared<Device>();
        device->id = line.id;
        device->address = line.address;
        device->mac = line.mac;
        device->serial = line.serial;
        device->controllers = line.controllers;
        device->parents = line.parents;
        device->is_parent = line.id.starts_with("wlc");
        made->devices.push_back(std::move(device));
    }
    return made;
}

/// One access point as a controller lists it.
struct Listed {
    std::string name;
    std::string id;
    std::optional<bool> up = true;
    std::string serial = {};
    std::optional<unsigned> clients = {};
    double uptime = 0;
};

enum class Complete : bool { no, yes };

class Story {
public:
    explicit Story(std::vector<Line> lines) : fleet(inventory(std::move(lines))) {}

    std::shared_ptr<Observation> visit(const std::string& id, std::optional<Reason> failure = {}) {
        clock.advance(std::chrono::seconds(10));
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
    std::vector<Change> answer(const std::string& controller, const std::vector<Listed>& listed,
                               Complete complete = Complete::yes) {
        auto seen = visit(controller);
        seen->role = Role::controller;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        build.add(quantity::identity_vendor, Text::from_network("Aruba"));
        for (const Listed& each : listed) {
            const std::uint32_t ap = build.begin(ComponentKind::access_point);
            if (!each.name.empty()) build.add(quantity::ap_name, Text::from_network(each.name));
            build.add(quantity::ap_id, Text::from_network(each.id));
            build.add(ap_model, Text::from_network("AP-635"));
            if (!each.serial.empty()) build.add(ap_serial, Text::from_network(each.serial));
            if (each.up) build.add(quantity::ap_up, Number::natural(*each.up ? 1 : 0));
            if (each.clients) build.add(quantity::ap_clients, Number::natural(*each.clients));
            if (each.uptime != 0) build.add(quantity::ap_uptime, Number::real(each.uptime));
            if (each.up != true) continue;
            build.begin(ComponentKind::radio, ap);
            build.add(quantity::radio_name, Text::from_network("radio0"));
            build.add(airtime, Number::real(0.25));
            build.begin(ComponentKind::ssid, ap);
            build.add(quantity::ssid_ssid, Text::from_network("Malang-WiFi"));
        }
        if (complete == Complete::no)
            seen->problems.push_back({"snmp", "ap.name", Reason::timeout, "cut short"});
        return fleet.apply(std::move(seen));
    }
    std::vector<Change> own_answer(const std::string& id, unsigned clients) {
        auto seen = visit(id);
        seen->role = Role::access_point;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        build.add(quantity::system_uptime, Number::real(5000));
        const std::uint32_t ap = build.begin(ComponentKind::access_point);
        build.add(quantity::ap_clients, Number::natural(clients));
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_name, Text::from_network("wifi0"));
        return fleet.apply(std::move(seen));
    }
    std::vector<Change> lose(const std::string& id, Reason reason = Reason::timeout) {
        return fleet.apply(visit(id, reason));
    }
    void lose_thrice(const std::string& id, Reason reason = Reason::timeout) {
        for (int i = 0; i < 3; ++i)
            static_cast<void>(lose(id, reason));
    }
    std::shared_ptr<const Snapshot> snapshot() {
        return fleet.snapshot(clock.wall(), clock.mono());
    }
    std::shared_ptr<const DeviceState> state(const std::string& id) {
        for (const auto& each : snapshot()->devices)
            if (each->device->id == id) return each;
        REQUIRE_MESSAGE(false, id);
        return nullptr;
    }
    Health health(const std::string& id) { return state(id)->health; }
    std::vector<std::string> unassigned(const std::string& controller) {
        const auto list = state(controller)->list;
        REQUIRE(list != nullptr);
        std::vector<std::string> ids;
        for (const std::uint32_t ap : list->unassigned)
            ids.emplace_back(*list->seen->text(list->seen->components[ap], quantity::ap_id));
        return ids;
    }

    FakeClock clock;
    Fleet fleet;
};

const Health is_up{HealthState::up, {}};
const Health reported{HealthState::down, Reason::reported};
const Health unlisted{HealthState::down, Reason::unlisted};
const Health behind{HealthState::unreachable, Reason::timeout};

std::size_t count_of(const Observation& seen, ComponentKind kind) {
    return static_cast<std::size_t>(std::ranges::count(seen.components, kind, &Component::kind));
}

const Line wlc_1{"wlc-1", "10.0.0.1"};
const Line wlc_2{"wlc-2", "10.0.0.2"};
const Line lobi{"ap-lobi", "", "02:00:00:00:00:01"};

}  // namespace

TEST_SUITE("state/controllers") {
    TEST_CASE("an access point is found by MAC address, else by serial number, else by name") {
        const auto lines = inventory({wlc_1,
                                      {"by-mac", "", "02:00:00:00:00:01"},
                                      {"by-serial", "", "", "CN01ab"},
                                      {"by-name", "10.0.0.9"},
                                      {"Twin", "10.0.0.10"},
                                      {"twin", "10.0.0.11"},
                                      {"elsewhere", "", "", "", {"wlc-2"}},
                                      {"wlc-2", "10.0.0.2"}});
        const Roster roster(*lines);
        struct Row {
            Listed listed;
            std::string who;
            FoundBy by = FoundBy::name;
        };
        const std::vector<Row> rows{
            {{"x", "02:00:00:00:00:01"}, "by-mac", FoundBy::mac},
            {{"x", "02-00-00-00-00-01"}, "by-mac", FoundBy::mac},
            {{"[02:00:00:00:00:01]", "7"}, "by-mac", FoundBy::mac},
            {{"by-name", "02:00:00:00:00:01", true, "CN01AB"}, "by-mac", FoundBy::mac},
            {{"x", "02:00:00:00:00:99", true, "CN01AB"}, "by-serial", FoundBy::serial},
            {{"by-name", "7", true, "cn01ab"}, "by-serial", FoundBy::serial},
            {{"by-name", "02:00:00:00:00:99", true, "CN99"}, "by-name"},
            {{"BY-NAME", "7"}, "by-name"},
            {{"By Name", "7"}, "by-name"},
            {{"Twin", "7"}, "Twin"},
            {{"twin", "7"}, "twin"},
            {{"TWIN", "7"}, ""},       // which of the two?
            {{"elsewhere", "7"}, ""},  // it names another controller
            {{"wlc-1", "7"}, ""},      // the head of a cluster is no access point of itself
            {{"x", "020000000001"}, ""},
            {{"", "7"}, ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.listed.name);
            CAPTURE(row.listed.id);
            Observation seen;
            ObservationBuilder build(seen);
            build.begin(ComponentKind::access_point);
            build.add(quantity::ap_name, Text::from_network(row.listed.name));
            build.add(quantity::ap_id, Text::from_network(row.listed.id));
            build.add(ap_serial, Text::from_network(row.listed.serial));
            const auto found = roster.find(seen, seen.components[0], *lines->find("wlc-1"));
            CHECK((found ? lines->devices[found->place]->id : "") == row.who);
            if (found) CHECK(found->by == row.by);
        }
    }

    TEST_CASE("what a controller lists is an access point with figures of its own") {
        Story story({wlc_1, lobi, {"ap-aula", "", "", "CN02"}});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true, "", 12, 900},
                                                 {"aula", "02:00:00:00:00:02", false, "CN02"},
                                                 {"baru", "02:00:00:00:00:03", true}}));

        const auto up = story.state("ap-lobi");
        CHECK(up->health == is_up);
        CHECK(up->up);
        CHECK(is_access_point(*up));
        CHECK(up->controller->id == "wlc-1");
        CHECK(up->last_success.has_value());
        const Observation* const seen = current_measurements(*up, story.clock.mono());
        REQUIRE(seen != nullptr);
        CHECK(seen->device == "ap-lobi");
        CHECK(count_of(*seen, ComponentKind::access_point) == 1);
        CHECK(count_of(*seen, ComponentKind::radio) == 1);
        CHECK(count_of(*seen, ComponentKind::ssid) == 1);
        CHECK(seen->components[2].parent == 1);
        CHECK(seen->number(*seen->system(), quantity::system_clients)->as_natural() == 12);
        CHECK(seen->number(seen->components[1], quantity::ap_uptime)->as_double() == 900);
        CHECK(seen->text(*seen->system(), quantity::identity_vendor) == "Aruba");
        CHECK(seen->text(*seen->system(), quantity::identity_model) == "AP-635");

        const auto down = story.state("ap-aula");
        CHECK(down->health == reported);
        CHECK_FALSE(down->up);
        CHECK(current_measurements(*down, story.clock.mono()) == nullptr);

        CHECK(story.unassigned("wlc-1") == std::vector<std::string>{"02:00:00:00:00:03"});
        CHECK(story.state("wlc-1")->list->assigned == 2);
    }

    TEST_CASE("a controller that tells no state: figures are a sign of life, a bare name is not") {
        Story story({wlc_1, lobi, {"ap-aula", "", "", "CN02"}});
        static_cast<void>(story.answer("wlc-1", {{"", "02:00:00:00:00:01", std::nullopt, "", 3},
                                                 {"", "2", std::nullopt, "CN02"}}));
        CHECK(story.health("ap-lobi") == is_up);
        CHECK(story.health("ap-aula") == Health{});
    }

    TEST_CASE("a backup controller that lists it as down makes nothing flap") {
        Story story({wlc_1, wlc_2, lobi});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true}}));
        for (int round = 0; round < 20; ++round) {
            CHECK(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", false}}).size() <=
                  (round == 0 ? 1 : 0));
            CHECK(story.health("ap-lobi") == is_up);
            CHECK(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true}}).empty());
            CHECK(story.health("ap-lobi") == is_up);
            CHECK(story.state("ap-lobi")->controller->id == "wlc-1");
        }
        CHECK(story.state("ap-lobi")->health_changes == 0);
    }

    TEST_CASE(
        "when the controller that had it dies, what the backup says of it counts only if good") {
        Story story({wlc_1, wlc_2, lobi});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true}}));
        static_cast<void>(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", false}}));
        story.lose_thrice("wlc-1");
        static_cast<void>(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", false}}));
        CHECK(story.health("ap-lobi") == behind);
        // It went over to the backup.
        static_cast<void>(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", true}}));
        CHECK(story.health("ap-lobi") == is_up);
        CHECK(story.state("ap-lobi")->controller->id == "wlc-2");
        // There it goes down; that the dead one had it once does not hide that.
        static_cast<void>(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", false}}));
        CHECK(story.health("ap-lobi") == reported);
    }

    TEST_CASE("an access point is gone after two whole answers without it, and says so") {
        Story story({wlc_1, lobi});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01"}}));
        CHECK(story.answer("wlc-1", {}).empty());
        CHECK(story.health("ap-lobi") == is_up);
        const auto changes = story.answer("wlc-1", {});
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].device == "ap-lobi");
        CHECK(story.health("ap-lobi") == unlisted);
        CHECK_FALSE(story.state("ap-lobi")->up);
        CHECK(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01"}}).size() == 1);
        CHECK(story.health("ap-lobi") == is_up);
    }

    TEST_CASE("a router that lost the last of its access points says that they are gone") {
        Story story({{"fortigate", "10.0.0.1"}, lobi});
        static_cast<void>(story.answer("fortigate", {{"lobi", "02:00:00:00:00:01"}}));
        for (int i = 0; i < 2; ++i) {
            auto seen = story.visit("fortigate");
            seen->role = Role::router;
            ObservationBuilder build(*seen);
            build.begin(ComponentKind::system);
            build.add(quantity::system_uptime, Number::real(1000 + i));
            static_cast<void>(story.fleet.apply(std::move(seen)));
        }
        CHECK(story.state("fortigate")->role == Role::router);
        CHECK(story.health("ap-lobi") == unlisted);
    }

    TEST_CASE("a list of another box at another port is no list of this one") {
        Story story({wlc_1, lobi});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01"}}));
        auto moved = std::make_shared<Inventory>(*inventory({wlc_1, lobi}));
        auto device = std::make_shared<Device>(*moved->find("wlc-1"));
        device->port = 1161;
        moved->devices[1] = device;
        REQUIRE(moved->find("wlc-1") == device);
        story.fleet.set_inventory(moved);
        CHECK(story.health("ap-lobi") == Health{});
        CHECK(story.state("wlc-1")->list == nullptr);
    }

    TEST_CASE("an answer that came in part makes nothing vanish") {
        Story story({wlc_1, lobi, {"ap-aula", "", "", "CN02"}});
        const std::vector<Listed> both{{"lobi", "02:00:00:00:00:01"},
                                       {"aula", "02:00:00:00:00:02", true, "CN02"}};
        static_cast<void>(story.answer("wlc-1", both));
        for (int i = 0; i < 8; ++i) {
            static_cast<void>(story.answer("wlc-1", {both[0]}, Complete::no));
            CHECK(story.health("ap-lobi") == is_up);
            CHECK(story.health("ap-aula") == is_up);
        }
        // After three polls' time what was seen then is no knowledge any more, nor an outage.
        for (int i = 0; i < 4; ++i)
            static_cast<void>(story.answer("wlc-1", {both[0]}, Complete::no));
        CHECK(story.health("ap-lobi") == is_up);
        CHECK(story.health("ap-aula") == Health{HealthState::unknown, Reason::timeout});
        CHECK(current_measurements(*story.state("ap-aula"), story.clock.mono()) == nullptr);
        CHECK(story.unassigned("wlc-1").empty());
    }

    TEST_CASE("behind a controller that does not answer nothing is down") {
        struct Row {
            std::string name;
            Reason reason;
            Health health;
        };
        for (const Row& row :
             {Row{"the controller is gone", Reason::timeout, behind},
              Row{"a fault of ours", Reason::local, Health{HealthState::unknown, Reason::local}}}) {
            CAPTURE(row.name);
            Story story({wlc_1, lobi, {"ap-aula", "", "", "CN02"}});
            const std::vector<Listed> both{{"lobi", "02:00:00:00:00:01", true},
                                           {"aula", "02:00:00:00:00:02", false, "CN02"}};
            static_cast<void>(story.answer("wlc-1", both));
            CHECK(story.lose("wlc-1", row.reason).size() <= 1);  // the controller itself
            CHECK(story.health("ap-lobi") == is_up);
            CHECK(story.health("ap-aula") == reported);
            static_cast<void>(story.lose("wlc-1", row.reason));
            static_cast<void>(story.lose("wlc-1", row.reason));
            CHECK(story.health("ap-lobi") == row.health);
            CHECK(story.health("ap-aula") == row.health);
            CHECK(story.state("ap-lobi")->up);  // the last word stands
            static_cast<void>(story.answer("wlc-1", both));
            CHECK(story.health("ap-lobi") == is_up);
            CHECK(story.health("ap-aula") == reported);
        }
    }

    TEST_CASE("a controller that ought to list it and does not, also after a restart of ours") {
        for (const Line& line : {Line{"ap-x", "", "", "", {"wlc-1"}},
                                 Line{"ap-x", "", "02:00:00:00:00:09", "", {}, {{"wlc-1"}}}}) {
            Story story({wlc_1, wlc_2, line});
            CHECK(story.health("ap-x") == Health{});
            static_cast<void>(story.answer("wlc-1", {}));
            CHECK(story.health("ap-x") == unlisted);
            CHECK(story.state("ap-x")->controller->id == "wlc-1");
            story.lose_thrice("wlc-1");
            CHECK(story.health("ap-x") == behind);
        }
    }

    TEST_CASE("a parent that is a switch is no controller that would have to list anything") {
        Story story(
            {wlc_1, {"sw-1", "10.0.0.3"}, {"ap-x", "", "02:00:00:00:00:01", "", {}, {{"sw-1"}}}});
        auto seen = story.visit("sw-1");
        seen->role = Role::switch_;
        ObservationBuilder build(*seen);
        build.begin(ComponentKind::system);
        build.add(quantity::system_uptime, Number::real(5));
        static_cast<void>(story.fleet.apply(std::move(seen)));
        CHECK(story.health("ap-x") == Health{});
        static_cast<void>(story.answer("wlc-1", {{"", "02:00:00:00:00:01"}}));
        CHECK(story.health("ap-x") == is_up);
    }

    TEST_CASE(
        "of an access point that is polled itself its own figures win, the rest is filled in") {
        Story story({wlc_1, {"ap-lobi", "10.0.0.7", "02:00:00:00:00:01"}});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true, "CN01", 99}}));
        CHECK(story.health("ap-lobi") == is_up);  // before its first own poll
        static_cast<void>(story.own_answer("ap-lobi", 12));
        const auto state = story.state("ap-lobi");
        CHECK(state->health == is_up);
        CHECK(state->controller->id == "wlc-1");
        const Observation& seen = *state->measured;
        const auto ap =
            std::ranges::find(seen.components, ComponentKind::access_point, &Component::kind);
        REQUIRE(ap != seen.components.end());
        CHECK(seen.number(*ap, quantity::ap_clients)->as_natural() == 12);
        CHECK(seen.text(*ap, ap_serial) == "CN01");
        CHECK(seen.number(*seen.system(), quantity::system_uptime)->as_double() == 5000);
        REQUIRE(count_of(seen, ComponentKind::radio) == 1);
        CHECK(count_of(seen, ComponentKind::ssid) == 1);  // it tells of none itself
        for (const Component& component : seen.components)
            if (component.kind == ComponentKind::radio)
                CHECK(seen.text(component, quantity::radio_name) == "wifi0");
        CHECK_FALSE(seen.collectors.empty());

        // It stops answering, yet it serves: degraded, with the controller's figures.
        story.lose_thrice("ap-lobi");
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true, "CN01", 99}}));
        story.clock.advance(std::chrono::seconds(100));
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", true, "CN01", 98}}));
        CHECK(story.health("ap-lobi") == Health{HealthState::degraded, Reason::timeout});
        const Observation* const told =
            current_measurements(*story.state("ap-lobi"), story.clock.mono());
        REQUIRE(told != nullptr);
        CHECK(told->number(*told->system(), quantity::system_clients)->as_natural() == 98);
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01", false}}));
        CHECK(story.health("ap-lobi") == Health{HealthState::down, Reason::timeout});
    }

    TEST_CASE(
        "two that a controller lists for one line: the stronger sign, then the one that works") {
        Story story({wlc_1, lobi, {"aula", "10.0.0.8"}});
        static_cast<void>(story.answer("wlc-1", {{"ap-lobi", "02:00:00:00:00:99", true},
                                                 {"x", "02:00:00:00:00:01", false},
                                                 {"aula", "7", false},
                                                 {"aula", "8", true},
                                                 {"aula", "9", true}}));
        CHECK(story.health("ap-lobi") == reported);
        CHECK(story.health("aula") == is_up);
        CHECK(story.unassigned("wlc-1") == std::vector<std::string>{"02:00:00:00:00:99", "7", "9"});
    }

    TEST_CASE("a reload finds new lines in what was listed last, and forgets those that went") {
        Story story({wlc_1, lobi});
        const std::vector<Listed> both{{"lobi", "02:00:00:00:00:01"},
                                       {"aula", "02:00:00:00:00:02"}};
        static_cast<void>(story.answer("wlc-1", both));
        CHECK(story.unassigned("wlc-1") == std::vector<std::string>{"02:00:00:00:00:02"});

        story.fleet.set_inventory(inventory(
            {{"aa-new", "10.0.0.77"}, wlc_1, lobi, {"ap-aula", "", "02:00:00:00:00:02"}}));
        CHECK(story.unassigned("wlc-1").empty());
        CHECK(story.health("ap-aula") == is_up);
        CHECK(story.health("ap-lobi") == is_up);

        // The line of lobi gets another MAC address: what was listed is not it.
        story.fleet.set_inventory(inventory(
            {wlc_1, {"ap-lobi", "", "02:00:00:00:00:07"}, {"ap-aula", "", "02:00:00:00:00:02"}}));
        CHECK(story.unassigned("wlc-1") == std::vector<std::string>{"02:00:00:00:00:01"});
        CHECK(story.health("ap-lobi").state != HealthState::up);
        CHECK(story.health("ap-aula") == is_up);

        story.fleet.set_inventory(inventory({lobi}));
        CHECK(story.health("ap-lobi") == Health{});
        CHECK(story.state("ap-lobi")->controller == nullptr);
    }

    TEST_CASE("a reload is no answer that lacks an access point") {
        Story story({wlc_1, lobi});
        static_cast<void>(story.answer("wlc-1", {{"lobi", "02:00:00:00:00:01"}}));
        static_cast<void>(story.answer("wlc-1", {}));
        for (int i = 0; i < 3; ++i)
            story.fleet.set_inventory(
                inventory({wlc_1, lobi, {"n" + std::to_string(i), "10.1.1.1"}}));
        CHECK(story.health("ap-lobi") == is_up);
        static_cast<void>(story.answer("wlc-1", {}));
        CHECK(story.health("ap-lobi") == unlisted);
    }

    TEST_CASE("an access point that started anew is counted once, whoever is polled next") {
        Story story({wlc_1, wlc_2, lobi});
        const auto with_uptime = [](double uptime) {
            return std::vector<Listed>{{"lobi", "02:00:00:00:00:01", true, "", {}, uptime}};
        };
        static_cast<void>(story.answer("wlc-1", with_uptime(90000)));
        static_cast<void>(story.answer("wlc-1", with_uptime(90010)));
        CHECK(story.state("ap-lobi")->reboots == 0);
        const auto changes = story.answer("wlc-1", with_uptime(20));
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].rebooted);
        static_cast<void>(story.lose("wlc-1"));
        static_cast<void>(story.answer("wlc-2", {{"lobi", "02:00:00:00:00:01", false}}));
        static_cast<void>(story.answer("wlc-1", with_uptime(50)));
        CHECK(story.state("ap-lobi")->reboots == 1);
    }

    TEST_CASE(
        "a controller of 1,386 access points costs as much as it lists, and no poll beside it") {
        const auto work_for = [](unsigned listed, unsigned others) {
            std::vector<Line> lines{wlc_1};
            std::vector<Listed> answer;
            const auto mac = [](unsigned i) {
                return *mac_address("02000000" + std::to_string(1000 + i));
            };
            for (unsigned i = 0; i < listed; ++i) {
                lines.push_back({"ap-" + std::to_string(i), "", mac(i)});
                answer.push_back({"", mac(i), true, "", 5});
            }
            for (unsigned i = 0; i < others; ++i)
                lines.push_back({"other-" + std::to_string(i), "10.1.0.1"});
            Story story(std::move(lines));
            static_cast<void>(story.answer("wlc-1", answer));
            const std::uint64_t before = story.fleet.looked_at();
            static_cast<void>(story.answer("wlc-1", answer));
            const std::uint64_t of_controller = story.fleet.looked_at() - before;
            for (unsigned i = 0; i < others; ++i)
                static_cast<void>(story.lose("other-" + std::to_string(i)));
            CHECK(story.fleet.looked_at() - before == of_controller);
            for (const auto& state : story.snapshot()->devices)
                if (state->device->address.empty()) CHECK(state->health == is_up);
            return of_controller;
        };
        CHECK(work_for(1386, 0) ==
              2 * 1386);  // each is matched, and looked for among those missing
        CHECK(work_for(1386, 3000) == 2 * 1386);
        CHECK(work_for(2 * 1386, 0) == 2 * 2 * 1386);
    }

    TEST_CASE(
        "each access point of a controller has a history, by what the controller says of it") {
        const Line kantin{"ap-kantin", "", "02:00:00:00:00:02"};
        Story story({wlc_1, lobi, kantin});
        History history{TimeZone{}};
        const auto polls = [&](int count, auto&& poll) {
            for (int i = 0; i < count; ++i) {
                poll();
                history.follow(story.snapshot());
            }
        };
        const std::vector<Listed> both{{"lobi", "02:00:00:00:00:01", true, {}, 6},
                                       {"kantin", "02:00:00:00:00:02", true, {}, 2}};
        polls(10, [&] { static_cast<void>(story.answer("wlc-1", both)); });
        polls(10, [&] {
            static_cast<void>(story.answer("wlc-1", {both[0], {"kantin", both[1].id, false}}));
        });
        polls(10, [&] { static_cast<void>(story.lose("wlc-1")); });
        history.settle(story.clock.wall(), story.clock.mono());
        const std::vector<DayRecord> records = history.take_changed();
        const auto of = [&](std::string_view ap) {
            const auto found = std::ranges::find(records, ap, &DayRecord::ap);
            REQUIRE(found != records.end());
            return *found;
        };
        CHECK(records.size() == 2);  // None of the controller.
        // Two lost polls of the controller are no word yet; from the third on it is not heard.
        CHECK(of("ap-lobi").of(Spent::up) == std::chrono::seconds(220));
        CHECK(of("ap-lobi").of(Spent::unreachable) == std::chrono::seconds(70));
        CHECK(of("ap-lobi").client_seconds == doctest::Approx(6 * 220));
        CHECK(of("ap-lobi").clients_peak == 6);
        CHECK(of("ap-kantin").of(Spent::up) == std::chrono::seconds(100));
        CHECK(of("ap-kantin").client_seconds == doctest::Approx(2 * 100));
        CHECK(of("ap-kantin").reasons.front() ==
              ReasonTime{Spent::down, Reason::reported, of("ap-kantin").of(Spent::down)});
    }
}
