// list, status and reload against the daemon's own control routes.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "cli/called.hpp"
#include "control/api.hpp"
#include "control/fleet_by_hand.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

control::Api api(control::ReloadResult reload_result) {
    set_log_sink([](std::string_view) {});
    control::Api some;
    some.snapshot = [] {
        return snapshot_of(
            {{"rw08-sumbersari-1", {"Lowokwaru", "Sumbersari", "08"}, HealthState::up, 34},
             {"rw08-sumbersari-2", {"Lowokwaru", "Sumbersari", "08"}, HealthState::down},
             {"rw09-sumbersari-1", {"Lowokwaru", "Sumbersari", "09"}, HealthState::down},
             {"rw01-kauman-1", {"Klojen", "Kauman", "01"}, HealthState::up, 0},
             {"sw-kauman", {"Klojen", "Kauman", ""}, HealthState::up, {}, Role::switch_, true}});
    };
    some.extras = [] {
        control::StatusExtras extras;
        extras.version = "0.1.0";
        extras.started = WallTime{std::chrono::seconds(1'795'487'880)} - 3h;
        extras.last_reload_ok = false;
        extras.last_reload = WallTime{std::chrono::seconds(1'795'487'880)} - 5min;
        extras.polls.polls = 12'345;
        extras.polls.failures[static_cast<std::size_t>(Reason::timeout)] = 99;
        extras.polls.late = 2;
        return extras;
    };
    some.reload = [reload_result](auto reply) { reply(reload_result); };
    return some;
}

control::Api api_of(const std::shared_ptr<const Snapshot>& snapshot) {
    control::Api some = api({});
    some.snapshot = [snapshot] { return snapshot; };
    return some;
}

struct Daemon {
    TemporaryDirectory directory;
    std::string socket = directory.path() + "/control.sock";
    RunningServer server;

    explicit Daemon(control::ReloadResult reload_result = {}) : Daemon(api(reload_result)) {}
    explicit Daemon(control::Api api)
        : server(web::control_options(socket), control::control_routes(std::move(api))) {}

    Called call(std::vector<std::string> words) const {
        words.insert(words.end(), {"--socket", socket});
        return pantau::test::call(std::move(words));
    }
};

}  // namespace

TEST_SUITE("cli/daemon_verbs") {
    TEST_CASE("list shows the devices, what is wrong, and who is there") {
        const Daemon daemon;
        const Called all = daemon.call({"list"});
        CHECK(all.code == 0);
        CHECK(all.err.empty());
        CHECK(all.out ==
              "NAME               HEALTH  REASON             CLIENTS  MODEL\n"
              "rw08-sumbersari-1  up                              34  UAP-\"nanoHD\"\n"
              "rw08-sumbersari-2  down    no answer in time           UAP-\"nanoHD\"\n"
              "rw09-sumbersari-1  down    no answer in time           UAP-\"nanoHD\"\n"
              "rw01-kauman-1      up                               0  UAP-\"nanoHD\"\n"
              "sw-kauman          up                                  UAP-\"nanoHD\"\n");
        const Called named = daemon.call({"list", "-o", "name", "--state", "down"});
        CHECK(named.out == "rw08-sumbersari-2\nrw09-sumbersari-1\n");
        const Called area = daemon.call(
            {"list", "-o", "name", "--area", "kelurahan=sumbersari", "--area", "rw=08"});
        CHECK(area.out == "rw08-sumbersari-1\nrw08-sumbersari-2\n");
    }

    TEST_CASE("list in csv has one heading in every language, and every column") {
        const Daemon daemon;
        const Called csv = daemon.call({"list", "-o", "csv", "--area", "rw=08"});
        CHECK(csv.out ==
              "id,health,reason,clients,model,firmware,vendor,profile,role,address,port,reboots,"
              "last_success,kecamatan,kelurahan,rw,controller\n"
              "rw08-sumbersari-1,up,,34,\"UAP-\"\"nanoHD\"\"\",,Ubiquiti,ubiquiti-unifi,"
              "access_point,10.73.5.81,161,0,2026-11-24T02:38:00Z,Lowokwaru,Sumbersari,08,\n"
              "rw08-sumbersari-2,down,timeout,,\"UAP-\"\"nanoHD\"\"\",,Ubiquiti,ubiquiti-unifi,"
              "access_point,10.73.5.81,161,0,2026-11-24T02:38:00Z,Lowokwaru,Sumbersari,08,\n");
        CHECK(daemon.call({"list", "-o", "csv", "--no-headers", "--area", "rw=08"}).out ==
              csv.out.substr(csv.out.find('\n') + 1));
    }

    TEST_CASE("list in json is the daemon's own document, in yaml the same in other words") {
        const Daemon daemon;
        const auto json = boost::json::parse(daemon.call({"list", "-o", "json"}).out);
        CHECK(json.as_array().size() == 5);
        CHECK(json.at(0).at("area").at("rw") == "08");
        const std::string yaml = daemon.call({"list", "-o", "yaml"}).out;
        CHECK(yaml.find("- id: rw08-sumbersari-1\n") == 0);
        CHECK(yaml.find("    rw: \"08\"\n") != std::string::npos);
        CHECK(yaml.find("  model: \"UAP-\\\"nanoHD\\\"\"\n") != std::string::npos);
    }

    TEST_CASE("list --unassigned shows what controllers list and the inventory does not know") {
        const Daemon daemon(api_of(controller_by_hand()));
        const Called table = daemon.call({"list", "--unassigned"});
        CHECK(table.code == 0);
        CHECK(table.err.empty());
        CHECK(table.out ==
              "NAME                 MAC                SERIAL  CONTROLLER  STATE    MODEL   "
              "ADDRESS\n"
              "kota lama            02:1a:1e:00:00:10  CN01    wlc-1       up       AP-635  "
              "10.73.9.11\n"
              "[02:1A:1E:00:00:20]  02:1a:1e:00:00:20          wlc-1       down\n"
              "ap-7                                            wlc-1       unknown\n");
        // As lines of an inventory: names without blanks, areas to be filled in.
        CHECK(
            daemon.call({"list", "--unassigned", "-o", "csv"}).out ==
            "name,kecamatan,kelurahan,rw,mac,serial,controller,seen_state,seen_model,seen_address\n"
            "kota-lama,,,,02:1a:1e:00:00:10,CN01,wlc-1,up,AP-635,10.73.9.11\n"
            "ap-021a1e000020,,,,02:1a:1e:00:00:20,,wlc-1,down,,\n"
            "ap-7,,,,,,wlc-1,unknown,,\n");
        CHECK(daemon.call({"list", "--unassigned", "-o", "name"}).out ==
              "kota-lama\nap-021a1e000020\nap-7\n");
        CHECK(daemon.call({"list", "--unassigned", "--state", "mati", "-o", "name"}).out ==
              "ap-021a1e000020\n");
        CHECK(daemon.call({"list", "--unassigned", "--area", "kecamatan=klojen", "-o", "name"})
                  .out.starts_with("kota-lama\n"));
        CHECK(daemon.call({"list", "--unassigned", "--area", "kecamatan=Sukun"}).out.empty());

        const auto json =
            boost::json::parse(daemon.call({"list", "--unassigned", "-o", "json"}).out);
        REQUIRE(json.as_array().size() == 3);
        CHECK(json.at(0).at("name") == "kota lama");
        CHECK(json.at(2).at("name").is_null());
        CHECK(json.at(2).at("mac").is_null());
        CHECK(json.at(0).at("area").at("rw").is_null());
    }

    TEST_CASE("list --unassigned of one controller, of none, and what cannot be meant so") {
        const Daemon daemon(api_of(controller_by_hand()));
        CHECK(daemon.call({"list", "--unassigned", "--controller", "wlc-1", "-o", "name"})
                  .out.starts_with("kota-lama\n"));
        const Called unknown = daemon.call({"list", "--unassigned", "--controller", "wlc1"});
        CHECK(unknown.code == 1);
        CHECK(unknown.err.find("no device 'wlc1' in the inventory, perhaps 'wlc-1'") !=
              std::string::npos);
        const Called alone = daemon.call({"list", "--controller", "wlc-1"});
        CHECK(alone.code == 2);
        CHECK(alone.err.find("--controller goes with --unassigned") != std::string::npos);

        const Called none = Daemon().call({"list", "--unassigned"});
        CHECK(none.code == 0);
        CHECK(none.out.empty());
        CHECK(none.err == "pantau: every access point that controllers list is in the inventory\n");
    }

    TEST_CASE("show tells all of one device, and whom it takes an unknown one for") {
        const Daemon daemon;
        const Called shown = daemon.call({"show", "rw08-sumbersari-1"});
        CHECK(shown.code == 0);
        CHECK(shown.out.starts_with("rw08-sumbersari-1  10.73.5.81:161  up\n"));
        CHECK(shown.out.find("model    UAP-\"nanoHD\"\n") != std::string::npos);
        CHECK(shown.out.find("clients  34\n") != std::string::npos);
        CHECK(shown.err.empty());
        // Nobody asked it in this Snapshot: the reason stands alone.
        CHECK(daemon.call({"show", "rw08-sumbersari-2"}).err ==
              "pantau: down: no answer in time\n");
        CHECK(daemon.call({"show", "rw08-sumbersari-1", "-o", "name"}).out ==
              "rw08-sumbersari-1\n");
        const auto json =
            boost::json::parse(daemon.call({"show", "rw08-sumbersari-1", "-o", "json"}).out);
        CHECK(json.at("system").at("clients") == 34);
        const Called unknown = daemon.call({"show", "rw08-sumbersari-11"});
        CHECK(unknown.code == 1);
        CHECK(unknown.err.find("perhaps 'rw08-sumbersari-1'") != std::string::npos);
        CHECK(daemon.call({"show"}).code == 2);
    }

    TEST_CASE("an empty list says so and is no failure") {
        const Daemon daemon;
        const Called none = daemon.call({"list", "--state", "degraded"});
        CHECK(none.code == 0);
        CHECK(none.out.empty());
        CHECK(none.err == "pantau: no device is like that\n");
        CHECK(daemon.call({"list", "--state", "degraded", "-o", "json"}).out == "[]\n");
    }

    TEST_CASE("an area may be called anything") {
        const Daemon daemon;
        const Called none = daemon.call({"list", "--area", "kelurahan=Kota Lama & Baru=1?#%"});
        CHECK(none.code == 0);
        CHECK(none.err == "pantau: no device is like that\n");
    }

    TEST_CASE("states are understood in Indonesian, and a wrong one is explained") {
        const Daemon daemon;
        CHECK(daemon.call({"list", "-o", "name", "--state", "mati,terganggu"}).out ==
              "rw08-sumbersari-2\nrw09-sumbersari-1\n");
        const Called wrong = daemon.call({"list", "--state", "dwn"});
        CHECK(wrong.code == 2);
        CHECK(wrong.err.find("there is no state 'dwn'; there are up, degraded, down, unreachable, "
                             "maintenance, unknown; did you mean down?") != std::string::npos);
        const Called area = daemon.call({"list", "--area", "Sumbersari"});
        CHECK(area.code == 2);
        CHECK(area.err.find("--area needs LEVEL=NAME") != std::string::npos);
        const Called level = daemon.call({"list", "--area", "kelurhan=Sumbersari"});
        CHECK(level.code == 2);
        CHECK(level.err.find("perhaps 'kelurahan'") != std::string::npos);
    }

    TEST_CASE("status sums the city up and says what deserves a look") {
        const Daemon daemon;
        const Called status = daemon.call({"status"});
        CHECK(status.code == 0);
        CHECK(status.out ==
              "KECAMATAN  RW  OK  PARTLY  DARK  AP  UP  CLIENTS\n"
              "Klojen      1   1       0     0   1   1        0\n"
              "Lowokwaru   2   0       1     1   3   1       34\n"
              "\n"
              "5 devices: 3 up, 2 down\n"
              "12,345 polls since the start 3 h ago; 99 failed, 2 late, 0 left out\n"
              "1 RW without any working access point; see 'pantau list --state down'\n");
        CHECK(status.err ==
              "pantau: the last reload was refused (5 min ago): an older configuration is in "
              "force; see 'pantau config check'\n");
        const Called csv = daemon.call({"status", "-o", "csv"});
        CHECK(csv.out ==
              "area,sites,ok,degraded,dark,unknown,access_points,up,clients\n"
              "Klojen,1,1,0,0,0,1,1,0\n"
              "Lowokwaru,2,0,1,1,0,3,1,34\n");
        CHECK(boost::json::parse(daemon.call({"status", "-o", "json"}).out).at("schema") ==
              "pantau.status/1");
    }

    TEST_CASE("reload tells what changed") {
        const Daemon daemon(
            {.ok = true, .added = 2, .changed = 1, .removed = 0, .unchanged = 1154, .errors = {}});
        const Called done = daemon.call({"reload", "--wait"});
        CHECK(done.code == 0);
        CHECK(done.out ==
              "the new configuration is in force: 2 devices added, 1 changed, 0 removed, 1,154 as "
              "before\n");
        CHECK(done.err.empty());
        CHECK(boost::json::parse(daemon.call({"reload", "-o", "json"}).out).at("added") == 2);
    }

    TEST_CASE("a refused reload shows every mistake with its caret and fails") {
        const std::string mistake =
            "error: unknown key \"comunity\"\n  --> pantau.yml:7:5\n  |\n7 |   comunity: x\n  |    "
            " ^^^^^^^^\n";
        control::ReloadResult result;
        result.errors = {mistake, "error: another"};
        const Daemon daemon(result);
        const Called refused = daemon.call({"reload"});
        CHECK(refused.code == 1);
        CHECK(refused.out.empty());
        CHECK(refused.err == mistake + "error: another\n" +
                                 "pantau: the new configuration has errors; the old one stays in "
                                 "force\n");
    }

    TEST_CASE("a daemon that is not there is exit code 3 and a way on") {
        for (const char* const verb : {"list", "status", "reload"}) {
            const Called gone = call({verb, "--socket", "/nowhere/control.sock"});
            CHECK(gone.code == 3);
            CHECK(gone.out.empty());
            CHECK(gone.err.find("pantau: cannot reach pantaud at /nowhere/control.sock: it is not "
                                "running or uses another socket") == 0);
        }
    }

    TEST_CASE("the socket is that of --socket, of the configuration, or of the service") {
        const Daemon daemon;
        // Its secrets cannot be read; who asks the daemon need not.
        const std::string config = daemon.directory.write(
            "pantau.yml",
            "control: {socket: control.sock}\ncredentials: {a: {version: 2c, community_file: "
            "/nowhere/secret}}\n");
        CHECK(call({"list", "--config", config, "-o", "name"}).code == 0);
        CHECK(call({"list", "--config", config, "--socket", "/nowhere/s"}).code == 3);
        const Called broken =
            call({"list", "--config", daemon.directory.write("broken.yml", "a: [\n")});
        CHECK(broken.code == 1);
        CHECK(broken.err.find("broken.yml:") != std::string::npos);
        ::setenv("RUNTIME_DIRECTORY", daemon.directory.path().c_str(), 1);
        CHECK(call({"list"}).code == 0);
        ::setenv("RUNTIME_DIRECTORY", "/nowhere", 1);
        CHECK(call({"list"}).err.find("/nowhere/control.sock") != std::string::npos);
        ::unsetenv("RUNTIME_DIRECTORY");
        CHECK(call({"list", "--config", daemon.directory.write("plain.yml", "hierarchy: [rw]\n")})
                  .err.find("/run/pantau/control.sock") != std::string::npos);
    }
}
