// The built program walks devices: a real snmpd, a simulated city in this process, odd agents.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "base/oid.hpp"
#include "collectors/snmp/recording.hpp"
#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "collectors_snmp_v3/snmpd.hpp"
#include "support/process.hpp"
#include "tests/fakes/city/city.hpp"
#include "tests/fakes/city/demo.hpp"

using namespace pantau;
using namespace pantau::test;
namespace json = boost::json;
namespace ber = fakes::ber;

namespace {

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";
const std::string profiles = std::string(PANTAU_SOURCE_DIR) + "/etc/profiles";

Finished walk(std::vector<std::string> words) {
    words.insert(words.begin(), {program, "--lang=en", "walk"});
    return run(std::move(words));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// By OID, in canonical words: "octets 61702D31".
using Values = std::map<Oid, std::string>;

std::string hex_of(std::string_view bytes) {
    std::string text;
    char digits[3];
    for (const char byte : bytes) {
        std::snprintf(digits, sizeof digits, "%02X", static_cast<unsigned char>(byte));
        text += digits;
    }
    return text;
}

/// What `-o json` says. The order of its lines is checked on the way.
Values values_of_json(const std::string& text) {
    Values values;
    Oid last;
    bool is_in_order = true;
    const json::value document = json::parse(text);
    for (const json::value& each : document.as_array()) {
        const Oid oid = *Oid::parse(std::string_view(each.at("oid").as_string()));
        is_in_order = is_in_order && last < oid;
        last = oid;
        const std::string type(each.at("type").as_string());
        std::string value;
        if (type == "octets") {
            value = each.at("hex").is_null() ? hex_of(each.at("value").as_string())
                                             : std::string(each.at("hex").as_string());
        } else if (const auto* const word = each.at("value").if_string()) {
            value = *word;
        } else {
            value = json::serialize(each.at("value"));
        }
        values[oid] = type + ' ' + value;
    }
    CHECK(is_in_order);
    return values;
}

/// One value as snmpbulkwalk -On -Ox prints it.
std::string canonical(std::string text) {
    const auto rest = [&](const char* prefix) -> std::optional<std::string> {
        if (!text.starts_with(prefix)) return std::nullopt;
        return text.substr(std::strlen(prefix));
    };
    if (text == "\"\"") return "octets ";
    if (const auto hex = rest("Hex-STRING: ")) {
        std::string digits = *hex;
        std::erase(digits, ' ');
        return "octets " + digits;
    }
    if (const auto ticks = rest("Timeticks: ("))
        return "time_ticks " + ticks->substr(0, ticks->find(')'));
    if (const auto oid = rest("OID: .")) return "oid " + *oid;
    static const std::map<std::string, std::string> words{{"INTEGER", "integer"},
                                                          {"Counter32", "counter32"},
                                                          {"Gauge32", "gauge32"},
                                                          {"Counter64", "counter64"},
                                                          {"IpAddress", "ip_address"}};
    const std::size_t colon = text.find(": ");
    const auto word = words.find(text.substr(0, colon));
    if (word == words.end()) FAIL("what is " << text);
    return word->second + ' ' + text.substr(colon + 2);
}

/// The same from Debian's own tool, with the options that say how to speak.
Values values_of_tool(std::vector<std::string> how, std::uint16_t port) {
    how.insert(how.end(),
               {"-t", "10", "-Onx", "-m", "", "127.0.0.1:" + std::to_string(port), ".1.3.6.1.2.1"});
    const Finished done = run(std::move(how));
    REQUIRE_MESSAGE(done.status == 0, done.err);
    std::vector<std::pair<Oid, std::string>> lines;
    std::istringstream in(done.out);
    for (std::string line; std::getline(in, line);) {
        const std::size_t equals = line.find(" = ");
        const auto oid = line.starts_with('.') && equals != std::string::npos
                             ? Oid::parse(line.substr(0, equals))
                             : std::nullopt;
        if (oid) {
            lines.emplace_back(*oid, line.substr(equals + 3));
        } else if (!lines.empty()) {
            lines.back().second += line;  // long octets go on in the next line
        }
    }
    Values values;
    for (auto& [oid, text] : lines) {
        if (has(text, "No more variables")) continue;
        values[oid] = canonical(text);
    }
    return values;
}

/// Leaves out what comes and goes while tests run: processes, connections, neighbours, load.
void leave_out_restless(Values& values) {
    static const std::vector<Oid> restless{{1, 3, 6, 1, 2, 1, 3},
                                           {1, 3, 6, 1, 2, 1, 4, 22},
                                           {1, 3, 6, 1, 2, 1, 4, 35},
                                           {1, 3, 6, 1, 2, 1, 6, 13},
                                           {1, 3, 6, 1, 2, 1, 6, 19},
                                           {1, 3, 6, 1, 2, 1, 6, 20},
                                           {1, 3, 6, 1, 2, 1, 7, 5},
                                           {1, 3, 6, 1, 2, 1, 7, 7},
                                           {1, 3, 6, 1, 2, 1, 25, 4},
                                           {1, 3, 6, 1, 2, 1, 25, 5},
                                           {1, 3, 6, 1, 2, 1, 6, 9},
                                           {1, 3, 6, 1, 2, 1, 25, 1, 5},
                                           {1, 3, 6, 1, 2, 1, 25, 1, 6},
                                           {1, 3, 6, 1, 2, 1, 25, 2, 3, 1, 6},
                                           {1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2}};
    std::erase_if(values, [](const auto& each) {
        return std::ranges::any_of(restless,
                                   [&](const Oid& node) { return each.first.starts_with(node); });
    });
}

/// Ours lies between two walks by the other tool: what both agree on, ours says as well.
void check_same(Values ours, Values before, Values after) {
    for (Values* const each : {&ours, &before, &after})
        leave_out_restless(*each);
    REQUIRE(before.size() > 300);
    std::size_t alike = 0;
    for (const auto& [oid, value] : before) {
        const auto later = after.find(oid);
        if (later == after.end()) continue;
        const auto found = ours.find(oid);
        if (found == ours.end()) {
            FAIL_CHECK("not walked: " << oid.to_string());
            continue;
        }
        const bool is_steady = value == later->second;
        alike += is_steady ? 1 : 0;
        if (is_steady && found->second != value)
            FAIL_CHECK(oid.to_string() << ": " << found->second << " instead of " << value);
        const std::string type = value.substr(0, value.find(' '));
        if (!found->second.starts_with(type + ' ')) FAIL_CHECK(oid.to_string() << ": no " << type);
    }
    for (const auto& [oid, value] : ours)
        if (!before.contains(oid) && !after.contains(oid))
            FAIL_CHECK("nobody else saw " << oid.to_string());
    CHECK(alike > before.size() / 2);
}

/// An agent of this process that falls silent after some requests, on a thread of its own.
class SilentAgent {
public:
    explicit SilentAgent(std::size_t silent_after) {
        agent_.set("1.3.6.1.2.1.1.3.0", ber::Value::time_ticks(500));
        agent_.add_table({"1.3.6.1.2.1.2.2.1.10"}, 500);
        port_.emplace(
            loop_, "127.0.0.1",
            [this, silent_after](snmp::test::UdpAgent& self, const std::string& datagram) {
                const auto request = ber::decode(datagram);
                if (++requests_ > silent_after || !request) return;
                if (const auto reply = agent_.answer(*request.message))
                    self.send(ber::encode(*reply));
            });
        thread_ = std::jthread([this] { loop_.run(); });
    }
    ~SilentAgent() { loop_.stop(); }
    SilentAgent(const SilentAgent&) = delete;
    SilentAgent& operator=(const SilentAgent&) = delete;

    [[nodiscard]] std::string port() const { return std::to_string(port_->port()); }
    [[nodiscard]] std::size_t requests() const { return requests_; }

private:
    snmp::test::FakeAgent agent_;
    boost::asio::io_context loop_{1};
    std::optional<snmp::test::UdpAgent> port_;
    std::atomic<std::size_t> requests_ = 0;
    std::jthread thread_;
};

/// A city of one vendor on ports of its own.
struct RunningCity {
    TemporaryDirectory folder;
    std::unique_ptr<city::City> city;
    std::string config;
    std::string name = "";

    explicit RunningCity(city::Vendor vendor) {
        city::CityOptions options;
        options.access_points = 8;
        options.snmp_port = 0;
        options.http_port = 0;
        options.only_vendor = vendor;
        auto opened = city::City::open(options);
        REQUIRE(opened);
        city = std::move(*opened);
        city->start();
        const auto files = city::write_demo(
            city->options(), city->layout(),
            {.directory = folder.path(), .profiles = {std::filesystem::path(profiles)}});
        REQUIRE(files);
        config = files->configuration.string();
        name = city->name_of(0);
    }
    [[nodiscard]] std::string port() const { return std::to_string(city->snmp_port()); }
    [[nodiscard]] std::string file(const std::string& word) const {
        return folder.path() + '/' + word;
    }
};

/// Where two probes of the living device agree, the recording says the same.
void check_same_readings(const json::value& recorded, const json::value& before,
                         const json::value& after, const std::string& where) {
    CAPTURE(where);
    // 12.3 seconds of uptime and 14 are numbers of two kinds.
    REQUIRE((before.kind() == after.kind() || (before.is_number() && after.is_number())));
    if (const auto* const object = before.if_object()) {
        REQUIRE(recorded.is_object());
        for (const auto& [key, value] : *object)
            if (key != "address")  // where it was asked: no recording tells that
                check_same_readings(recorded.at(key), value, after.at(key),
                                    where + '/' + std::string(key));
    } else if (const auto* const list = before.if_array()) {
        REQUIRE(recorded.is_array());
        REQUIRE(recorded.as_array().size() == list->size());
        for (std::size_t i = 0; i < list->size(); ++i)
            check_same_readings(recorded.at(i), list->at(i), after.at(i),
                                where + '/' + std::to_string(i));
    } else if (before == after) {
        CHECK(recorded == before);
    } else {
        CHECK(recorded.is_null() == before.is_null());
    }
}

}  // namespace

TEST_SUITE("cli/walk") {
    TEST_CASE("a real snmpd is walked as snmpbulkwalk does it, in every version") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpbulkwalk");
        const snmp::test::User user{"noc", "SHA-256", "AES-128"};
        const snmp::test::SnmpdV3 agent({user});
        const TemporaryDirectory folder;
        const std::string auth = folder.write("auth", user.auth_password + "\n");
        const std::string priv = folder.write("priv", user.priv_password + "\n");
        struct Case {
            const char* version;
            std::vector<std::string> tool;
            std::vector<std::string> ours;
        };
        const Case cases[] = {
            {"1",
             {"snmpwalk", "-v1", "-c", "public"},
             {"--community", "public", "--snmp-version", "1"}},
            {"2c", {"snmpbulkwalk", "-v2c", "-c", "public"}, {"--community", "public"}},
            {"3",
             {"snmpbulkwalk", "-v3", "-l", "authPriv", "-u", user.name, "-a", user.auth, "-A",
              user.auth_password, "-x", "AES", "-X", user.priv_password},
             {"--user", user.name, "--auth-protocol", user.auth, "--auth-file", auth,
              "--priv-protocol", user.priv, "--priv-file", priv}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.version);
            std::vector<std::string> words{
                "127.0.0.1", "1.3.6.1.2.1", "--port", std::to_string(agent.port()),
                "--timeout", "10s",         "-o",     "json"};
            words.insert(words.end(), c.ours.begin(), c.ours.end());
            const Values before = values_of_tool(c.tool, agent.port());
            const Finished done = walk(words);
            const Values after = values_of_tool(c.tool, agent.port());
            REQUIRE_MESSAGE(done.status == 0, done.err);
            CHECK(done.err.empty());
            check_same(values_of_json(done.out), before, after);
        }
    }

