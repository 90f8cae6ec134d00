// A silent access point, and a daemon that is killed, stopped and started around it.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <filesystem>

#include "daemon_by_hand.hpp"
#include "fakes/scripted_server.hpp"
#include "storage/history_store.hpp"

namespace pantau::test {
namespace {

using namespace std::chrono_literals;

const TimeZone jakarta = TimeZone::named("Asia/Jakarta").value();

/// A page that tells how many people are at the access point.
class Counter {
public:
    std::atomic<int> clients{0};

    [[nodiscard]] std::string url() const { return server_.url(); }

private:
    void serve(const Peer& peer) const {
        while (!peer.read_request().empty()) {
            const std::string body = "{\"clients\": " + std::to_string(clients) + "}";
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body);
        }
    }

    ScriptedServer server_{[this](const Peer& peer) { serve(peer); }};
};

std::string configuration(const TemporaryDirectory& folder, std::uint16_t port,
                          const Counter& counter) {
    folder.write("profiles/counted.yml",
                 "profile: counted\nrole: access_point\nhttp:\n  scalars:\n"
                 "    ap.clients: /#/clients\n");
    folder.write("a.yml",
                 "devices:\n- {name: lonely, address: 127.0.0.1, credential: none, "
                 "rw: 08, profile: counted, http_url: \"" +
                     counter.url() + "\"}\n");
    return folder.write(
        "pantau.yml",
        settings_text(port, "profiles: [" + profiles +
                                ", profiles]\n"
                                "history: {write_interval: 5s}\n"
                                "poll: {interval: 1s, timeout: 500ms, retries: 0, workers: 1}\n"
                                "inventory: [a.yml]\n"));
}

/// What three weeks and the last three hours but for some seconds have left.
void leave_a_history(const std::string& path) {
    KnownUse use;
    use.ap = "lonely";
    const WallTime now = std::chrono::system_clock::now();
    const std::int32_t today = jakarta.day_of(now).number;
    use.since = today - 21;
    for (int hour = 0; hour < static_cast<int>(UsualWeek::hours); ++hour) {
        for (int week = 0; week < 3; ++week)
            use.usual.learn(hour, 200);
    }
    use.missed = {Silence::missed_to_tell, Silence::quiet_to_tell - 3s, now};
    const auto database = Database::open(path);
    REQUIRE(database);
    HistoryStore store(*database, jakarta);
    REQUIRE(database->execute("BEGIN"));
    REQUIRE(store.write(std::span(&use, 1), today));
    REQUIRE(database->execute("COMMIT"));
}

Missed missed_in(const std::string& path) {
    const auto database = Database::open_read_only(path);
    if (!database) return {};
    const auto uses = HistoryStore(*database, jakarta).uses();
    return uses && uses->size() == 1 ? uses->front().missed : Missed{};
}

/// The first word on it; -1: none came.
double first_word(const Daemon& daemon) {
    double word = -1;
    (void)eventually([&] {
        const auto words = by_ap(daemon.metrics(), "pantau_ap_silent");
        const auto found = words.find("lonely");
        if (found != words.end()) word = found->second;
        return word >= 0;
    });
    return word;
}

bool becomes(const Daemon& daemon, double word) {
    return eventually([&] { return first_word(daemon) == word; });
}

}  // namespace

TEST_SUITE("daemon/silent") {
    TEST_CASE("a silent access point stays silent over a kill, a stop and a start") {
        Counter counter;
        const TemporaryDirectory folder;
        const std::uint16_t port = free_port();
        const std::string config = configuration(folder, port, counter);
        const std::string history = folder.path() + "/state/history.db";
        std::filesystem::create_directory(folder.path() + "/state");
        leave_a_history(history);
        {
            Daemon daemon(config, port);
            REQUIRE(daemon.becomes_ready());
            CHECK(becomes(daemon, 1));
            CHECK(daemon.process().wait_for_output("id=access_point_silent"));
            REQUIRE(eventually([&] { return missed_in(history).quiet >= Silence::quiet_to_tell; }));
            daemon.process().signal(SIGKILL);
            CHECK(daemon.process().wait() == 128 + SIGKILL);
        }
        {
            Daemon daemon(config, port);
            REQUIRE(daemon.becomes_ready());
            CHECK(first_word(daemon) == 1);
            daemon.process().signal(SIGTERM);
            CHECK(daemon.process().wait() == 0);
        }
        Daemon daemon(config, port);
        REQUIRE(daemon.becomes_ready());
        CHECK(first_word(daemon) == 1);
        counter.clients = 7;
        CHECK(becomes(daemon, 0));
        // Somebody was there: that is known to the next run, too.
        CHECK(eventually([&] { return missed_in(history).quiet == 0s; }));
    }
}

}  // namespace pantau::test
