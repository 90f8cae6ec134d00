#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "model/observation_json.hpp"
#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;

TEST_SUITE("normalise/evaluate") {
    TEST_CASE("the traps of real devices: one raw value in, one reading out") {
        struct Row {
            std::string_view rule;  // of the quantity
            std::string_view quantity;
            std::string_view raw;  // TYPE|VALUE
            std::string_view reading;
        };
        for (const Row& row : {
                 // numbers as text, with decimals or a unit
                 Row{"{oid: 1.3.1.0, unit: percent}", "system.cpu_ratio", "4|3.5", "0.035"},
                 {"1.3.1.0", "system.temperature_celsius", "4|38.250000 C", "38.25"},
                 {"1.3.1.0", "system.temperature_celsius", "4|N/A", "-"},
                 // divisors
                 {"{oid: 1.3.1.0, unit: percent, scale: 0.1}", "system.cpu_ratio", "65|259",
                  "0.259"},
                 {"{oid: 1.3.1.0, unit: percent, scale: 0.01}", "system.cpu_ratio", "2|606",
                  "0.0606"},
                 {"{oid: 1.3.1.0, unit: thousandths}", "system.temperature_celsius", "66|51000",
                  "51"},
                 {"{oid: 1.3.1.0, unit: kB}", "system.memory_total_bytes", "66|251032",
                  "257056768"},
                 // offset and sign
                 {"{oid: 1.3.1.0, unit: percent, negate: true, offset: 1}", "system.cpu_ratio",
                  "2|95", "0.050000000000000044"},
                 {"{oid: 1.3.1.0, offset: -256}", "system.temperature_celsius", "2|300", "44"},
                 // sentinels
                 {"{oid: 1.3.1.0, none: [0, 2147483647]}", "system.temperature_celsius", "2|0",
                  "-"},
                 {"{oid: 1.3.1.0, none: [0, 2147483647]}", "system.temperature_celsius",
                  "2|2147483647", "-"},
                 {"{oid: 1.3.1.0, none: -9999}", "system.temperature_celsius", "2|-9999", "-"},
                 {"{oid: 1.3.1.0, none: [N/A, '']}", "identity.model", "4|N/A", "-"},
                 // what is impossible leaves no trace
                 {"1.3.1.0", "system.temperature_celsius", "2|-9999", "-"},
                 {"{oid: 1.3.1.0, unit: percent}", "system.cpu_ratio", "2|101", "-"},
                 {"1.3.1.0", "system.clients", "2|-1", "-"},
                 {"1.3.1.0", "system.clients", "2|0", "0"},
                 // the scale depends on the firmware
                 {"[{oid: 1.3.1.0, most: 200}, {oid: 1.3.1.0, scale: 1e-7}]",
                  "system.temperature_celsius", "2|160000000", "16"},
                 {"[{oid: 1.3.1.0, most: 200}, {oid: 1.3.1.0, scale: 1e-7}]",
                  "system.temperature_celsius", "2|41", "41"},
                 // a name around a number
                 {"{oid: 1.3.1.0, match: '^FGT_(\\w+)', format: 'FortiGate {}'}", "identity.model",
                  "4|FGT_60F", "FortiGate 60F"},
                 {"[{oid: 1.3.1.0, match: '^FGT_(\\w+)', format: 'FortiGate {}'}, 1.3.1.0]",
                  "identity.model", "4|Other", "Other"},
                 // enumerations
                 {"{oid: 1.3.1.0, map: {1: master, 2: local}, otherwise: other}", "identity.model",
                  "2|2", "local"},
                 {"{oid: 1.3.1.0, map: {1: master}, otherwise: other}", "identity.model", "2|9",
                  "other"},
                 {"{oid: 1.3.1.0, map: {1: 20, 2: 17}}", "system.load1", "2|2", "17"},
                 {"{oid: 1.3.1.0, map: {1: 20, 2: 17}}", "system.load1", "4|2", "17"},
                 {"{oid: 1.3.1.0, map: {1: 20, 2: 17}}", "system.load1", "2|3", "-"},
                 {"{oid: 1.3.1.0, map: {1: true, 2: false}}", "ap.up", "2|2", "none"},
                 // texts
                 {"{oid: 1.3.1.0, match: 'MODEL: ([^)]+)'}", "identity.model",
                  "4|ArubaOS (MODEL: 225), Version 8", "225"},
                 {"{oid: 1.3.1.0, match: 'nothing'}", "identity.model", "4|x", "-"},
                 {"1.3.1.0", "identity.firmware", "4x|312E302E3000", "1.0.0"},
                 {"1.3.1.0", "identity.model", "4|", "-"},
                 {"1.3.1.0", "identity.serial", "2|4006187", "4006187"},
                 {"{oid: 1.3.1.0, as: mac}", "identity.serial", "4x|001B2CFF0020",
                  "00:1b:2c:ff:00:20"},
                 {"{oid: 1.3.1.0, as: mac}", "identity.serial", "4|00:1B:2C:FF:00:20",
                  "00:1B:2C:FF:00:20"},
                 {"{oid: 1.3.1.0, as: address}", "identity.serial", "64|10.0.0.1", "10.0.0.1"},
                 {"{oid: 1.3.1.0, as: hex}", "identity.serial", "4x|00AB", "00ab"},
                 {"{oid: 1.3.1.0, low_bits: 8}", "system.load1", "2|8484", "36"},
                 {"1.3.1.0", "identity.object_id", "6|.1.3.6.1", "1.3.6.1"},
                 {"[{oid: 1.3.2.0}, {value: fixed}]", "identity.model", "4|x", "fixed"},
             }) {
            CAPTURE(row.rule);
            CAPTURE(row.raw);
            const Observation seen =
                observe("profile: p\nsnmp: {scalars: {" + std::string(row.quantity) + ": " +
                            std::string(row.rule) + "}}\n",
                        "1.3.1.0|" + std::string(row.raw));
            CHECK(shown(seen, row.quantity) == row.reading);
        }
    }

    TEST_CASE("the profile decides the kind, the wire only whether a counter wraps at 32 bits") {
        const Observation seen = observe(R"(
profile: p
snmp:
  tables:
    interface:
      index: {index: all}
      rx_bytes_total: [1.3.1, 1.3.2]
      tx_bytes_total: {oid: 1.3.3, unit: kB}
      type: 1.3.4
)",
                                         "1.3.1.7|70|18446744073709551615\n"
                                         "1.3.2.7|65|5\n1.3.2.8|65|6\n"
                                         "1.3.3.8|65|6\n1.3.4.8|65|71\n");
        REQUIRE(count(seen, ComponentKind::interface) == 2);
        CHECK(shown(seen, "interface.rx_bytes_total", 0) == "18446744073709551615");
        CHECK(shown(seen, "interface.rx_bytes_total", 1) == "6");
        CHECK(shown(seen, "interface.tx_bytes_total", 1) == "6144");
        CHECK(shown(seen, "interface.type", 1) == "71");
        const auto wraps = [&](std::size_t n, std::string_view quantity) {
            for (const Reading& reading :
                 seen.readings_of(component(seen, ComponentKind::interface, n))) {
                if (quantity_info(reading.quantity).name == quantity)
                    return reading.wraps_at_32_bits;
            }
            return false;
        };
        CHECK_FALSE(wraps(0, "interface.rx_bytes_total"));
        CHECK(wraps(1, "interface.rx_bytes_total"));
        CHECK_FALSE(wraps(1, "interface.tx_bytes_total"));
    }

    const std::string vaps = R"(
