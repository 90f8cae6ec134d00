// Pings from the daemon, with the right to send them and without.
#include <doctest/doctest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <thread>

#include "daemon_by_hand.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

bool may_open(int type) {
    const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

/// One device that is only pinged, one whose agent is not there, one that is asked by SNMP alone
/// and is not there either.
std::string configuration(const TemporaryDirectory& folder, std::uint16_t port) {
    folder.write("community", "public\n");
    const std::string dead = std::to_string(free_port());
    folder.write("a.yml",
                 "devices:\n"
                 "- {name: pinged, address: 127.0.0.21, credential: none, rw: 01}\n"
                 "- {name: no-agent, address: 127.0.0.22, rw: 02, port: " +
                     dead +
                     "}\n"
                     "- {name: asked, address: 127.0.0.23, rw: 03, icmp: false, port: " +
                     dead + "}\n");
    return folder.write(
        "pantau.yml",
        settings_text(port, "profiles: [" + profiles +
                                "]\n"
                                "poll: {interval: 1s, timeout: 200ms, retries: 0, workers: 1}\n"
                                "credentials: {c: {version: 2c, community_file: community}}\n"
                                "defaults: {credential: c, icmp: {count: 3, interval: 20ms}}\n"
                                "inventory: [a.yml]\n"));
}

}  // namespace

TEST_SUITE("daemon/ping") {
    TEST_CASE(
        "a ping makes a device up where nothing else looks, and degraded where SNMP is lost") {
        if (!may_open(SOCK_DGRAM) && !may_open(SOCK_RAW)) {
            print_skip("this machine lets nobody ping");
            return;
        }
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        Daemon daemon(configuration(folder, port), port);
        REQUIRE(daemon.becomes_ready());
        REQUIRE(eventually(
            [&] { return value_of(daemon.metrics(), "pantau_ap_health", "asked", "03") == 0; },
            30s));
        const Series series = daemon.metrics();
        CHECK(value_of(series, "pantau_ap_health", "pinged", "01") == 2);
        CHECK(value_of(series, "pantau_ap_up", "pinged", "01") == 1);
        CHECK(value_of(series, "pantau_ap_health", "no-agent", "02") == 1);
        CHECK(value_of(series, "pantau_ap_up", "no-agent", "02") == 0);
        CHECK(value_of(series, "pantau_ap_up", "asked", "03") == 0);
        const std::string by_icmp = ",collector=\"icmp\"";
        for (const auto& [ap, rw] : {std::pair{"pinged", "01"}, {"no-agent", "02"}}) {
            CAPTURE(ap);
            CHECK(value_of(series, "pantau_ap_probe_success", ap, rw, by_icmp) == 1);
            CHECK(value_of(series, "pantau_ap_probe_duration_seconds", ap, rw, by_icmp) >= 0.04);
            CHECK(value_of(series, "pantau_icmp_loss_ratio", ap, rw) == 0);
            const double least =
                value_of(series, "pantau_icmp_rtt_seconds", ap, rw, ",statistic=\"min\"");
            const double most =
                value_of(series, "pantau_icmp_rtt_seconds", ap, rw, ",statistic=\"max\"");
            CHECK(least > 0);
            CHECK(most >= least);
            CHECK(value_of(series, "pantau_icmp_jitter_seconds", ap, rw) >= 0);
        }
        CHECK(value_of(series, "pantau_ap_probe_success", "asked", "03", by_icmp) == -1);
        CHECK(series.at("pantau_icmp_requests_total") > 0);
        CHECK(series.at("pantau_icmp_rejected_total{reason=\"foreign\"}") == 0);
        CHECK(daemon.process().output().find("icmp_not_permitted") == std::string::npos);
    }

    TEST_CASE("without the right to ping one warning is given, and everything else works") {
        if (may_open(SOCK_DGRAM)) {
            print_skip("net.ipv4.ping_group_range lets everybody ping here");
            return;
        }
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        const std::string config = configuration(folder, port);
        std::optional<Daemon> daemon;
        std::exception_ptr thrown;
        // What this thread gives up its children never get.
        std::thread([&] {
            try {
                ::prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
                daemon.emplace(config, port);
            } catch (...) {
                thrown = std::current_exception();
            }
        }).join();
        if (thrown) std::rethrow_exception(thrown);
        REQUIRE(daemon->becomes_ready());
        // The dead are found out as ever; who can only be pinged is unknown, not down.
        REQUIRE(eventually(
            [&] {
                const Series now = daemon->metrics();
                return value_of(now, "pantau_ap_health", "asked", "03") == 0 &&
                       value_of(now, "pantau_ap_health", "no-agent", "02") == 0;
            },
            30s));
        const Series series = daemon->metrics();
        CHECK(value_of(series, "pantau_ap_health", "pinged", "01") == 4);
        // Not failed: not looked.
        CHECK(value_of(series, "pantau_ap_probe_success", "pinged", "01", ",collector=\"icmp\"") ==
              -1);
        CHECK(series.at("pantau_icmp_requests_total") == 0);
        const std::string output = daemon->process().output();
        const auto first = output.find("icmp_not_permitted");
        REQUIRE(first != std::string::npos);
        CHECK(output.find("icmp_not_permitted", first + 1) == std::string::npos);
    }
}

}  // namespace pantau::test
