// The collector on real sockets: loopback addresses that the kernel or a spoilt peer answers for.
#include "collectors/icmp/engine.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <vector>

#include "collectors/icmp/kind.hpp"
#include "collectors/icmp/settings.hpp"
#include "collectors_icmp/fake_peer.hpp"
#include "collectors_icmp/own_network.hpp"
#include "support/process.hpp"

namespace pantau::icmp::test {
namespace {

using namespace std::chrono_literals;

constexpr Check::Plan quick{5, 10ms, 2s};
const std::uint32_t router = htonl(0x7F000009);  // 127.0.0.9
constexpr Right granted[] = {Right::datagram, Right::raw};

const char* name_of(Right right) {
    return right == Right::datagram ? "datagram" : right == Right::raw ? "raw" : "none";
}

/// A loop with an engine, and a peer that may have a hand in it.
struct Bench {
    boost::asio::io_context loop{1};
    std::shared_ptr<Counts> counts = std::make_shared<Counts>();
    Engine engine;

    explicit Bench(const Engine::Options& options = {}) : engine(loop, counts, options) {}

    std::shared_ptr<std::optional<Engine::Outcome>> start(const char* to,
                                                          const Check::Plan& plan = quick,
                                                          std::size_t size = 56) {
        auto got = std::make_shared<std::optional<Engine::Outcome>>();
        static_cast<void>(engine.start(*Address::numeric(to), plan, size,
                                       std::chrono::steady_clock::now() + 20s,
                                       [got](Engine::Outcome outcome) { *got = outcome; }));
        return got;
    }
    template <class Condition>
    bool run_until(Condition is_true, Duration patience = 20s) {
        const auto end = std::chrono::steady_clock::now() + patience;
        loop.restart();
        while (!is_true() && std::chrono::steady_clock::now() < end)
            loop.run_one_for(2ms);
        return is_true();
    }
    Engine::Outcome check(const char* to, const Check::Plan& plan = quick, std::size_t size = 56) {
        const auto got = start(to, plan, size);
        REQUIRE(run_until([&] { return got->has_value(); }));
        return **got;
    }
    /// The same, while `answer` sees each request.
    template <class Answer>
    Engine::Outcome check_with(FakePeer& peer, const Check::Plan& plan, Answer answer) {
        const auto got = start("127.7.0.5", plan);
        REQUIRE(run_until([&] {
            while (const auto request = peer.next())
                answer(*request);
            return got->has_value();
        }));
        return **got;
    }
    [[nodiscard]] std::uint64_t all_refused() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < refusal_count; ++i)
            sum += counts->refused(static_cast<Refusal>(i));
        return sum;
    }
};

std::optional<double> fact(const Answer& answer, std::string_view path) {
    for (const Fact& one : answer.facts)
        if (answer.collector->facts[one.kind()].json_path == path) return *one.number();
    return std::nullopt;
}

std::shared_ptr<Device> device(const std::string& address) {
    auto made = std::make_shared<Device>();
    made->id = "ap-1";
    made->address = address;
    auto settings = std::make_shared<Settings>();
    settings->interval = 10ms;
    made->collectors["icmp"] = settings;
    return made;
}

/// One visit through the registry's row.
Answer visit(const std::shared_ptr<Device>& to) {
    boost::asio::io_context loop{1};
    const auto collector = icmp_kind().make(loop, icmp_kind().make_counts());
    const auto session = collector->open(to);
    REQUIRE(session);
    std::optional<Answer> answer;
    session->collect(std::make_shared<Ask>(), std::chrono::steady_clock::now() + 10s,
                     [&](Answer given) {
                         answer = std::move(given);
                         loop.stop();
                     });
    CHECK_FALSE(answer);  // never from inside
    loop.run_for(12s);
    REQUIRE(answer);
    return *answer;
}

}  // namespace

