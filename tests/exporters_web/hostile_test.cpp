// Clients that are slow, many, silent or mad. The one that matters must still be served.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <random>

#include "base/log.hpp"
#include "exporters_web/raw_client.hpp"
#include "exporters_web/running_server.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::string_view get = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";

std::vector<HttpRoute> metrics() {
    return {answering("GET", "/metrics", "pantau_ap_up 1\n"), answering("POST", "/act", "done\n")};
}

/// Time one scrape on a new connection takes; the scrape must succeed.
milliseconds scrape_time(const RunningServer& running) {
    const auto start = std::chrono::steady_clock::now();
    RawClient scraper(running.address());
    scraper.send(get);
    CHECK(status_of(scraper.read_answer()) == 200);
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

/// Allows numbers below `limit` from now on; gives what was before.
rlimit set_descriptor_limit(rlim_t limit) {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit now = before;
    now.rlim_cur = limit;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &now) == 0);
    return before;
}

}  // namespace

TEST_SUITE("exporters/web/hostile") {
    TEST_CASE("500 idle and dripping connections do not delay a scrape") {
        RunningServer running(any_port(), metrics());
        std::vector<RawClient> clients;
        milliseconds slowest{0};
        for (int i = 0; i < 500; ++i) {
            clients.emplace_back(running.address());
            // Every other one begins a request and goes on with it one byte at a time.
            for (int j = 1; j < static_cast<int>(clients.size()); j += 2)
                clients[static_cast<std::size_t>(j)].send("G");
            if (i % 50 == 49) slowest = std::max(slowest, scrape_time(running));
        }
        MESSAGE("slowest of 10 scrapes: " << slowest.count() << " ms");
        CHECK(slowest < milliseconds(500));
        CHECK(running.server().counters().open <= 128);
        CHECK(running.server().counters().evicted >= 372);
    }

    TEST_CASE("readers that do not read do not delay a scrape") {
        const auto large = std::make_shared<const std::string>(20'000'000, 'x');
        std::vector<HttpRoute> routes = metrics();
        routes.push_back({"GET", "/large", [large](const HttpRequest&, const HttpReply& reply) {
                              HttpResponse response;
                              response.body = large;
                              reply(response);
                          }});
        RunningServer running(any_port(), std::move(routes));
        std::vector<RawClient> clients;
        for (int i = 0; i < 200; ++i) {
            clients.emplace_back(running.address());
            clients.back().shrink_window();
            clients.back().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        const milliseconds time = scrape_time(running);
        MESSAGE("scrape: " << time.count() << " ms");
        CHECK(time < milliseconds(500));
    }

    TEST_CASE("the header must be there in time, however it drips") {
        web::ListenOptions options = any_port();
        options.header_time = milliseconds(150);
        RunningServer running(options, metrics());
        RawClient silent(running.address());
        RawClient dripping(running.address());
        dripping.send("GET /metrics HTTP/1.1\r\n");
        const auto start = std::chrono::steady_clock::now();
        while (!dripping.is_closed(milliseconds(5)))
            dripping.send("X: y\r\n");
        CHECK(std::chrono::steady_clock::now() - start < seconds(5));
        CHECK(silent.is_closed());
        CHECK(eventually([&] { return running.server().counters().timed_out == 2; }));
    }

    TEST_CASE("the body must be there in time, too") {
        web::ListenOptions options = any_port();
        options.body_time = milliseconds(100);
        options.body_bytes = 1000;
        RunningServer running(options, metrics());
        RawClient client(running.address());
        client.send("POST /act HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
        CHECK(client.is_closed());
        CHECK(running.server().counters().timed_out == 1);
    }

    TEST_CASE("an idle connection is closed after a while") {
        web::ListenOptions options = any_port();
        options.idle_time = milliseconds(100);
        RunningServer running(options, metrics());
        RawClient client(running.address());
        client.send(get);
        CHECK(status_of(client.read_answer()) == 200);
        CHECK(client.is_closed());
    }

    TEST_CASE("a reader that takes nothing is dropped, a slow one gets all") {
        const auto large = std::make_shared<const std::string>(32'000'000, 'x');
        web::ListenOptions options = any_port();
        options.stall_time = milliseconds(400);
        RunningServer running(options, {{"GET", "/", [large](const HttpRequest&, HttpReply reply) {
                                             HttpResponse response;
                                             response.body = large;
                                             reply(response);
                                         }}});
        RawClient slow(running.address());
        slow.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(body_of(slow.read_answer()).size() == large->size());

        RawClient stuck(running.address());
        stuck.shrink_window();
        stuck.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(eventually([&] { return running.server().counters().timed_out == 1; }));
        CHECK(stuck.read_all().size() < large->size());
    }

    TEST_CASE("when full, who never finished a request goes before who is merely idle") {
        web::ListenOptions options = any_port();
        options.connections = 4;
        RunningServer running(options, metrics());
        RawClient good(running.address());
        good.send(get);
        CHECK(status_of(good.read_answer()) == 200);
        RawClient first(running.address());
        RawClient second(running.address());
        RawClient third(running.address());
        CHECK(eventually([&] { return running.server().counters().open == 4; }));

        RawClient fifth(running.address());
        CHECK(first.is_closed());
        good.send(get);
        CHECK(status_of(good.read_answer()) == 200);
        second.send(get);
        CHECK(status_of(second.read_answer()) == 200);
        CHECK(running.server().counters().evicted == 1);
    }

    TEST_CASE("when all are idle, the one idle longest goes") {
        web::ListenOptions options = any_port();
        options.connections = 2;
        RunningServer running(options, metrics());
        RawClient a(running.address());
        RawClient b(running.address());
        for (RawClient* client : {&a, &b, &a}) {
            client->send(get);
            CHECK(status_of(client->read_answer()) == 200);
        }
        CHECK(scrape_time(running) < seconds(5));
        CHECK(b.is_closed());
        a.send(get);
        CHECK(status_of(a.read_answer()) == 200);
    }

    TEST_CASE("without descriptors the server waits, says so once, and goes on") {
        std::atomic<int> lines{0};
        set_log_sink([&lines](std::string_view line) {
            if (line.find("local_fault") != std::string_view::npos) ++lines;
        });
        RunningServer running(any_port(), metrics());
        RawClient early(running.address());
        early.send(get);
        CHECK(status_of(early.read_answer()) == 200);
        RawClient late = RawClient::unconnected();
        const rlimit before = set_descriptor_limit(static_cast<rlim_t>(late.fd()));
        late.connect(running.address());
        late.send(get);
        // The idle one gives its descriptor up for the one that waits.
        CHECK(eventually([&] { return running.server().counters().accept_failures >= 1; }));
        CHECK(early.is_closed());
        set_descriptor_limit(before.rlim_cur);
        CHECK(status_of(late.read_answer()) == 200);
        CHECK(lines == 1);
        set_log_sink({});
    }

    TEST_CASE("random bytes and mangled requests neither stop nor leak") {
        const std::string seeds[] = {
            std::string(get),
            "POST /act HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "POST /act HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
            "X: y\r\n\r\n",
            "GET /%41?a=%20&b=c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "HEAD / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n X: folded\r\n\r\n",
            std::string("\x16\x03\x01\0\xFF\x01", 6),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            std::string(9000, 'A')};
        web::ListenOptions options = any_port();
        options.header_time = milliseconds(500);
        options.linger_time = milliseconds(100);
        options.body_bytes = 64;
        RunningServer running(options, metrics());
        std::mt19937 random(20261124);
        const auto below = [&random](std::size_t n) {
            return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
        };
        for (int round = 0; round < 4000; ++round) {
            std::string bytes;
            if (round % 4 == 0) {
                bytes.resize(1 + below(300));
                for (char& c : bytes)
                    c = static_cast<char>(below(256));
            } else {
                bytes = seeds[below(std::size(seeds))] + seeds[below(std::size(seeds))];
                for (std::size_t n = below(6); n > 0; --n) {
                    const std::size_t at = below(bytes.size());
                    if (n % 3 == 0) bytes.erase(at, 1 + below(8));
                    if (n % 3 == 1) bytes[at] = static_cast<char>(below(256));
                    if (n % 3 == 2) bytes.insert(at, 1 + below(4), static_cast<char>(below(256)));
                    if (bytes.empty()) bytes = "x";
                }
            }
            RawClient client(running.address());
            client.send(bytes);
            if (round % 8 == 0) {
                client.end_sending();
                client.read_all(seconds(2));
            }
        }
        CHECK(scrape_time(running) < seconds(5));
        CHECK(eventually([&] { return running.server().counters().open <= 1; }));
    }
}
