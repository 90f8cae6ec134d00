// From start to stop: signals, the service manager, reloads.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "control/client.hpp"
#include "daemon_by_hand.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

bool has(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

/// The service manager's end of NOTIFY_SOCKET.
class NotifySocket {
public:
    NotifySocket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::close(fd_); }

    [[nodiscard]] std::string path() const { return folder_.path() + "/notify"; }
    /// Whether that was said since the last `forget`.
    bool hears(std::string_view words) {
        return eventually([&] {
            char buffer[4096];
            for (ssize_t size = 0; (size = ::recv(fd_, buffer, sizeof buffer, 0)) > 0;)
                heard_.append(buffer, static_cast<std::size_t>(size)).push_back('\n');
            return has(heard_, words);
        });
    }
    void forget() { heard_.clear(); }
    [[nodiscard]] const std::string& heard() const { return heard_; }

private:
    TemporaryDirectory folder_;
    int fd_;
    std::string heard_;
};

json::value control(const CityByHand& demo, const std::string& method, const std::string& target,
                    unsigned status = 200) {
    const auto answer = control::control_call(demo.files.control_socket.string(), method,
                                              "/control/v1/" + target, "", 30s);
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().detail));
    CHECK(answer->status == status);
    return json::parse(*answer->body);
}

std::filesystem::path first_table(const CityByHand& demo) {
    for (const auto& entry :
         std::filesystem::directory_iterator(demo.files.configuration.parent_path() / "inventory"))
        return entry.path();
    return {};
}

void append(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::app) << text;
}

}  // namespace

