#include <doctest/doctest.h>

#include <mutex>

#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

http::Page& add_check(http::Settings& settings, std::string name, std::string path) {
    http::Page page;
    page.name = std::make_shared<const std::string>(std::move(name));
    page.path = std::move(path);
    settings.checks.push_back(std::move(page));
    return settings.checks.back();
}

std::string problem(const Answer& answer, std::string_view check) {
    for (const Problem& one : answer.problems)
        if (one.ask == check) return std::string(name_of(one.reason)) + ": " + one.detail;
    return {};
}

}  // namespace

TEST_SUITE("collectors/http checks") {
    TEST_CASE("named checks are told one by one and leave the page its verdict") {
        const ScriptedServer server([](const Peer& peer) {
            const std::string path = path_of(peer.read_request());
            if (path == "/api") peer.send(ok_page(R"({"state":"ok"})"));
            if (path == "/login") peer.send(ok_page("Kuota habis"));
            if (path == "/gone") peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            if (path == "/") peer.send(ok_page());
        });
        Checking checking;
        http::Settings settings = page(server.url());
        http::JsonTest state;
        state.pointer = "/state";
        state.kind = http::JsonTest::Kind::equals;
        state.text = "ok";
        add_check(settings, "api", "/api").json = {state};
        add_check(settings, "login", "/login").body = *http::Pattern::compile("Selamat");
        add_check(settings, "gone", "/gone");
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "ok");
        CHECK(fact(answer, "status") == 200.0);
        CHECK(check_success(answer, "status") == 1.0);
        CHECK(check_success(answer, "api") == 1.0);
        CHECK(check_success(answer, "login") == 0.0);
        CHECK(check_success(answer, "gone") == 0.0);
        CHECK(problem(answer, "api").empty());
        CHECK(problem(answer, "login") == "content: the body does not match Selamat");
        CHECK(problem(answer, "gone") == "status: status 404 instead of 200");
        CHECK(checking.requests() == 4);
    }

    TEST_CASE("a server that gave no answer is not asked again in that visit") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        http::Settings settings = page("http://127.0.0.1:" + std::to_string(free_port()) + "/");
        add_check(settings, "beside", "/x");
        add_check(settings, "elsewhere", "").url = server.url();
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "refused");
        CHECK(check_success(answer, "beside") == std::nullopt);
        CHECK(check_success(answer, "elsewhere") == 1.0);
        CHECK(checking.requests() == 2);
    }

    TEST_CASE(
        "the pages of one server share a connection within a visit, and the last one ends it") {
        std::vector<std::string> requests;
        const ScriptedServer server([&](const Peer& peer) {
            for (std::string request = peer.read_request(); !request.empty();
                 request = peer.read_request()) {
                requests.push_back(request);
                peer.send(ok_page(path_of(request)));
            }
        });
        Checking checking;
        http::Settings settings = page(server.url());
        for (const char* path : {"/a", "/b", "/c"})
            add_check(settings, path + 1, path).body = *http::Pattern::compile(path);
        const std::unique_ptr<Session> session = checking.open(settings);
        for (std::size_t visit = 1; visit <= 2; ++visit) {
            const Answer answer = checking.finish(*session);
            CHECK(outcome(answer) == "ok");
            for (const char* name : {"a", "b", "c"})
                CHECK(check_success(answer, name) == 1.0);
            CHECK(server.connections() == visit);
            REQUIRE(requests.size() == visit * 4);
            CHECK(requests.back().find("Connection: close\r\n") != std::string::npos);
            CHECK(requests[0].find("Connection: close\r\n") == std::string::npos);
        }
    }

    TEST_CASE("a server that closes after each answer, or hangs in the second, is told as it is") {
        for (const bool hangs : {false, true}) {
            CAPTURE(hangs);
            const ScriptedServer server([&](const Peer& peer) {
                (void)peer.read_request();
                peer.send(ok_page());
                if (hangs) peer.wait_for_close();
            });
            Checking checking;
            http::Settings settings = page(server.url());
            settings.timeout = std::chrono::milliseconds(300);
            add_check(settings, "a", "/a");
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == "ok");
            CHECK(check_success(answer, "a") == (hangs ? 0.0 : 1.0));
            if (hangs) CHECK(problem(answer, "a") == "timeout: waited 0.3 s for an answer");
        }
    }

    TEST_CASE("the body decides when it is looked into") {
        struct Row {
            const char* what;
            std::string reply;
            const char* outcome;
            std::optional<double> content;
        };
        const std::string packed = "Content-Encoding: gzip\r\n";
        const Row rows[] = {
            {"it is there", ok_page("<h1>Selamat</h1>"), "ok", 1.0},
            {"it is not", ok_page("<h1>Login</h1>"), "content", 0.0},
            {"what must not be there is", ok_page("Selamat, error"), "content", 0.0},
            {"the body is too large", ok_page(std::string(2000, 'x')), "too_large", 0.0},
            {"the body is packed", ok_page("Selamat", packed), "content", 0.0},
            {"the coding is none", ok_page("Selamat", "Content-Encoding: identity\r\n"), "ok", 1.0},
            {"the body is of odd bytes", ok_page("\xff\xfe\x01Selamat\xff"), "ok", 1.0},
            {"the status is wrong", "HTTP/1.1 500 x\r\nContent-Length: 7\r\n\r\nSelamat", "status",
             std::nullopt},
        };
        for (const Row& row : rows) {
            CAPTURE(row.what);
            const ScriptedServer server(reply(row.reply));
            Checking checking;
            http::Settings settings = page(server.url());
            settings.body = *http::Pattern::compile("Selamat");
            settings.body_lacks = *http::Pattern::compile("(?i)ERROR");
            settings.body_most = 1000;
            const Answer answer = checking.check(settings);
            CHECK(outcome(answer) == row.outcome);
            CHECK(check_success(answer, "content") == row.content);
        }
    }

    TEST_CASE("an expression that ruins others costs its length") {
        const ScriptedServer server(reply(ok_page(std::string(200'000, 'a'))));
        Checking checking;
        http::Settings settings = page(server.url());
        settings.body = *http::Pattern::compile("(a*)*(a|aa)+(a|b|ab)*c$");
        const auto start = std::chrono::steady_clock::now();
        CHECK(outcome(checking.check(settings)) == "content");
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    }

    TEST_CASE("method, headers and body of the request are sent as they are configured") {
        std::string request;
        Checking checking;
        {
            const ScriptedServer server([&](const Peer& peer) {
                request = peer.read_request();
                peer.send(ok_page());
            });
            http::Settings settings = page(server.url("/ubus"));
            settings.method = http::Method::post;
            settings.send = "{}";
            settings.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        CHECK(request.starts_with("POST /ubus HTTP/1.1\r\n"));
        CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
        CHECK(request.find("X-Empty:\r\n") != std::string::npos);
        CHECK(request.find("Content-Length: 2\r\n") != std::string::npos);
        CHECK(request.find("Expect:") == std::string::npos);
    }
}
