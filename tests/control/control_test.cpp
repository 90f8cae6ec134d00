// The control socket from end to end: routes, server and client together.
#include <doctest/doctest.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstring>
#include <thread>

#include "base/guarded.hpp"
#include "base/log.hpp"
#include "control/api.hpp"
#include "control/client.hpp"
#include "control/fleet_by_hand.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::control;
using namespace pantau::test;
using namespace std::chrono_literals;

namespace {

Api api(ReloadResult reload_result) {
    Api some;
    some.snapshot = [] {
        return snapshot_of(
            {{"rw08-sumbersari-1", {"Lowokwaru", "Sumbersari", "08"}},
             {"rw01-kauman-1", {"Klojen", "Kauman", "01"}, HealthState::unknown, {}}});
    };
    some.extras = [] { return StatusExtras{}; };
    some.reload = [reload_result](auto reply) {
        // As in the daemon, files are read on a thread of their own.
        std::thread([reload_result, reply = std::move(reply)] { reply(reload_result); }).detach();
    };
    return some;
}

struct Running {
    TemporaryDirectory directory;
    std::string path = directory.path() + "/control.sock";
    RunningServer server;

    explicit Running(ReloadResult reload_result = {})
        : server(web::control_options(path), control_routes(api(std::move(reload_result)))) {}

    HttpResponse call(std::string_view method, const std::string& target) {
        auto answer = control_call(path, method, "/control/v1/" + target, "", 20s);
        INFO((answer ? "" : answer.error().detail));
        REQUIRE(answer.has_value());
        return *answer;
    }
};

boost::json::value parsed(const HttpResponse& response) {
    return boost::json::parse(*response.body);
}

/// A listening unix socket that reads nothing and sends `answer` to the first client.
class FakeDaemon {
public:
    FakeDaemon(const std::string& path, std::string answer) : answer_(std::move(answer)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(fd_, 1) == 0);
        thread_ = std::thread([this] {
            const int client = ::accept(fd_, nullptr, nullptr);
            if (client < 0) return;
            char request[4096];
            static_cast<void>(::recv(client, request, sizeof request, 0));
            static_cast<void>(::send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL));
            if (!answer_.empty()) ::shutdown(client, SHUT_WR);
            // Until the client has gone.
            static_cast<void>(::recv(client, request, sizeof request, 0));
            ::close(client);
        });
    }
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;
    ~FakeDaemon() {
        thread_.join();
        ::close(fd_);
    }

private:
    const std::string answer_;
    int fd_ = -1;
    std::thread thread_;
};

}  // namespace

