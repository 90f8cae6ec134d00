// The built program asks devices: a simulated city in this process, a real snmpd, recordings.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

#include "cli/table_printer.hpp"
#include "support/process.hpp"
#include "tests/fakes/city/city.hpp"
#include "tests/fakes/city/demo.hpp"

using namespace pantau;
using namespace pantau::test;
namespace json = boost::json;

namespace {

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";
const std::string profiles = std::string(PANTAU_SOURCE_DIR) + "/etc/profiles";

Finished pantau_(std::vector<std::string> words) {
    words.insert(words.begin(), {program, "--lang=en"});
    return run(std::move(words));
}

/// Whether the kernel grants us any socket for echo requests.
bool may_ping() {
    for (const int type : {SOCK_DGRAM, SOCK_RAW}) {
        const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, IPPROTO_ICMP);
        if (fd < 0) continue;
        ::close(fd);
        return true;
    }
    return false;
}

/// A city on ports of its own, with the configuration that polls it.
struct RunningCity {
    TemporaryDirectory folder;
    std::unique_ptr<city::City> city;
    std::string config;
    std::string snmp_port;
    std::string name = "";  ///< Of a UniFi access point.
    std::string address;
    std::size_t device = 0;

    RunningCity() {
        city::CityOptions options;
        options.access_points = 8;
        options.snmp_port = 0;
        options.http_port = 0;
        options.only_vendor = city::Vendor::unifi;
        auto opened = city::City::open(options);
        REQUIRE(opened);
        city = std::move(*opened);
        city->start();
        const auto files = city::write_demo(
            city->options(), city->layout(),
            {.directory = folder.path(), .profiles = {std::filesystem::path(profiles)}});
        REQUIRE(files);
        config = files->configuration.string();
        snmp_port = std::to_string(city->snmp_port());
        name = city->name_of(device);
        address = city->address_of(device);
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// snmpd of Debian with a read-only community, in a directory of its own.
class Snmpd {
public:
    Snmpd() : port_(std::to_string(free_port())) {
        const std::string config = directory_.write("snmpd.conf",
                                                    "rocommunity public 127.0.0.1\n"
                                                    "createUser noc SHA-512 the-auth-password "
                                                    "AES-256 the-priv-password\n"
                                                    "createUser old MD5 the-auth-password DES\n"
                                                    "rouser noc priv\n"
                                                    "rouser old priv\n"
                                                    "sysName ap-1\n"
                                                    "sysLocation Balai RW 08\n");
        process_.emplace(
            std::vector<std::string>{"snmpd", "-f", "-Lo", "-C", "-c", config, "-I",
                                     "-smux,mteTrigger,mteTriggerConf", "-p",
                                     directory_.path() + "/pid", "udp:127.0.0.1:" + port_},
            std::vector<std::string>{"SNMP_PERSISTENT_DIR=" + directory_.path(), "MIBS="});
        eventually([&] { return !get("1.3.6.1.2.1.1.3.0").empty(); });
    }
    [[nodiscard]] const std::string& port() const { return port_; }

    /// What snmpget prints for an object, without quotes; empty when there is none.
    [[nodiscard]] std::string get(const std::string& oid) const {
        const auto found = walk(oid, "snmpget");
        return found.empty() ? std::string() : found.begin()->second;
    }
    [[nodiscard]] double number(const std::string& oid) const {
        const std::string text = get(oid);
        REQUIRE_MESSAGE(!text.empty(), oid);
        return std::stod(text);
    }
    /// The column's values by the last number of their OID.
    [[nodiscard]] std::map<int, std::string> walk(const std::string& oid,
                                                  const char* tool = "snmpwalk") const {
        const auto done = run(
            {tool, "-v2c", "-c", "public", "-Onqt", "-Pe", "-m", "", "127.0.0.1:" + port_, oid});
        std::map<int, std::string> values;
        std::istringstream in(done.status == 0 ? done.out : "");
        for (std::string line; std::getline(in, line);) {
            const std::size_t space = line.find(' ');
            if (space == std::string::npos || has(line, "No Such")) continue;
            std::string value = line.substr(space + 1);
            if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
            values[std::stoi(line.substr(line.rfind('.', space) + 1))] = value;
        }
        return values;
    }

private:
    TemporaryDirectory directory_;
    std::string port_;
    std::optional<Process> process_;
};

}  // namespace

TEST_SUITE("cli/probe") {
    TEST_CASE("a device of the inventory answers by name and by address") {
        const RunningCity running;
        const Finished by_name = pantau_({"probe", running.name, "--config", running.config});
        INFO(by_name.err);
        CHECK(by_name.status == 0);
        CHECK(has(by_name.out,
                  running.name + "  " + running.address + ":" + running.snmp_port + "  up\n"));
        CHECK(has(by_name.out, "vendor    Ubiquiti\n"));
        CHECK(has(by_name.out, "profile   ubiquiti-unifi (access point)\n"));
        CHECK(has(by_name.out, "  http  answered in "));

        const Finished by_address =
            pantau_({"probe", running.address, "--config", running.config, "-o", "json"});
        CHECK(by_address.status == 0);
        CHECK(by_address.err.empty());
        const json::value seen = json::parse(by_address.out);
        CHECK(seen.at("schema") == "pantau.observation/1");
        CHECK(seen.at("device").at("id") == json::value(running.name));
        CHECK(seen.at("health").at("state") == "up");
        CHECK(seen.at("collectors").at("snmp").at("version") == "2c");
        CHECK(seen.at("collectors").at("http").at("status") == 200);
        CHECK(seen.at("access_points").as_array().size() == 1);
        CHECK(seen.at("access_points").at(0).at("ssids").as_array().size() == 4);
        CHECK(seen.at("problems").as_array().empty());
    }

    TEST_CASE(
        "a device of no inventory answers with a community, on the command line or in a file") {
        const RunningCity running;
        const auto probe = [&](std::vector<std::string> more) {
            more.insert(more.begin(), {"probe", running.address, "--port", running.snmp_port});
            return pantau_(std::move(more));
        };
        CHECK(probe({"--community", "public"}).status == 0);
        CHECK(probe({"--community", "public", "--snmp-version", "1"}).status == 0);
        const std::string file = running.folder.write("community", "public\n");
        CHECK(probe({"--community-file", file}).status == 0);
        CHECK(probe({"--credential", "city-v2", "--config", running.config}).status == 0);
        CHECK(probe({"--credential", "city-v1 city-v2", "--config", running.config}).status == 0);
        CHECK(probe({"--credential", "city-v1", "--credential", "city-v2", "--config",
                     running.config})
                  .status == 0);
        const Finished empty = probe({"--community-file", running.folder.write("empty", "\n")});
        CHECK(empty.status == 2);
        CHECK(has(empty.err, "it is empty"));
        CHECK(has(probe({"--community-file", running.folder.write("two", "a\nb\n")}).err,
                  "it must hold the secret on one line"));
        CHECK(has(probe({"--community-file", "/nowhere/file"}).err, "No such file"));
    }

    TEST_CASE("nothing answered is exit code 1, with what may be the cause") {
        const RunningCity running;
        const Finished wrong =
            pantau_({"probe", running.address, "--port", running.snmp_port, "--community", "other",
                     "--timeout", "100ms", "--retries", "1"});
        CHECK(wrong.status == 1);
        CHECK(has(wrong.out, "  down\n"));
        CHECK(has(wrong.out,
                  "  snmp  no answer: device off, not reachable, other port, or\n"
                  "        another community (2 requests, 1 repeated, "));
        const Finished other_language =
            run({program, "probe", running.address, "--port", running.snmp_port, "--community",
                 "other", "--timeout", "100ms", "--retries", "0", "--lang", "id", "-o", "json"});
        CHECK(other_language.status == 1);
        CHECK(other_language.err ==
              "pantau: snmp: tidak menjawab: perangkat mati, tak terjangkau, port lain, atau "
              "community lain\n");
        const json::value seen = json::parse(other_language.out);
        CHECK(seen.at("health").at("state") == "down");
        CHECK(seen.at("health").at("reason") == "timeout");
        CHECK(seen.at("system").at("uptime_seconds").is_null());
    }

    TEST_CASE("a part that failed is exit code 4") {
        RunningCity running;
        running.city->set(running.device, city::Condition::http_500, true);
        const Finished partly = pantau_({"probe", running.name, "--config", running.config});
        CHECK(partly.status == 4);
        CHECK(has(partly.out, "  degraded\n"));
        CHECK(has(partly.out, "  http  status 500 instead of 200 (status 500, "));
        CHECK(pantau_({"probe", running.name, "--config", running.config, "--no-http"}).status ==
              0);
        const Finished page_alone =
            pantau_({"probe", running.name, "--config", running.config, "--no-snmp"});
        CHECK(page_alone.status == 1);
        CHECK(!has(page_alone.out, "  snmp "));
    }

    TEST_CASE("a device is pinged when the command line or the inventory says so") {
        if (!may_ping()) {
            print_skip("this machine lets nobody ping");
            return;
        }
        RunningCity running;
        const Finished both =
            pantau_({"probe", running.name, "--config", running.config, "--icmp"});
        CHECK(both.status == 0);
        CHECK(has(both.out, "  icmp  answered in "));
        CHECK(has(both.out, "5 of 5 replies"));
        const Finished plain = pantau_({"probe", running.name, "--config", running.config});
        CHECK(!has(plain.out, "  icmp "));

        // Its agent is dead and its kernel answers: reached, and no more.
        running.city->kill(running.device);
        const Finished reached =
            pantau_({"probe", running.name, "--config", running.config, "--icmp", "--no-http",
                     "--timeout", "100ms", "--retries", "0", "-o", "json"});
        CHECK(reached.status == 4);
        const json::value seen = json::parse(reached.out);
        CHECK(seen.at("health").at("state") == "degraded");
        CHECK(seen.at("health").at("reason") == "timeout");
        CHECK(seen.at("collectors").at("icmp").at("ok") == true);
        CHECK(seen.at("collectors").at("icmp").at("sent") == 5);
        CHECK(seen.at("collectors").at("icmp").at("rtt_mean_seconds").as_double() > 0);

        const TemporaryDirectory folder;
        const std::string config = folder.write(
            "pantau.yml", "profiles: [\"" + profiles + "\"]\ndefaults: {credential: none, icmp: " +
                              "{count: 2, interval: 10ms}}\ninventory: [a.yml]\n");
        folder.write("a.yml",
                     "devices:\n- {name: a, address: 127.0.0.9}\n"
                     "- {name: b, address: 127.0.0.10, icmp: {enabled: false}, "
                     "http_url: \"http://127.0.0.10:1/\"}\n");
        const Finished inventory = pantau_({"probe", "a", "--config", config});
        CHECK(inventory.status == 0);
        CHECK_MESSAGE(has(inventory.out, "2 of 2 replies"), (inventory.out + inventory.err));
        CHECK(!has(pantau_({"probe", "b", "--config", config}).out, "  icmp "));
        CHECK(pantau_({"probe", "a", "--config", config, "--no-icmp"}).status == 2);
    }

    TEST_CASE("what cannot be meant so is exit code 2 and names what would be right") {
        const RunningCity running;
        const std::string good = running.folder.write("good", "the-password\n");
        const std::string small = running.folder.write("small", "1234567\n");
        struct Case {
            std::vector<std::string> words;
            std::string says;
        };
        const Case cases[] = {
            {{}, "name a device, an address, or a recording"},
            {{"x", "--recording", "y"}, "either a device or --recording, not both"},
            {{running.name + "x", "--config", running.config},
             "there is no device '" + running.name + "x' in the inventory of " + running.config +
                 "; did you mean '" + running.name + "'?"},
            {{"10.9.8.7", "--config", running.config},
             "'10.9.8.7' is in no inventory (" + running.config + "), so say how to speak to it"},
            {{running.name, "--config", running.config, "--credential", "city-v9"},
             "there are: city-v1, city-v2; did you mean 'city-v1'?"},
            {{running.name, "--config", running.config, "--profile", "ubiquiti-unfi"},
             "did you mean 'ubiquiti-unifi'?"},
            {{"10.9.8.7", "--no-snmp"}, "nothing to ask: with --no-snmp give --http-url URL"},
            {{"10.9.8.7", "--no-snmp", "--icmp", "--no-icmp"}, "either --icmp or --no-icmp"},
            {{"10.9.8.7", "--community", "a", "--credential", "b"}, "give one of --credential"},
            {{"10.9.8.7", "--community", "a", "--snmp-version", "3"},
             "SNMPv3 knows no community: give --user NAME"},
            {{"10.9.8.7", "--snmp-version", "3"}, "SNMPv3 knows no community: give --user NAME"},
            {{"10.9.8.7", "--user", "noc", "--snmp-version", "2c"}, "--user is SNMPv3"},
            {{"10.9.8.7", "--user", "noc", "--community", "a"}, "give one of --credential"},
            {{"10.9.8.7", "--user", ""}, "--user is 1 to 32 octets"},
            {{"10.9.8.7", "--user", std::string(33, 'u')}, "--user is 1 to 32 octets"},
            {{"10.9.8.7", "--auth-file", "x"}, "--auth-file needs --user NAME"},
            {{"10.9.8.7", "--context", "x"}, "--context needs --user NAME"},
            {{"10.9.8.7", "--user", "noc", "--auth-protocol", "SHA"},
             "--auth-protocol needs --auth-file FILE"},
            {{"10.9.8.7", "--user", "noc", "--priv-file", good},
             "--priv-file needs --auth-file FILE"},
            {{"10.9.8.7", "--user", "noc", "--auth-file", good, "--auth-protocol", "SHA-265"},
             "--auth-protocol: there is no protocol 'SHA-265'; there are: SHA-256, "},
            {{"10.9.8.7", "--user", "noc", "--auth-file", small},
             "cannot read the password from " + small + ": it is shorter than 8 octets"},
            {{"10.9.8.7", "--user", "noc", "--auth-file", small + "x"},
             "cannot read the password from " + small + "x: No such file"},
            {{"10.9.8.7", "--community", "a", "--timeout", "1h"}, "--timeout is from 10ms to 60s"},
            {{"10.9.8.7", "--community", "a", "--http-url", "ftp://x/"}, "--http-url: "},
        };
        for (const Case& c : cases) {
            CAPTURE(c.says);
            std::vector<std::string> words{"probe"};
            words.insert(words.end(), c.words.begin(), c.words.end());
            const Finished done = pantau_(words);
            CHECK(done.status == 2);
            CHECK(done.out.empty());
            CHECK_MESSAGE(has(done.err, c.says), done.err);
        }
    }

    TEST_CASE("a configuration with mistakes shows them, and nothing is asked") {
        const TemporaryDirectory folder;
        const std::string config = folder.write(
            "pantau.yml", "hierarchy: [rw]\ndefualts: {}\nprofiles: [\"" + profiles + "\"]\n");
        const Finished done = pantau_({"probe", "rw08", "--config", config});
        CHECK(done.status == 1);
        CHECK(has(done.err, config + ":2:1"));
        CHECK(has(done.err, "^^^^^^^^"));
        const Finished check = pantau_({"config", "check", config});
        CHECK(check.status == 1);
        CHECK(has(check.err, config + ":2:1"));
        CHECK(has(check.out, config + ": cannot be used; errors: 1, warnings: 0\n"));
    }

    TEST_CASE("config check counts what there is") {
        const RunningCity running;
        const Finished good = pantau_({"config", "check", running.config});
        INFO(good.err);
        CHECK(good.status == 0);
        CHECK(has(good.out, running.config + ": good; 65 devices, "));
        const json::value document =
            json::parse(pantau_({"config", "check", "--config", running.config, "-o", "json"}).out);
        CHECK(document.at("ok") == true);
        CHECK(document.at("devices") == 65);
        CHECK(pantau_({"config", "check", "/nowhere/pantau.yml"}).status == 1);
    }

    TEST_CASE("a recording answers like the device it was made from") {
        const std::string file = std::string(PANTAU_SOURCE_DIR) +
                                 "/tests/recordings/ubiquiti/unifi-three-radios.snmprec";
        const Finished done = pantau_({"probe", "--recording", file, "-o", "json"});
        CHECK(done.status == 0);
        const json::value seen = json::parse(done.out);
        CHECK(seen.at("device").at("id") == "unifi-three-radios");
        CHECK(seen.at("identity").at("profile") == "ubiquiti-unifi");
        CHECK(seen.at("access_points").at(0).at("radios").as_array().size() == 3);
        CHECK(pantau_({"probe", "--recording", file, "--profile", "generic", "-o", "json"})
                  .out.find("\"profile\":\"generic\"") != std::string::npos);
        const Finished gone = pantau_({"probe", "--recording", "/nowhere/x.snmprec"});
        CHECK(gone.status == 1);
        CHECK(has(gone.err, "the recording /nowhere/x.snmprec cannot be used: "));
        const TemporaryDirectory folder;
        const Finished damaged =
            pantau_({"probe", "--recording",
                     folder.write("damaged.snmprec", "1.3.6.1.2.1.1.5.0|4|ap\nnonsense\n")});
        CHECK(damaged.status == 0);
        CHECK(has(damaged.err, "that cannot be read are left out: 1; the first is line 2: "));

        // Cut off, out of order, said twice, masked, not UTF-8: what can be read is read.
        const std::string lines =
            "1.3.6.1.2.1.1.5.0|4|rw08 \xff\xfe\n"
            "1.3.6.1.2.1.1.3.0|67|<private>\n"
            "1.3.6.1.2.1.1.1.0|4|<private>\n"
            "1.3.6.1.2.1.1.6.0|4|lama\n"
            "1.3.6.1.2.1.1.6.0|4|baru\n"
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n"
            "1.3.6.1.2.1.2.2.1.6.1|4x|02 1a 1e 0\n"
            "1.3.6.1.2.1.2.2.1.1";
        const Finished odd =
            pantau_({"probe", "--recording", folder.write("odd.snmprec", lines), "-o", "json"});
        INFO(odd.err);
        CHECK(odd.status == 0);
        CHECK(has(odd.err,
                  "that cannot be read are left out: 3; the first is line 2: the value does "
                  "not fit the type 67; 7, 8"));
        CHECK(has(odd.err, "and the last counts; lines left out: 1; 4\n"));
        const json::value said = json::parse(odd.out);
        CHECK(said.at("identity").at("location") == "baru");
        CHECK(said.at("identity").at("name") == "rw08 \xef\xbf\xbd\xef\xbf\xbd");
        CHECK(said.at("system").at("uptime_seconds").is_null());
        CHECK(has(damaged.out, "name     ap\n"));
    }

    TEST_CASE("every recording of the field reads well on a narrow terminal") {
        const std::string folder = std::string(PANTAU_SOURCE_DIR) + "/../shared/recordings";
        if (!std::filesystem::exists(folder)) {
            print_skip("no field recordings at " + folder);
            return;
        }
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() != ".snmprec") continue;
            CAPTURE(entry.path().string());
            ++count;
            const Finished done = pantau_({"probe", "--recording", entry.path().string()});
            CHECK((done.status == 0 || done.status == 4));
            std::istringstream lines(done.out);
            for (std::string line; std::getline(lines, line);) {
                CAPTURE(line);
                // A column of counts over 999,999 errors may take more.
                CHECK(cli::display_width(line) <= 64);
                CHECK(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20; }));
            }
        }
        CHECK(count > 50);
    }

    TEST_CASE("a user of SNMPv3 is probed with what the command line says") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const Snmpd agent;
        const TemporaryDirectory files;
        const std::string auth = files.write("auth", "the-auth-password\n");
        const std::string priv = files.write("priv", "the-priv-password");
        const auto probe = [&](std::vector<std::string> more) {
            std::vector<std::string> words{"probe",      "127.0.0.1", "--port",
                                           agent.port(), "-o",        "json"};
            words.insert(words.end(), more.begin(), more.end());
            Finished done = pantau_(words);
            CHECK(!has(done.out + done.err, "the-auth-password"));
            CHECK(!has(done.out + done.err, "the-priv-password"));
            return done;
        };
        const Finished good =
            probe({"--user", "noc", "--auth-file", auth, "--auth-protocol", "sha-512",
                   "--priv-file", priv, "--priv-protocol", "AES-256", "--snmp-version", "3"});
        INFO(good.err);
        REQUIRE(good.status == 0);
        const json::value seen = json::parse(good.out);
        CHECK(seen.at("identity").at("name") == "ap-1");
        CHECK(seen.at("collectors").at("snmp").at("version") == "3");

        // On the command line a weak protocol is as good as said.
        const Finished weak = probe({"--user", "old", "--auth-file", auth, "--auth-protocol", "MD5",
                                     "--priv-file", auth, "--priv-protocol", "DES"});
        INFO(weak.err);
        CHECK(weak.status == 0);

        // SHA-256 is the default, and not this user's.
        const Finished wrong = probe({"--user", "noc", "--auth-file", auth, "--priv-file", priv});
        CHECK(wrong.status == 1);
        CHECK(has(wrong.out, "\"auth\""));
        CHECK(has(wrong.err, "the authentication password or protocol of user 'noc'"));
        const Finished swapped =
            probe({"--user", "noc", "--auth-file", auth, "--auth-protocol", "SHA-512",
                   "--priv-file", auth, "--priv-protocol", "AES-256", "--timeout", "300ms"});
        CHECK(swapped.status == 1);
        CHECK(has(swapped.err, "the privacy password or protocol is not the device's"));
    }

    TEST_CASE("what a real snmpd says is what snmpget says") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const Snmpd agent;
        REQUIRE(!agent.get("1.3.6.1.2.1.1.3.0").empty());
        const double load = agent.number("1.3.6.1.4.1.2021.10.1.5.1") / 100;
        const double free_before = agent.number("1.3.6.1.4.1.2021.4.6.0");
        const auto octets_before = agent.walk("1.3.6.1.2.1.31.1.1.1.6");
        const double ticks_before = agent.number("1.3.6.1.2.1.25.1.1.0");
        const Finished done = pantau_(
            {"probe", "127.0.0.1", "--port", agent.port(), "--community", "public", "-o", "json"});
        const double ticks_after = agent.number("1.3.6.1.2.1.25.1.1.0");
        const auto octets_after = agent.walk("1.3.6.1.2.1.31.1.1.1.6");
        INFO(done.err);
        REQUIRE(done.status == 0);
        const json::value seen = json::parse(done.out);
        CHECK(seen.at("identity").at("name") == "ap-1");
        CHECK(seen.at("identity").at("location") == "Balai RW 08");
        CHECK(seen.at("collectors").at("snmp").at("version") == "2c");

        const json::value& system = seen.at("system");
        const double uptime = system.at("uptime_seconds").to_number<double>();
        const double agent_uptime = agent.number("1.3.6.1.2.1.1.3.0") / 100;
        const bool is_of_system =
            uptime >= ticks_before / 100 - 1 && uptime <= ticks_after / 100 + 1;
        CHECK((is_of_system || std::abs(uptime - agent_uptime) < 5));
        CHECK(std::abs(system.at("load1").to_number<double>() - load) < 0.5);
        const double total = agent.number("1.3.6.1.4.1.2021.4.5.0") * 1024;
        CHECK(system.at("memory_total_bytes").to_number<double>() == doctest::Approx(total));
        // What is free moves while other tests run; it stays within the machine's memory.
        const double ratio = system.at("memory_ratio").to_number<double>();
        CHECK(ratio > 0);
        CHECK(ratio <= 1.0 - free_before * 1024 / total + 0.2);

        const auto names = agent.walk("1.3.6.1.2.1.31.1.1.1.1");
        REQUIRE(!names.empty());
        const json::array& interfaces = seen.at("interfaces").as_array();
        CHECK(interfaces.size() == names.size());
        for (const json::value& each : interfaces) {
            const int index = each.at("index").to_number<int>();
            CAPTURE(index);
            REQUIRE(names.contains(index));
            CHECK(each.at("name") == json::value(names.at(index)));
            const double octets = each.at("rx_bytes_total").to_number<double>();
            CHECK(octets >= std::stod(octets_before.at(index)));
            CHECK(octets <= std::stod(octets_after.at(index)));
        }
    }
}
