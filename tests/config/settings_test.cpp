#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>

#include "support.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

TEST_SUITE("config/settings") {
    TEST_CASE("a file with nothing but comments means the defaults") {
        const config::Settings settings = good("# nothing yet\n");

        CHECK(settings.hierarchy == std::vector<std::string>{"kecamatan", "kelurahan", "rw"});
        CHECK(settings.state_dir == "/var/lib/pantau");
        CHECK(settings.web.listen == std::vector<std::string>{"127.0.0.1:8551"});
        CHECK_FALSE(settings.web.config_file);
        CHECK_FALSE(settings.web.enable_lifecycle);
        CHECK(settings.control_socket.empty());
        CHECK(settings.poll == PollSettings{});
        CHECK(settings.timezone == "Asia/Jakarta");
        CHECK(settings.history.path.empty());
        CHECK(settings.history.keep == 732 * 24h);
        CHECK(settings.history.write_interval == 60s);
        CHECK(settings.workers == 0);
        CHECK(settings.profiles ==
              std::vector<std::string>{"/usr/share/pantau/profiles", "/etc/pantau/profiles"});
        CHECK(settings.inventory.empty());
        CHECK_FALSE(settings.areas);
    }

    TEST_CASE("every setting is read") {
        Configured configured(R"(
hierarchy: [kota, rw]
state_dir: state
timezone: Asia/Makassar
history: {path: evidence.db, keep: 365d, write_interval: 5m}
web: {listen: ":9000", enable_lifecycle: true, insecure: true}
control: {socket: run/control.sock}
poll: {interval: 1m, timeout: 500ms, retries: 3, workers: 2}
profiles: [profiles, /usr/share/pantau/profiles]
credentials:
  old: {version: 1, community: public}
  new: {version: 3, user: pantau, auth: SHA-256, auth_file: a, priv: AES-128, priv_file: p, context: c}
defaults: {credential: old}
groups:
  - {match: {profile: "mikrotik-*"}, set: {credential: new}}
inventory: [inventory/*.csv, /srv/more.yml]
areas: areas.csv
)");
        configured.write("a", "auth-password\n");
        configured.write("p", "priv-password\r\n");
        configured.load();

        INFO(configured.said());
        REQUIRE(configured.settings);
        CHECK(configured.said().empty());
        const config::Settings& settings = *configured.settings;
        CHECK(settings.path == configured.path());
        CHECK(settings.hierarchy == std::vector<std::string>{"kota", "rw"});
        CHECK(settings.state_dir == configured.in_folder("state"));
        CHECK(settings.timezone == "Asia/Makassar");
        CHECK(settings.history.path == configured.in_folder("evidence.db"));
        CHECK(settings.history.keep == 365 * 24h);
        CHECK(settings.history.write_interval == 5min);
        CHECK(settings.web.listen == std::vector<std::string>{":9000"});
        CHECK(settings.web.enable_lifecycle);
        CHECK(settings.web.insecure);
        CHECK(settings.control_socket == configured.in_folder("run/control.sock"));
        CHECK(settings.poll == PollSettings{.interval = 60s, .timeout = 500ms, .retries = 3});
        CHECK(settings.workers == 2);
        CHECK(settings.profiles == std::vector<std::string>{configured.in_folder("profiles"),
                                                            "/usr/share/pantau/profiles"});
        REQUIRE(settings.credentials.size() == 2);
        CHECK(settings.credentials.at("old")->community.reveal() == "public");
        const Credential& v3 = *settings.credentials.at("new");
        CHECK(v3.name == "new");
        CHECK(v3.version == Credential::Version::v3);
        CHECK(v3.user == "pantau");
        CHECK(v3.auth_protocol == "SHA-256");
        CHECK(v3.auth_password.reveal() == "auth-password");
        CHECK(v3.priv_protocol == "AES-128");
        CHECK(v3.priv_password.reveal() == "priv-password");
        CHECK(v3.context == "c");
        REQUIRE(settings.defaults);
        CHECK(settings.defaults->find("credential")->scalar() == "old");
        REQUIRE(settings.groups.size() == 1);
        CHECK(settings.groups[0].match.find("profile")->scalar() == "mikrotik-*");
        CHECK(settings.groups[0].set.find("credential")->scalar() == "new");
        CHECK(settings.inventory ==
              std::vector<std::string>{configured.in_folder("inventory/*.csv"), "/srv/more.yml"});
        CHECK(settings.areas == configured.in_folder("areas.csv"));
    }

    TEST_CASE("null means the default") {
        const config::Settings settings = good(
            "web: {config_file: null, listen: ~}\ncontrol: {socket: null}\npoll:\nareas: null\n"
            "credentials:\ngroups:\n");
        CHECK(settings.web.listen == std::vector<std::string>{"127.0.0.1:8551"});
        CHECK_FALSE(settings.areas);
        CHECK(settings.poll == PollSettings{});
    }

    TEST_CASE("alerting is accepted, and said not to act") {
        const Configured configured("alerting: {rules: [a.yml], receivers: {noc: {log: {}}}}\n");
        CHECK(configured.settings);
        CHECK(configured.diagnostics.warnings() == 1);
        CHECK(configured.said().find("pantau.yml:1:1") != std::string::npos);
        CHECK(configured.said().find("not part of this version") != std::string::npos);
    }

    TEST_CASE("a mistake is an error with its place and what to do") {
        struct Row {
            std::string_view yaml;
            std::string_view place;
            std::string_view said;
        };
        const Row rows[] = {
            {"pol: {interval: 30s}\n", ":1:1", "did you mean \"poll\"?"},
            {"poll: {intervall: 30s}\n", ":1:8", "did you mean \"interval\"?"},
            {"poll: 30s\n", ":1:7", "a map (key: value) is expected here"},
            {"- a\n", ":1:1", "a map (key: value) is expected here"},
            {"hierarchy: rw\n", ":1:12", "a list of names is expected here"},
            {"hierarchy: []\n", ":1:12", "1 to 10 levels"},
            {"hierarchy: [a, b, a]\n", ":1:19", "stands here twice"},
            {"hierarchy: [kecamatan, ap]\n", ":1:24", "\"ap\" already means something else"},
            {"hierarchy: [Nama]\n", ":1:13", "\"Nama\" already means something else"},
            {"hierarchy: [interval]\n", ":1:13", "already means"},
            {"hierarchy: [rw, RW]\n", ":1:17", "stands here twice"},
            {"hierarchy: [le]\n", ":1:13", "already means"},
            {"hierarchy: [instance]\n", ":1:13", "already means"},
            {"hierarchy: [job]\n", ":1:13", "already means"},
            {"hierarchy: [__rw]\n", ":1:13", "belong to Prometheus"},
            {"hierarchy: [rukun-warga]\n", ":1:13", "cannot be the name"},
            {"hierarchy: [1rw]\n", ":1:13", "no digit first"},
            {"hierarchy: [\"\"]\n", ":1:13", "cannot be the name"},
            {"hierarchy: [[rw]]\n", ":1:13", "text is expected here"},
            {"poll: {interval: 30}\n", ":1:18", "add a unit: 30s"},
            {"poll: {interval: 500ms}\n", ":1:18", "is not from 1s to 24h"},
            {"poll: {interval: 25h}\n", ":1:18", "is not from 1s to 24h"},
            {"poll: {interval: -1s}\n", ":1:18", "is no duration"},
            {"poll: {timeout: 0s}\n", ":1:17", "is not from 10ms to 60s"},
            {"poll: {retries: 11}\n", ":1:17", "is not from 0 to 10"},
            {"poll: {retries: -1}\n", ":1:17", "is not from 0 to 10"},
            {"poll: {retries: 01}\n", ":1:17", "nothing is read as octal"},
            {"poll: {workers: 0}\n", ":1:17", "is not from 1 to 256"},
            {"poll: {workers: many}\n", ":1:17", "neither a number nor the word auto"},
            {"poll: {workers: [1]}\n", ":1:17", "whole number is expected"},
            {"web: {enable_lifecycle: yes}\n", ":1:25", "write true or false"},
            {"web: {listen: []}\n", ":1:15", "at least one address"},
            {"web: {listen: 8551}\n", ":1:15", "no address to listen on"},
            {"web: {listen: \"127.0.0.1:65536\"}\n", ":1:15", "no address to listen on"},
            {"web: {listen: \"::1:8551\"}\n", ":1:15", "no address to listen on"},
            {"web: {listen: [\"127.0.0.1:1\", \"http://127.0.0.1:1\"]}\n", ":1:31", "no address"},
            {"state_dir: \"\"\n", ":1:12", "a path is expected"},
            {"timezone: Asia/Jakrta\n", ":1:11", "is no time zone of this machine"},
            {"timezone: /etc/localtime\n", ":1:11", "is no time zone of this machine"},
            {"timezone: WIB\n", ":1:11", "Asia/Jakarta, Asia/Makassar"},
            {"history: {keep: 12h}\n", ":1:17", "is not from 1d to 3660d"},
            {"history: {keep: 731}\n", ":1:17", "is no duration"},
            {"history: {write_interval: 1s}\n", ":1:27", "is not from 5s to 1h"},
            {"history: {write_intervall: 1s}\n", ":1:11", "did you mean \"write_interval\"?"},
            {"history: {path: \"\"}\n", ":1:17", "a path is expected"},
            {"history: none\n", ":1:10", "a map (key: value) is expected"},
            {"state_dir: [a]\n", ":1:12", "text is expected here"},
            {"inventory: {a: b}\n", ":1:12", "a list of texts is expected"},
            {"inventory: [\"\"]\n", ":1:13", "a path is expected"},
            {"areas: [a]\n", ":1:8", "text is expected here"},
            {"defaults: auto\n", ":1:11", "a map (key: value) is expected"},
            {"groups: {match: {}, set: {}}\n", ":1:9", "a list of groups is expected"},
            {"groups: [{match: {}}]\n", ":1:10", "\"set\" is missing"},
            {"groups: [{set: {}}]\n", ":1:10", "\"match\" is missing"},
            {"groups: [{match: {}, sett: {}}]\n", ":1:22", "did you mean \"set\"?"},
            {"credentials: {none: {community: public}}\n", ":1:15", "cannot be called \"none\""},
            {"credentials: {\"a b\": {community: public}}\n", ":1:15", "a word without spaces"},
        };
        for (const Row& row : rows) {
            CAPTURE(row.yaml);
            const Configured configured(row.yaml);
            CAPTURE(configured.said());
            CHECK_FALSE(configured.settings);
            CHECK(configured.diagnostics.errors() >= 1);
            CHECK(configured.said().find("pantau.yml" + std::string(row.place)) !=
                  std::string::npos);
            CHECK(configured.said().find(row.said) != std::string::npos);
        }
    }

    TEST_CASE("all mistakes come in one run") {
        const Configured configured(
            "hierarchy: [ap]\nweb: {listen: x, foo: 1}\npoll: {interval: 1, retries: 99}\n"
            "credentials: {a: {version: 4}}\ngroups: 3\nwat: 1\n");
        CAPTURE(configured.said());
        CHECK_FALSE(configured.settings);
        CHECK(configured.diagnostics.errors() == 8);
    }

    TEST_CASE("the path of the control socket must fit into a socket address") {
        const Configured configured("control: {socket: /" + std::string(107, 'x') + "}\n");
        CHECK_FALSE(configured.settings);
        CHECK(configured.said().find("at most 107 bytes, this one 108") != std::string::npos);
    }

    TEST_CASE("an address that others can reach is an error until it is said to be meant") {
        struct Row {
            std::string_view address;
            bool is_refused;
        };
        const Row rows[] = {
            {"127.0.0.1:8551", false}, {"127.3.2.1:0", false}, {"[::1]:8551", false},
            {"localhost:8551", false}, {"unix:/run/x", false}, {":8551", true},
            {"0.0.0.0:8551", true},    {"[::]:8551", true},    {"10.1.2.3:80", true}};
        for (const Row& row : rows) {
            CAPTURE(row.address);
            const std::string listen = "listen: \"" + std::string(row.address) + "\"";
            const Configured open("web: {" + listen + "}\n");
            CHECK(open.diagnostics.errors() == (row.is_refused ? 1 : 0));
            CHECK(open.said().empty() == !row.is_refused);
            const Configured meant("web: {insecure: true, " + listen + "}\n");
            CHECK(meant.said().empty());
        }
    }

    TEST_CASE("a file named without folder has its paths beside it") {
        config::Diagnostics diagnostics;
        CHECK_FALSE(config::load_settings("no-such-pantau.yml", diagnostics));
        CHECK(printed(diagnostics).find("no-such-pantau.yml") != std::string::npos);
        CHECK(printed(diagnostics).find("No such file") != std::string::npos);
    }

    TEST_CASE("a directory, an empty file and an unreadable file are answered in words") {
        const TemporaryDirectory folder;
        config::Diagnostics diagnostics;
        CHECK_FALSE(config::load_settings(folder.path(), diagnostics));
        CHECK(printed(diagnostics).find("this is a directory") != std::string::npos);

        const Configured empty("");
        CHECK_FALSE(empty.settings);
        CHECK(empty.said().find("half-written") != std::string::npos);
        const Configured blank(" \n\n");
        CHECK_FALSE(blank.settings);

        if (::geteuid() == 0) {
            print_skip("root may read every file: the unreadable file is not tried");
            return;
        }
        Configured closed("poll: {interval: 30s}\n");
        REQUIRE(::chmod(closed.path().c_str(), 0) == 0);
        closed.load();
        CHECK_FALSE(closed.settings);
        CHECK(closed.said().find("let the user pantau runs as read it") != std::string::npos);
    }
}
