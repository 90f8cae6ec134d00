// Controllers, from their agents to a scrape and to a new inventory.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "collectors/snmp/recording.hpp"
#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "daemon_by_hand.hpp"

namespace pantau::test {
namespace {

namespace ber = fakes::ber;
using namespace std::chrono_literals;

const std::string pantau = PANTAU_BIN_DIR "/pantau";
const std::string recordings = PANTAU_SOURCE_DIR "/tests/recordings/";

ber::ObjectId object_id(const Oid& oid) {
    return ber::oid(oid.to_string());
}

ber::Value value_of(const snmp::Recording::Entry& entry) {
    using snmp::ValueType;
    switch (entry.type) {
        case ValueType::integer:
            return ber::Value::integer(entry.integer);
        case ValueType::counter32:
            return ber::Value::counter32(entry.natural);
        case ValueType::gauge32:
            return ber::Value::gauge32(entry.natural);
        case ValueType::time_ticks:
            return ber::Value::time_ticks(entry.natural);
        case ValueType::counter64:
            return ber::Value::counter64(entry.natural);
        case ValueType::ip_address:
            return ber::Value::ip_address(entry.bytes);
        case ValueType::oid:
            return ber::Value::oid(object_id(entry.value_oid));
        default:
            return ber::Value::octets(entry.bytes);
    }
}

/// A controller that says what a recording says, on a port and a thread of its own.
class SimulatedController {
public:
    explicit SimulatedController(const std::string& recording)
        : socket_(loop_, "127.0.0.1", [this](auto& agent, const std::string& datagram) {
              const auto request = ber::decode(datagram);
              if (!request.message) return;
              if (const auto reply = agent_.answer(*request.message))
                  agent.send(ber::encode(*reply));
          }) {
        const auto read = snmp::open_recording(recordings + recording);
        REQUIRE(read);
        for (const auto& entry : (*read)->entries())
            agent_.mib[object_id(entry.oid)] = value_of(entry);
        agent_.reply_most = 1400;
        thread_ = std::thread([this] { loop_.run(); });
    }
    SimulatedController(const SimulatedController&) = delete;
    SimulatedController& operator=(const SimulatedController&) = delete;
    ~SimulatedController() {
        loop_.stop();
        thread_.join();
    }

