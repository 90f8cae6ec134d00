// SNMPv3 in the whole daemon: two Workers, both versions side by side, credentials that are wrong.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <fstream>

#include "daemon_by_hand.hpp"
#include "fakes/snmpd.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

/// What a device shall be, by its name: its health and its reason, both as they are shown.
using Verdicts = std::map<std::string, std::pair<std::string, std::string>, std::less<>>;

const SnmpUser user{"noc", "SHA-256", "AES-128", "kanari-auth-one", "kanari-priv-one"};

std::vector<std::string> addresses_of(const std::string& network) {
    std::vector<std::string> addresses;
    for (int i = 1; i <= 6; ++i)
        addresses.push_back(network + std::to_string(i));
    return addresses;
}

/// A city that speaks v2c, and beside it two real agents that know one user of v3. Each agent
/// stands for six devices: they share its engine id, boots and keys, as cloned devices do.
class MixedCity {
public:
    MixedCity() : city_(options()) {
        const std::string path = city_.files.configuration.string();
        std::string text = read_file(path);
        const auto replace = [&text](std::string_view from, std::string_view to) {
            const std::size_t at = text.find(from);
            REQUIRE(at != std::string::npos);
            text.replace(at, from.size(), to);
        };
        replace("timeout: 2s, retries: 1", "timeout: 1s, retries: 1, workers: 2");
        replace("credentials:\n",
                "credentials:\n"
                "  v3: {version: 3, user: noc, auth: SHA-256, auth_file: right.auth, "
                "priv: AES-128, priv_file: right.priv}\n"
                "  other-auth: {version: 3, user: noc, auth: SHA-256, auth_file: wrong.secret, "
                "priv: AES-128, priv_file: right.priv}\n"
                "  other-user: {version: 3, user: nobody, auth: SHA-256, auth_file: right.auth, "
                "priv: AES-128, priv_file: right.priv}\n"
                "  other-priv: {version: 3, user: noc, auth: SHA-256, auth_file: right.auth, "
                "priv: AES-128, priv_file: wrong.secret}\n"
                "  other-v2: {version: 2c, community_file: wrong.secret}\n");
        std::ofstream(path) << text;
        write("right.auth", user.auth_password + "\n");
        write("right.priv", user.priv_password + "\n");
        write("wrong.secret", "kanari-of-nobody\n");
        for (std::size_t i = 0; i < city_.city->device_count(); ++i)
            expected_[city_.city->name_of(i)] = {"up", ""};
        for (int i = 1; i <= 3; ++i) {
            set("a" + std::to_string(i), "127.75.1." + std::to_string(i), "v3", {"up", ""});
            set("b" + std::to_string(i), "127.75.2." + std::to_string(i), "v3", {"up", ""});
        }
        set("wrong-auth", "127.75.1.4", "other-auth", {"down", "auth"});
        set("wrong-user", "127.75.1.5", "other-user", {"down", "auth"});
        set("wrong-priv", "127.75.1.6", "other-priv", {"down", "auth"});
        // Nothing tells a wrong community from a device that is gone.
        set("wrong-community", "127.75.2.4", "other-v2", {"down", "timeout"});
        // The one that works is found, whatever the others meet.
        set("several", "127.75.2.5", "other-auth other-priv v3", {"up", ""});
        write_inventory();
    }

    void set(const std::string& name, const std::string& address, const std::string& credential,
             const std::pair<std::string, std::string>& verdict) {
        const bool is_first = address.starts_with("127.75.1.");
        lines_[name] = name + "," + address + "," +
                       std::to_string((is_first ? first_ : second_).port()) +
                       ",Klojen,Kasin,01,generic,\"" + credential + "\"\n";
        expected_[name] = verdict;
    }
    void write_inventory() const {
        std::string csv = "name,address,port,kecamatan,kelurahan,rw,profile,credential\n";
        for (const auto& [name, line] : lines_)
            csv += line;
        write("inventory/v3.csv", csv);
    }

    [[nodiscard]] const Verdicts& expected() const { return expected_; }
    [[nodiscard]] const CityByHand& city() const { return city_; }
    [[nodiscard]] std::string config() const { return city_.files.configuration.string(); }
    [[nodiscard]] SnmpdV3& second() { return second_; }

private:
    static city::CityOptions options() {
        city::CityOptions options = small_city(20);
        options.community = "kanari-community";
        return options;
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(city_.files.configuration.parent_path() / name) << text;
    }

    CityByHand city_;
    SnmpdV3 first_{{user}, "80001f88046f6e65", addresses_of("127.75.1.")};
    SnmpdV3 second_{{user}, "80001f880474776f", addresses_of("127.75.2.")};
    std::map<std::string, std::string> lines_;
    Verdicts expected_;
};

Finished pantau_says(const MixedCity& mixed, std::vector<std::string> words) {
    words.insert(words.begin(), PANTAU_BIN_DIR "/pantau");
    words.insert(words.end(), {"--config", mixed.config()});
    return run(std::move(words));
}