TEST_SUITE("daemon/life") {
    TEST_CASE("the service manager hears READY, STATUS, WATCHDOG, RELOADING and STOPPING") {
        const CityByHand demo(small_city(10));
        NotifySocket manager;
        Daemon daemon(demo.files.configuration.string(), demo.port, {},
                      {"NOTIFY_SOCKET=" + manager.path(), "WATCHDOG_USEC=4000000"});
        CHECK(manager.hears("READY=1"));
        CHECK(daemon.get("/-/healthy").status == 200);
        CHECK(manager.hears("WATCHDOG=1"));
        CHECK(manager.hears("STATUS="));
        CHECK(has(manager.heard(), "devices"));

        manager.forget();
        daemon.process().signal(SIGHUP);
        CHECK(manager.hears("RELOADING=1"));
        CHECK(has(manager.heard(), "MONOTONIC_USEC="));
        CHECK(manager.hears("READY=1"));

        const auto begin = std::chrono::steady_clock::now();
        daemon.process().signal(SIGTERM);
        CHECK(manager.hears("STOPPING=1"));
        CHECK(daemon.process().wait(10s) == 0);
        CHECK(std::chrono::steady_clock::now() - begin < 10s);
        CHECK_FALSE(std::filesystem::exists(demo.files.control_socket));
    }

    TEST_CASE("a stop comes soon also while devices are silent and readers do not read") {
        const CityByHand demo(small_city(50));
        for (std::size_t i = 0; i < 50; ++i)
            demo.city->kill(i);
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(eventually([&] { return daemon.get("/-/healthy").status == 200; }));
        const Process reader(
            {"curl", "-s", "--limit-rate", "1", "-o", "/dev/null", daemon.url() + "/metrics"});
        REQUIRE(eventually([&] { return sum_of(daemon.metrics(), "pantau_polls_in_flight") > 0; }));
        const auto begin = std::chrono::steady_clock::now();
        daemon.process().signal(SIGTERM);
        CHECK(daemon.process().wait(10s) == 0);
        CHECK(std::chrono::steady_clock::now() - begin < 10s);
    }

    TEST_CASE("a reload takes in what changed and leaves the rest alone") {
        const CityByHand demo(small_city(20));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const double before = sum_of(daemon.metrics(), "pantau_inventory_devices");
        const auto reboots = by_ap(daemon.metrics(), "pantau_ap_health_changes_total");

        const auto table = first_table(demo);
        const std::string text = read_file(table.string());
        // One more, at an address where nobody answers.
        append(table, "baru,127.74.0.1,1,Klojen,Kasin,01,,,auto,city-v2,,\n");
        std::string header = text.substr(0, text.find('\n'));
        INFO(header);
        const json::value done = control(demo, "POST", "reload");
        INFO(json::serialize(done));
        CHECK(done.at("ok").as_bool());
        CHECK(done.at("added").to_number<int>() == 1);
        CHECK(done.at("changed").to_number<int>() == 0);
        CHECK(done.at("removed").to_number<int>() == 0);
        CHECK(done.at("unchanged").to_number<double>() == before);
        const Series now = daemon.metrics();
        CHECK(sum_of(now, "pantau_inventory_devices") == before + 1);
        CHECK(by_ap(now, "pantau_ap_up").contains("baru"));
        for (const auto& [ap, changes] : reboots) {
            const std::string name = ap;
            CAPTURE(name);
            CHECK(by_ap(now, "pantau_ap_health_changes_total").at(ap) == changes);
        }
        CHECK(sum_of(now, "pantau_config_last_reload_successful") == 1);

        std::ofstream(table) << text;
        CHECK(control(demo, "POST", "reload").at("removed").to_number<int>() == 1);
        CHECK_FALSE(by_ap(daemon.metrics(), "pantau_ap_up").contains("baru"));
    }

    TEST_CASE("a bad file never replaces a good state") {
        const CityByHand demo(small_city(20));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(daemon.becomes_ready());
        const auto before = by_ap(daemon.metrics(), "pantau_ap_up");

        const auto table = first_table(demo);
        const std::string good = read_file(table.string());
        append(table, "rusak,999.1.1.1,1\n");
        const json::value refused = control(demo, "POST", "reload", 409);
        INFO(json::serialize(refused));
        CHECK_FALSE(refused.at("ok").as_bool());
        const std::string words(refused.at("errors").as_array().at(0).as_string());
        CHECK(has(words, table.filename().string()));
        CHECK(has(words, "^"));

        const Series after = daemon.metrics();
        CHECK(by_ap(after, "pantau_ap_up") == before);
        CHECK(sum_of(after, "pantau_config_last_reload_successful") == 0);
        CHECK(daemon.process().wait_for_output("reload_refused"));
        CHECK_FALSE(control(demo, "GET", "status").at("last_reload").at("ok").as_bool());

        std::ofstream(table) << good;
        daemon.process().signal(SIGHUP);
        CHECK(daemon.process().wait_for_output("reload_done"));
        CHECK(eventually(
            [&] { return sum_of(daemon.metrics(), "pantau_config_last_reload_successful") == 1; }));
    }

    TEST_CASE("the web port reloads only where that is switched on") {
        const CityByHand demo(small_city(5));
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(eventually([&] { return daemon.get("/-/healthy").status == 200; }));
        const Finished done = run({"curl", "-s", "-X", "POST", "-o", "/dev/null", "-w",
                                   "%{http_code}", daemon.url() + "/-/reload"});
        CHECK(done.out == "403");
        CHECK(daemon.get("/control/v1/status").status == 404);
    }

    TEST_CASE("where the web port may reload, it does, and says what came of it") {
        const CityByHand demo(small_city(5), "1s");
        const std::string path = demo.files.configuration.string();
        std::string text = read_file(path);
        const std::size_t web = text.find("web: {") + 6;
        std::ofstream(path) << text.insert(web, "enable_lifecycle: true, ");
        Daemon daemon(path, demo.port);
        REQUIRE(eventually([&] { return daemon.get("/-/healthy").status == 200; }));
        const auto post = [&] {
            return run({"curl", "-s", "-X", "POST", "-w", "%{http_code}",
                        daemon.url() + "/-/reload"})
                .out;
        };
        CHECK(has(post(), "200"));
        append(first_table(demo), "rusak,999.1.1.1,1\n");
        const std::string refused = post();
        CHECK(has(refused, "500"));
        CHECK(has(refused, first_table(demo).filename().string()));
    }

    TEST_CASE("a reload takes in other profiles and other area levels") {
        const CityByHand demo(small_city(10), "1s");
        const std::string path = demo.files.configuration.string();
        const auto folder = demo.files.configuration.parent_path() / "profiles";
        std::filesystem::copy(profiles, folder, std::filesystem::copy_options::recursive);
        std::string text = read_file(path);
        const std::size_t at = text.find("profiles: [");
        text.replace(at, text.find('\n', at) - at, "profiles: [profiles]");
        std::ofstream(path) << text;
        Daemon daemon(path, demo.port);
        REQUIRE(daemon.becomes_ready());

        const std::string unifi = (folder / "ubiquiti-unifi.yml").string();
        std::string profile = read_file(unifi);
        const std::size_t vendor = profile.find("vendor: Ubiquiti");
        REQUIRE(vendor != std::string::npos);
        std::ofstream(unifi) << profile.replace(vendor, 16, "vendor: Lain");
        CHECK(control(demo, "POST", "reload").at("unchanged").to_number<int>() > 0);
        CHECK(eventually([&] { return has(daemon.get("/metrics").body, "vendor=\"Lain\""); }));

        // A profile that is spoiled is a bad file like any other.
        std::ofstream(unifi) << "profile: ubiquiti-unifi\nsnmp: {scalars: {system.cpu: x}}\n";
        CHECK_FALSE(control(demo, "POST", "reload", 409).at("ok").as_bool());
        CHECK(has(daemon.get("/metrics").body, "vendor=\"Lain\""));
    }

    TEST_CASE("the community of the city is in nothing that pantaud or pantau say") {
        city::CityOptions options = small_city(10);
        options.community = "kanari-rahasia";
        const CityByHand demo(options, "1s");
        Daemon daemon(demo.files.configuration.string(), demo.port, {"--log.level", "debug"});
        REQUIRE(daemon.becomes_ready());
        const std::string dead = demo.city->name_of(0);
        const auto is_up = [&] { return by_ap(daemon.metrics(), "pantau_ap_up").at(dead) == 1; };
        REQUIRE(is_up());
        demo.city->kill(0);
        REQUIRE(eventually([&] { return !is_up(); }, 60s));
        const std::string config = demo.files.configuration.string();
        const auto cli = [&](std::vector<std::string> words) {
            words.insert(words.begin(), PANTAU_BIN_DIR "/pantau");
            words.insert(words.end(), {"--config", config});
            const Finished done = run(std::move(words));
            return done.out + done.err;
        };
        const std::string alive = demo.city->name_of(1);
        const std::string all = daemon.get("/metrics").body + daemon.get("/").body +
                                cli({"status", "-o", "json"}) + cli({"list", "-o", "json"}) +
                                cli({"probe", alive, "-o", "json"}) + cli({"probe", dead}) +
                                cli({"config", "check"}) + cli({"reload"}) +
                                daemon.process().output();
        CHECK(has(all, alive));
        CHECK_FALSE(has(all, "kanari"));
    }

    TEST_CASE("the first page, health and readiness are there; ready waits for every device") {
        const CityByHand demo(small_city(10), "3s");
        Daemon daemon(demo.files.configuration.string(), demo.port);
        REQUIRE(eventually([&] { return daemon.get("/-/healthy").status == 200; }));
        const Answer early = daemon.get("/-/ready");
        // It may be ready already on a machine that was held up; then there is nothing to see.
        if (early.status != 200) {
            CHECK(early.status == 503);
            CHECK(has(early.body, "devices were visited"));
        }
        REQUIRE(daemon.becomes_ready());
        const Answer page = daemon.get("/");
        CHECK(page.status == 200);
        CHECK(has(page.body, "pantau"));
        CHECK(daemon.process().wait_for_output("first_cycle_done"));
    }
}

}  // namespace pantau::test