TEST_SUITE("collectors/icmp engine") {
    TEST_CASE("devices that answer are counted, timed and done, over IPv4 and IPv6") {
        for (const Right right : granted) {
            CAPTURE(name_of(right));
            in_own_network(right, [] {
                Bench bench;
                for (const char* const to : {"127.0.0.1", "127.44.3.2", "::1"}) {
                    CAPTURE(to);
                    for (const std::size_t size : {std::size_t{8}, std::size_t{56}, size_most}) {
                        CAPTURE(size);
                        const Engine::Outcome got = bench.check(to, quick, size);
                        CHECK_FALSE(got.error);
                        CHECK(got.summary.sent == 5);
                        CHECK(got.summary.received == 5);
                        CHECK(got.summary.loss == 0.0);
                        REQUIRE(got.summary.rtt_mean);
                        CHECK(*got.summary.rtt_min > 0ns);
                        CHECK(*got.summary.rtt_min <= *got.summary.rtt_mean);
                        CHECK(*got.summary.rtt_mean <= *got.summary.rtt_max);
                        CHECK(got.summary.jitter);
                        CHECK(got.duration >= 40ms);
                    }
                }
                CHECK(bench.counts->requests() == 45);
                CHECK(bench.all_refused() == 0);
                CHECK(bench.engine.running() == 0);
            });
        }
    }

    TEST_CASE("a thousand devices at once keep to the pace and are told apart") {
        for (const Right right : granted) {
            CAPTURE(name_of(right));
            in_own_network(right, [] {
                Engine::Options options;
                options.requests_per_second = 5000;
                options.requests_at_once = 50;
                Bench bench(options);
                std::vector<std::shared_ptr<std::optional<Engine::Outcome>>> got;
                const auto begin = std::chrono::steady_clock::now();
                for (int i = 0; i < 1000; ++i) {
                    const std::string to =
                        "127.8." + std::to_string(i / 250) + '.' + std::to_string(1 + i % 250);
                    got.push_back(bench.start(to.c_str(), {2, 10ms, 2s}));
                }
                REQUIRE(bench.run_until([&] { return bench.engine.running() == 0; }));
                // 2,000 requests, 50 of them at once.
                CHECK(std::chrono::steady_clock::now() - begin >= 390ms);
                for (const auto& each : got) {
                    REQUIRE(each->has_value());
                    CHECK((**each).summary.received == 2);
                }
                CHECK(bench.all_refused() == 0);
            });
        }
    }

    TEST_CASE("loss and delay are what the way makes of them") {
        in_own_network(Right::raw, [] {
            Bench bench;
            FakePeer peer;
            int seen = 0;
            struct Held {
                MonoTime until;
                FakePeer::Request request;
            };
            std::deque<Held> held;
            const auto got = bench.start("127.7.0.5", {5, 20ms, 400ms});
            REQUIRE(bench.run_until([&] {
                const auto now = std::chrono::steady_clock::now();
                while (auto request = peer.next())
                    if (++seen != 2 && seen != 3) held.push_back({now + 60ms, *request});
                while (!held.empty() && held.front().until <= now) {
                    const FakePeer::Request& request = held.front().request;
                    peer.send(request.to, request.from, FakePeer::reply_to(request));
                    held.pop_front();
                }
                return got->has_value();
            }));
            const Summary& found = (**got).summary;
            CHECK_FALSE((**got).error);
            CHECK(found.sent == 5);
            CHECK(found.received == 3);
            CHECK(*found.loss == doctest::Approx(0.4));
            CHECK(*found.rtt_min >= 60ms);
            CHECK(*found.rtt_max < 300ms);
            CHECK(bench.all_refused() == 0);
        });
    }

    TEST_CASE("a loop that is held up makes no round trip longer") {
        in_own_network(Right::datagram, [] {
            Bench bench;
            // The kernel begins to stamp arrivals a little after the first socket asks for it.
            CHECK(bench.check("127.0.0.1", {5, 100ms, 5s}).summary.received == 5);
            const auto got = bench.start("127.0.0.1", {2, 10ms, 5s});
            // Each turn of the loop takes long: replies lie in the socket meanwhile.
            constexpr Duration held = 400ms;
            REQUIRE(bench.run_until([&] {
                const auto end = std::chrono::steady_clock::now() + held;
                while (std::chrono::steady_clock::now() < end) {
                }
                return got->has_value();
            }));
            CHECK((**got).summary.received == 2);
            CHECK(*(**got).summary.rtt_max < held / 2);
        });
    }

    TEST_CASE("silence is a time-out after the last request's time, and late replies are counted") {
        in_own_network(Right::raw, [] {
            Bench bench;
            FakePeer peer;
            std::vector<FakePeer::Request> requests;
            const auto begin = std::chrono::steady_clock::now();
            const Engine::Outcome got =
                bench.check_with(peer, {3, 20ms, 150ms},
                                 [&](const FakePeer::Request& each) { requests.push_back(each); });
            CHECK(std::chrono::steady_clock::now() - begin >= 190ms);
            REQUIRE(got.error);
            CHECK(got.error->reason == Reason::timeout);
            CHECK(got.error->detail == "no reply to 3 echo requests");
            CHECK(got.summary.loss == 1.0);
            REQUIRE(requests.size() == 3);
            for (const FakePeer::Request& each : requests)
                peer.send(each.to, each.from, FakePeer::reply_to(each));
            CHECK(bench.run_until([&] { return bench.counts->refused(Refusal::late) == 3; }));
            CHECK(bench.all_refused() == 3);
        });
    }

    TEST_CASE("what is not the reply to a request of ours is counted and completes no check") {
        struct Row {
            const char* name;
            std::function<void(FakePeer&, const FakePeer::Request&)> answer;
            Refusal refusal;
            unsigned received;
        };
        const Row rows[] = {
            {"another token",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 std::string reply = FakePeer::reply_to(request);
                 reply[10] = static_cast<char>(reply[10] ^ 1);
                 peer.send(request.to, request.from, reply);
             },
             Refusal::foreign, 0},
            {"another sequence number",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 std::string reply = FakePeer::reply_to(request);
                 reply[6] = static_cast<char>(reply[6] ^ 1);
                 peer.send(request.to, request.from, reply);
             },
             Refusal::foreign, 0},
            {"another device",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 peer.send(htonl(0x7F070006), request.from, FakePeer::reply_to(request));
             },
             Refusal::source, 0},
            {"shorter than asked",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 std::string reply = FakePeer::reply_to(request);
                 reply.resize(reply.size() - 4);
                 peer.send(request.to, request.from, reply);
             },
             Refusal::truncated, 0},
            {"without a token",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 peer.send(request.to, request.from, FakePeer::reply_to(request).substr(0, 12));
             },
             Refusal::truncated, 0},
            {"longer than any request",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 std::string reply = FakePeer::reply_to(request);
                 reply.resize(9000);
                 peer.send(request.to, request.from, reply);
             },
             Refusal::truncated, 0},
            {"twice",
             [](FakePeer& peer, const FakePeer::Request& request) {
                 for (int i = 0; i < 2; ++i)
                     peer.send(request.to, request.from, FakePeer::reply_to(request));
             },
             Refusal::duplicate, 2},
        };
        in_own_network(Right::raw, [&] {
            for (const Row& row : rows) {
                CAPTURE(row.name);
                Bench bench;
                FakePeer peer;
                const Engine::Outcome got = bench.check_with(
                    peer, {2, 20ms, 100ms},
                    [&](const FakePeer::Request& each) { row.answer(peer, each); });
                CHECK(got.summary.sent == 2);
                CHECK(got.summary.received == row.received);
                CHECK(got.error.has_value() == (row.received == 0));
                // The last one may come behind the end of the check.
                CHECK(bench.run_until([&] { return bench.all_refused() == 2; }, 2s));
                const std::uint64_t late = bench.counts->refused(Refusal::late);
                CHECK(bench.counts->refused(row.refusal) + late == 2);
                CHECK(bench.counts->refused(row.refusal) >= 1);
            }
        });
    }

    TEST_CASE("a router that says no is believed when it quotes a request of ours to that device") {
        struct Row {
            const char* name;
            std::uint8_t type, code;
            std::size_t bytes;  ///< How much it quotes of the message.
            int spoilt;         ///< Byte of the quoted message that is changed; -1: none.
            Reason reason;
            std::uint64_t refused;
        };
        const Row rows[] = {
            {"whole", ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 64, -1, Reason::unreachable, 0},
            {"eight bytes", ICMP_DEST_UNREACH, ICMP_NET_UNREACH, 8, -1, Reason::unreachable, 0},
            {"forbidden", ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 64, -1, Reason::unreachable, 0},
            {"a circle", ICMP_TIME_EXCEEDED, 0, 64, -1, Reason::unreachable, 0},
            {"the device itself", ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 64, -1, Reason::refused, 0},
            {"a filter", ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 64, -1, Reason::unreachable, 0},
            {"not final", ICMP_PARAMETERPROB, 0, 64, -1, Reason::timeout, 0},
            {"another token", ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 64, 9, Reason::timeout, 2},
            {"another number", ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 64, 6, Reason::timeout, 2},
        };
        in_own_network(Right::raw, [&] {
            for (const Row& row : rows) {
                CAPTURE(row.name);
                Bench bench;
                FakePeer peer;
                const Engine::Outcome got =
                    bench.check_with(peer, {2, 20ms, 150ms}, [&](FakePeer::Request each) {
                        if (row.spoilt >= 0) {
                            char& byte = each.message[static_cast<std::size_t>(row.spoilt)];
                            byte = static_cast<char>(byte ^ 0x20);
                        }
                        const bool is_device = row.reason == Reason::refused;
                        peer.complain(is_device ? each.to : router, each, row.type, row.code,
                                      row.bytes);
                    });
                REQUIRE(got.error);
                CHECK(pantau::name_of(got.error->reason) == pantau::name_of(row.reason));
                CHECK(got.summary.sent == 2);
                CHECK(got.summary.received == 0);
                if (row.reason == Reason::unreachable) {
                    CHECK(got.error->detail.find("127.0.0.9") != std::string::npos);
                    CHECK(got.duration < 140ms);  // nobody waits after the last no
                }
                CHECK(bench.counts->refused(Refusal::error) == row.refused);
            }
        });
    }

    TEST_CASE("a router's no about one device harms no other, and a datagram socket hears it too") {
        in_own_network(Right::raw, [] {
            FakePeer peer;  // opened while that is allowed
            set_kernel("net/ipv4/ping_group_range", "0 2147483647");
            Bench bench;
            const auto bad = bench.start("127.7.0.5", {3, 20ms, 2s});
            const auto good = bench.start("127.7.0.6", {3, 20ms, 2s});
            REQUIRE(bench.run_until([&] {
                while (const auto request = peer.next()) {
                    if (request->to == htonl(0x7F070005))
                        peer.complain(router, *request, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 64);
                    else
                        peer.send(request->to, request->from, FakePeer::reply_to(*request));
                }
                return bad->has_value() && good->has_value();
            }));
            REQUIRE((**bad).error);
            CHECK((**bad).error->reason == Reason::unreachable);
            CHECK_FALSE((**good).error);
            CHECK((**good).summary.received == 3);
            CHECK(bench.counts->failed(SendFault::other) == 0);
            CHECK(bench.counts->failed(SendFault::no_route) == 0);
        });
    }

    TEST_CASE("what this machine cannot send is not lost") {
        in_own_network(Right::raw, [] {
            Bench bench;
            for (const char* const to : {"10.9.9.9", "2001:db8::9"}) {
                CAPTURE(to);
                const Engine::Outcome got = bench.check(to);
                REQUIRE(got.error);
                CHECK(got.error->reason == Reason::local);
                CHECK(got.error->detail == "this machine knows no way to this address");
                CHECK(got.summary.sent == 0);
                CHECK_FALSE(got.summary.loss);
            }
            CHECK(bench.counts->failed(SendFault::no_route) == 10);
            CHECK(bench.counts->requests() == 0);

            SKIP_WITHOUT("ip");
            REQUIRE(pantau::test::run({"ip", "route", "add", "prohibit", "10.8.0.0/16"}).status ==
                    0);
            const Engine::Outcome forbidden = bench.check("10.8.0.1");
            REQUIRE(forbidden.error);
            CHECK(forbidden.error->reason == Reason::local);
            CHECK(forbidden.summary.sent == 0);
            CHECK(bench.counts->failed(SendFault::forbidden) == 5);
            CHECK(bench.check("127.0.0.1").summary.received == 5);
        });
    }

    TEST_CASE("a full send queue of this machine is no loss, and over when it is over") {
        for (const Right right : granted) {
            CAPTURE(name_of(right));
            // The kernel's datagram sockets for IPv6 say "sent" all the same; that is documented.
            const bool is_told_v6 = right == Right::raw;
            in_own_network(right, [is_told_v6] {
                SKIP_WITHOUT("tc");
                REQUIRE(pantau::test::run(
                            {"tc", "qdisc", "replace", "dev", "lo", "root", "pfifo", "limit", "0"})
                            .status == 0);
                Bench bench;
                for (const std::string to : {"127.0.0.1", "::1"}) {
                    if (to == "::1" && !is_told_v6) continue;
                    CAPTURE(to);
                    const Engine::Outcome got = bench.check(to.c_str());
                    REQUIRE(got.error);
                    CHECK(got.error->reason == Reason::local);
                    CHECK(got.error->detail == "this machine's send queue is full");
                    CHECK(got.summary.sent == 0);
                    CHECK_FALSE(got.summary.loss);
                }
                CHECK(bench.counts->failed(SendFault::buffer) == (is_told_v6 ? 10 : 5));
                REQUIRE(pantau::test::run({"tc", "qdisc", "delete", "dev", "lo", "root"}).status ==
                        0);
                CHECK(bench.check("127.0.0.1").summary.received == 5);
            });
        }
    }

    TEST_CASE("without any right a check ends as a fault of this machine, for each family") {
        in_own_network(Right::none, [] {
            for (const char* const to : {"127.0.0.1", "::1"}) {
                CAPTURE(to);
                const Answer answer = visit(device(to));
                REQUIRE(answer.error);
                CHECK(answer.error->reason == Reason::local);
                CHECK(answer.error->detail.find("ping_group_range") != std::string::npos);
                CHECK(is_own_fault(answer.error->reason));
                CHECK(fact(answer, "sent") == 0);
                CHECK_FALSE(fact(answer, "loss_ratio"));
            }
        });
    }

    TEST_CASE(
        "the answer tells what was found, for addresses and names, and is asked for nothing") {
        in_own_network(Right::datagram, [] {
            for (const char* const to : {"127.3.2.1", "::1", "localhost"}) {
                CAPTURE(to);
                const Answer answer = visit(device(to));
                CHECK(answer.ok());
                CHECK(fact(answer, "sent") == 5);
                CHECK(fact(answer, "received") == 5);
                CHECK(fact(answer, "loss_ratio") == 0);
                CHECK(*fact(answer, "rtt_min_seconds") > 0);
                CHECK(*fact(answer, "rtt_max_seconds") < 1);
                CHECK(fact(answer, "rtt_mean_seconds"));
                CHECK(fact(answer, "jitter_seconds"));
                CHECK(answer.duration > Duration::zero());
            }
        });
    }

    TEST_CASE("only devices whose settings say so are visited") {
        boost::asio::io_context loop;
        const auto collector = icmp_kind().make(loop, icmp_kind().make_counts());
        const auto plain = std::make_shared<Device>();
        plain->address = "127.0.0.1";
        CHECK(collector->open(plain) == nullptr);
        const auto off = device("127.0.0.1");
        auto settings = std::make_shared<Settings>();
        settings->enabled = false;
        off->collectors["icmp"] = settings;
        CHECK(collector->open(off) == nullptr);
    }

    TEST_CASE(
        "a check that is dropped says nothing more, and neither does an engine that is gone") {
        in_own_network(Right::datagram, [] {
            boost::asio::io_context loop{1};
            const auto counts = std::make_shared<Counts>();
            auto engine = std::make_unique<Engine>(loop, counts);
            int calls = 0;
            const auto begin = [&] {
                return engine->start(*Address::numeric("127.0.0.1"), quick, 56,
                                     std::chrono::steady_clock::now() + 5s,
                                     [&](const Engine::Outcome&) { ++calls; });
            };
            const Engine::Ticket dropped = begin();
            static_cast<void>(begin());
            loop.run_for(15ms);
            engine->cancel(dropped);
            engine->cancel(dropped);
            CHECK(engine->running() == 1);
            loop.restart();
            const auto end = std::chrono::steady_clock::now() + 5s;
            while (calls == 0 && std::chrono::steady_clock::now() < end)
                loop.run_one_for(10ms);
            CHECK(calls == 1);
            static_cast<void>(begin());
            loop.run_for(15ms);
            engine.reset();
            loop.restart();
            loop.run_for(50ms);
            CHECK(calls == 1);
        });
    }
}

}  // namespace pantau::icmp::test
