// simulate and demo: programs that start, serve, and end in order.
#include <doctest/doctest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/child_process.hpp"
#include "cli/free_port.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

const std::string program = std::string(PANTAU_BIN_DIR) + "/pantau";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The word behind `before` in a text.
std::string word_after(const std::string& text, const std::string& before) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find_first_of(" \n,;", begin) - begin);
}

/// The processes that have `parent` as theirs, alive or not yet buried.
std::set<pid_t> children_of(pid_t parent) {
    std::set<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream in(entry.path() / "stat");
        std::string stat;
        std::getline(in, stat);
        const std::size_t close = stat.rfind(')');
        if (close == std::string::npos) continue;
        char state = 0;
        pid_t its_parent = 0;
        std::istringstream(stat.substr(close + 1)) >> state >> its_parent;
        if (its_parent == parent && state != 'Z') children.insert(std::stoi(name));
    }
    return children;
}

bool is_alive(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string stat;
    if (!std::getline(in, stat)) return false;
    const std::size_t close = stat.rfind(')');
    return close != std::string::npos && stat.at(close + 2) != 'Z';
}

/// A demo of a small city, ready when the constructor is done.
struct RunningDemo {
    Process process;
    std::string config;

    explicit RunningDemo(const std::vector<std::string>& more = {}) : process(words(more)) {
        const bool is_ready = process.wait_for_output("Ctrl-C", 60s);
        INFO(process.output());
        REQUIRE(is_ready);
        config = word_after(process.output(), "status --config ");
        REQUIRE(std::filesystem::exists(config));
    }
    static std::vector<std::string> words(std::vector<std::string> more) {
        more.insert(more.begin(),
                    {program, "demo", "--aps", "60", "--interval", "2s", "--lang", "en"});
        return more;
    }
    [[nodiscard]] std::string folder() const {
        return std::filesystem::path(config).parent_path().string();
    }
};

}  // namespace