    TEST_CASE("a recorded walk is probed like the living device") {
        for (const auto vendor :
             {city::Vendor::unifi, city::Vendor::routeros, city::Vendor::openwrt}) {
            const RunningCity running(vendor);
            CAPTURE(running.name);
            const std::string file = running.file(running.name + ".snmprec");  // gives the id
            const auto probe = [&](std::vector<std::string> words) {
                words.insert(words.begin(), {program, "--lang=en", "probe", "-o", "json"});
                const Finished done = run(std::move(words));
                REQUIRE_MESSAGE(!done.out.empty(), done.err);
                return json::parse(done.out);
            };
            const json::value before =
                probe({running.name, "--config", running.config, "--no-http"});
            const Finished walked =
                walk({running.name, "--config", running.config, "--record", file});
            const json::value after =
                probe({running.name, "--config", running.config, "--no-http"});
            REQUIRE_MESSAGE(walked.status == 0, walked.err);
            CHECK(has(walked.out, "sysDescr.0 = STRING: "));
            CHECK(has(walked.err, file + " holds values: "));
            const json::value recorded = probe({"--recording", file});
            for (const char* const part :
                 {"role", "identity", "system", "access_points", "interfaces", "problems"})
                check_same_readings(recorded.at(part), before.at(part), after.at(part), part);

            // The recording holds what was printed, no more and no less, and not the community.
            const auto lines = std::ranges::count(walked.out, '\n');
            const auto recording = snmp::open_recording(file);
            REQUIRE(recording);
            CHECK((*recording)->skipped().empty());
            CHECK((*recording)->entries().size() == static_cast<std::size_t>(lines));
            CHECK(std::ranges::count(read_file(file), '\n') == lines);
            CHECK(!has(read_file(file), "public"));
            struct stat about {};
            REQUIRE(::stat(file.c_str(), &about) == 0);
            CHECK((about.st_mode & 0777) == 0600);
        }
    }

