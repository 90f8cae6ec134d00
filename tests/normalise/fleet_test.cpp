#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <set>

#include "model/observation_json.hpp"
#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;
namespace json = boost::json;

namespace {

const std::string recordings = PANTAU_SOURCE_DIR "/../shared/recordings";

// Switches and routers of Wi-Fi vendors, as the list of recordings classes them.
const std::set<std::string> adjacent{"cmm",
                                     "cmm4",
                                     "cmm_1",
                                     "comware_1",
                                     "edgeos",
                                     "edgeos_er",
                                     "edgeswitch",
                                     "edgeswitch_8xp",
                                     "ruijie",
                                     "tplink",
                                     "tplink_dsl",
                                     "edgeswitch_us-8",
                                     "tplink_sg2008",
                                     "fs-ruijie_s3410",
                                     "jetstream_t1600g-28ts",
                                     "netonix_wispswitch"};

struct Visited {
    std::shared_ptr<const Profile> profile;
    Observation seen;
};

Visited visit(const ProfileSet& set, const std::string& name) {
    const Recording recording = Recording::read(recordings + "/" + name + ".snmprec");
    const Answer signs = recording.answer(set.detection_ask("snmp").get());
    Visited visited;
    visited.profile = set.detect({&signs, 1});
    if (visited.profile) visited.seen = observe(*visited.profile, recording);
    return visited;
}

/// The value of a list of {index, value} whose index is that word.
const json::value* indexed(const json::value& list, std::string_view index) {
    if (!list.is_array()) return nullptr;
    for (const json::value& entry : list.as_array()) {
        if (entry.at("index").as_string() == index) return &entry.at("value");
    }
    return nullptr;
}

void compare_radios(const Observation& seen, const json::value& expected) {
    for (std::size_t n = 0; n < count(seen, ComponentKind::radio); ++n) {
        const std::string name = shown(seen, "radio.name", n);
        CAPTURE(name);
        if (const auto* mhz = indexed(expected.at("frequency_mhz"), name))
            CHECK(shown(seen, "radio.frequency_hertz", n) ==
                  fmt::format("{}", mhz->to_number<std::int64_t>() * 1000000));
        if (const auto* dbm = indexed(expected.at("tx_power_dbm"), name))
            CHECK(shown(seen, "radio.tx_power_dbm", n) ==
                  fmt::format("{}", dbm->to_number<std::int64_t>()));
        if (expected.at("clients_by_radio").is_object()) {
            const auto* clients = expected.at("clients_by_radio").as_object().if_contains(name);
            if (clients != nullptr)
                CHECK(shown(seen, "radio.clients", n) ==
                      fmt::format("{}", clients->to_number<std::int64_t>()));
        }
    }
    if (!expected.at("utilization_percent").is_array()) return;
    for (const json::value& entry : expected.at("utilization_percent").as_array()) {
        const std::string_view about = entry.at("descr").as_string();
        if (!about.starts_with("Total Util")) continue;
        const auto n =
            static_cast<std::size_t>(std::stoi(entry.at("index").as_string().c_str())) - 1;
        CHECK(shown(seen, "radio.airtime_ratio", n) ==
              fmt::format("{}", entry.at("value").to_number<double>() / 100));
    }
}

void compare_interfaces(const Observation& seen, const json::value& expected) {
    if (!expected.at("interfaces").is_array()) return;
    const auto index = *quantity_named("interface.index");
    for (const json::value& entry : expected.at("interfaces").as_array()) {
        const auto wanted = entry.at("if_index").to_number<std::int64_t>();
        std::size_t n = 0;
        const std::size_t all = count(seen, ComponentKind::interface);
        while (n < all &&
               seen.number(component(seen, ComponentKind::interface, n), index)->as_integer() !=
                   wanted)
            ++n;
        CAPTURE(wanted);
        REQUIRE(n < all);
        CHECK(shown(seen, "interface.name", n) == entry.at("name").as_string().c_str());
        const bool is_up = entry.at("oper_status").as_string() == "up";
        CHECK(shown(seen, "interface.up", n) == (is_up ? "true" : "false"));
        for (const auto& [theirs, ours] : {std::pair{"in_octets", "interface.rx_bytes_total"},
                                           std::pair{"out_octets", "interface.tx_bytes_total"},
                                           std::pair{"in_errors", "interface.rx_errors_total"},
                                           std::pair{"out_errors", "interface.tx_errors_total"}}) {
            if (entry.at(theirs).is_null()) continue;
            const std::string quantity = ours;
            CAPTURE(quantity);
            CHECK(shown(seen, ours, n) ==
                  fmt::format("{}", entry.at(theirs).to_number<std::uint64_t>()));
        }
    }
}

void compare(const Observation& seen, const json::value& expected) {
    const auto text = [&](std::string_view key, std::string_view quantity) {
        if (expected.at(key).is_string())
            CHECK(shown(seen, quantity) == expected.at(key).as_string().c_str());
    };
    text("hardware", "identity.model");
    text("version", "identity.firmware");
    text("serial", "identity.serial");
    if (!expected.at("clients_total").is_null())
        CHECK(shown(seen, "ap.clients") ==
              fmt::format("{}", expected.at("clients_total").to_number<std::int64_t>()));
    const auto percent = [&](std::string_view key, std::string_view quantity) {
        if (expected.at(key).is_null()) return;
        const auto id = *quantity_named(quantity);
        const auto number = seen.number(component(seen, ComponentKind::system), id);
        REQUIRE(number.has_value());
        CHECK(number->as_double() ==
              doctest::Approx(expected.at(key).to_number<double>() / 100).epsilon(0.01));
    };
    percent("cpu_percent", "system.cpu_ratio");
    percent("memory_percent", "system.memory_ratio");
    compare_radios(seen, expected);
    compare_interfaces(seen, expected);
}

}  // namespace