TEST_SUITE("cli/demo") {
    TEST_CASE("simulate serves until SIGTERM and counts what it answered") {
        const TemporaryDirectory folder;
        Process simulate({program, "simulate", "--aps", "4", "--snmp-port", "0", "--http-port", "0",
                          "--community", "rahasia", "--write-config", folder.path(), "--lang",
                          "en"});
        REQUIRE(simulate.wait_for_output("Ctrl-C ends it"));
        const std::string port = word_after(simulate.output(), "SNMP port ");
        const Finished probe = run({program, "probe", "127.73.0.1", "--port", port, "--community",
                                    "rahasia", "-o", "json"});
        CHECK(probe.status == 0);
        CHECK(run({program, "config", "check", folder.path() + "/pantau.yml"}).status == 0);
        simulate.signal(SIGTERM);
        CHECK(simulate.wait() == 0);
        CHECK(has(simulate.output(), "pantau: ended: "));
        CHECK(!has(simulate.output(), "ended: 0 SNMP"));
    }

    TEST_CASE("simulate ends by itself when it is told how long") {
        const Finished done = run({program, "simulate", "--aps", "4", "--snmp-port", "0",
                                   "--http-port", "0", "--duration", "100ms"});
        CHECK(done.status == 0);
        CHECK(done.out.empty());
    }

    TEST_CASE("what cannot be simulated is said before anything starts") {
        struct Case {
            std::vector<std::string> words;
            std::string says;
        };
        const TemporaryDirectory folder;
        const std::string story = folder.write("story", "# nothing\n2m outrage Sumbersari\n");
        const Case cases[] = {
            {{"--aps", "0"}, "from 1 to 100000"},
            {{"--shard", "2/2"}, "not 2/2"},
            {{"--shard", "a"}, "--shard needs i/n, for example 0/2, not 'a'"},
            {{"--latency", "fast"}, "--latency needs a time"},
            {{"--loss", "2"}, "--loss must be a share from 0 to 1, not '2'"},
            {{"--vendor", "linksys"}, "unifi, routeros, openwrt, ruckus"},
            {{"--story", story}, story + ", line 2: 'outrage' is none of outage"},
            {{"--story", "/nowhere"}, "cannot read /nowhere"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.says);
            std::vector<std::string> words{program, "--lang", "en", "simulate"};
            words.insert(words.end(), c.words.begin(), c.words.end());
            const Finished done = run(words);
            CHECK(done.status == 2);
            CHECK_MESSAGE(has(done.err, c.says), done.err);
        }
        const std::string busy = std::to_string(free_port());
        Process first({program, "simulate", "--aps", "4", "--snmp-port", busy, "--http-port", "0",
                       "--lang", "en"});
        REQUIRE(first.wait_for_output("Ctrl-C ends it"));
        const Finished second = run({program, "simulate", "--lang", "en", "--aps", "4",
                                     "--snmp-port", busy, "--http-port", "0"});
        CHECK(second.status == 1);
        CHECK(has(second.err, "UDP port " + busy + " is in use"));
    }

    TEST_CASE("the demo shows where to look, and every command it offers works") {
        RunningDemo demo;
        const std::string said = demo.process.output();
        CHECK(has(said, "a simulated Malang: 60 access points, polled every 2s\n"));
        const std::string page = word_after(said, "  page     ");
        CHECK(has(said, "  metrics  " + page + "metrics\n"));
        if (is_installed("curl")) {
            const Finished metrics = run({"curl", "-sS", "-m", "10", page + "metrics"});
            CHECK(has(metrics.out, "pantau_ap_up{"));
            CHECK(run({"curl", "-sSf", "-m", "10", page}).status == 0);
        } else {
            print_skip("curl is not installed");
        }
        // The commands as they stand there, by a shell in another folder.
        std::istringstream lines(said);
        std::size_t commands = 0;
        for (std::string line; std::getline(lines, line);) {
            if (!has(line, " --config ")) continue;
            CAPTURE(line);
            ++commands;
            const Finished done = run({"bash", "-c", "cd / &&" + line});
            CHECK((done.status == 0 || done.status == 4));
            CHECK(!done.out.empty());
        }
        CHECK(commands == 3);
        const auto status =
            boost::json::parse(run({program, "status", "--config", demo.config, "-o", "json"}).out);
        CHECK(status.at("devices") == 117);
        CHECK(status.at("ready") == true);
        CHECK(run({program, "reload", "--config", demo.config}).status == 0);

        const auto children = children_of(demo.process.pid());
        CHECK(children.size() == 3);
        const std::string folder = demo.folder();
        demo.process.signal(SIGINT);
        CHECK(demo.process.wait() == 0);
        CHECK(has(demo.process.output(), "; at the end "));
        for (const pid_t child : children)
            CHECK(!is_alive(child));
        CHECK(!std::filesystem::exists(folder));
    }

    TEST_CASE("the demo ends by itself after its time, and by SIGTERM") {
        const Finished timed = run({program, "demo", "--aps", "60", "--interval", "2s",
                                    "--duration", "1s", "--lang", "en"});
        CHECK(timed.status == 0);
        CHECK(has(timed.out, "ran 1 s: "));
        RunningDemo demo({"--duration", "10m"});
        CHECK(has(demo.process.output(), "It ends after 10 min, or with Ctrl-C.\n"));
        demo.process.signal(SIGTERM);
        CHECK(demo.process.wait() == 0);
    }

    TEST_CASE("when a part dies, the demo says which and why, and ends the rest") {
        RunningDemo demo;
        const auto children = children_of(demo.process.pid());
        REQUIRE(children.size() == 3);
        ::kill(*children.begin(), SIGKILL);
        CHECK(demo.process.wait() == 1);
        CHECK(has(demo.process.output(),
                  "pantau simulate --shard 0/2 ended by itself (status 137); its last lines:\n"
                  "  pantau: simulating a Malang of 60 access points, part 1 of 2"));
        for (const pid_t child : children)
            CHECK(!is_alive(child));
    }

    TEST_CASE("whatever ends the demo, its parts end with it") {
        RunningDemo demo;
        const auto children = children_of(demo.process.pid());
        REQUIRE(children.size() == 3);
        const std::string folder = demo.folder();
        demo.process.signal(SIGKILL);
        CHECK(demo.process.wait() == 137);
        for (const pid_t child : children)
            CHECK(eventually([child] { return !is_alive(child); }));
        std::filesystem::remove_all(folder);
    }

    TEST_CASE("a busy port 8551 is no obstacle, a wanted one that is busy is") {
        // Two demos side by side: the second finds other ports for everything.
        RunningDemo first;
        RunningDemo second;
        CHECK(has(second.process.output(),
                  "pantau: port 8551 is in use; the demo listens on "
                  "127.0.0.1:"));
        const std::string page = word_after(first.process.output(), "  page     ");
        const std::string taken = page.substr(7, page.size() - 8);
        const Finished third =
            run({program, "demo", "--aps", "60", "--listen", taken, "--lang", "en"});
        CHECK(third.status == 1);
        CHECK(has(third.err, "pantaud ended by itself (status 1); its last lines:"));
        CHECK(has(third.err, taken));
    }

    TEST_CASE("a program that cannot be started says so") {
        const TemporaryDirectory folder;
        const auto child = cli::Child::start("nobody", {"/nowhere/nobody"}, folder.path() + "/log");
        REQUIRE(!child);
        CHECK(child.error().detail == "cannot be started: No such file or directory");
        CHECK(child.error().where == "/nowhere/nobody");
    }

    TEST_CASE("ports that are in use are found out") {
        const auto port = cli::any_free_port();
        REQUIRE(port);
        CHECK(cli::is_port_free(cli::Transport::tcp, *port, false));
        Process server({program, "simulate", "--aps", "4", "--snmp-port", "0", "--http-port",
                        std::to_string(*port), "--lang", "en"});
        REQUIRE(server.wait_for_output("Ctrl-C ends it"));
        CHECK(!cli::is_port_free(cli::Transport::tcp, *port, true));
        const auto others = cli::free_ports(cli::Transport::tcp, *port, 2);
        REQUIRE(others);
        CHECK(*others >= *port + 100);
    }
}
