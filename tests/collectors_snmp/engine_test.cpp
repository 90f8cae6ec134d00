// The engine and the session against agents and strangers on the loopback network.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <random>

#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "collectors_snmp/visit.hpp"
#include "support/process.hpp"

namespace pantau::snmp::test {
namespace {

constexpr const char* uptime_oid = "1.3.6.1.2.1.1.3.0";
const std::vector<Oid> uptime_name{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};

/// Counts how often a request ends, and how. Believes every message that has its id.
struct Caller final : Requester {
    int replies = 0;
    std::vector<Error> failures;
    std::int64_t value = 0;
    Duration took{};

    [[nodiscard]] Refusal judge(const Message& message) const override {
        return message.varbinds.size() == 1 ? Refusal::none : Refusal::varbind_count;
    }
    void on_reply(const Message& message, const Arrival& arrival) override {
        ++replies;
        value = message.varbinds[0].value.integer;
        took = arrival.round_trip;
    }
    void on_failure(const Error& error) override { failures.push_back(error); }
    [[nodiscard]] bool is_over() const { return replies != 0 || !failures.empty(); }
};

Request request_to(const std::string& address, std::uint16_t port, Duration timeout = 300ms) {
    Request request;
    request.peer = *Peer::numeric(address, port);
    request.community = "public";
    request.body = {PduType::get, 0, uptime_name};
    request.timeout = timeout;
    return request;
}

std::string reply_with(const ber::Message& request, std::int64_t value) {
    return ber::encode(
        ber::reply_to(request, {{request.varbinds.at(0).name, ber::Value::integer(value)}}));
}

constexpr std::int64_t truth = 4711;
constexpr std::int64_t lie = 666;

/// A script that speaks for a FakeAgent.
UdpAgent::Script script_of(const FakeAgent& agent) {
    return [&agent](UdpAgent& port, const std::string& datagram) {
        const auto request = ber::decode(datagram);
        if (!request) return;
        if (const auto reply = agent.answer(*request.message)) port.send(ber::encode(*reply));
    };
}

}  // namespace

TEST_SUITE("collectors/snmp/engine") {
    TEST_CASE("no forged reply is believed, each is counted, and the true one still is") {
        struct Forgery {
            std::string name;
            Refusal refusal;
            /// Changes the true reply's message; the bytes may be changed by `bytes`.
            std::function<void(ber::Message&)> message = [](ber::Message&) {};
            std::function<void(std::string&)> bytes = [](std::string&) {};
            /// Who sends it: the agent itself, or a stranger that shares one thing with it.
            enum class From { agent, same_port, same_address } from = From::agent;
        };
        using From = Forgery::From;
        const std::vector<Forgery> forgeries{
            {"from another address", Refusal::source, [](auto&) {}, [](auto&) {}, From::same_port},
            {"from another port", Refusal::source, [](auto&) {}, [](auto&) {}, From::same_address},
            {"wrong community", Refusal::community, [](auto& m) { m.community = "publix"; }},
            {"shorter community", Refusal::community, [](auto& m) { m.community = "publi"; }},
            {"no community", Refusal::community, [](auto& m) { m.community = ""; }},
            {"other version", Refusal::version, [](auto& m) { m.version = ber::Version::v1; }},
            {"version 3 by its number alone", Refusal::malformed,
             [](auto& m) { m.version = ber::Version::v3; }},
            {"a request", Refusal::pdu_type, [](auto& m) { m.pdu = ber::Tag::get; }},
            {"a trap of v1", Refusal::pdu_type, [](auto& m) { m.pdu = ber::Tag::trap_v1; }},
            {"a trap", Refusal::pdu_type, [](auto& m) { m.pdu = ber::Tag::trap_v2; }},
            {"a report", Refusal::pdu_type, [](auto& m) { m.pdu = ber::Tag::report; }},
            {"next id", Refusal::unknown_id, [](auto& m) { m.request_id ^= 1; }},
            {"other generation", Refusal::unknown_id, [](auto& m) { m.request_id ^= 0x00F0'0000; }},
            {"negative id", Refusal::unknown_id, [](auto& m) { m.request_id = -m.request_id; }},
            {"id 0", Refusal::unknown_id, [](auto& m) { m.request_id = 0; }},
            {"what the requester refuses", Refusal::varbind_count,
             [](auto& m) { m.varbinds.push_back(m.varbinds[0]); }},
            {"bytes behind the message", Refusal::malformed, [](auto&) {},
             [](auto& b) { b += "x"; }},
            {"cut", Refusal::malformed, [](auto&) {}, [](auto& b) { b.pop_back(); }},
            {"65,507 bytes of nothing", Refusal::malformed, [](auto&) {},
             [](auto& b) { b.assign(65'507, '\x30'); }},
            {"empty", Refusal::malformed, [](auto&) {}, [](auto& b) { b.clear(); }},
        };
        for (const Forgery& forgery : forgeries) {
            CAPTURE(forgery.name);
            Bench bench;
            std::optional<UdpAgent> stranger;
            UdpAgent agent(bench.loop, "127.0.0.2",
                           [&](UdpAgent& self, const std::string& datagram) {
                               const auto request = ber::decode(datagram);
                               ber::Message forged = ber::reply_to(
                                   *request.message,
                                   {{request.message->varbinds[0].name, ber::Value::integer(lie)}});
                               forgery.message(forged);
                               std::string bytes = ber::encode(forged);
                               forgery.bytes(bytes);
                               if (stranger) {
                                   stranger->send_to(self.asker(), bytes);
                               } else {
                                   self.send(bytes);
                               }
                               self.send(reply_with(*request.message, truth));
                           });
            const auto ignore = [](UdpAgent&, const std::string&) {};
            if (forgery.from == From::same_port)
                stranger.emplace(bench.loop, "127.0.0.3", ignore, agent.port());
            if (forgery.from == From::same_address)
                stranger.emplace(bench.loop, "127.0.0.2", ignore);
            Caller caller;
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), caller));
            REQUIRE(bench.run_until(
                [&] { return caller.is_over() && bench.counts->refused(forgery.refusal) != 0; }));
            CHECK(caller.replies == 1);
            CHECK(caller.value == truth);
            CHECK(bench.counts->refused(forgery.refusal) == 1);
        }
    }

    TEST_CASE("a reply that comes twice or too late ends nothing") {
        Bench bench;
        std::vector<ber::Message> asked;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            asked.push_back(*ber::decode(datagram).message);
            if (asked.size() > 1) return;
            self.send(reply_with(asked[0], truth));
            self.send(reply_with(asked[0], lie));
        });
        Caller first;
        REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), first));
        REQUIRE(bench.run_until([&] { return bench.counts->refused(Refusal::late) == 1; }));
        CHECK(first.replies == 1);
        CHECK(first.value == truth);

        Caller second;
        REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port(), 50ms), second));
        REQUIRE(bench.run_until([&] { return second.is_over(); }));
        REQUIRE(second.failures.size() == 1);
        CHECK(second.failures[0].reason == Reason::timeout);
        agent.send(reply_with(asked.at(1), lie));
        REQUIRE(bench.run_until([&] { return bench.counts->refused(Refusal::late) == 2; }));
        CHECK(second.replies == 0);
        CHECK(bench.engine->pending() == 0);
    }

    TEST_CASE("a late reply does not answer the next request that has its slot") {
        Bench bench;
        std::vector<ber::Message> asked;
        bool is_deaf = false;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            asked.push_back(*ber::decode(datagram).message);
            if (!is_deaf) self.send(reply_with(asked.back(), truth));
        });
        const auto slot = [](std::int32_t id) { return id & 0xFFFF; };
        const auto ask_once = [&](Caller& caller) {
            const auto ticket = bench.engine->send(request_to("127.0.0.2", agent.port()), caller);
            REQUIRE(ticket);
            return *ticket;
        };
        Caller first;
        const auto id = ask_once(first);
        REQUIRE(bench.run_until([&] { return first.is_over(); }));
        const std::string late = reply_with(asked.front(), lie);
        // Slots come round: at last the next use of the first one.
        for (bool is_round = false; !is_round;) {
            Caller caller;
            is_deaf = asked.size() >= 1024;
            const auto next = ask_once(caller);
            is_round = slot(next) == slot(id);
            REQUIRE(asked.size() < 3000);
            if (is_round) {
                REQUIRE(bench.run_until([&] { return asked.back().request_id == next; }));
                agent.send(late);
                REQUIRE(bench.run_until([&] { return bench.counts->refused(Refusal::late) == 1; }));
                CHECK(!caller.is_over());
                agent.send(reply_with(asked.back(), truth));
            } else if (is_deaf) {
                REQUIRE(bench.run_until([&] { return asked.back().request_id == next; }));
                agent.send(reply_with(asked.back(), truth));
            }
            REQUIRE(bench.run_until([&] { return caller.is_over(); }));
            CHECK(caller.value == truth);
        }
    }

    TEST_CASE("of 10,000 forged replies with the right id from a wrong port none is believed") {
        Bench bench;
        UdpAgent stranger(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            const std::string forged = reply_with(*ber::decode(datagram).message, lie);
            for (int i = 0; i < 100; ++i)
                stranger.send_to(self.asker(), forged);
        });
        for (int round = 0; round < 100; ++round) {
            Caller caller;
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port(), 20ms), caller));
            REQUIRE(bench.run_until([&] { return caller.is_over(); }));
            REQUIRE(caller.replies == 0);
        }
        const auto refused = [&] {
            return bench.counts->refused(Refusal::source) + bench.counts->refused(Refusal::late);
        };
        CHECK(bench.run_until([&] { return refused() == 10'000; }));
    }

    TEST_CASE("10,000 damaged replies do no harm") {
        Bench bench;
        std::mt19937 random(20261124);
        std::string good;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            good = reply_with(*ber::decode(datagram).message, truth);
            for (int i = 0; i < 100; ++i) {
                std::string bad = good;
                for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
                    char& byte = bad[random() % bad.size()];
                    byte = static_cast<char>(byte ^ (1 << (random() % 8)));
                }
                self.send(bad);
            }
        });
        int believed = 0;
        for (int round = 0; round < 100; ++round) {
            Caller caller;
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port(), 20ms), caller));
            REQUIRE(bench.run_until([&] { return caller.is_over(); }));
            REQUIRE(caller.replies + static_cast<int>(caller.failures.size()) == 1);
            believed +=
                caller.replies;  // flips in the value or name alone; judging names is not ours
        }
        CHECK(bench.counts->refused(Refusal::malformed) > 1000);
        CHECK(bench.engine->pending() == 0);
        CAPTURE(believed);
    }

    TEST_CASE("a closed port is refused within one round trip") {
        for (const char* const address : {"127.0.0.1", "::1"}) {
            CAPTURE(address);
            Bench bench;
            Caller caller;
            const auto start = std::chrono::steady_clock::now();
            REQUIRE(bench.engine->send(request_to(address, pantau::test::free_port(), 5s), caller));
            REQUIRE(bench.run_until([&] { return caller.is_over(); }));
            REQUIRE(caller.failures.size() == 1);
            CHECK(caller.failures[0].reason == Reason::refused);
            CHECK(std::chrono::steady_clock::now() - start < 100ms);
        }
    }

    TEST_CASE("closed ports beside a living device do not disturb it") {
        Bench bench;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            self.send(reply_with(*ber::decode(datagram).message, truth));
        });
        const auto closed = pantau::test::free_port();
        std::vector<Caller> dead(200);
        std::vector<Caller> living(200);
        for (std::size_t i = 0; i < dead.size(); ++i) {
            REQUIRE(bench.engine->send(request_to("127.1.0." + std::to_string(i + 1), closed, 5s),
                                       dead[i]));
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port(), 5s), living[i]));
        }
        REQUIRE(bench.run_until([&] { return bench.engine->pending() == 0; }));
        CHECK(std::ranges::all_of(living, [](const Caller& each) { return each.replies == 1; }));
        CHECK(std::ranges::all_of(dead, [](const Caller& each) {
            return each.failures.size() == 1 && each.failures[0].reason == Reason::refused;
        }));
    }

    TEST_CASE("every request ends once, timeouts in their time") {
        Bench bench;
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        std::vector<Caller> callers(500);
        for (std::size_t i = 0; i < callers.size(); ++i)
            REQUIRE(bench.engine->send(
                request_to("127.0.0.2", deaf.port(), std::chrono::milliseconds(50 + i % 100)),
                callers[i]));
        const auto start = std::chrono::steady_clock::now();
        REQUIRE(bench.run_until([&] { return bench.engine->pending() == 0; }));
        CHECK(std::chrono::steady_clock::now() - start < 1s);
        for (const Caller& caller : callers) {
            REQUIRE(caller.failures.size() == 1);
            REQUIRE(caller.failures[0].reason == Reason::timeout);
        }
    }

    TEST_CASE("a cancelled request is never heard of again") {
        Bench bench;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            self.send(reply_with(*ber::decode(datagram).message, truth));
        });
        Caller cancelled;
        Caller other;
        const auto ticket = bench.engine->send(request_to("127.0.0.2", agent.port()), cancelled);
        REQUIRE(ticket);
        bench.engine->cancel(*ticket);
        REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), other));
        REQUIRE(bench.run_until([&] { return other.is_over(); }));
        CHECK(other.replies == 1);
        CHECK(!cancelled.is_over());
        CHECK(agent.requests() == 1);
    }

    TEST_CASE("the window bounds what is under way, and the dead do not hold up the living") {
        Bench bench;
        Engine::Options options;
        options.window = 10;
        options.lost_after = 50ms;
        bench.engine = std::make_shared<Engine>(bench.loop, bench.counts, options);
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        UdpAgent agent(bench.loop, "127.0.0.3", [&](UdpAgent& self, const std::string& datagram) {
            self.send(reply_with(*ber::decode(datagram).message, truth));
        });
        std::vector<Caller> dead(30);
        Caller living;
        for (Caller& caller : dead)
            REQUIRE(bench.engine->send(request_to("127.0.0.2", deaf.port(), 10s), caller));
        REQUIRE(bench.engine->send(request_to("127.0.0.3", agent.port(), 10s), living));
        REQUIRE(bench.run_until([&] { return deaf.requests() == 10; }));
        for (int i = 0; i < 20; ++i)
            bench.loop.poll();
        CHECK(deaf.requests() == 10);
        CHECK(agent.requests() == 0);
        REQUIRE(bench.run_until([&] { return living.is_over(); }, 2s));
        CHECK(living.replies == 1);
    }

    TEST_CASE("so many requests a second leave, and no more at once than was said") {
        Bench bench;
        Engine::Options options;
        options.requests_per_second = 400;
        options.requests_at_once = 10;
        bench.engine = std::make_shared<Engine>(bench.loop, bench.counts, options);
        std::vector<MonoTime> heard;
        UdpAgent agent(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            heard.push_back(std::chrono::steady_clock::now());
            self.send(reply_with(*ber::decode(datagram).message, truth));
        });
        std::vector<Caller> callers(60);
        const auto start = std::chrono::steady_clock::now();
        for (Caller& caller : callers)
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port(), 10s), caller));
        REQUIRE(bench.run_until([&] { return bench.engine->pending() == 0; }));
        REQUIRE(heard.size() == callers.size());
        // Never sooner: the first ten, then one each 2.5 ms.
        for (std::size_t i = 10; i < heard.size(); ++i)
            REQUIRE(heard[i] - start >= std::chrono::microseconds(2500 * (i - 10 + 1)));
        for (const Caller& caller : callers)
            CHECK(caller.replies == 1);
    }

    TEST_CASE("nobody answers a request that has not left yet") {
        Bench bench;
        Engine::Options options;
        options.window = 1;
        bench.engine = std::make_shared<Engine>(bench.loop, bench.counts, options);
        UdpAgent first(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        UdpAgent agent(bench.loop, "127.0.0.3", [&](UdpAgent& self, const std::string& datagram) {
            self.send(reply_with(*ber::decode(datagram).message, truth));
        });
        Caller caller;
        Caller queued;
        REQUIRE(bench.engine->send(request_to("127.0.0.2", first.port()), caller));
        const auto ticket = bench.engine->send(request_to("127.0.0.3", agent.port(), 5s), queued);
        REQUIRE(ticket);
        REQUIRE(bench.run_until([&] { return first.requests() == 1; }));
        // As if its id had been guessed.
        ber::Message request;
        request.request_id = *ticket;
        request.varbinds = {{ber::oid(uptime_oid), {}}};
        agent.send_to(first.asker(), reply_with(request, lie));
        REQUIRE(bench.run_until([&] { return bench.counts->refused(Refusal::unknown_id) == 1; }));
        CHECK(!queued.is_over());
        REQUIRE(bench.run_until([&] { return queued.is_over(); }));
        CHECK(queued.value == truth);
    }

    TEST_CASE("no descriptor left is a fault of this machine") {
        Bench bench;
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
        rlimit none = before;
        none.rlim_cur = 3;
        Caller caller;
        REQUIRE(bench.engine->send(request_to("127.0.0.1", 9), caller));
        ::setrlimit(RLIMIT_NOFILE, &none);
        bench.run_until([&] { return caller.is_over(); }, 2s);
        ::setrlimit(RLIMIT_NOFILE, &before);
        REQUIRE(caller.failures.size() == 1);
        CHECK(caller.failures[0].reason == Reason::local);
        Caller later;  // and it recovers
        REQUIRE(bench.engine->send(request_to("127.0.0.1", pantau::test::free_port()), later));
        REQUIRE(bench.run_until([&] { return later.is_over(); }));
        CHECK(later.failures.at(0).reason == Reason::refused);
    }

    TEST_CASE("an engine that goes takes what is under way with it, without a word") {
        Bench bench;
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        Caller caller;
        REQUIRE(bench.engine->send(request_to("127.0.0.2", deaf.port(), 20ms), caller));
        REQUIRE(bench.run_until([&] { return deaf.requests() == 1; }));
        bench.engine.reset();
        bench.run_until([] { return false; }, 100ms);
        CHECK(!caller.is_over());
    }
}

