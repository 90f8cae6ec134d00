// The whole way from a device's agent to a scrape.
#include <doctest/doctest.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>

#include "cli/free_port.hpp"
#include "daemon_by_hand.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

/// Debian's agent, in a directory of its own.
struct Snmpd {
    TemporaryDirectory folder;
    std::uint16_t port = free_port();
    Process process{{"snmpd", "-f", "-Lo", "-C", "-c",
                     folder.write("snmpd.conf", "rocommunity public 127.0.0.1\nsysName ap-1\n"),
                     "-I", "-smux,mteTrigger,mteTriggerConf", "-p", folder.path() + "/pid",
                     "udp:127.0.0.1:" + std::to_string(port)},
                    {"SNMP_PERSISTENT_DIR=" + folder.path(), "MIBS="}};

    /// The value as snmpget prints it, without quotes.
    [[nodiscard]] std::string get(const std::string& oid) const {
        Finished done = run({"snmpget", "-v2c", "-c", "public", "-Oqvt", "-m", "", "-t", "1", "-r",
                             "0", "127.0.0.1:" + std::to_string(port), oid});
        if (done.status != 0) return {};
        std::erase(done.out, '"');
        std::erase(done.out, '\n');
        return done.out;
    }
};

/// The access points that are down by their series.
std::set<std::string> down_of(const Series& series) {
    std::set<std::string> down;
    for (const auto& [ap, up] : by_ap(series, "pantau_ap_up"))
        if (up == 0) down.insert(ap);
    return down;
}

}  // namespace

