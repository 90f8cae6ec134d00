// What pantaud says to files and a machine that are not as they should be.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "daemon_by_hand.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

/// A folder with a configuration that works until somebody spoils it.
class Files {
public:
    Files() {
        write("community", "public\n");
        write("inventory.csv", "name,address,rw\nap1,127.0.0.1,01\n");
        write("pantau.yml", config());
    }
    [[nodiscard]] std::string config(const std::string& more = {}) const {
        return "hierarchy: [rw]\nstate_dir: state\nprofiles: [" + profiles +
               "]\nweb: {listen: [\"127.0.0.1:" + std::to_string(port) +
               "\"]}\ncontrol: {socket: control.sock}\n"
               "credentials: {c: {version: 2c, community_file: community}}\n"
               "defaults: {credential: c}\ninventory: [inventory.csv]\n" +
               more;
    }
    std::string write(std::string_view name, std::string_view text) const {
        const std::string path = folder_.write(name, text);
        ::chmod(path.c_str(), 0600);
        return path;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return folder_.path() + "/" + name;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            all.push_back(entry.path().filename());
        std::ranges::sort(all);
        return all;
    }

    const std::uint16_t port = free_port();

private:
    TemporaryDirectory folder_;
};

struct Refusal {
    std::string words;
    std::chrono::steady_clock::duration took{};
};

/// Starts pantaud and expects that it ends with 1, soon, and leaves everything as it was.
Refusal refused(const Files& files) {
    const auto before = files.names();
    const auto begin = std::chrono::steady_clock::now();
    const Finished done = run({pantaud, "--config", files.path("pantau.yml")});
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(done.status == 1);
    CHECK(done.out.empty());
    CHECK(files.names() == before);
    return {done.err, took};
}