    TEST_CASE("one value is found by its whole name, several subtrees come in order") {
        const RunningCity running(city::Vendor::unifi);
        const auto of = [&](std::vector<std::string> words) {
            words.insert(words.begin(), {running.name, "--config", running.config});
            return walk(std::move(words));
        };
        const Finished one = of({"sysName.0"});
        CHECK(one.status == 0);
        CHECK(one.out == "sysName.0 = STRING: " + running.name + "\n");
        const Finished numeric = of({"1.3.6.1.2.1.1.5.0", "--numeric"});
        CHECK(numeric.out == "1.3.6.1.2.1.1.5.0 = STRING: " + running.name + "\n");
        const Finished names = of({"ifDescr", "sysName", "sysName.0", "-o", "name"});
        CHECK(names.out.starts_with("sysName.0\nifDescr."));
        CHECK(names.out.find("sysName.0", 1) == std::string::npos);
        const Finished nothing = of({"1.3.6.1.4.1.99999"});
        CHECK(nothing.status == 1);
        CHECK(nothing.out.empty());
        CHECK(has(nothing.err, running.name + " answers, and has nothing at 1.3.6.1.4.1.99999"));
    }

    TEST_CASE("who reads the output may stop reading; a recording goes on") {
        const RunningCity running(city::Vendor::unifi);
        const std::string file = running.file("walk.snmprec");
        const auto piped = [&](const std::string& more) {
            return run({"bash", "-c",
                        program + " walk '" + running.name + "' --lang en --config " +
                            running.config + more + " | head -n 1; echo status ${PIPESTATUS[0]}"});
        };
        const Finished plain = piped("");
        CHECK(plain.out.starts_with("sysDescr.0 = "));
        CHECK(plain.out.ends_with("status 0\n"));
        CHECK(plain.err.empty());
        const Finished recording = piped(" --record " + file);
        CHECK(recording.out.ends_with("status 0\n"));
        const auto whole = walk({running.name, "--config", running.config, "-o", "name"});
        CHECK(std::ranges::count(read_file(file), '\n') == std::ranges::count(whole.out, '\n'));
    }