TEST_SUITE("control") {
    TEST_CASE("the CLI asks for version, status, devices and one device") {
        Running running;
        CHECK(parsed(running.call("GET", "version")).as_object().contains("revision"));
        CHECK(parsed(running.call("GET", "status")).at("devices") == 2);
        const HttpResponse devices = running.call("GET", "devices?state=unknown");
        CHECK(devices.content_type == "application/json");
        CHECK(parsed(devices).as_array().size() == 1);
        CHECK(parsed(running.call("GET", "devices?kelurahan=" + percent_encoded("Kauman")))
                  .at(0)
                  .at("id") == "rw01-kauman-1");

        const auto one = parsed(running.call("GET", "device?id=rw08-sumbersari-1"));
        CHECK(one.at("schema") == "pantau.observation/1");
        CHECK(one.at("health").at("state") == "up");
        const auto unvisited = parsed(running.call("GET", "device?id=rw01-kauman-1"));
        CHECK(unvisited.at("health").at("state") == "unknown");
        CHECK(unvisited.at("access_points").as_array().empty());
    }

    TEST_CASE("wrong questions are answered in words") {
        struct Case {
            std::string method;
            std::string target;
            unsigned status;
            std::string error;
        };
        const Case cases[] = {
            {"GET", "device?id=rw08-sumbersari-2", 404,
             "no device 'rw08-sumbersari-2' in the inventory, perhaps 'rw08-sumbersari-1'"},
            {"GET", "device", 400, "give one parameter: id"},
            {"GET", "devices?state=dead", 400,
             "unknown state 'dead'; known are up, degraded, down, unreachable, maintenance, "
             "unknown"},
        };
        Running running;
        for (const Case& c : cases) {
            CAPTURE(c.target);
            const HttpResponse answer = running.call(c.method, c.target);
            CHECK(answer.status == c.status);
            CHECK(parsed(answer).at("error") == boost::json::value(c.error));
        }
        CHECK(running.call("GET", "reload").status == 405);
        CHECK(running.call("GET", "nothing").status == 404);
    }

    TEST_CASE("a reload waits for its result and is logged with who asked") {
        Guarded<std::string> lines;
        set_log_sink([&lines](std::string_view line) {
            lines.with([line](std::string& all) { all.append(line).append("\n"); });
        });
        {
            Running running({true, 3, 2, 1, 1100, {}});
            const HttpResponse answer = running.call("POST", "reload");
            CHECK(answer.status == 200);
            CHECK(*answer.body ==
                  R"({"ok":true,"added":3,"changed":2,"removed":1,"unchanged":1100})");
        }
        set_log_sink({});
        const std::string log = lines.with([](std::string& all) { return all; });
        CHECK(log.find("control_request") != std::string::npos);
        CHECK(log.find("uid=" + std::to_string(::getuid())) != std::string::npos);
        CHECK(log.find("pid=" + std::to_string(::getpid())) != std::string::npos);
    }

    TEST_CASE("a refused reload brings every error") {
        Running running({false, 0, 0, 0, 0, {"a.yml:3:1: unknown key \"comunity\"", "b.csv:9: …"}});
        const HttpResponse answer = running.call("POST", "reload");
        CHECK(answer.status == 409);
        CHECK(parsed(answer).at("ok") == false);
        CHECK(parsed(answer).at("errors").at(0) == "a.yml:3:1: unknown key \"comunity\"");
        CHECK(parsed(answer).at("errors").as_array().size() == 2);
    }

    TEST_CASE("without a daemon the client says so") {
        const TemporaryDirectory directory;
        const std::string path = directory.path() + "/control.sock";
        const auto missing = control_call(path, "GET", "/", "", 1s);
        REQUIRE_FALSE(missing.has_value());
        CHECK(missing.error().reason == Reason::refused);
        CHECK(missing.error().detail.starts_with("pantaud is not running or uses another socket"));
        CHECK(missing.error().where == path);

        CHECK(control_call(directory.write("file", "x"), "GET", "/", "", 1s).error().reason ==
              Reason::refused);
        CHECK(control_call(std::string(200, 'x'), "GET", "/", "", 1s).error().reason ==
              Reason::local);
        CHECK(control_call("", "GET", "/", "", 1s).error().reason == Reason::local);
    }

    TEST_CASE("without permission the client names the group to join") {
        Running running;
        REQUIRE(::chmod(running.path.c_str(), 0) == 0);
        // Root may do everything; on this thread, for files, be nobody for a moment.
        const int before = ::setfsuid(65534);
        const auto answer = control_call(running.path, "GET", "/", "", 1s);
        ::setfsuid(static_cast<uid_t>(before));
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().reason == Reason::auth);
        CHECK(answer.error().detail.find("join the group ") != std::string::npos);
    }

    TEST_CASE("a daemon that does not answer, or answers nonsense, is told apart") {
        struct Case {
            std::string name;
            std::string answer;
            Reason reason;
        };
        const Case cases[] = {
            {"silence", "", Reason::timeout},
            {"nonsense", "220 mail.example ESMTP\r\n", Reason::malformed},
            {"no status of HTTP", "HTTP/1.1 020 OK\r\nContent-Length: 0\r\n\r\n",
             Reason::malformed},
            {"half a header", "HTTP/1.1 200 OK\r\nContent-", Reason::malformed},
            {"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Reason::malformed},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            const TemporaryDirectory directory;
            const std::string path = directory.path() + "/s";
            const FakeDaemon daemon(path, c.answer);
            const auto answer = control_call(path, "GET", "/", "", c.answer.empty() ? 100ms : 20s);
            REQUIRE_FALSE(answer.has_value());
            CHECK(answer.error().reason == c.reason);
        }
    }

    TEST_CASE("an answer of many megabytes arrives whole") {
        const TemporaryDirectory directory;
        const auto large = std::make_shared<const std::string>(20'000'000, 'x');
        RunningServer running(web::control_options(directory.path() + "/s"),
                              {{"GET", "/", [large](const HttpRequest&, const HttpReply& reply) {
                                    HttpResponse response;
                                    response.body = large;
                                    reply(response);
                                }}});
        const auto answer = control_call(directory.path() + "/s", "GET", "/", "", 20s);
        REQUIRE(answer.has_value());
        CHECK(*answer->body == *large);
    }

    TEST_CASE("text becomes part of a target") {
        CHECK(percent_encoded("Kota Lama&x=1/2") == "Kota%20Lama%26x%3D1%2F2");
        CHECK(percent_encoded("\xC3\xA9") == "%C3%A9");
        CHECK(percent_encoded("a-b_c.~") == "a-b_c.~");
    }
}