bool has(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

std::size_t count_in(const std::string& text, std::string_view words) {
    std::size_t count = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
        ++count;
    return count;
}

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_SUITE("daemon/bad input") {
    TEST_CASE("files that cannot be used end the start with place, line and caret") {
        struct Case {
            const char* name;
            std::string text;
            std::string_view place;
            std::string_view words;
        };
        const Files good;
        std::string bomb = "a0: &a0 [x, x]\n";
        for (int i = 1; i < 30; ++i) {
            const std::string one = std::to_string(i);
            const std::string before = std::to_string(i - 1);
            bomb += "a" + one + ": &a" + one + " [*a" + before + ", *a" + before + "]\n";
        }
        const Case cases[] = {
            {"half-written", good.config("groups: [{match: {profile: \"x"), "pantau.yml:9:", ""},
            {"empty", "", "pantau.yml", "half-written"},
            {"duplicate key", good.config("state_dir: other\n"), "pantau.yml:9:1", "state_dir"},
            {"aliases", bomb, "pantau.yml:1:", ""},
            {"wrong type", good.config("poll: {interval: fast}\n"), "pantau.yml:9:", "fast"},
            {"unknown key", good.config("invntory: []\n"), "pantau.yml:9:1", "inventory"},
            {"not UTF-8", good.config("x: \"\xFF\"\n"), "pantau.yml:9:", "UTF-8"},
            {"tab", good.config("poll:\n\tinterval: 30s\n"), "pantau.yml:10:", "tab"},
            {"a list", "- 1\n- 2\n", "pantau.yml:1:", ""},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            Files files;
            files.write("pantau.yml", c.text);
            const Refusal refusal = refused(files);
            INFO(refusal.words);
            CHECK(refusal.took < 2s);
            CHECK(has(refusal.words, c.place));
            CHECK(has(refusal.words, c.words));
            CHECK(has(refusal.words, "error"));
        }
    }

    TEST_CASE("a file of 100 MB, an unreadable one and a missing one are refused at once") {
        Files files;
        const std::string path = files.path("pantau.yml");
        SUBCASE("100 MB of nothing") {
            std::filesystem::resize_file(path, 100u << 20);
        }
        SUBCASE("100 MB of text") {
            std::ofstream out(path, std::ios::app);
            const std::string line(1023, 'x');
            for (int i = 0; i < 100 * 1024; ++i)
                out << '#' << line;
        }
        SUBCASE("missing") {
            std::filesystem::remove(path);
        }
        SUBCASE("a folder") {
            std::filesystem::remove(path);
            std::filesystem::create_directory(path);
        }
        const Refusal refusal = refused(files);
        INFO(refusal.words);
        CHECK(refusal.took < 2s);
        CHECK(has(refusal.words, "pantau.yml"));
    }

    TEST_CASE("what is wrong in any file is told in one run") {
        Files files;
        files.write("pantau.yml", files.config("poll: {interval: never}\nnonsense: 1\n"));
        files.write("inventory.csv",
                    "name,address,rw\nap1,300.1.1.1,01\nap2,127.0.0.1,01\n"
                    "ap2,127.0.0.2,01\n");
        const Refusal refusal = refused(files);
        INFO(refusal.words);
        CHECK(has(refusal.words, "pantau.yml:9:"));
        CHECK(has(refusal.words, "nonsense"));
        CHECK(has(refusal.words, "inventory.csv:2:"));
        CHECK(has(refusal.words, "inventory.csv:4:"));
    }

    TEST_CASE("--check says the same, or how much there is, and touches nothing") {
        Files files;
        const auto before = files.names();
        Finished done = run({pantaud, "--check", "--config", files.path("pantau.yml")});
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(has(done.out, "1 devices"));
        CHECK(files.names() == before);

        files.write("inventory.csv", "name,address,rw\nap1,127.0.0.1\n");
        done = run({pantaud, "--check", "--config", files.path("pantau.yml")});
        CHECK(done.status == 1);
        CHECK(done.out.empty());
        CHECK(has(done.err, "inventory.csv:2:"));
    }

    TEST_CASE("a profile with mistakes is left out, told, and stops nothing else") {
        Files files;
        files.write("own/acme.yml", "profile: acme\nrolle: x\nrole: acces_point\n");
        files.write("own/acme-two.yml", "profile: acme-two\nextends: acme\n");
        files.write("inventory.csv",
                    "name,address,rw,profile\nap1,127.0.0.1,01,acme\nap2,127.0.0.2,01,\n");
        std::string config = files.config();
        const std::string folders = "profiles: [" + profiles;
        config.replace(config.find(folders), folders.size(), folders + ", own");
        const std::string path = files.write("pantau.yml", config);

        const Finished checked = run({pantaud, "--check", "--config", path});
        INFO(checked.err);
        CHECK(checked.status == 1);
        CHECK(has(checked.err, "acme.yml:2:1"));
        CHECK(has(checked.err, "acme.yml:3:7"));
        CHECK(has(checked.err, "^"));
        CHECK(has(checked.err, "did you mean \"access_point\"?"));
        CHECK(has(checked.err, "\"acme-two\" is left out with it"));
        CHECK(has(checked.out, "without these: acme, acme-two"));

        Daemon daemon(path, files.port);
        REQUIRE(eventually([&] { return daemon.get("/-/healthy").status == 200; }));
        const Series series = daemon.metrics();
        CHECK(sum_of(series, "pantau_profiles") > 10);
        CHECK(sum_of(series, "pantau_profiles_refused") == 2);
        CHECK(daemon.process().wait_for_output("id=daemon_ready"));
        const std::string log = daemon.process().output();
        INFO(log);
        CHECK(count_in(log, "id=profile_refused") == 2);
        CHECK(has(log, "profile=acme-two"));
        CHECK(has(log, "id=config_doubt"));
        CHECK(has(log, "is left out; the device that names it, ap1, is recognised by the answers"));

        // A reload is all or nothing, as ever; a mended profile comes in with it.
        files.write("inventory.csv", "name,address,rw\nap1,127.0.0.1,01\nap3,127.0.0.3,01\n");
        daemon.process().signal(SIGHUP);
        CHECK(daemon.process().wait_for_output("id=reload_refused"));
        CHECK(by_ap(daemon.metrics(), "pantau_ap_up").contains("ap2"));
        files.write("own/acme.yml", "profile: acme\nextends: base/system\nrole: access_point\n");
        daemon.process().signal(SIGHUP);
        CHECK(daemon.process().wait_for_output("id=reload_done"));
        CHECK(eventually([&] { return by_ap(daemon.metrics(), "pantau_ap_up").contains("ap3"); }));
        CHECK(sum_of(daemon.metrics(), "pantau_profiles_refused") == 0);
    }

    TEST_CASE("without one good profile there is nothing to start with") {
        Files files;
        files.write("own/acme.yml", "profile: acme\nrole: acces_point\n");
        std::string config = files.config();
        const std::string folders = "profiles: [" + profiles;
        config.replace(config.find(folders), folders.size(), "profiles: [own");
        files.write("pantau.yml", config);
        CHECK(has(refused(files).words, "acme.yml:2:7"));
    }

    TEST_CASE("no secret is in any message") {
        Files files;
        files.write("pantau.yml",
                    files.config("groups: [{match: {}, set: {community: kanari-rahasia}}]\n"));
        CHECK_FALSE(has(refused(files).words, "kanari-rahasia"));
        files.write("pantau.yml", "credentials: {c: {comunity: kanari-rahasia}\n");
        CHECK_FALSE(has(refused(files).words, "kanari-rahasia"));
    }

    TEST_CASE("a port in use, a second instance and a state directory that is none are one line") {
        const Files files;
        Daemon first(files.path("pantau.yml"), files.port);
        REQUIRE(eventually([&] { return first.get("/-/healthy").status == 200; }));

        Finished second =
            run({pantaud, "--config", files.path("pantau.yml"), "--log.level", "error"});
        CHECK(second.status == 1);
        CHECK(has(second.err, "in use by another pantaud"));
        CHECK(has(second.err, std::to_string(first.process().pid())));
        CHECK(lines_of(second.err) == 1);

        second =
            run({pantaud, "--config", files.path("pantau.yml"), "--log.level", "error",
                 "--state-dir", files.path("other"), "--control-socket", files.path("other.sock")});
        CHECK(second.status == 1);
        CHECK(has(second.err, std::to_string(files.port)));
        CHECK(has(second.err, "already in use"));
        CHECK(lines_of(second.err) == 1);

        second = run({pantaud, "--config", files.path("pantau.yml"), "--log.level", "error",
                      "--state-dir", files.path("community")});
        CHECK(second.status == 1);
        CHECK(has(second.err, "state directory"));
        CHECK(lines_of(second.err) == 1);

        // The control socket of the first is not taken away by the others.
        second = run({pantaud, "--config", files.path("pantau.yml"), "--log.level", "error",
                      "--state-dir", files.path("third"), "--web.listen-address",
                      "127.0.0.1:" + std::to_string(free_port())});
        CHECK(second.status == 1);
        CHECK(has(second.err, "control.sock"));
        CHECK(first.get("/-/healthy").status == 200);
    }

    TEST_CASE("a state directory that cannot be written is refused with what to do") {
        const Files files;
        const std::string state = files.path("state");
        std::filesystem::create_directory(state);
        // Root may write everywhere; a file system that is read-only says no to root, too.
        const std::string read_only = ::geteuid() == 0 ? "/proc/self" : state;
        ::chmod(state.c_str(), 0500);
        const Finished done = run({pantaud, "--config", files.path("pantau.yml"), "--log.level",
                                   "error", "--state-dir", read_only});
        CHECK(done.status == 1);
        INFO(done.err);
        CHECK(has(done.err, "cannot be written"));
        CHECK(has(done.err, "--state-dir"));
        CHECK(lines_of(done.err) == 1);
    }
}

}  // namespace pantau::test