TEST_SUITE("normalise/fleet") {
    TEST_CASE("every recorded device is recognised and read without a fault") {
        if (!std::filesystem::exists(recordings)) {
            print_skip("no recordings of real devices beside the source");
            return;
        }
        const auto set = shipped();
        std::size_t devices = 0;
        std::size_t access_points = 0;
        std::map<std::string, std::size_t> by_profile;
        for (const auto& entry : std::filesystem::directory_iterator(recordings)) {
            if (entry.path().extension() != ".snmprec") continue;
            const std::string name = entry.path().stem().string();
            CAPTURE(name);
            const Visited visited = visit(*set, name);
            REQUIRE(visited.profile != nullptr);
            ++devices;
            ++by_profile[visited.profile->name()];
            const std::size_t aps = count(visited.seen, ComponentKind::access_point);
            access_points += aps;
            if (adjacent.contains(name)) CHECK(aps == 0);
            boost::system::error_code error;
            json::parse(observation_json(visited.seen, device_named(name), Health{}), error);
            CHECK_FALSE(error.failed());
        }
        for (const auto& [profile, number] : by_profile)
            MESSAGE(fmt::format("{:<28} {:>4}", profile, number));
        MESSAGE(fmt::format("{} devices, {} access points", devices, access_points));
    }

    TEST_CASE("recorded UniFi access points read as others read them") {
        if (!std::filesystem::exists(recordings)) {
            print_skip("no recordings of real devices beside the source");
            return;
        }
        const auto set = shipped();
        const json::value all = json::parse(read_file(recordings + "/expected.json"));
        std::size_t compared = 0;
        for (const json::value& expected : all.as_array()) {
            const std::string name = expected.at("recording").as_string().c_str();
            if (!name.starts_with("unifi_")) continue;
            CAPTURE(name);
            const Visited visited = visit(*set, name);
            REQUIRE(visited.profile != nullptr);
            CHECK(visited.profile->name() == "ubiquiti-unifi");
            if (expected.at("has_json").as_bool()) compare(visited.seen, expected);
            ++compared;
        }
        CHECK(compared == 4);
    }
}
