#include <doctest/doctest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "collectors/http/kind.hpp"
#include "collectors_http/checking.hpp"
#include "fakes/replies.hpp"
#include "fakes/scripted_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

using Script = ScriptedServer::Script;

void send_much(const Peer& peer, std::size_t bytes) {
    const std::string piece(64 << 10, 'x');
    for (std::size_t sent = 0; sent < bytes; sent += piece.size()) {
        if (!peer.send(piece)) return;
    }
}

/// Sends one byte at a time until the other side is tired of it.
void drip(const Peer& peer) {
    while (peer.send("x")) {
        ::poll(nullptr, 0, 20);  // the pace of the drip, not a wait of the test
    }
}

std::string header_of(std::size_t bytes) {
    return "HTTP/1.1 200 OK\r\nX-Big: " + std::string(bytes, 'h') + "\r\n\r\n";
}

std::string many_headers() {
    std::string text = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 2000; ++i)
        text += "X-Header-" + std::to_string(i) + ": 0123456789\r\n";
    return text + "\r\n";
}

std::string endless_continue() {
    std::string text;
    for (int i = 0; i < 4000; ++i)
        text += "HTTP/1.1 100 Continue\r\n\r\n";
    return text;
}

struct Row {
    const char* what;
    Script script;
    const char* outcome;
    std::optional<double> status;
};

void check_rows(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ScriptedServer server(row.script);
        Checking checking;
        const Answer answer = checking.check(page(server.url()));
        CHECK(outcome(answer) == row.outcome);
        if (row.status) CHECK(fact(answer, "status") == row.status);
        CHECK(answer.collector == http_kind().info);
        CHECK(server.connections() == 1);
        if (answer.error) {
            CAPTURE(to_string(*answer.error));
            CHECK_FALSE(answer.error->detail.empty());
            CHECK(answer.error->where == server.url());
        }
    }
}

}  // namespace

