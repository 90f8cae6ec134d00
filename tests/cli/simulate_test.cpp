// Recordings served by the built program, read by the tools of net-snmp and by ourselves.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "cli/called.hpp"
#include "cli/trial.hpp"
#include "support/process.hpp"
#include "support/shipped_profiles.hpp"

using namespace pantau::test;

namespace {

namespace json = boost::json;

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";

/// A program that serves recordings on a port of its own.
class Served {
public:
    explicit Served(std::vector<std::string> more)
        : process_([&] {
              more.insert(more.begin(), {"env", "LC_ALL=C", program, "simulate", "--snmp-port",
                                         std::to_string(port_)});
              return more;
          }()) {
        REQUIRE(process_.wait_for_output("Ctrl-C ends it"));
    }
    [[nodiscard]] std::string at() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string port() const { return std::to_string(port_); }
    [[nodiscard]] Process& process() { return process_; }

private:
    std::uint16_t port_ = free_port();
    Process process_;
};

/// Every type, values at their limits, rows after a gap; in the order of a walk.
constexpr const char* all_types =
    "1.3.6.1.2.1.1.1.0|4|RouterOS RB4011\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1\n"
    "1.3.6.1.2.1.1.3.0|67|4294967295\n"
    "1.3.6.1.2.1.1.5.0|4|rw08\n"
    "1.3.6.1.2.1.2.2.1.2.1|4|ether1\n"
    "1.3.6.1.2.1.2.2.1.2.300000|4|\n"
    "1.3.6.1.2.1.2.2.1.6.1|4x|021a1e000001\n"
    "1.3.6.1.2.1.2.2.1.8.1|2|-2147483648\n"
    "1.3.6.1.2.1.2.2.1.10.1|65|4294967295\n"
    "1.3.6.1.2.1.4.20.1.1.10.73.5.81|64|10.73.5.81\n"
    "1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615\n"
    "1.3.6.1.2.1.31.1.1.1.15.1|66|1000\n"
    "1.3.6.1.4.1.99999.1.1.0|68x|9f780442f60000\n";

/// The walk of a net-snmp tool as lines `OID VALUE`, numbers alone.
std::vector<std::string> walked(const std::vector<std::string>& tool, const std::string& at) {
    std::vector<std::string> words = tool;
    words.insert(words.end(), {"-On", "-Oe", "-OQ", "-Ot", "-t", "5", at, ".1"});
    const Finished done = run(words);
    CHECK_MESSAGE(done.status == 0, done.err);
    std::vector<std::string> lines;
    std::istringstream in(done.out);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(".1.") && line.find("No more variables") == std::string::npos)
            lines.push_back(line);
    return lines;
}

}  // namespace