/// What `pantau list` says about every device.
Verdicts listed(const MixedCity& mixed) {
    const Finished done = pantau_says(mixed, {"list", "-o", "json"});
    Verdicts all;
    if (done.status != 0) return all;
    const json::value parsed = json::parse(done.out);
    for (const json::value& each :
         parsed.is_array() ? parsed.as_array() : parsed.at("devices").as_array()) {
        const json::value& reason = each.at("reason");
        all[std::string(each.at("id").as_string())] = {
            std::string(each.at("health").as_string()),
            reason.is_null() ? "" : std::string(reason.as_string())};
    }
    return all;
}

void check_becomes_expected(const MixedCity& mixed) {
    static_cast<void>(eventually([&] { return listed(mixed) == mixed.expected(); }, 60s));
    const Verdicts seen = listed(mixed);
    CHECK(seen.size() == mixed.expected().size());
    for (const auto& [name, verdict] : mixed.expected()) {
        CAPTURE(name);
        const auto found = seen.find(name);
        REQUIRE(found != seen.end());
        CHECK(found->second.first == verdict.first);
        CHECK(found->second.second == verdict.second);
    }
}

double rejected(const Series& series, const std::string& reason) {
    return series.at("pantau_snmp_rejected_total{reason=\"" + reason + "\"}");
}

}  // namespace

TEST_SUITE("daemon/v3") {
    TEST_CASE("v2c and v3 side by side on two Workers, and wrong credentials are told as auth") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        MixedCity mixed;
        Daemon daemon(mixed.config(), mixed.city().port, {"--log.level", "debug"});
        REQUIRE(daemon.becomes_ready());
        check_becomes_expected(mixed);

        const Series series = daemon.metrics();
        const auto up = by_ap(series, "pantau_ap_up");
        const auto success = by_ap(series, "pantau_ap_probe_success");
        for (const auto& [name, verdict] : mixed.expected()) {
            if (name.starts_with("sw-")) continue;  // no access points
            CAPTURE(name);
            REQUIRE(up.contains(name));
            CHECK(up.at(name) == (verdict.first == "up" ? 1 : 0));
            CHECK(success.at(name) == up.at(name));
        }
        CHECK(series.at(R"(pantau_poll_failures_total{reason="auth"})") >= 9);
        CHECK(series.at(R"(pantau_poll_failures_total{reason="timeout"})") >= 3);
        CHECK(series.at(R"(pantau_poll_failures_total{reason="malformed"})") == 0);
        // Nobody sent what was not believed, and nothing was mixed up between devices that share
        // an engine, or between versions.
        for (const char* reason :
             {"malformed", "version", "unknown_id", "source", "community", "engine_id", "user",
              "digest", "time_window", "decryption", "context", "request_id", "report"}) {
            CAPTURE(reason);
            CHECK(rejected(series, reason) == 0);
        }

        // A person sees the same in a table, and status counts it.
        const Finished table = pantau_says(mixed, {"list", "--state", "down", "--lang", "en"});
        INFO(table.out);
        CHECK(table.out.find("wrong-priv") != std::string::npos);
        CHECK(table.out.find("the credential was not accepted") != std::string::npos);
        CHECK(table.out.find("b1") == std::string::npos);
        const json::value status = json::parse(pantau_says(mixed, {"status", "-o", "json"}).out);
        CHECK(status.at("polls").at("failures").at("auth").to_number<double>() >= 9);
        CHECK(status.at("health").at("down").to_number<int>() == 4);
        CHECK(daemon.process().wait_for_output("reason=auth"));

        // A reload mends one, spoils another, adds one and leaves the others alone.
        const auto changes = by_ap(series, "pantau_ap_health_changes_total");
        mixed.set("wrong-auth", "127.75.1.4", "v3", {"up", ""});
        mixed.set("a1", "127.75.1.1", "other-auth", {"down", "auth"});
        mixed.set("new", "127.75.2.6", "v3", {"up", ""});
        mixed.write_inventory();
        const Finished reload = pantau_says(mixed, {"reload"});
        INFO((reload.out + reload.err));
        REQUIRE(reload.status == 0);
        check_becomes_expected(mixed);
        const auto after = by_ap(daemon.metrics(), "pantau_ap_health_changes_total");
        for (const auto& [name, count] : changes) {
            if (name == "wrong-auth" || name == "a1") continue;
            CAPTURE(name);
            CHECK(after.at(name) == count);
        }

        // The engine of six devices starts again while both Workers talk to it.
        mixed.second().restart();
        REQUIRE(eventually(
            [&] {
                return daemon.metrics().at(
                           R"(pantau_snmp_engine_events_total{event="restarted"})") >= 5;
            },
            60s));
        check_becomes_expected(mixed);
        CHECK(daemon.metrics().at(R"(pantau_snmp_engine_events_total{event="replaced"})") == 0);

        const std::string said = daemon.get("/metrics").body +
                                 pantau_says(mixed, {"list", "-o", "wide"}).out +
                                 pantau_says(mixed, {"probe", "wrong-priv"}).out;
        daemon.process().signal(SIGTERM);
        CHECK(daemon.process().wait(10s) == 0);
        const std::string log = daemon.process().output();
        CHECK(log.find("Sanitizer") == std::string::npos);
        CHECK((said + log).find("kanari") == std::string::npos);
    }
}

}  // namespace pantau::test