    TEST_CASE("a file that is there is replaced only when that is asked for") {
        const RunningCity running(city::Vendor::unifi);
        const std::string file = running.folder.write("walk.snmprec", "precious\n");
        const std::vector<std::string> words{running.name,   "system",   "--config",
                                             running.config, "--record", file};
        const Finished refused = walk(words);
        CHECK(refused.status == 1);
        CHECK(refused.out.empty());
        CHECK(has(refused.err, file + " is there already; --force replaces it"));
        CHECK(read_file(file) == "precious\n");
        std::vector<std::string> forced = words;
        forced.emplace_back("--force");
        CHECK(walk(forced).status == 0);
        CHECK(has(read_file(file), "|4|" + running.name + "\n"));

        forced[5] = "/dev/null";
        CHECK(has(walk(forced).err, "cannot write /dev/null: is no ordinary file"));
        forced[5] = running.file("nowhere/walk.snmprec");
        CHECK(has(walk(forced).err, "No such file or directory"));
    }

    TEST_CASE("nothing answered is exit code 1, and leaves no file") {
        const TemporaryDirectory folder;
        const SilentAgent agent(0);
        const Finished done =
            walk({"127.0.0.1", "system", "--port", agent.port(), "--community", "public",
                  "--timeout", "50ms", "--record", folder.path() + "/walk.snmprec"});
        CHECK(done.status == 1);
        CHECK(done.out.empty());
        CHECK(has(done.err, "127.0.0.1: no answer: device off, not reachable"));
        CHECK(std::filesystem::is_empty(folder.path()));
    }