TEST_SUITE("collectors/http") {
    TEST_CASE("a page is fine in every form HTTP allows, however long it is") {
        check_rows({
            {"a page", reply(ok_page()), "ok", 200},
            {"an empty page", reply(ok_page("")), "ok", 200},
            {"a page without length", reply_and_close("HTTP/1.0 200 OK\r\n\r\nhello"), "ok", 200},
            {"a chunked page",
             reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
             "ok", 200},
            {"lines that end in LF alone", reply_and_close("HTTP/1.0 200 OK\nServer: x\n\nhello"),
             "ok", 200},
            {"a body of 10 MB",
             [](const Peer& peer) {
                 (void)peer.read_request();
                 peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
                 send_much(peer, 10'000'000);
             },
             "ok", 200},
            {"a body without end",
             [](const Peer& peer) {
                 (void)peer.read_request();
                 peer.send("HTTP/1.1 200 OK\r\n\r\n");
                 send_much(peer, 1u << 30);
             },
             "ok", 200},
            {"a gzip body that is none",
             reply("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
             "ok", 200},
        });
    }

    TEST_CASE("another status than the expected one fails") {
        check_rows({
            {"not found", reply("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "status",
             404},
            {"a server error", reply("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "status",
             500},
            {"a redirect",
             reply("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n"
                   "Content-Length: 0\r\n\r\n"),
             "redirect", 302},
            {"a redirect to nowhere", reply("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n"),
             "redirect", 301},
        });
    }

    TEST_CASE("whether the status was right is told, unless there was none") {
        const ScriptedServer server(reply("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        Checking checking;
        http::Settings settings = page(server.url());
        CHECK(check_success(checking.check(settings), "status") == 0.0);
        settings.expect = {{404, 404}};
        const Answer right = checking.check(settings);
        CHECK(check_success(right, "status") == 1.0);
        CHECK(check_success(right, "certificate") == std::nullopt);
        const ScriptedServer redirecting(
            reply("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"));
        CHECK(check_success(checking.check(page(redirecting.url())), "status") == 0.0);
        const Answer nothing =
            checking.check(page("http://127.0.0.1:" + std::to_string(free_port()) + "/"));
        CHECK(check_success(nothing, "status") == std::nullopt);
    }

    TEST_CASE("what is not HTTP is malformed, wherever it breaks") {
        check_rows({
            {"closed without a word", [](const Peer& peer) { (void)peer.read_request(); },
             "malformed", std::nullopt},
            {"reset without a word",
             [](const Peer& peer) {
                 (void)peer.read_request();
                 peer.reset();
             },
             "malformed", std::nullopt},
            {"garbage", reply_and_close("\x01\x02\xff\xfe garbage\r\n\r\n"), "malformed",
             std::nullopt},
            {"HTTP 0.9", reply_and_close("<html>hello</html>"), "malformed", std::nullopt},
            {"another protocol", reply_and_close("SSH-2.0-dropbear\r\n"), "malformed",
             std::nullopt},
            {"a broken chunk",
             reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"),
             "malformed", 200},
            {"a body that ends early",
             reply_and_close("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"), "malformed",
             200},
            {"a body that is reset",
             [](const Peer& peer) {
                 (void)peer.read_request();
                 peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                 peer.reset();
             },
             "malformed", std::nullopt},
        });
    }

    TEST_CASE("headers have a limit in every direction") {
        check_rows({
            {"one header of 64 KiB", reply(header_of(64 << 10)), "too_large", std::nullopt},
            {"one header of 300 KiB", reply(header_of(300 << 10)), "too_large", std::nullopt},
            {"2,000 headers", reply(many_headers()), "too_large", std::nullopt},
            {"100 Continue without end", reply(endless_continue()), "too_large", std::nullopt},
        });
    }

    TEST_CASE("what is expected can be any status") {
        const ScriptedServer server(reply("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        Checking checking;
        http::Settings settings = page(server.url());
        settings.expect = {{200, 200}, {400, 499}};
        CHECK(outcome(checking.check(settings)) == "ok");
    }

    TEST_CASE("an expected redirect is fine and is not followed") {
        const ScriptedServer trap(reply(ok_page()));
        const ScriptedServer server(reply("HTTP/1.1 302 Found\r\nLocation: " + trap.url() +
                                          "\r\nContent-Length: 0\r\n\r\n"));
        Checking checking;
        http::Settings settings = page(server.url());
        CHECK(outcome(checking.check(settings)) == "redirect");
        settings.expect = {{302, 302}};
        CHECK(outcome(checking.check(settings)) == "ok");
        CHECK(trap.connections() == 0);
    }

    TEST_CASE("a redirect says where to, without what follows the question mark") {
        const ScriptedServer server(reply_and_close(
            "HTTP/1.1 302 Found\r\nlocation:  https://x/login?token=s3cret\x1b[31m\r\n\r\n"));
        Checking checking;
        const Answer answer = checking.check(page(server.url("/a?key=s3cret")));
        REQUIRE(answer.error);
        CHECK(answer.error->detail == "status 302 leads to https://x/login instead of 200");
        CHECK(answer.error->where == server.url("/a"));
    }

    TEST_CASE("a closed port is refused") {
        Checking checking;
        const Answer answer =
            checking.check(page("http://127.0.0.1:" + std::to_string(free_port()) + "/"));
        CHECK(outcome(answer) == "refused");
        CHECK(fact(answer, "status") == std::nullopt);
        CHECK(fact(answer, "phases.connect") == std::nullopt);
    }

    TEST_CASE("a server that never answers costs no more than the timeout") {
        const ScriptedServer server([](const Peer& peer) { peer.wait_for_close(); });
        Checking checking;
        http::Settings settings = page(server.url());
        settings.timeout = std::chrono::milliseconds(200);
        const auto start = std::chrono::steady_clock::now();
        const Answer answer = checking.check(settings);
        CHECK(outcome(answer) == "timeout");
        CHECK(answer.error->detail == "waited 0.2 s for an answer");
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
        CHECK(fact(answer, "phases.connect").has_value());
        CHECK(fact(answer, "phases.processing") == std::nullopt);
    }

    TEST_CASE("a slow drip ends at the deadline, in headers and in the body") {
        for (const char* beginning : {"HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 200 OK\r\n\r\n"}) {
            CAPTURE(beginning);
            const ScriptedServer server([&](const Peer& peer) {
                (void)peer.read_request();
                peer.send(beginning);
                drip(peer);
            });
            Checking checking;
            const Answer answer =
                checking.check(page(server.url()), std::chrono::milliseconds(300));
            CHECK(outcome(answer) == "timeout");
        }
    }

    TEST_CASE("an answer tells its phases") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        const Answer answer = checking.check(page(server.url()));
        CHECK(fact(answer, "phases.resolve") == 0.0);
        CHECK(fact(answer, "phases.tls") == 0.0);
        for (const char* phase : {"phases.connect", "phases.processing", "phases.transfer"}) {
            CAPTURE(phase);
            REQUIRE(fact(answer, phase).has_value());
            CHECK(*fact(answer, phase) >= 0.0);
        }
        CHECK(fact(answer, "certificate_expiry") == std::nullopt);
        CHECK(answer.duration > Duration::zero());
    }

    TEST_CASE("the request is a plain GET or HEAD") {
        std::string request;
        Checking checking;
        {
            const ScriptedServer server([&](const Peer& peer) {
                request = peer.read_request();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
            });
            http::Settings settings = page(server.url("/status?x=1"));
            settings.method = http::Method::head;
            CHECK(outcome(checking.check(settings)) == "ok");
        }
        CHECK(request.starts_with("HEAD /status?x=1 HTTP/1.1\r\n"));
        CHECK(request.find("Accept-Encoding") == std::string::npos);
        CHECK(request.find("Connection: close\r\n") != std::string::npos);
        CHECK(checking.requests() == 1);
    }

    TEST_CASE("a name is resolved, and a name that is none says so") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        const std::string port = std::to_string(server.port());
        const Answer found = checking.check(page("http://localhost:" + port + "/"));
        CHECK(outcome(found) == "ok");
        CHECK(*fact(found, "phases.resolve") >= 0.0);
        const Answer lost = checking.check(page("http://no-such-name.invalid:" + port + "/"));
        CHECK(outcome(lost) == "name_resolution");
    }

    TEST_CASE("a proxy of the environment is ignored") {
        const ScriptedServer trap(reply(ok_page()));
        ::setenv("http_proxy", trap.url().c_str(), 1);
        ::setenv("all_proxy", trap.url().c_str(), 1);
        Checking checking;
        const ScriptedServer server(reply(ok_page()));
        CHECK(outcome(checking.check(page(server.url()))) == "ok");
        ::unsetenv("http_proxy");
        ::unsetenv("all_proxy");
        CHECK(trap.connections() == 0);
    }

    TEST_CASE("without a URL the device's own address is asked") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        http::Settings settings;
        settings.path = "/status";
        settings.port = server.port();
        CHECK(outcome(checking.check(settings)) == "ok");
    }

    TEST_CASE("settings that are off, or none, open no session") {
        Checking checking;
        http::Settings settings;
        settings.enabled = false;
        CHECK(checking.open(settings) == nullptr);
    }

    TEST_CASE("a session that ends early takes its check with it") {
        const ScriptedServer server([](const Peer& peer) { peer.wait_for_close(); });
        Checking checking;
        std::unique_ptr<Session> session = checking.open(page(server.url()));
        session->collect(nullptr, std::chrono::steady_clock::now() + std::chrono::seconds(10),
                         [](Answer) { FAIL("Done after the end"); });
        while (server.connections() == 0)
            checking.loop.run_one_for(std::chrono::milliseconds(5));
        session.reset();
        checking.loop.run_for(std::chrono::milliseconds(20));
        CHECK(server.connections() == 1);
    }

    TEST_CASE("a session may end inside its own Done, or start the next check there") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        std::unique_ptr<Session> session = checking.open(page(server.url()));
        int checks = 0;
        const MonoTime deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        std::function<void(Answer)> again = [&](Answer answer) {
            CHECK(outcome(answer) == "ok");
            if (++checks < 3) {
                session->collect(nullptr, deadline, again);
                return;
            }
            session.reset();
            checking.loop.stop();
        };
        session->collect(nullptr, deadline, again);
        checking.loop.run_for(std::chrono::seconds(20));
        CHECK(checks == 3);
    }

    TEST_CASE("400 checks at once all end, though only 256 run together") {
        std::atomic<int> together{0};
        std::atomic<int> most{0};
        const ScriptedServer server([&](const Peer& peer) {
            const int now = ++together;
            for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
            }
            (void)peer.read_request();
            --together;
            peer.send(ok_page());
        });
        Checking checking;
        std::vector<std::unique_ptr<Session>> sessions;
        int ok = 0;
        int done = 0;
        for (int i = 0; i < 400; ++i) {
            sessions.push_back(checking.open(page(server.url())));
            sessions.back()->collect(nullptr,
                                     std::chrono::steady_clock::now() + std::chrono::seconds(20),
                                     [&](Answer answer) {
                                         if (answer.ok()) ++ok;
                                         if (++done == 400) checking.loop.stop();
                                     });
        }
        checking.loop.run_for(std::chrono::seconds(30));
        CHECK(ok == 400);
        CHECK(most <= 256);
    }

    TEST_CASE("checks that meet silence do not hold up the others") {
        const ScriptedServer silent([](const Peer& peer) { peer.wait_for_close(); });
        const ScriptedServer living([](const Peer& peer) {
            (void)peer.read_request();
            peer.send(ok_page());
        });
        Checking checking;
        std::vector<std::unique_ptr<Session>> sessions;
        const MonoTime deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        int silent_ended = 0;
        for (int i = 0; i < 300; ++i) {
            sessions.push_back(checking.open(page(silent.url())));
            sessions.back()->collect(nullptr, deadline, [&](const Answer&) { ++silent_ended; });
        }
        std::string seen;
        sessions.push_back(checking.open(page(living.url())));
        sessions.back()->collect(nullptr, deadline, [&](const Answer& answer) {
            seen = outcome(answer);
            checking.loop.stop();
        });
        checking.loop.run_for(std::chrono::seconds(10));
        CHECK(seen == "ok");
        CHECK(silent_ended == 0);
    }

    TEST_CASE("checks that find no place before their deadline blame us, not the device") {
        const ScriptedServer server([](const Peer& peer) { peer.wait_for_close(); });
        Checking checking;
        std::vector<std::unique_ptr<Session>> sessions;
        std::map<std::string, int> outcomes;
        int done = 0;
        const MonoTime deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
        for (int i = 0; i < 300; ++i) {
            sessions.push_back(checking.open(page(server.url())));
            sessions.back()->collect(nullptr, deadline, [&](Answer answer) {
                ++outcomes[outcome(answer)];
                if (++done == 300) checking.loop.stop();
            });
        }
        checking.loop.run_for(std::chrono::seconds(30));
        CHECK(done == 300);
        CHECK(outcomes["timeout"] + outcomes["overload"] == 300);
        CHECK(outcomes["overload"] >= 1);
    }

    TEST_CASE("a waiting check that is given up leaves the queue") {
        const ScriptedServer server([](const Peer& peer) { peer.wait_for_close(); });
        Checking checking;
        std::vector<std::unique_ptr<Session>> sessions;
        for (int i = 0; i < 300; ++i) {
            sessions.push_back(checking.open(page(server.url())));
            sessions.back()->collect(
                nullptr, std::chrono::steady_clock::now() + std::chrono::milliseconds(100),
                [](Answer) { FAIL("Done after the end"); });
        }
        sessions.clear();
        checking.loop.run_for(std::chrono::milliseconds(150));
    }

    TEST_CASE("no free file descriptor is our fault") {
        const ScriptedServer server(reply(ok_page()));
        Checking checking;
        rlimit before{};
        ::getrlimit(RLIMIT_NOFILE, &before);
        const std::unique_ptr<Session> session = checking.open(page(server.url()));
        rlimit none = before;
        none.rlim_cur = 3;
        ::setrlimit(RLIMIT_NOFILE, &none);
        const Answer answer = checking.finish(*session);
        ::setrlimit(RLIMIT_NOFILE, &before);
        CHECK(outcome(answer) == "local");
    }
}
