#include "normalise/profile.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <set>

#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("normalise/profile") {
    TEST_CASE("a profile becomes one Ask: scalars first, every address once, columns by table") {
        const Loaded loaded = load_texts({R"(
profile: example
vendor: Example
role: access_point
verified: true
snmp:
  tables:
    radio:
      channel: 1.3.9.1
      frequency_hertz: {oid: 1.3.9.2, unit: MHz}
    ssid:
      ssid: 1.3.8.1
      _again: 1.3.8.1
  scalars:
    identity.model: {oid: 1.3.1.0}
    system.load1: {oid: 1.3.1.0}
)"});
        REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
        const auto profile = loaded.set->find("example");
        REQUIRE(profile != nullptr);
        CHECK(profile->vendor() == "Example");
        CHECK(profile->role() == Role::access_point);
        CHECK(profile->verified());
        const auto ask = profile->ask("snmp");
        REQUIRE(ask != nullptr);
        REQUIRE(ask->fields.size() == 4);
        CHECK(ask->fields[0].address == "1.3.1.0");
        CHECK(ask->fields[0].label == "identity.model, system.load1");
        CHECK_FALSE(ask->fields[0].is_column());
        CHECK(ask->fields[1].label == "radio.channel");
        CHECK(ask->fields[1].table == ask->fields[2].table);
        CHECK(ask->fields[3].label == "ssid.ssid, ssid._again");
        CHECK(ask->fields[3].table != ask->fields[2].table);
        CHECK(profile->ask("http") == nullptr);
        CHECK(profile->ask("nonsense") == nullptr);
    }

    TEST_CASE("a fall-back says for whom it stands in, unless it is wanted for itself too") {
        const Loaded loaded = load_texts({R"(
profile: example
snmp:
  tables:
    interface:
      name: [1.3.1, 1.3.2]
      alias: [1.3.3, 1.3.2]
      rx_bytes_total: [1.3.4, 1.3.5]
)"});
        REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
        const auto ask = loaded.set->find("example")->ask("snmp");
        REQUIRE(ask->fields.size() == 5);
        CHECK(ask->fields[1].address == "1.3.2");
        CHECK(ask->fields[1].stands_in_for == Field::no_field);
        CHECK(ask->fields[4].address == "1.3.5");
        CHECK(ask->fields[4].stands_in_for == 3);
        CHECK(ask->fields[3].stands_in_for == Field::no_field);
    }

    TEST_CASE("the columns that tell what a row is are marked in what is asked") {
        const Loaded loaded = load_texts({R"(
profile: example
snmp:
  scalars:
    identity.model: 1.3.9.1.0
  tables:
    radio:
      name: 1.3.1.1
      airtime_ratio: {oid: 1.3.1.2, unit: percent}
      _number: 1.3.1.3
    ssid:
      ssid: 1.3.2.1
      _radio_number: 1.3.2.2
      _other: 1.3.2.3
      clients: 1.3.2.4
derive:
  radio.clients: {sum: ssid.clients, by: {_radio_number: _number}}
)"});
        REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
        for (const Field& field : loaded.set->find("example")->ask("snmp")->fields) {
            CAPTURE(field.address);
            const std::set<std::string> names{"1.3.1.1", "1.3.1.3", "1.3.2.1", "1.3.2.2"};
            CHECK(field.is_name == names.contains(field.address));
        }
    }

    TEST_CASE("a profile extends others: targets are replaced, or prepended to what is inherited") {
        const Loaded loaded = load_texts({R"(
profile: base/a
snmp: {scalars: {identity.model: 1.3.1.0, identity.serial: 1.3.2.0}}
)",
                                          R"(
profile: base/b
vendor: Inherited
snmp: {scalars: {identity.model: 1.3.3.0}}
)",
                                          R"(
profile: child
extends: [base/b, base/a]
snmp:
  scalars:
    identity.model: [1.3.4.0, inherited]
    identity.serial: null
)"});
        REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
        CHECK(loaded.set->names() == std::vector<std::string>{"child"});
        CHECK(loaded.set->find("base/a") == nullptr);
        const auto child = loaded.set->find("child");
        CHECK(child->vendor() == "Inherited");
        std::vector<std::string> addresses;
        for (const Field& field : child->ask("snmp")->fields)
            addresses.push_back(field.address);
        CHECK(addresses == std::vector<std::string>{"1.3.4.0", "1.3.3.0", "1.3.1.0"});
    }

    TEST_CASE("what is wrong in a profile is told with its place, and the others stay") {
        struct Row {
            std::string_view text;  // below `profile: bad`
            std::string_view told;
        };
        for (const Row& row : {
                 Row{"snmpp: {}", "snmpp"},
                 {"role: acces_point", "did you mean \"access_point\"?"},
                 {"extends: base/systm", "no profile \"base/systm\""},
                 {"extends: bad", "extends itself"},
                 {"snmp: {scalars: {identity.modell: 1.3.1.0}}",
                  "2:18: unknown quantity \"identity.modell\" (did you mean \"identity.model\"?)"},
                 {"snmp: {scalars: {identity.model: 1.3.x}}", "2:34: \"1.3.x\" is no object"},
                 {"snmp: {scalars: {radio.channel: 1.3.1}}", "there is no table \"radio\""},
                 {"snmp: {tables: {radio: {chanel: 1.3.1}}}", "did you mean \"radio.channel\"?"},
                 {"snmp: {tables: {radio: 7}}", "is no map of columns"},
                 {"snmp: {tables: {radio: {key: [a: mock], channel: 1.3.1}}}", "how it reads"},
                 {"snmp: {tables: {radio: {channel: {index: b}}}}", "the key has no part \"b\""},
                 {"snmp: {scalars: {identity.model: {index: all}}}", "a scalar has no index"},
                 {"snmp: {scalars: {identity.model: {}}}", "nothing says where the value comes"},
                 {"snmp: {scalars: {identity.model: {oid: 1.3, value: x}}}", "more than one key"},
                 {"snmp: {scalars: {identity.model: {oid: 1.3, math: x}}}", "math"},
                 {"snmp: {scalars: {identity.model: {oid: 1.3, match: '(a'}}}",
                  "not a regular expression"},
                 {"snmp: {scalars: {system.load1: {oid: 1.3, unit: percents}}}",
                  "did you mean \"percent\"?"},
                 {"snmp: {scalars: {system.load1: {oid: 1.3, scale: 0}}}", "scale 0"},
                 {"snmp: {scalars: {system.load1: {oid: 1.3, otherwise: 1}}}", "beside a map"},
                 {"snmp: {scalars: {system.load1: {oid: 1.3, map: {a: b}}}}", "2:"},
                 {"snmp: {tables: {interface: {up: 1.3.1.2}}}", ""},
                 {"snmp: {tables: {interface: {up: {oid: 1.3.1}}}}", "mean yes"},
                 {"snmp: {tables: {radio: {parent: ap, channel: 1.3}}}", "needs a table \"ap\""},
                 {"snmp: {tables: {ap: {name: 1.3.1}, radio: {channel: 1.3}}}", "parent: ap"},
                 {"snmp: {tables: {radio: {where: {_x: 1}, channel: 1.3}}}",
                  "has no column \"_x\""},
                 {"derive: {system.clients: {sum: ssid.clients}}", "no column \"ssid.clients\""},
                 {"derive: {system.clients: {from: system.client}}", "nothing is called"},
                 {"derive: {system.clients: {ratio: {total: system.load1}}}", "either \"used\""},
                 {"derive: {_a: _b, _b: {from: _a}}", "is derived from itself"},
                 {"derive: {_a: {largest: []}}", "names belong here"},
                 {"snmp: {tables: {t: {a: 1.3.1}}}\nderive: {_x: t.a}", "has many rows"},
                 {"snmp: {tables: {t: {a: 1.3.1}}}\nderive: {_x: {sum: t.a, by: a}}", "no column"},
                 {"snmp: {tables: {ap: {found_by: radio, name: 1.3.1}}}", "key has a fixed size"},
                 {"snmp: {tables: {ap: {key: [a: mac], found_by: radio, name: 1.3.1}}}",
                  "no table with \"parent: ap\""},
                 {"snmp: {tables: {ssid: {parent: system, ssid: 1.3.1}}}", "beside a table \"ap\""},
                 {"snmp: {tables: {ap: {name: 1.3.1}, radio: {parent: system, channel: 1.3.2}}}",
                  "the parent of a radio or ssid is ap"},
                 {"snmp: {scalars: {identity.model: {oid: 1.3, format: X}}}",
                  "where the value stands"},
                 {"detect: [{}]", "fits every device"},
                 {"detect: [{object_id: x}]", "\"x\" is no object identifier"},
                 {"detect: [{probe: {match: x}}]", "names no address"},
             }) {
            CAPTURE(row.text);
            const Loaded loaded =
                load_texts({"profile: bad\n" + std::string(row.text) + "\n",
                            "profile: good\nsnmp: {scalars: {identity.model: 1.3.1.0}}\n"});
            CAPTURE(loaded.told());
            CHECK(loaded.set->find("good") != nullptr);
            if (row.told.empty()) continue;
            CHECK(loaded.diagnostics.has_errors());
            CHECK(loaded.set->find("bad") == nullptr);
            CHECK(contains(loaded.told(), row.told));
        }
    }

    TEST_CASE("a profile that asks for more than numbers of 16 bits can count is refused") {
        std::string text = "profile: endless\nrole: other\nsnmp:\n  scalars:\n    ap.clients:\n";
        for (int i = 0; i < 70'000; ++i)
            text += fmt::format("      - {{oid: 1.3.7.{}.0}}\n", i);
        const Loaded loaded = load_texts({text});
        CHECK(loaded.told().find("more values than any device has") != std::string::npos);
        CHECK(loaded.set->find("endless") == nullptr);
    }

    TEST_CASE("a later directory replaces a profile, a missing one is a warning") {
        const TemporaryDirectory first;
        const TemporaryDirectory second;
        first.write("a.yml", "profile: a\nvendor: first\n");
        first.write("deep/b.yml", "profile: b\nextends: a\n");
        first.write("notes.txt", "no profile");
        first.write(".a.yml", "profile: a\n");
        second.write("other.yml", "profile: a\nvendor: second\n");
        config::Diagnostics diagnostics;
        const auto set = ProfileSet::load({first.path(), "/nonexistent/profiles", second.path()},
                                          kinds(), diagnostics);
        CHECK_FALSE(diagnostics.has_errors());
        CHECK(diagnostics.warnings() == 1);
        CHECK(set->names() == std::vector<std::string>{"a", "b"});
        CHECK(set->find("a")->vendor() == "second");
        CHECK(set->find("b")->vendor() == "second");
        CHECK(set->detection_ask("snmp") == nullptr);
    }

    TEST_CASE("two profiles of one name in one directory are an error; the first stays") {
        const Loaded loaded =
            load_texts({"profile: a\nvendor: first\n", "profile: a\nvendor: second\n"});
        CHECK(contains(loaded.told(), "profile \"a\" is already in"));
        REQUIRE(loaded.set->find("a") != nullptr);
        CHECK(loaded.set->find("a")->vendor() == "first");
        REQUIRE(loaded.set->refused().size() == 1);
        CHECK(loaded.set->refused().front().path.ends_with("1.yml"));
    }

    TEST_CASE("a profile with mistakes takes those that extend it along, and no other") {
        const Loaded loaded = load_texts({"profile: base/block\nrole: nonsense\n",
                                          "profile: child\nextends: base/block\n",
                                          "profile: grandchild\nextends: child\n",
                                          "profile: other\nvendor: Lain\n", "profile: [half"});
        CHECK(loaded.set->names() == std::vector<std::string>{"other"});
        const auto& refused = loaded.set->refused();
        CHECK(names_of(refused) ==
              std::vector<std::string>{"4", "base/block", "child", "grandchild"});
        CHECK(refused[1].location.line == 2);
        CHECK(contains(refused[1].why, "unknown role"));
        CHECK(contains(loaded.told(),
                       "2:10: profile \"base/block\" has errors of its own: "
                       "\"child\" is left out with it"));
        CHECK(contains(loaded.told(), "\"grandchild\" is left out with it"));
    }

    TEST_CASE("a profile with mistakes does not replace the good one of an earlier directory") {
        const TemporaryDirectory first;
        const TemporaryDirectory second;
        const std::string good = first.write("a.yml", "profile: a\nvendor: first\n");
        first.write("base/b.yml", "profile: base/b\nvendor: first\n");
        first.write("c.yml", "profile: c\nextends: base/b\n");
        second.write("a.yml", "profile: a\nvendor: [second]\n");
        second.write("base/b.yml", "profile: base/b\nsnmp: {scalars: {identity.modell: 1.3}}\n");
        config::Diagnostics diagnostics;
        const auto set = ProfileSet::load({first.path(), second.path()}, kinds(), diagnostics);
        CHECK(diagnostics.errors() == 2);
        CHECK(set->names() == std::vector<std::string>{"a", "c"});
        CHECK(set->find("a")->vendor() == "first");
        CHECK(set->find("c")->vendor() == "first");
        REQUIRE(set->refused().size() == 2);
        CHECK(set->refused().front().instead == good);
    }

    TEST_CASE("the shipped profiles have no errors, and ask for a full access point") {
        const auto set = shipped();
        REQUIRE(set->find("generic") != nullptr);
        const auto unifi = set->find("ubiquiti-unifi");
        REQUIRE(unifi != nullptr);
        std::size_t interface_columns = 0;
        std::size_t network_columns = 0;
        for (const Field& field : unifi->ask("snmp")->fields) {
            if (field.label.starts_with("interface.")) ++interface_columns;
            if (field.label.starts_with("ssid.")) ++network_columns;
        }
        CHECK(interface_columns >= 11);
        CHECK(network_columns >= 15);
    }
}