    [[nodiscard]] std::string port() const { return std::to_string(socket_.port()); }
    /// Changes the agent between two requests.
    template <class Change>
    void change(Change what) {
        std::promise<void> done;
        boost::asio::post(loop_, [&] {
            what(agent_);
            done.set_value();
        });
        done.get_future().get();
    }
    /// Takes every row with that key out of all tables.
    void remove_rows(const std::string& key) {
        change([&](snmp::test::FakeAgent& agent) {
            const ber::ObjectId part = ber::oid(key);
            std::erase_if(agent.mib, [&](const auto& entry) {
                return std::search(entry.first.begin(), entry.first.end(), part.begin(),
                                   part.end()) != entry.first.end();
            });
        });
    }

private:
    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_{
        loop_.get_executor()};
    snmp::test::FakeAgent agent_;
    snmp::test::UdpAgent socket_;
    std::thread thread_;
};

/// An Aruba cluster of so many access points with two radios each, beside those it had.
void add_access_points(snmp::test::FakeAgent& agent, unsigned count) {
    const std::string tables = "1.3.6.1.4.1.14823.2.3.3.1.2.";
    for (unsigned i = 0; i < count; ++i) {
        const std::string key =
            ".2.26.30.1." + std::to_string(i / 256) + "." + std::to_string(i % 256);
        const auto column = [&](int number) {
            return tables + "1.1." + std::to_string(number) + key;
        };
        agent.set(column(2), ber::Value::octets("titik-" + std::to_string(i)));
        agent.set(column(4), ber::Value::octets("CN" + std::to_string(100'000 + i)));
        agent.set(column(6), ber::Value::octets("635"));
        agent.set(column(9), ber::Value::time_ticks(360'000));
        agent.set(column(11), ber::Value::integer(i % 100 == 7 ? 2 : 1));
        for (const char* radio : {".0", ".1"}) {
            agent.set(tables + "2.1.4" + key + radio, ber::Value::octets("36E"));
            agent.set(tables + "2.1.21" + key + radio, ber::Value::integer(3));
        }
    }
}

/// Health by access point; 0 is down, 2 up, 4 unknown, 5 unreachable.
std::map<std::string, double> health_of(const Daemon& daemon) {
    return by_ap(daemon.metrics(), "pantau_ap_health");
}

}  // namespace

TEST_SUITE("daemon/controllers") {
    TEST_CASE("from a controller's list to the inventory, and what becomes of its access points") {
        SimulatedController cluster("aruba/instant-cluster.snmprec");
        SimulatedController wlc("cisco/wlc.snmprec");
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        folder.write("community", "public\n");
        const std::string table =
            "name,address,port,kecamatan,rw,mac,serial,controller\n"
            "vc-balai,127.0.0.1," +
            cluster.port() +
            ",Klojen,,,,\n"
            "wlc-1,127.0.0.1," +
            wlc.port() +
            ",Klojen,,,,\n"
            "rw01-lobi,,,Klojen,01,02-1A-1E-00-00-10,,\n"
            "rw02-aula,,,Klojen,02,,invented02,vc-balai\n"
            "stadion-barat,,,Klojen,03,,,wlc-1\n";
        folder.write("inventory/city.csv", table);
        const std::string config = folder.write(
            "pantau.yml", "hierarchy: [kecamatan, rw]\nstate_dir: state\nprofiles: [" + profiles +
                              "]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
                              "\"]}\ncontrol: {socket: control.sock}\n"
                              "poll: {interval: 1s, timeout: 300ms, retries: 1}\n"
                              "credentials: {c: {version: 2c, community_file: community}}\n"
                              "defaults: {credential: c}\ninventory: [inventory/*.csv]\n");
        Daemon daemon(config, port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually([&] {
            const auto health = health_of(daemon);
            return health.at("rw02-aula") == 2 && health.at("stadion-barat") == 2;
        }));

        // As the controllers say, with the labels of the inventory.
        const Series series = daemon.metrics();
        const std::string aula = R"({ap="rw02-aula",kecamatan="Klojen",rw="02")";
        CHECK(series.at("pantau_ap_up" + aula + "}") == 1);
        CHECK(series.at("pantau_ap_clients" + aula + "}") == 12);
        CHECK(series.at("pantau_radio_channel" + aula + R"(,radio="0",band="5GHz"})") == 44);
        CHECK(series.at("pantau_ssid_transmit_bytes_total" + aula +
                        R"(,ssid="Malang-WiFi",radio="0"})") == 800);
        CHECK(series.at(R"(pantau_ap_health{ap="rw01-lobi",kecamatan="Klojen",rw="01"})") == 0);
        CHECK(
            series.at("pantau_device_unassigned_access_points{device=\"wlc-1\",role=\"controller\","
                      "kecamatan=\"Klojen\",rw=\"\"}") == 1);
        CHECK(series.at("pantau_device_unassigned_access_points{device=\"vc-balai\",role="
                        "\"controller\",kecamatan=\"Klojen\",rw=\"\"}") == 0);

        // One of them, as its controller tells.
        const Finished one = run({pantau, "--lang=en", "show", "rw02-aula", "--socket",
                                  folder.path() + "/control.sock"});
        CHECK(one.status == 0);
        CHECK(one.out.starts_with("rw02-aula  up\n"));
        CHECK(one.out.find("INVENTED02") != std::string::npos);

        // Nobody can ask it itself.
        const Finished probed =
            run({pantau, "--lang=en", "probe", "rw01-lobi", "--config", config});
        CHECK(probed.status == 2);
        CHECK(probed.err.find("rw01-lobi has no address: only its controller tells of it") !=
              std::string::npos);

        // What is left becomes lines of the inventory as it comes.
        const std::string socket = folder.path() + "/control.sock";
        const Finished listed =
            run({pantau, "--lang=en", "list", "--unassigned", "-o", "csv", "--socket", socket});
        REQUIRE(listed.status == 0);
        CHECK(listed.out ==
              "name,kecamatan,rw,mac,serial,controller,seen_state,seen_model,seen_address\n"
              "stadion-timur,,,02:1a:1e:00:02:20,,wlc-1,down,,\n");
        folder.write("inventory/new.csv", listed.out);
        REQUIRE(run({pantau, "reload", "--socket", socket}).status == 0);
        CHECK(health_of(daemon).at("stadion-timur") == 0);
        const Finished none =
            run({pantau, "--lang=en", "list", "--unassigned", "--socket", socket});
        CHECK(none.status == 0);
        CHECK(none.out.empty());
        CHECK(none.err.find("every access point that controllers list is in the inventory") !=
              std::string::npos);

        // One vanishes from the list: down, and it says why.
        cluster.remove_rows("2.26.30.0.0.32");
        REQUIRE(eventually([&] { return health_of(daemon).at("rw02-aula") == 0; }, 30s));
        const Finished shown =
            run({pantau, "list", "-o", "json", "--state", "down", "--socket", socket});
        std::map<std::string, std::string> reasons;
        const boost::json::value down = boost::json::parse(shown.out);
        for (const auto& device : down.as_array())
            reasons[device.at("id").as_string().c_str()] = device.at("reason").as_string().c_str();
        CHECK(reasons["rw02-aula"] == "unlisted");
        CHECK(reasons["rw01-lobi"] == "reported");

        // A controller falls silent: unreachable behind it, never down on the way there.
        wlc.change([](auto& agent) { agent.is_deaf = true; });
        REQUIRE(eventually(
            [&] {
                const double health = health_of(daemon).at("stadion-barat");
                CHECK(health != 0);
                return health == 5;
            },
            30s));
        CHECK(health_of(daemon).at("stadion-timur") == 5);
        wlc.change([](auto& agent) { agent.is_deaf = false; });
        REQUIRE(eventually([&] { return health_of(daemon).at("stadion-barat") == 2; }, 30s));
        CHECK(health_of(daemon).at("stadion-timur") == 0);
    }

    TEST_CASE("a controller of 1,386 access points is 1,386 access points in a scrape") {
        constexpr unsigned count = 1386;
        SimulatedController cluster("aruba/instant-cluster.snmprec");
        cluster.change([](auto& agent) { add_access_points(agent, count); });
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        folder.write("community", "public\n");
        std::string table =
            "name,address,port,rw,serial\nvc-balai,127.0.0.1," + cluster.port() + ",,\n";
        for (unsigned i = 0; i < count; ++i)
            table += "ap-" + std::to_string(i) + ",,," + std::to_string(i % 551) + ",cn" +
                     std::to_string(100'000 + i) + "\n";
        folder.write("city.csv", table);
        const std::string config = folder.write(
            "pantau.yml", "hierarchy: [rw]\nstate_dir: state\nprofiles: [" + profiles +
                              "]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
                              "\"]}\ncontrol: {socket: control.sock}\n"
                              "poll: {interval: 10s, timeout: 2s, retries: 1}\n"
                              "credentials: {c: {version: 2c, community_file: community}}\n"
                              "defaults: {credential: c}\ninventory: [city.csv]\n");
        Daemon daemon(config, port);
        REQUIRE(eventually([&] { return daemon.get("/-/ready").status == 200; }, 60s));
        REQUIRE(eventually([&] { return sum_of(daemon.metrics(), "pantau_ap_up") > 0; }, 60s));
        const Series series = daemon.metrics();
        CHECK(count_of(series, "pantau_ap_up") == count);
        CHECK(sum_of(series, "pantau_ap_up") == count - 14);  // each hundredth, from the eighth on
        CHECK(sum_of(series, "pantau_ap_clients") == 6 * (count - 14));
        CHECK(count_of(series, "pantau_radio_clients") == 2 * (count - 14));
        CHECK(sum_of(series, "pantau_device_unassigned_access_points") == 2);
        CHECK(count_of(series, "pantau_series_dropped_total") == 1);
        CHECK(sum_of(series, "pantau_series_dropped_total") == 0);
    }
}

}  // namespace pantau::test