profile: p
role: access_point
snmp:
  tables:
    radio:
      name: 1.3.1.1
      band: {from: name, map: {ng: 2.4GHz, na: 5GHz}}
    ssid:
      ssid: 1.3.2.1
      radio: 1.3.2.2
      clients: 1.3.2.3
      _channel: {oid: 1.3.2.4, none: 0}
derive:
  ap.clients: {sum: ssid.clients}
  radio.clients: {sum: ssid.clients, by: radio}
  radio.channel: {first: ssid._channel, by: radio}
)";

    TEST_CASE("rows join over a text that is no index, and people are counted once") {
        const Observation seen =
            observe(vaps,
                    "1.3.1.1.1|4|ng\n1.3.1.1.2|4|na\n1.3.1.1.3|4|ax\n"
                    "1.3.2.1.1|4|Malang-WiFi\n1.3.2.1.2|4|\n1.3.2.1.3|4|Malang-WiFi\n"
                    "1.3.2.2.1|4|ng\n1.3.2.2.2|4|ng\n1.3.2.2.3|4|na\n"
                    "1.3.2.3.1|2|4\n1.3.2.3.2|2|0\n1.3.2.3.3|2|0\n"
                    "1.3.2.4.1|2|0\n1.3.2.4.2|2|13\n1.3.2.4.3|2|0\n");
        CHECK(seen.role == Role::access_point);
        REQUIRE(count(seen, ComponentKind::access_point) == 1);
        CHECK(shown(seen, "ap.clients") == "4");
        CHECK(shown(seen, "system.clients") == "4");
        CHECK(shown(seen, "radio.clients", 0) == "4");
        CHECK(shown(seen, "radio.clients", 1) == "0");
        CHECK(shown(seen, "radio.clients", 2) == "-");  // no network: nothing to count
        CHECK(shown(seen, "radio.channel", 0) == "13");
        CHECK(shown(seen, "radio.frequency_hertz", 0) == "2472000000");
        CHECK(shown(seen, "radio.channel", 1) == "-");
        CHECK(shown(seen, "radio.band", 2) == "-");
        CHECK(shown(seen, "ssid.ssid", 1).empty());  // hidden or mesh: known to have no name
        CHECK(shown(seen, "ap.id") == "rw08-sumbersari-1");
        CHECK(shown(seen, "ap.address") == "10.73.5.81");
        CHECK(shown(seen, "ap.up") == "true");
        CHECK(shown(seen, "system.access_points_total") == "1");
    }

    TEST_CASE("an access point by its model is one without a sign of radios, networks or clients") {
        const Observation seen = observe(vaps, "1.3.9|4|x\n");
        CHECK(seen.role == Role::access_point);
        CHECK(count(seen, ComponentKind::access_point) == 1);
        CHECK(count(seen, ComponentKind::radio) == 0);
        CHECK(shown(seen, "ap.up") == "true");
        CHECK(shown(seen, "ap.clients") == "-");
        CHECK(shown(seen, "system.clients") == "-");
    }

    TEST_CASE("an answer with holes takes no role away and makes no totals") {
        const Loaded loaded = load_texts({vaps});
        const auto profile = loaded.set->find("p");
        const Recording recording = Recording::parse(
            "1.3.1.1.1|4|ng\n1.3.2.2.1|4|ng\n1.3.2.2.2|4|ng\n1.3.2.3.1|2|4\n1.3.2.3.2|2|3\n");
        const Device device = device_named("rw08");
        const auto seen_with = [&](Answer answer) {
            return normalise(device, profile.get(), {&answer, 1}, WallTime{}, MonoTime{});
        };
        Answer whole = recording.answer(profile->ask("snmp").get());
        CHECK(shown(seen_with(whole), "ap.clients") == "7");

        Answer broken = whole;
        broken.error = Error{Reason::timeout, "no more answers", ""};
        CHECK(shown(seen_with(broken), "ap.clients") == "-");
        CHECK(seen_with(broken).role == Role::access_point);

        Answer damaged = whole;
        damaged.problems.push_back({"snmp", "ssid.clients", Reason::timeout, ""});
        CHECK(shown(seen_with(damaged), "ap.clients") == "-");
        CHECK(seen_with(damaged).problems.size() == 1);

        Answer elsewhere = whole;
        elsewhere.problems.push_back({"snmp", "ssid.tx_bytes_total", Reason::unsupported, ""});
        CHECK(shown(seen_with(elsewhere), "ap.clients") == "7");

        Answer silent;
        silent.collector = &snmp_info();
        silent.error = Error{Reason::timeout, "no answer", ""};
        const Observation nothing = seen_with(silent);
        CHECK(nothing.role == Role::access_point);
        CHECK(count(nothing, ComponentKind::access_point) == 0);
        CHECK_FALSE(nothing.any_answer());
        REQUIRE(nothing.collectors.size() == 1);
        CHECK(nothing.collectors[0].reason == Reason::timeout);
    }

    TEST_CASE("a role can depend on what a device shows") {
        const std::string text = R"(
profile: p
role: {wireless: access_point, otherwise: router}
snmp: {tables: {radio: {frequency_hertz: {oid: 1.3.1, unit: MHz, none: 0}}}}
)";
        const Observation with = observe(text, "1.3.1.7|2|2412\n1.3.1.8|2|0\n");
        CHECK(with.role == Role::access_point);
        CHECK(count(with, ComponentKind::radio) == 1);
        CHECK(shown(with, "radio.name") == "7");
        CHECK(shown(with, "radio.band") == "2.4GHz");
        CHECK(shown(with, "radio.channel") == "1");
        const Observation without = observe(text, "1.3.9|2|1\n");
        CHECK(without.role == Role::router);
        CHECK(count(without, ComponentKind::access_point) == 0);
    }

    TEST_CASE("clients are counted by rows only where no rows mean none") {
        const std::string text = R"(
profile: p
role: {wireless: access_point, otherwise: other}
snmp:
  tables:
    ssid: {ssid: 1.3.1}
    station: {network: 1.3.2}
derive:
  ap.clients: {count: station, given: ssid}
  ssid.clients: {count: station.network, given: ssid, by: {network: ssid}}
)";
        const Observation some =
            observe(text, "1.3.1.1|4|A\n1.3.1.2|4|B\n1.3.2.5|4|A\n1.3.2.6|4|A\n");
        CHECK(shown(some, "ap.clients") == "2");
        CHECK(shown(some, "ssid.clients", 0) == "2");
        CHECK(shown(some, "ssid.clients", 1) == "0");
        CHECK(shown(observe(text, "1.3.1.1|4|A\n"), "ap.clients") == "0");
        CHECK(count(observe(text, "1.3.9|2|1\n"), ComponentKind::access_point) == 0);
    }

    TEST_CASE("rows of a long table join by two columns as those of a short one do") {
        const std::string text = R"(
profile: p
role: controller
snmp:
  tables:
    ap: {name: 1.3.1}
    radio:
      key: [ap: number, radio: number]
      parent: ap
      name: {index: radio}
      rssi_dbm: 1.3.2
      _ap_name: {first: ap.name, by: {_key: _ap}}
      _ap: {index: ap}
    port:
      _name: 1.3.3
      frequency: 1.3.4
      ap: {from: _name, match: '^(.+)_r\d$'}
      radio: {from: _name, match: '_r(\d)$'}
derive:
  ap._key: {index: all}
  radio.frequency_hertz: {first: port.frequency, by: {ap: _ap_name, radio: name}, unit: MHz}
)";
        for (const int aps : {3, 200}) {
            std::string walk;
            std::string ports;
            for (int ap = 1; ap <= aps; ++ap) {
                walk += fmt::format("1.3.1.{}|4|ap{}\n", ap, ap);
                for (int radio = 1; radio <= 2; ++radio) {
                    walk += fmt::format("1.3.2.{}.{}|2|-60\n", ap, radio);
                    const int port = 5000 - 2 * ap + radio;
                    ports += fmt::format("1.3.3.{}|4|ap{}_r{}\n1.3.4.{}|66|{}\n", port, ap, radio,
                                         port, 5000 + 10 * ap + radio);
                }
            }
            const Observation seen = observe(text, walk + ports);
            REQUIRE(count(seen, ComponentKind::radio) == static_cast<std::size_t>(2 * aps));
            for (int ap = 1; ap <= aps; ++ap) {
                const std::size_t first = static_cast<std::size_t>(2 * (ap - 1));
                CHECK(shown(seen, "radio.frequency_hertz", first) ==
                      fmt::format("{}", (5000 + 10 * ap + 1) * 1'000'000L));
                CHECK(shown(seen, "radio.frequency_hertz", first + 1) ==
                      fmt::format("{}", (5000 + 10 * ap + 2) * 1'000'000L));
            }
        }
    }

    TEST_CASE("access points that no row of their own tells of are found by their radios") {
        const std::string text = R"(
profile: p
role: controller
snmp:
  scalars: {_own: 1.3.9.0, _a: 1.3.7.0, _b: 1.3.8.0}
  tables:
    ap:
      key: [ap: number]
      found_by: radio
      id: {index: ap}
      name: [1.3.1, {first: radio._ap_name, by: {_ap: id}}]
    radio:
      key: [ap: number, radio: number]
      parent: ap
      _ap: {index: ap}
      _ap_name: 1.3.3
      channel: 1.3.2
derive:
  system.access_points_total: {count: ap}
  identity.serial: {first: ap.name, by: {id: _own}}
  system.clients: {plus: [_a, _b]}
)";
        const Observation seen = observe(text,
                                         "1.3.1.2|4|two\n1.3.1.9|4|nine\n"
                                         "1.3.2.1.0|2|36\n1.3.2.1.1|2|6\n1.3.2.2.0|2|40\n"
                                         "1.3.2.4.1|2|11\n1.3.3.1.0|4|one\n1.3.9.0|2|2\n"
                                         "1.3.7.0|2|3\n1.3.8.0|2|4\n");
        REQUIRE(count(seen, ComponentKind::access_point) == 4);
        CHECK(shown(seen, "ap.name", 0) == "one");
        CHECK(shown(seen, "ap.name", 1) == "two");
        CHECK(shown(seen, "ap.id", 2) == "4");
        CHECK(shown(seen, "ap.name", 2) == "-");
        CHECK(shown(seen, "ap.name", 3) == "nine");
        REQUIRE(count(seen, ComponentKind::radio) == 4);
        const std::uint32_t parent = component(seen, ComponentKind::radio, 3).parent;
        CHECK(&seen.components[parent] == &component(seen, ComponentKind::access_point, 2));
        CHECK(shown(seen, "system.access_points_total") == "4");
        CHECK(shown(seen, "identity.serial") == "two");
        CHECK(shown(seen, "system.clients") == "7");
        CHECK(shown(observe(text, "1.3.8.0|2|4\n"), "system.clients") == "4");
    }

    TEST_CASE("networks that a controller totals are its own, beside those of its access points") {
        const Observation seen = observe(R"(
profile: p
role: controller
snmp:
  tables:
    total: {component: ssid, parent: system, ssid: 1.3.1, clients: 1.3.2}
    ap: {name: 1.3.3}
    ssid: {parent: ap, ssid: 1.3.4, clients: 1.3.5}
)",
                                         "1.3.1.1|4|W\n1.3.2.1|2|9\n1.3.3.7|4|one\n1.3.4.7.1|4|W\n"
                                         "1.3.5.7.1|2|4\n");
        REQUIRE(count(seen, ComponentKind::ssid) == 2);
        CHECK(component(seen, ComponentKind::ssid, 0).parent == Component::no_parent);
        CHECK(shown(seen, "ssid.clients", 0) == "9");
        CHECK(component(seen, ComponentKind::ssid, 1).parent != Component::no_parent);
        CHECK(shown(seen, "ssid.clients", 1) == "4");
        const std::string json = observation_json(seen, device_named("c"), Health{});
        const std::size_t own = json.rfind("\"ssids\":[{\"ssid\":\"W\",\"radio\":null");
        REQUIRE(own != std::string::npos);
        CHECK(json.find("\"clients\":9", own) != std::string::npos);
        CHECK(json.find("\"clients\":4") < own);
    }

    TEST_CASE("a level chooses from a list in a text") {
        const auto power = [](std::string_view list, std::string_view level) {
            return shown(
                observe(R"(
profile: p
role: access_point
snmp:
  tables:
    radio:
      name: 1.3.1
      _powers: 1.3.2
      _level: 1.3.3
      tx_power_dbm: {item: [_powers, _level]}
)",
                        fmt::format("1.3.1.1|4|r\n1.3.2.1|4|{}\n1.3.3.1|{}\n", list, level)),
                "radio.tx_power_dbm");
        };
        CHECK(power("20,17, 14,-1", "2|1") == "20");
        CHECK(power("20,17, 14,-1", "2|3") == "14");
        CHECK(power("20,17, 14,-1", "66|4") == "-1");
        CHECK(power("20,17, 14,-1", "2|5") == "-");
        CHECK(power("20,17, 14,-1", "2|0") == "-");
        CHECK(power("20,17, 14,-1", "2|-1") == "-");
        CHECK(power("", "2|1") == "-");
    }

    TEST_CASE("a controller's access points own the radios whose keys begin with theirs") {
        const Observation seen =
            observe(R"(
profile: p
role: controller
snmp:
  scalars: {system.clients: 1.3.9.0}
  tables:
    ap:
      key: [mac: mac]
      id: {index: mac}
      name: 1.3.1
      up: {oid: 1.3.2, map: {1: true, 2: false}}
    radio:
      key: [ap: mac, radio: number]
      parent: ap
      name: {index: radio}
      channel: {oid: 1.3.3, match: '^(\d+)', none: 0}
      noise_dbm: {oid: 1.3.4, negate: true, none: 0}
    ssid:
      key: [ap: mac, network: text]
      parent: ap
      ssid: {index: network}
      clients: 1.3.5
derive:
  ap.clients: {sum: radio.channel}
)",
                    "1.3.9.0|66|9\n"
                    "1.3.1.0.27.44.255.0.32|4|one\n1.3.1.0.27.44.255.0.33|4|two\n"
                    "1.3.2.0.27.44.255.0.32|2|1\n1.3.2.0.27.44.255.0.33|2|2\n"
                    "1.3.3.0.27.44.255.0.32.0|4|36E\n1.3.3.0.27.44.255.0.32.1|4|6\n"
                    "1.3.3.0.27.44.255.0.33.0|4|161S\n1.3.3.9.9.9.9.9.9.0|4|1\n"
                    "1.3.4.0.27.44.255.0.32.0|2|94\n"
                    "1.3.5.0.27.44.255.0.33.3.82.87.49|2|5\n");
        CHECK(seen.role == Role::controller);
        REQUIRE(count(seen, ComponentKind::access_point) == 2);
        CHECK(shown(seen, "ap.id", 0) == "00:1b:2c:ff:00:20");
        CHECK(shown(seen, "ap.name", 1) == "two");
        CHECK(shown(seen, "ap.up", 1) == "false");
        REQUIRE(count(seen, ComponentKind::radio) == 3);
        CHECK(shown(seen, "radio.channel", 0) == "36");
        CHECK(shown(seen, "radio.noise_dbm", 0) == "-94");
        CHECK(shown(seen, "radio.name", 1) == "1");
        CHECK(shown(seen, "ssid.ssid", 0) == "RW1");
        CHECK(shown(seen, "ssid.clients", 0) == "5");
        const std::uint32_t parent = component(seen, ComponentKind::radio, 2).parent;
        CHECK(&seen.components[parent] == &component(seen, ComponentKind::access_point, 1));
        CHECK(component(seen, ComponentKind::ssid).parent == parent);
        CHECK(shown(seen, "system.clients") == "9");
        CHECK(shown(seen, "system.access_points_total") == "-");
    }

    TEST_CASE("the standard MIBs: memory without cache, mean of the cores, the largest uptime") {
        const auto set = shipped();
        const auto generic = set->find("generic");
        const std::string ram =
            "1.3.6.1.2.1.25.2.3.1.2.1|6|1.3.6.1.2.1.25.2.1.2\n"
            "1.3.6.1.2.1.25.2.3.1.3.1|4|Physical memory\n"
            "1.3.6.1.2.1.25.2.3.1.4.1|2|1024\n"
            "1.3.6.1.2.1.25.2.3.1.5.1|2|1000\n"
            "1.3.6.1.2.1.25.2.3.1.6.1|2|900\n";
        const std::string cache =
            "1.3.6.1.2.1.25.2.3.1.3.6|4|Memory buffers\n"
            "1.3.6.1.2.1.25.2.3.1.4.6|2|1024\n"
            "1.3.6.1.2.1.25.2.3.1.6.6|2|100\n"
            "1.3.6.1.2.1.25.2.3.1.3.7|4|Cached memory\n"
            "1.3.6.1.2.1.25.2.3.1.4.7|2|1024\n"
            "1.3.6.1.2.1.25.2.3.1.6.7|2|300\n";
        const std::string ucd =
            "1.3.6.1.4.1.2021.4.5.0|2|2000\n1.3.6.1.4.1.2021.4.6.0|2|500\n"
            "1.3.6.1.4.1.2021.4.14.0|2|300\n1.3.6.1.4.1.2021.4.15.0|2|200\n";
        const auto seen = [&](const std::string& walk) {
            return observe(*generic, Recording::parse(walk));
        };
        CHECK(shown(seen(ram), "system.memory_ratio") == "0.9");
        CHECK(shown(seen(ram), "system.memory_total_bytes") == "1024000");
        CHECK(shown(seen(ram + cache), "system.memory_ratio") == "0.5");
        CHECK(shown(seen(ram + cache + ucd), "system.memory_ratio") == "0.5");
        CHECK(shown(seen(ucd), "system.memory_total_bytes") == "2048000");
        const Observation busy = seen(
            "1.3.6.1.2.1.25.3.3.1.2.1|2|3\n1.3.6.1.2.1.25.3.3.1.2.2|2|2\n"
            "1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.25.1.1.0|67|74800\n"
            "1.3.6.1.6.3.10.2.1.3.0|2|747\n1.3.6.1.4.1.2021.10.1.5.1|2|30\n");
        CHECK(shown(busy, "system.cpu_ratio") == "0.025");
        CHECK(shown(busy, "system.uptime_seconds") == "748");
        CHECK(shown(busy, "system.load1") == "0.3");
        CHECK(busy.role == Role::other);
        CHECK(count(busy, ComponentKind::access_point) == 0);
    }

    TEST_CASE("interfaces of an agent with 32-bit counters only") {
        const auto set = shipped();
        const Observation seen = observe(
            *set->find("generic"),
            Recording::parse("1.3.6.1.2.1.2.2.1.2.3|4|eth0\n1.3.6.1.2.1.2.2.1.5.3|66|100000000\n"
                             "1.3.6.1.2.1.2.2.1.2.4|4|eth1\n1.3.6.1.2.1.2.2.1.5.4|66|4294967295\n"
                             "1.3.6.1.2.1.2.2.1.10.3|65|70280\n1.3.6.1.2.1.2.2.1.8.3|2|4\n"
                             "1.3.6.1.2.1.2.2.1.8.4|2|7\n1.3.6.1.2.1.2.2.1.7.4|2|1\n"));
        REQUIRE(count(seen, ComponentKind::interface) == 2);
        CHECK(shown(seen, "interface.index", 1) == "4");
        CHECK(shown(seen, "interface.name", 0) == "eth0");
        CHECK(shown(seen, "interface.speed_bits_per_second", 0) == "100000000");
        CHECK(shown(seen, "interface.speed_bits_per_second", 1) == "-");
        CHECK(shown(seen, "interface.rx_bytes_total", 0) == "70280");
        CHECK(shown(seen, "interface.up", 0) == "-");
        CHECK(shown(seen, "interface.up", 1) == "false");
        CHECK(shown(seen, "interface.admin_up", 1) == "true");
    }

    TEST_CASE("without a profile only the visit is told") {
        Answer answer;
        answer.collector = &snmp_info();
        answer.duration = std::chrono::milliseconds(4);
        const Observation seen =
            normalise(device_named("x"), nullptr, {&answer, 1}, WallTime{}, MonoTime{});
        CHECK(seen.components.empty());
        REQUIRE(seen.collectors.size() == 1);
        CHECK(seen.collectors[0].ok);
        CHECK(seen.device == "x");
    }

    TEST_CASE("no answer a device can send brings the mapping down") {
        const auto set = shipped();
        std::mt19937 random(7);
        const auto any = [&](std::uint32_t below) {
            return static_cast<std::uint32_t>(random() % below);
        };
        for (const std::string& name : set->names()) {
            CAPTURE(name);
            const auto profile = set->find(name);
            const CollectorInfo& asked = profile->ask("snmp") ? snmp_info() : http_info();
            const auto ask = profile->ask(asked.name);
            for (int round = 0; round < 150; ++round) {
                Answer answer;
                answer.collector = &asked;
                for (int i = 0; i < 300; ++i) {
                    // Fields that do not exist, keys of any length, values of any kind.
                    const auto field = static_cast<std::uint16_t>(
                        any(static_cast<std::uint32_t>(ask->fields.size()) + 3));
                    std::vector<std::uint32_t> row(any(4));
                    for (auto& part : row)
                        part = any(3) == 0 ? static_cast<std::uint32_t>(random()) : any(4);
                    if (any(2) == 0) {
                        std::string bytes(any(24), '\0');
                        for (char& c : bytes)
                            c = static_cast<char>(any(2) == 0 ? random() : '0' + any(10));
                        answer.add_bytes(field, row, RawValue::Kind::bytes, bytes);
                    } else {
                        const std::uint64_t bits = (std::uint64_t{random()} << 32) | random();
                        answer.add_number(
                            field, row, RawValue::Kind::integer,
                            any(2) == 0
                                ? Number::natural(bits >> any(64))
                                : Number::integer(static_cast<std::int64_t>(bits >> any(64))));
                    }
                }
                if (any(4) != 0) answer.sort();
                const Device device = device_named("x");
                const Observation seen =
                    normalise(device, profile.get(), {&answer, 1}, WallTime{}, MonoTime{});
                CHECK_FALSE(observation_json(seen, device, Health{}).empty());
            }
        }
    }
}