TEST_SUITE("cli/simulate --recording") {
    TEST_CASE("snmpwalk, snmpbulkwalk and snmpget read each value of a recording, of every type") {
        SKIP_WITHOUT("snmpwalk");
        const TemporaryDirectory folder;
        Served served({"--recording", folder.write("ap1.snmprec", all_types)});
        const auto next = walked({"snmpwalk", "-v2c", "-c", "ap1"}, served.at());
        CHECK(next.size() == 13);
        CHECK(walked({"snmpbulkwalk", "-v2c", "-c", "ap1"}, served.at()) == next);
        CHECK(walked({"snmpbulkwalk", "-v2c", "-Cr2", "-c", "ap1"}, served.at()) == next);
        // v1 has no Counter64.
        CHECK(walked({"snmpwalk", "-v1", "-c", "ap1"}, served.at()).size() == 12);
        const auto has = [&](const std::string& line) {
            CAPTURE(line);
            CHECK(std::ranges::find(next, line) != next.end());
        };
        has(".1.3.6.1.2.1.1.3.0 = 4294967295");
        has(".1.3.6.1.2.1.2.2.1.8.1 = -2147483648");
        has(".1.3.6.1.2.1.31.1.1.1.6.1 = 18446744073709551615");
        has(".1.3.6.1.2.1.4.20.1.1.10.73.5.81 = 10.73.5.81");
        const auto get = [&](const std::string& oid) {
            return run({"snmpget", "-v2c", "-c", "ap1", "-On", served.at(), oid}).out;
        };
        CHECK(get("1.3.6.1.2.1.1.5.0") == ".1.3.6.1.2.1.1.5.0 = STRING: \"rw08\"\n");
        CHECK(get("1.3.6.1.2.1.1.5.1").find("No Such Instance") != std::string::npos);
        CHECK(get("1.3.6.1.9.1").find("No Such Object") != std::string::npos);
        CHECK(run({"snmpset", "-v2c", "-c", "ap1", served.at(), "1.3.6.1.2.1.1.5.0", "s", "x"})
                  .status != 0);
        CHECK(get("1.3.6.1.2.1.1.5.0").find("rw08") != std::string::npos);
    }

    TEST_CASE("values longer than a usual answer are walked past, too") {
        SKIP_WITHOUT("snmpbulkwalk");
        // The ports of a VLAN: text of 12 kB on a controller with thousands of them.
        const std::string ports(12000, '7');
        std::string recording = "1.3.6.1.2.1.1.1.0|4|Versatile Routing Platform\n";
        for (int vlan = 1; vlan <= 3; ++vlan)
            recording +=
                "1.3.6.1.2.1.17.7.1.4.2.1.4.0." + std::to_string(vlan) + "|4|" + ports + "\n";
        recording += "1.3.6.1.2.1.31.1.1.1.1.1|4|GigabitEthernet0/0/1\n";
        const TemporaryDirectory folder;
        Served served({"--recording", folder.write("ac.snmprec", recording)});
        CHECK(walked({"snmpbulkwalk", "-v2c", "-c", "ac"}, served.at()).size() == 5);
        const std::string again = folder.path() + "/again.snmprec";
        const Finished done = run({program, "walk", "127.0.0.1", "--port", served.port(),
                                   "--community", "ac", "--record", again, "1.3.6.1"});
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(read_file(again) == recording);
    }

    TEST_CASE("what we record of a served recording is that recording") {
        const TemporaryDirectory folder;
        Served served({"--recording", folder.write("ap1.snmprec", all_types)});
        const std::string again = folder.path() + "/again.snmprec";
        const Finished done =
            run({program, "walk", "127.0.0.1", "--port", served.port(), "--community", "ap1",
                 "--no-mask", "--record", again, "1.3.6.1"});
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(read_file(again) == all_types);
    }

    TEST_CASE("a masked recording says the same but for its addresses, each time it is made") {
        const std::string folder = PANTAU_SOURCE_DIR "/tests/recordings";
        const TemporaryDirectory out;
        Served served({"--recording", folder});
        const auto profiles = shipped_profiles();
        std::size_t masked = 0;
        for (const std::string& path :
             pantau::cli::recordings_below(folder, pantau::cli::Recorded::snmp)) {
            const auto name =
                std::filesystem::path(path).lexically_relative(folder).replace_extension();
            CAPTURE(name.string());
            const auto record = [&](const std::string& to) {
                const Called done = call({"walk", "127.0.0.1", "--port", served.port(),
                                          "--community", name, "--force", "--record", to});
                CHECK(done.code == 0);
                masked += done.err.find("MAC addresses 0,") == std::string::npos ? 1u : 0u;
                return read_file(to);
            };
            // The names of an access point may come from that of the file.
            const std::string copy = out.path() + "/" + name.filename().string() + ".snmprec";
            CHECK(record(copy) == record(copy));
            const auto said = [&](const std::string& file) {
                const json::value seen = pantau::cli::try_recording(profiles, file).found;
                REQUIRE(seen.is_object());
                json::object kept;
                for (const char* const part :
                     {"role", "system", "identity", "access_points", "interfaces"})
                    kept.emplace(part, seen.at(part));
                return std::regex_replace(json::serialize(kept),
                                          std::regex("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}"),
                                          "MAC");
            };
            CHECK(said(copy) == said(path));
        }
        CHECK(masked >= 10);
    }

    TEST_CASE("recordings of a folder answer each to its own name, and to no other") {
        const std::string folder = PANTAU_SOURCE_DIR "/tests/recordings/mikrotik";
        Served served({"--recording", folder});
        for (const std::string name : {"capsman", "swos-switch"}) {
            CAPTURE(name);
            const Finished live = run({program, "probe", "127.0.0.1", "--port", served.port(),
                                       "--community", name, "--no-http", "-o", "json"});
            INFO(live.err);
            const Finished replayed = run(
                {program, "probe", "--recording", folder + "/" + name + ".snmprec", "-o", "json"});
            const json::value a = json::parse(live.out);
            const json::value b = json::parse(replayed.out);
            for (const char* const part : {"identity", "role", "system", "interfaces"})
                CHECK(a.at(part) == b.at(part));
        }
        CHECK(run({program, "probe", "127.0.0.1", "--port", served.port(), "--community", "public",
                   "--timeout", "100ms", "--retries", "0", "--no-http"})
                  .status == 1);
        served.process().signal(SIGINT);
        CHECK(served.process().wait() == 0);
    }

    TEST_CASE("one recording may have another community; two of one name are refused") {
        const TemporaryDirectory folder;
        const std::string one = folder.write("a/ap1.snmprec", all_types);
        const std::string two = folder.write("b/ap1.snmprec", all_types);
        {
            Served served({"--recording", one, "--community", "rahasia"});
            CHECK(run({program, "probe", "127.0.0.1", "--port", served.port(), "--community",
                       "rahasia", "--no-http"})
                      .status != 1);
        }
        const auto refused = [&](std::vector<std::string> words) {
            words.insert(words.begin(), {program, "simulate", "--snmp-port", "0"});
            const Finished done = run(words);
            CHECK(done.status != 0);
            return done.err;
        };
        CHECK(refused({"--recording", one, "--recording", two}).find("ap1") != std::string::npos);
        CHECK(refused({"--recording", one, "--aps", "5"}).find("--aps") != std::string::npos);
        CHECK(refused({"--recording", folder.path() + "/none.snmprec"}).find("none.snmprec") !=
              std::string::npos);
        // With folders in the name there are two.
        Served both({"--recording", folder.path()});
        CHECK(run({program, "probe", "127.0.0.1", "--port", both.port(), "--community", "b/ap1",
                   "--no-http"})
                  .status != 1);
    }

    TEST_CASE("lines of a recording that are not served are told") {
        const TemporaryDirectory folder;
        const std::string path = folder.write("odd.snmprec",
                                              "1.3.6.1.2.1.1.5.0|4|lama\n"
                                              "nonsense\n"
                                              "1.3.6.1.2.1.1.5.0|4|baru\n");
        Served served({"--recording", path});
        const std::string told = served.process().output();
        INFO(told);
        CHECK(told.find("lines of " + path +
                        " that cannot be read are left out: 1; "
                        "the first is line 2: not OID|TYPE|VALUE") != std::string::npos);
        CHECK(told.find(path + " has other values for the same objects further down, and the last "
                               "counts; lines left out: 1; 1\n") != std::string::npos);
        CHECK(told.find(path + ": 1 values, community odd") != std::string::npos);
    }
}