TEST_SUITE("daemon/fleet") {
    TEST_CASE("what a real snmpd says is what a scrape shows") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const Snmpd agent;
        REQUIRE(eventually([&] { return !agent.get("1.3.6.1.2.1.1.3.0").empty(); }));
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        folder.write("community", "public\n");
        folder.write("inventory.csv",
                     "name,address,port,rw\nap1,127.0.0.1," + std::to_string(agent.port) + ",08\n");
        const std::string config = folder.write(
            "pantau.yml", "hierarchy: [rw]\nstate_dir: state\nprofiles: [" + profiles +
                              "]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
                              "\"]}\ncontrol: {socket: control.sock}\npoll: {interval: 1s}\n"
                              "credentials: {c: {version: 2c, community_file: community}}\n"
                              "defaults: {credential: c}\ninventory: [inventory.csv]\n");
        Daemon daemon(config, port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually(
            [&] { return by_ap(daemon.metrics(), "pantau_ap_uptime_seconds").contains("ap1"); }));

        const Series series = daemon.metrics();
        const std::string labels = R"({ap="ap1",rw="08"})";
        CHECK(series.at("pantau_ap_up" + labels) == 1);
        CHECK(series.at("pantau_ap_health" + labels) == 2);
        // An agent restarts without its machine: the machine's uptime is the larger.
        const double uptime = std::max(std::stod(agent.get("1.3.6.1.2.1.1.3.0")),
                                       std::stod(agent.get("1.3.6.1.2.1.25.1.1.0"))) /
                              100;
        CHECK(std::abs(series.at("pantau_ap_uptime_seconds" + labels) - uptime) < 5);
        const double memory = std::stod(agent.get("1.3.6.1.2.1.25.2.2.0")) * 1024;
        CHECK(series.at("pantau_ap_memory_total_bytes" + labels) == doctest::Approx(memory));
        CHECK(std::abs(series.at("pantau_ap_load1" + labels) -
                       std::stod(agent.get("1.3.6.1.4.1.2021.10.1.3.1"))) < 2);
        const std::string interface = R"({ap="ap1",rw="08",interface="lo"})";
        CHECK(series.at("pantau_interface_up" + interface) == 1);
        CHECK(series.at("pantau_interface_receive_bytes_total" + interface) > 0);
        CHECK(series.at(R"(pantau_ap_probe_success{ap="ap1",rw="08",collector="snmp"})") == 1);

        // Silence: its measurements end, its `up` says 0.
        agent.process.signal(SIGSTOP);
        REQUIRE(eventually([&] { return down_of(daemon.metrics()).contains("ap1"); }, 40s));
        const Series silent = daemon.metrics();
        CHECK(silent.at("pantau_ap_health" + labels) == 0);
        CHECK_FALSE(silent.contains("pantau_ap_uptime_seconds" + labels));
        CHECK_FALSE(silent.contains("pantau_interface_up" + interface));
        CHECK(daemon.process().wait_for_output("device_down"));

        agent.process.signal(SIGCONT);
        CHECK(eventually([&] { return down_of(daemon.metrics()).empty(); }, 40s));
        CHECK(daemon.process().wait_for_output("device_up"));
    }

    TEST_CASE("of a whole city exactly those that fell silent are down") {
        const CityByHand demo(small_city(200));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually([&] { return down_of(daemon.metrics()).empty(); }));
        const Series before = daemon.metrics();
        CHECK(count_of(before, "pantau_ap_up") == 200);
        CHECK(count_of(before, "pantau_device_up") == demo.city->device_count() - 200);
        CHECK(count_of(before, "pantau_ap_clients") > 100);
        CHECK(count_of(before, "pantau_http_status_code") == 200);

        std::set<std::string> stopped;
        for (std::size_t i = 0; i < 200; i += 2) {
            demo.city->kill(i);
            stopped.insert(demo.city->name_of(i));
        }
        REQUIRE(eventually([&] { return down_of(daemon.metrics()).size() >= 100; }, 60s));
        CHECK(down_of(daemon.metrics()) == stopped);

        for (std::size_t i = 0; i < 200; i += 2)
            demo.city->revive(i);
        CHECK(eventually([&] { return down_of(daemon.metrics()).empty(); }, 60s));
    }

    TEST_CASE("when half of the city stops, exactly that half is down and the others are on time") {
        city::CityOptions options = small_city(100);
        // Two in a row of each, below those that the system hands out to whoever asks meanwhile.
        const auto wanted = static_cast<std::uint16_t>(17'000 + ::getpid() % 9'000);
        const auto snmp_ports = cli::free_ports(cli::Transport::udp, wanted, 2);
        const auto http_ports = cli::free_ports(cli::Transport::tcp, wanted, 2);
        REQUIRE((snmp_ports && http_ports));
        options.snmp_port = *snmp_ports;
        options.http_port = *http_ports;
        options.shard_count = 2;
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        const auto files =
            city::write_demo(options, {.directory = folder.path(),
                                       .poll_interval = "1s",
                                       .listen = {"127.0.0.1:" + std::to_string(port)},
                                       .profiles = {profiles}});
        REQUIRE(files);
        const auto half = [&](const std::string& which) {
            return std::make_unique<Process>(std::vector<std::string>{
                PANTAU_BIN_DIR "/pantau", "simulate", "--aps", "100", "--shard", which,
                "--snmp-port", std::to_string(options.snmp_port), "--http-port",
                std::to_string(options.http_port)});
        };
        const auto first = half("0/2");
        const auto second = half("1/2");
        for (Process* const each : {first.get(), second.get()})
            REQUIRE_MESSAGE(each->wait_for_output("127.73.0.1"), each->output());
        Daemon daemon(files->configuration.string(), port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually([&] { return down_of(daemon.metrics()).empty(); }));

        std::set<std::string> expected;
        for (const city::Site& site : city::plan(options).access_points)
            if (site.shard == 1) expected.insert(site.name);
        REQUIRE(expected.size() == 50);

        second->signal(SIGSTOP);
        REQUIRE(eventually([&] { return down_of(daemon.metrics()).size() >= 50; }, 60s));
        CHECK(down_of(daemon.metrics()) == expected);
        // The living are polled as before; nothing is left out.
        CHECK(sum_of(daemon.metrics(), "pantau_polls_shed_total") == 0);
        const auto polled = [&] {
            return by_ap(daemon.metrics(), "pantau_ap_last_success_timestamp_seconds");
        };
        const auto before = polled();
        CHECK(eventually([&] {
            for (const auto& [ap, time] : polled())
                if (!expected.contains(ap) && time <= before.at(ap)) return false;
            return true;
        }));
        second->signal(SIGCONT);
        CHECK(eventually([&] { return down_of(daemon.metrics()).empty(); }, 60s));
    }

    TEST_CASE("ten readers cost the devices nothing") {
        const CityByHand demo(small_city(30), "2s");
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const auto polls = [&] { return sum_of(daemon.metrics(), "pantau_polls_total"); };
        const double before = polls();
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i)
            CHECK(daemon.get("/metrics").status == 200);
        const double rounds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 2;
        const double devices = static_cast<double>(demo.city->device_count());
        CHECK(polls() - before <= (rounds + 2) * devices);
    }

    TEST_CASE("names that devices send do not break a scrape") {
        const CityByHand demo(small_city(5));
        const std::string nasty("\xFF\xFE\n\"\\}\x1B[31m\xE2\x80\xAE#{} 1\n", 18);
        for (std::size_t i = 0; i < 5; ++i)
            demo.city->set_text(i, city::TextOf::ssid, nasty);
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const Answer answer = daemon.get("/metrics");
        CHECK(answer.body.find('\x1B') == std::string::npos);
        CHECK(answer.body.find("\xFF") == std::string::npos);
        const Finished checked = run({"promtool", "check", "metrics"}, answer.body);
        INFO(checked.err);
        CHECK(checked.status == 0);
    }
}

}  // namespace pantau::test
