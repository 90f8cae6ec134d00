#include "exporters/web/server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "exporters_web/raw_client.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

std::vector<HttpRoute> simple_routes() {
    return {answering("GET", "/metrics", "pantau_ap_up 1\n"),
            answering("POST", "/act", "done\n"),
            answering("GET", "/act", "what\n"),
            {"POST", "/echo",
             [](const HttpRequest& request, const HttpReply& reply) {
                 reply(HttpResponse::text(200, request.body));
             }},
            {"GET", "/show", [](const HttpRequest& request, const HttpReply& reply) {
                 std::string words = request.method + " " + request.path;
                 for (const auto& [name, value] : request.query)
                     words += "|" + name + "=" + value;
                 const std::string* agent = request.header("user-agent");
                 if (agent != nullptr) words += "|" + *agent;
                 reply(HttpResponse::text(200, words));
             }}};
}

}  // namespace

TEST_SUITE("exporters/web/server") {
    TEST_CASE("curl gets a page over IPv4, and the connection is used again") {
        SKIP_WITHOUT("curl");
        RunningServer running(any_port(), simple_routes());
        const Finished done = run({"curl", "-sS", "-w", "%{http_code} %{num_connects}\n",
                                   running.url("/metrics"), running.url("/metrics")});
        CHECK(done.out == "pantau_ap_up 1\n200 1\npantau_ap_up 1\n200 0\n");
        CHECK(done.err == "");
        CHECK(running.server().counters().accepted == 1);
        CHECK(running.server().counters().requests == 2);
    }

    TEST_CASE("a request and its answer are as HTTP wants them") {
        struct Case {
            std::string name;
            std::string request;
            int status;
            std::string body;
        };
        const std::string host = "Host: pantau\r\n";
        const Case cases[] = {
            {"plain", "GET /metrics HTTP/1.1\r\n" + host + "\r\n", 200, "pantau_ap_up 1\n"},
            {"HEAD has no body", "HEAD /metrics HTTP/1.1\r\n" + host + "\r\n", 200, ""},
            {"HTTP/1.0 needs no Host", "GET /metrics HTTP/1.0\r\n\r\n", 200, "pantau_ap_up 1\n"},
            {"absolute form", "GET http://pantau/metrics HTTP/1.1\r\n" + host + "\r\n", 200,
             "pantau_ap_up 1\n"},
            {"decoding",
             "GET /sho%77?kelurahan=Sumber%20sari&rw=08&a+b=c%2Bd HTTP/1.1\r\n" + host +
                 "User-AGENT: x\r\n\r\n",
             200, "GET /show|kelurahan=Sumber sari|rw=08|a b=c+d|x"},
            {"POST where a route says so",
             "POST /act HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", 200, "done\n"},
            {"unknown path", "GET /nothing HTTP/1.1\r\n" + host + "\r\n", 404,
             "Not found. / shows what there is.\n"},
            {"a path that climbs", "GET /../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", 404,
             "Not found. / shows what there is.\n"},
            {"wrong method", "DELETE /act HTTP/1.1\r\n" + host + "\r\n", 405,
             "This address does not take that method. It takes: POST, GET, HEAD\n"},
            {"wrong method of its own invention", "BREW /metrics HTTP/1.1\r\n" + host + "\r\n", 405,
             "This address does not take that method. It takes: GET, HEAD\n"},
            {"no Host", "GET /metrics HTTP/1.1\r\n\r\n", 400, "A request needs one Host header.\n"},
            {"two Hosts", "GET /metrics HTTP/1.1\r\n" + host + host + "\r\n", 400,
             "A request needs one Host header.\n"},
            {"NUL in the path", "GET /metrics%00 HTTP/1.1\r\n" + host + "\r\n", 400,
             "Bad request: the address holds control signs or is not UTF-8.\n"},
            {"invalid UTF-8", "GET /metrics?x=%FF HTTP/1.1\r\n" + host + "\r\n", 400,
             "Bad request: the address holds control signs or is not UTF-8.\n"},
            {"cut percent", "GET /metrics%2 HTTP/1.1\r\n" + host + "\r\n", 400,
             "Bad request: a % in the address is not followed by two hex digits.\n"},
            {"no slash", "GET metrics HTTP/1.1\r\n" + host + "\r\n", 400,
             "Bad request: the address does not begin with /.\n"},
            {"not HTTP at all", "\x16\x03\x01\x02\x01\x01\xFC\x03\x03 hello\r\n\r\n", 400,
             "That is not an HTTP request.\n"},
            {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505,
             "This server speaks HTTP/1.0 and HTTP/1.1.\n"},
            {"a header of 10,000 bytes",
             "GET /metrics HTTP/1.1\r\n" + host + "X: " + std::string(10'000, 'x') + "\r\n\r\n",
             431, "The request's header is larger than 8192 bytes.\n"},
            {"a request line of 10,000 bytes",
             "GET /" + std::string(10'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", 431,
             "The request's header is larger than 8192 bytes.\n"},
            {"a body where none is taken",
             "POST /act HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc", 413,
             "Requests with a body are not taken here.\n"},
            {"a chunked body where none is taken",
             "POST /act HTTP/1.1\r\n" + host +
                 "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
             413, "Requests with a body are not taken here.\n"},
            {"length and chunks at once",
             "POST /act HTTP/1.1\r\n" + host +
                 "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             400, "That is not an HTTP request.\n"},
            {"two lengths",
             "POST /act HTTP/1.1\r\n" + host + "Content-Length: 0\r\nContent-Length: 3\r\n\r\n",
             400, "That is not an HTTP request.\n"},
            {"a negative length", "POST /act HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
             400, "That is not an HTTP request.\n"},
        };
        RunningServer running(any_port(), simple_routes());
        for (const Case& c : cases) {
            CAPTURE(c.name);
            const std::string answer = ask_raw(running.address(), c.request);
            CHECK(status_of(answer) == c.status);
            CHECK(body_of(answer) == c.body);
            CHECK(header_of(answer, "X-Content-Type-Options") == "nosniff");
            CHECK(header_of(answer, "Server") == "");
        }
    }

    TEST_CASE("405 names the methods, HEAD tells the length of GET") {
        RunningServer running(any_port(), simple_routes());
        CHECK(header_of(ask_raw(running.address(), "PUT /act HTTP/1.0\r\n\r\n"), "Allow") ==
              "POST, GET, HEAD");
        CHECK(header_of(ask_raw(running.address(), "HEAD /metrics HTTP/1.0\r\n\r\n"),
                        "Content-Length") == "15");
    }

    TEST_CASE("a connection stays open when both sides want that, and only then") {
        struct Case {
            std::string name;
            const char* request;
            const char* connection;
            bool stays;
        };
        const Case cases[] = {
            {"1.1", "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "", true},
            {"1.1 close", "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close",
             false},
            {"1.0", "GET /metrics HTTP/1.0\r\n\r\n", "close", false},
            {"1.0 keep-alive", "GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
             "keep-alive", true},
            {"404 stays", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", "", true},
            {"400 ends it", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "close", false},
        };
        RunningServer running(any_port(), simple_routes());
        for (const Case& c : cases) {
            CAPTURE(c.name);
            RawClient client(running.address());
            client.send(c.request);
            const std::string answer = client.read_answer();
            CHECK(header_of(answer, "Connection") == c.connection);
            if (c.stays) {
                client.send("\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
                CHECK(status_of(client.read_answer()) == 200);
            } else {
                CHECK(client.is_closed());
            }
        }
    }

    TEST_CASE("pipelined requests are answered in order, even when a handler is slow") {
        std::vector<std::thread> threads;
        std::vector<HttpRoute> routes = simple_routes();
        routes.push_back({"GET", "/later", [&threads](const HttpRequest&, HttpReply reply) {
                              threads.emplace_back([reply = std::move(reply)] {
                                  reply(HttpResponse::text(200, "later\n"));
                              });
                          }});
        {
            RunningServer running(any_port(), std::move(routes));
            std::string requests;
            for (int i = 0; i < 20; ++i)
                requests += i % 2 == 0 ? "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
                                       : "GET /show?n=" + std::to_string(i) +
                                             " HTTP/1.1\r\nHost: a\r\n\r\n";
            RawClient client(running.address());
            client.send(requests);
            for (int i = 0; i < 20; ++i) {
                CAPTURE(i);
                CHECK(body_of(client.read_answer()) ==
                      (i % 2 == 0 ? "later\n" : "GET /show|n=" + std::to_string(i)));
            }
        }
        for (std::thread& thread : threads)
            thread.join();
    }

    TEST_CASE("a handler that throws or loses its reply is answered for") {
        std::vector<HttpRoute> routes = {
            {"GET", "/throws",
             [](const HttpRequest&, const HttpReply&) { throw std::runtime_error("no disk"); }},
            {"GET", "/loses", [](const HttpRequest&, const HttpReply&) {}},
            {"GET", "/twice", [](const HttpRequest&, const HttpReply& reply) {
                 reply(HttpResponse::text(200, "first"));
                 reply(HttpResponse::text(200, "second"));
             }}};
        RunningServer running(any_port(), std::move(routes));
        CHECK(status_of(ask_raw(running.address(), "GET /throws HTTP/1.0\r\n\r\n")) == 500);
        CHECK(status_of(ask_raw(running.address(), "GET /loses HTTP/1.0\r\n\r\n")) == 500);
        CHECK(body_of(ask_raw(running.address(), "GET /twice HTTP/1.0\r\n\r\n")) == "first");
    }

    TEST_CASE(
        "a handler that never answers costs its client a 503, and a late reply goes nowhere") {
        HttpReply kept;
        std::promise<void> asked;
        web::ListenOptions options = any_port();
        options.handler_time = std::chrono::milliseconds(50);
        RunningServer running(options, {{"GET", "/", [&](const HttpRequest&, HttpReply reply) {
                                             kept = std::move(reply);
                                             asked.set_value();
                                         }}});
        RawClient client(running.address());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        asked.get_future().wait();
        CHECK(status_of(client.read_answer()) == 503);
        CHECK(client.is_closed());
        kept(HttpResponse::text(200, "late"));
        running.end();
        kept(HttpResponse::text(200, "much later"));
    }

    TEST_CASE("a line end in a header value cannot begin another header") {
        RunningServer running(any_port(),
                              {{"GET", "/", [](const HttpRequest&, const HttpReply& reply) {
                                    HttpResponse response = HttpResponse::text(200, "x");
                                    response.headers.emplace_back("X-Name", "a\r\nSet-Cookie: b");
                                    reply(response);
                                }}});
        const std::string answer = ask_raw(running.address(), "GET / HTTP/1.0\r\n\r\n");
        CHECK(header_of(answer, "X-Name") == "a  Set-Cookie: b");
        CHECK(header_of(answer, "Set-Cookie") == "");
    }

    TEST_CASE("a body up to the limit is taken, one byte more is not") {
        web::ListenOptions options = any_port();
        options.body_bytes = 100'000;
        RunningServer running(options, simple_routes());
        const auto post = [&](const std::string& body) {
            return ask_raw(running.address(), "POST /echo HTTP/1.0\r\nContent-Length: " +
                                                  std::to_string(body.size()) + "\r\n\r\n" + body);
        };
        CHECK(body_of(post(std::string(100'000, 'x'))) == std::string(100'000, 'x'));
        CHECK(status_of(post(std::string(100'001, 'x'))) == 413);
        CHECK(status_of(post(std::string(3'000'000, 'x'))) == 413);
    }

    TEST_CASE("a client that waits to be invited is invited") {
        web::ListenOptions options = any_port();
        options.body_bytes = 1000;
        RunningServer running(options, simple_routes());
        RawClient client(running.address());
        client.send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        CHECK(client.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
        client.send("12345");
        CHECK(body_of(client.read_answer()) == "12345");
    }

    TEST_CASE("IPv6 works, and ':port' takes both families") {
        web::ListenOptions options = any_port();
        options.address = "[::1]:0";
        RunningServer six(options, simple_routes());
        CHECK(six.address().starts_with("[::1]:"));
        CHECK(status_of(ask_raw(six.address(), "GET /metrics HTTP/1.0\r\n\r\n")) == 200);

        options.address = ":0";
        options.insecure = true;
        RunningServer all(options, simple_routes());
        const std::string port = all.address().substr(all.address().rfind(':'));
        for (const std::string& host : {std::string("127.0.0.1"), std::string("[::1]")}) {
            CAPTURE(host);
            CHECK(status_of(ask_raw(host + port, "GET /metrics HTTP/1.0\r\n\r\n")) == 200);
        }
    }

    TEST_CASE("stop lets an answer under way end, and closes everything else") {
        HttpReply kept;
        std::promise<void> asked;
        auto running = std::make_unique<RunningServer>(
            any_port(),
            std::vector<HttpRoute>{{"GET", "/", [&](const HttpRequest&, HttpReply reply) {
                                        kept = std::move(reply);
                                        asked.set_value();
                                    }}});
        RawClient busy(running->address());
        RawClient idle(running->address());
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        asked.get_future().wait();
        running->server().stop();
        CHECK(idle.is_closed());
        kept(HttpResponse::text(200, "just in time"));
        const std::string answer = busy.read_all();
        CHECK(body_of(answer) == "just in time");
        CHECK(header_of(answer, "Connection") == "close");
        running.reset();
    }
}
