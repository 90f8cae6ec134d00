// The citizen check from the inventory to the metrics and to the probe, beside the other checks.
#include <doctest/doctest.h>

#include "daemon_by_hand.hpp"
#include "fakes/portal.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

/// One whose page answers, one more that is sent to a false address, one whose agent is silent.
std::string configuration(const TemporaryDirectory& folder, std::uint16_t port,
                          const FakePortal& portal) {
    const std::string address(FakePortal::address);
    const std::string web = ":" + std::to_string(portal.web_port());
    const std::string dns = "{server: \"" + address + ":" + std::to_string(portal.dns_port()) +
                            "\", expect: [{name: check.example, address: ";
    folder.write("community", "public\n");
    folder.write("a.yml",
                 "devices:\n"
                 "- {name: well, address: 127.0.0.31, credential: none, rw: 01, "
                 "http_url: \"http://" +
                     address + web +
                     "/64k\"}\n"
                     "- {name: misled, address: 127.0.0.32, credential: none, rw: 02, "
                     "http_url: \"http://" +
                     address + web + "/64k\", citizen: {dns: " + dns +
                     "192.0.2.5}]}}}\n"
                     "- {name: silent, address: 127.0.0.33, rw: 03, port: " +
                     std::to_string(free_port()) +
                     "}\n"
                     "- {name: left-out, address: 127.0.0.34, credential: none, rw: 04, "
                     "http_url: \"http://" +
                     address + web +
                     "/64k\", "
                     "citizen: {enabled: false}}\n");
    return folder.write(
        "pantau.yml",
        settings_text(port, "profiles: [" + profiles +
                                "]\n"
                                "poll: {interval: 1s, timeout: 200ms, retries: 0, workers: 1}\n"
                                "credentials: {c: {version: 2c, community_file: community}}\n"
                                "defaults:\n"
                                "  credential: c\n"
                                "  citizen:\n"
                                "    dns: " +
                                dns + address +
                                "}]}\n"
                                "    portal: {host: portal.example, api: null}\n"
                                "    login: {url: \"http://portal.example" +
                                web +
                                "/login\", form: {accept: \"1\"}, success: Selamat}\n"
                                "    check: {url: \"http://check.example" +
                                web +
                                "/generate_204\"}\n"
                                "    download: {url: \"http://check.example" +
                                web +
                                "/64k\", min_rate: 125000}\n"
                                "    session: may_be_open\n"
                                "inventory: [a.yml]\n"));
}

}  // namespace

TEST_SUITE("daemon/citizen") {
    TEST_CASE("what a citizen meets is told of every device, and degrades one that answers") {
        const FakePortal portal{PortalFaults{}};
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        const std::string config = configuration(folder, port, portal);
        Daemon daemon(config, port);
        REQUIRE(daemon.becomes_ready());
        std::string seen;
        const bool is_told = eventually(
            [&] {
                const Series now = daemon.metrics();
                seen.clear();
                for (const auto& [name, number] : now)
                    if (name.starts_with("pantau_citizen") || name.starts_with("pantau_ap_health{"))
                        seen += name + " " + std::to_string(number) + "\n";
                return value_of(now, "pantau_citizen_online", "well", "01") == 1 &&
                       value_of(now, "pantau_citizen_online", "misled", "02") == 0 &&
                       value_of(now, "pantau_citizen_online", "silent", "03") == 1 &&
                       value_of(now, "pantau_ap_health", "silent", "03") == 0;
            },
            60s);
        CAPTURE(seen);
        REQUIRE(is_told);
        const Series series = daemon.metrics();
        const auto verdict = [&](const char* ap, const char* rw, const char* word) {
            return value_of(series, "pantau_citizen_verdict_info", ap, rw,
                            ",verdict=\"" + std::string(word) + "\"");
        };
        CHECK(verdict("well", "01", "online") == 1);
        CHECK(verdict("misled", "02", "dns_hijacked") == 1);
        CHECK(verdict("misled", "02", "online") == -1);
        CHECK(verdict("silent", "03", "online") == 1);
        CHECK(count_of(series, "pantau_citizen_verdict_info") == 3);
        CHECK(count_of(series, "pantau_citizen_online") == 3);
        CHECK(value_of(series, "pantau_ap_health", "well", "01") == 2);
        CHECK(value_of(series, "pantau_ap_health", "misled", "02") == 1);
        CHECK(value_of(series, "pantau_ap_up", "misled", "02") == 1);
        CHECK(value_of(series, "pantau_ap_up", "silent", "03") == 0);
        CHECK(value_of(series, "pantau_ap_health", "left-out", "04") == 2);
        CHECK(series.at("pantau_citizen_checks_total") >= 3);
    }

    TEST_CASE("a probe explains the verdict step by step") {
        PortalFaults faults;
        faults.portal_status = 503;
        const FakePortal portal(faults);
        const TemporaryDirectory folder;
        const std::string config = configuration(folder, free_port(), portal);
        const auto probe = [&](const std::string& device, const std::string& option) {
            return run({PANTAU_BIN_DIR "/pantau", "probe", device, "--config", config, option});
        };
        const auto explained = probe("well", "--explain");
        CAPTURE(explained.out);
        CHECK(explained.status == 4);
        CHECK(explained.out.find("  citizen  the portal answers with an error") !=
              std::string::npos);
        CHECK(explained.out.find("    check   ok ") != std::string::npos);
        CHECK(explained.out.find("    portal  FAIL ") != std::string::npos);
        CHECK(explained.out.find("seen: 503") != std::string::npos);
        const auto without = probe("well", "--no-citizen");
        CHECK(without.status == 0);
        CHECK(without.out.find("citizen") == std::string::npos);
        const auto nothing = probe("left-out", "--explain");
        CHECK(nothing.err.find("no check of several steps") != std::string::npos);
    }
}

}  // namespace pantau::test