TEST_SUITE("collectors/snmp/session") {
    TEST_CASE("a visit by IPv6 and by name") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        for (const auto& [listen, call] : {std::pair{"::1", "::1"}, {"127.0.0.1", "localhost"}}) {
            const std::string name = call;
            CAPTURE(name);
            Bench bench;
            UdpAgent port(bench.loop, listen, script_of(agent));
            auto who = device(call, port.port());
            who->poll.timeout = 2s;
            const auto session = bench.open(who);
            const auto answer = bench.visit(*session, ask({uptime_oid}));
            REQUIRE(answer);
            CHECK(answer->ok());
            CHECK(answer->cells().size() == 1);
        }
    }

    TEST_CASE("what cannot be asked is said at once, and never from inside collect") {
        Bench bench;
        auto who = device("127.0.0.1", 9);
        auto unknown = std::make_shared<Credential>();
        unknown->version = Credential::Version::v3;
        unknown->user = "noc";
        unknown->auth_protocol = "SHA-3";
        who->credentials = {unknown};
        const auto session = bench.open(who);
        bool is_done = false;
        std::optional<Reason> reason;
        session->collect(ask({}), std::chrono::steady_clock::now() + 1s, [&](Answer answer) {
            is_done = true;
            reason = answer.error->reason;
        });
        CHECK(!is_done);
        REQUIRE(bench.run_until([&] { return is_done; }));
        CHECK(reason == Reason::local);

        const auto nowhere = bench.open(device("no-such-host.invalid", 9));
        const auto answer = bench.visit(*nowhere, ask({}));
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::name_resolution);
    }

    TEST_CASE("the deadline ends a visit whatever the timeouts say") {
        Bench bench;
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        auto who = device("127.0.0.2", deaf.port());
        who->poll.timeout = 10s;
        who->poll.retries = 5;
        const auto session = bench.open(who);
        const auto start = std::chrono::steady_clock::now();
        const auto answer = bench.visit(*session, ask({uptime_oid}), 200ms);
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(std::chrono::steady_clock::now() - start < 400ms);
    }

    TEST_CASE("nothing is sent when the time for a visit is over before it begins") {
        Bench bench;
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        const auto session = bench.open(device("127.0.0.2", deaf.port()));
        const auto answer = bench.visit(*session, ask({uptime_oid}), 0ms);
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(bench.counts->value(0) == 0);
    }

    TEST_CASE("a session that goes in the middle of a visit does not call back") {
        Bench bench;
        UdpAgent deaf(bench.loop, "127.0.0.2", [](UdpAgent&, const std::string&) {});
        bool is_done = false;
        {
            const auto session = bench.open(device("127.0.0.2", deaf.port()));
            session->collect(ask({}), std::chrono::steady_clock::now() + 1s,
                             [&](const Answer&) { is_done = true; });
            REQUIRE(bench.run_until([&] { return deaf.requests() == 1; }));
        }
        CHECK(bench.engine->pending() == 0);
        bench.run_until([] { return false; }, 300ms);
        CHECK(!is_done);
    }

    TEST_CASE("the next visit may begin, and the session may end, inside the callback") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        Bench bench;
        UdpAgent port(bench.loop, "127.0.0.2", script_of(agent));
        auto session = bench.open(device("127.0.0.2", port.port()));
        int visits = 0;
        std::function<void(Answer)> again = [&](const Answer& answer) {
            CHECK(answer.ok());
            if (++visits == 50) {
                session.reset();
                return;
            }
            session->collect(ask({uptime_oid}), std::chrono::steady_clock::now() + 1s, again);
        };
        session->collect(ask({uptime_oid}), std::chrono::steady_clock::now() + 1s, again);
        REQUIRE(bench.run_until([&] { return visits == 50; }));
        CHECK(session == nullptr);
    }

    TEST_CASE("one lost reply costs a retry, with another request-id, and is counted") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        Bench bench;
        std::vector<std::int32_t> ids;
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            const auto request = ber::decode(datagram);
            ids.push_back(request.message->request_id);
            if (ids.size() > 1) self.send(ber::encode(*agent.answer(*request.message)));
        });
        const auto session = bench.open(device("127.0.0.2", port.port()));
        const auto answer = bench.visit(*session, ask({}));
        REQUIRE(answer);
        CHECK(answer->ok());
        CHECK(fact(*answer, fact_requests) == 2);
        CHECK(fact(*answer, fact_retries) == 1);
        CHECK(bench.counts->value(0) == 2);
        CHECK(bench.counts->value(1) == 1);
        REQUIRE(ids.size() == 2);
        CHECK(ids[0] != ids[1]);
    }

    TEST_CASE("a lost datagram costs a few round trips, a verdict all the patience there is") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        Bench bench;
        unsigned lose = 0;  // of the next requests
        std::vector<MonoTime> heard;
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            heard.push_back(std::chrono::steady_clock::now());
            if (lose != 0) {
                --lose;
                return;
            }
            self.send(ber::encode(*agent.answer(*ber::decode(datagram).message)));
        });
        auto who = device("127.0.0.2", port.port());
        who->poll.timeout = 900ms;
        const auto session = bench.open(who);
        const auto visit = [&](unsigned lost) {
            lose = lost;
            heard.clear();
            return bench.visit(*session, ask({uptime_oid}))->ok();
        };
        // Nothing is known of the device yet: it gets the whole timeout.
        CHECK(visit(1));
        REQUIRE(heard.size() == 2);
        CHECK(heard[1] - heard[0] >= 900ms);
        CHECK(visit(0));
        // It answers within a millisecond: the second try comes early, and is the last one.
        CHECK(visit(1));
        REQUIRE(heard.size() >= 2);
        CHECK(heard[1] - heard[0] >= RoundTrip::least);
        CHECK(heard[1] - heard[0] < 900ms);
        const auto before = std::chrono::steady_clock::now();
        CHECK(!visit(2));
        CHECK(std::chrono::steady_clock::now() - before >= RoundTrip::least + 900ms);
        // After a lost visit it may be another device.
        CHECK(visit(1));
        REQUIRE(heard.size() >= 2);
        CHECK(heard[1] - heard[0] >= 900ms);
    }

    TEST_CASE("an agent that needs its time for large replies is waited for, not asked for less") {
        FakeAgent agent;
        std::vector<std::string> scalars{uptime_oid};
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        for (int i = 1; i <= 8; ++i) {
            scalars.push_back("1.3.7.1." + std::to_string(i) + ".0");
            agent.set(scalars.back(), ber::Value::integer(i));
        }
        Bench bench;
        std::vector<std::size_t> sizes;  // of the requests of a visit
        std::vector<std::unique_ptr<boost::asio::steady_timer>> timers;
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            const auto request = ber::decode(datagram);
            const std::string reply = ber::encode(*agent.answer(*request.message));
            sizes.push_back(request.message->varbinds.size());
            if (sizes.back() == 1) {
                self.send(reply);
                return;
            }
            // Later than what is waited for at first for a device that answers at once.
            timers.push_back(std::make_unique<boost::asio::steady_timer>(bench.loop));
            timers.back()->expires_after(RoundTrip::least + 50ms);
            timers.back()->async_wait([&self, reply](const boost::system::error_code& error) {
                if (!error) self.send(reply);
            });
        });
        auto who = device("127.0.0.2", port.port());
        who->poll.timeout = 2s;
        const auto session = bench.open(who);
        for (int visit = 0; visit < 4; ++visit) {
            sizes.clear();
            const auto answer = bench.visit(*session, ask(scalars));
            REQUIRE(answer);
            CHECK(answer->ok());
            CHECK(answer->problems.empty());
            CHECK(answer->cells().size() == scalars.size());
        }
        // It was learned how long that takes.
        CHECK(sizes == std::vector<std::size_t>{scalars.size()});
    }

    TEST_CASE("a device that is down is asked once a visit, until it answers") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        Bench bench;
        bool is_there = false;
        unsigned lose = 0;
        std::size_t requests = 0;
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            ++requests;
            if (!is_there || std::exchange(lose, 0) != 0) return;
            self.send(ber::encode(*agent.answer(*ber::decode(datagram).message)));
        });
        auto who = device("127.0.0.2", port.port());
        who->poll.timeout = 20ms;
        who->poll.retries = 2;
        const auto session = bench.open(who);
        std::vector<std::size_t> of_visits;
        for (int visit = 0; visit < 6; ++visit) {
            requests = 0;
            CHECK(bench.visit(*session, ask({}))->error->reason == Reason::timeout);
            of_visits.push_back(requests);
        }
        CHECK(of_visits == std::vector<std::size_t>{3, 3, 3, 1, 1, 1});
        is_there = true;
        CHECK(bench.visit(*session, ask({}))->ok());
        // Back again, it is asked as often as any other.
        lose = 1;
        requests = 0;
        CHECK(bench.visit(*session, ask({}))->ok());
        CHECK(requests == 2);
    }

    TEST_CASE("after a lasting silence every credential is tried again") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        Bench bench;
        std::string community = "first";
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            const auto request = ber::decode(datagram);
            if (request.message->community == community)
                self.send(ber::encode(*agent.answer(*request.message)));
        });
        auto who = device("127.0.0.2", port.port());
        who->credentials = {credential("first"), credential("second")};
        who->poll.timeout = 20ms;
        const auto session = bench.open(who);
        REQUIRE(bench.visit(*session, ask({}))->ok());
        community = "second";
        int visits = 1;
        while (!bench.visit(*session, ask({}))->ok() && visits < 20)
            ++visits;
        CHECK(visits == 4);
        const auto requests = port.requests();
        REQUIRE(bench.visit(*session, ask({}))->ok());
        CHECK(port.requests() == requests + 1);
    }
}

}  // namespace pantau::snmp::test