    TEST_CASE("a walk that ends early is exit code 4 and keeps what came") {
        const TemporaryDirectory folder;
        const SilentAgent agent(5);
        const std::string file = folder.path() + "/walk.snmprec";
        const Finished done = walk({"127.0.0.1", "ifTable", "--port", agent.port(), "--community",
                                    "public", "--timeout", "50ms", "-o", "json", "--record", file});
        CHECK(done.status == 4);
        CHECK(has(done.err, "127.0.0.1: the walk ended early, after values: "));
        const Values shown = values_of_json(done.out);
        CHECK(shown.size() > 10);
        CHECK(shown.size() < 500);
        CHECK(std::ranges::count(read_file(file), '\n') ==
              static_cast<std::ptrdiff_t>(shown.size()));

        const SilentAgent late(5);
        const Finished over = walk({"127.0.0.1", "ifTable", "--port", late.port(), "--community",
                                    "public", "--timeout", "10s", "--deadline", "300ms"});
        CHECK(over.status == 4);
        CHECK(has(over.err, "the time is over (300 ms)"));
    }

    TEST_CASE("Ctrl-C ends a walk, and what came until then is recorded") {
        const TemporaryDirectory folder;
        const SilentAgent agent(5);
        const std::string file = folder.path() + "/walk.snmprec";
        Process walking({program, "--lang=en", "walk", "127.0.0.1", "ifTable", "--port",
                         agent.port(), "--community", "public", "--timeout", "60s", "--record",
                         file});
        REQUIRE(eventually([&] { return agent.requests() > 5; }));
        walking.signal(SIGINT);
        CHECK(walking.wait() == 4);
        CHECK(has(walking.output(), "the walk ended early, after values: "));
        CHECK(has(walking.output(), "interrupted"));
        const auto recording = snmp::open_recording(file);
        REQUIRE(recording);
        CHECK((*recording)->entries().size() > 10);
    }

    TEST_CASE("what cannot be meant so is exit code 2 and names what would be right") {
        struct Case {
            std::vector<std::string> words;
            std::string says;
        };
        const Case cases[] = {
            {{}, "TARGET"},
            {{"192.0.2.1", "ifTabel", "--community", "a"}, "did you mean 'ifTable'?"},
            {{"192.0.2.1", "1.50.3", "--community", "a"}, "'1.50.3' is neither"},
            {{"192.0.2.1", "1", "--community", "a"}, "'1' is neither"},
            {{"192.0.2.1", "--config", "/dev/null", "--community", "a", "--no-snmp"}, "--no-snmp"},
            {{"192.0.2.1", "--community", "a", "--deadline", "soon"}, "--deadline must be a time"},
            {{"192.0.2.1", "--community", "a", "--deadline", "0s"}, "--deadline is from 10ms"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.says);
            const Finished done = walk(c.words);
            CHECK(done.status == 2);
            CHECK(done.out.empty());
            CHECK_MESSAGE(has(done.err, c.says), done.err);
        }
    }
}
