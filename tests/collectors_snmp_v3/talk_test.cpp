// Visits to a fake agent over UDP: every guard, and every hard case of an engine's life.
#include <doctest/doctest.h>

#include <functional>

#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/udp_agent.hpp"
#include "collectors_snmp/visit.hpp"
#include "fakes/usm.hpp"

namespace pantau::snmp::test {
namespace {

namespace usm = fakes::usm;

constexpr const char* up_time = "1.3.6.1.2.1.1.3.0";
constexpr const char* name_oid = "1.3.6.1.2.1.1.5.0";

std::string engine_of(char last) {
    return std::string("\x80\x00\x1f\x88\x04", 5) + "ap-" + last;
}

std::shared_ptr<Credential> credential_v3(const std::string& auth = "the-auth-password",
                                          const std::string& priv = "the-priv-password") {
    auto made = std::make_shared<Credential>();
    made->name = "city";
    made->version = Credential::Version::v3;
    made->user = "noc";
    if (!auth.empty()) {
        made->auth_protocol = "SHA-256";
        made->auth_password = Secret(auth);
    }
    if (!priv.empty()) {
        made->priv_protocol = "AES-128";
        made->priv_password = Secret(priv);
    }
    return made;
}

/// An agent on a port of the loop, and a session that visits it.
struct Site {
    explicit Site(Bench& to, char last = '1', const char* address = "127.0.0.2")
        : bench(to),
          agent(engine_of(last),
                [this](const ber::Message& request) { return mib.answer(request); }),
          port(to.loop, address, [this](UdpAgent&, const std::string& datagram) {
              if (before_request) before_request();
              const auto reply = agent.handle(datagram);
              if (before_reply && !agent.request().engine_id.empty()) before_reply();
              if (reply) port.send(*reply);
          }) {
        mib.set(up_time, ber::Value::time_ticks(4711));
        mib.set(name_oid, ber::Value::octets(std::string("ap-") + last));
        who = device(address, port.port());
        who->credentials = {credential_v3()};
        who->poll.timeout = 300ms;
    }
    std::optional<Answer> visit() {
        if (session == nullptr) session = bench.open(who);
        return bench.visit(*session, ask({up_time, name_oid}));
    }
    /// A good visit with the right name.
    void check_good(const char* name) {
        const auto answer = visit();
        REQUIRE(answer);
        CHECK_MESSAGE(answer->ok(), (answer->error ? to_string(*answer->error) : ""));
        REQUIRE(cell_of(*answer, 1));
        CHECK(answer->bytes_of(cell_of(*answer, 1)->value) == name);
    }
    void check_fails(Reason reason, const std::string& words) {
        const auto answer = visit();
        REQUIRE(answer);
        REQUIRE(answer->error);
        CAPTURE(to_string(*answer->error));
        CHECK(answer->error->reason == reason);
        CHECK(answer->error->detail.find(words) != std::string::npos);
    }

    Bench& bench;
    FakeAgent mib;
    usm::Agent agent;
    UdpAgent port;
    std::function<void()> before_request;
    std::function<void()> before_reply;  ///< To a request that is no discovery.
    std::shared_ptr<Device> who;
    std::unique_ptr<SnmpSession> session;
};

std::uint64_t refusals(const Bench& bench) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < refusal_count; ++i)
        sum += bench.counts->refused(static_cast<Refusal>(i));
    return sum;
}

}  // namespace

TEST_SUITE("collectors/snmp/v3/guards") {
    TEST_CASE("a forged reply is refused and counted, and the true one still arrives") {
        struct Forgery {
            const char* name;
            Refusal refusal;
            std::function<void(usm::Message&, usm::Keys&)> forge;
            const char* auth = "the-auth-password";
            const char* priv = "the-priv-password";
        };
        const usm::Keys other{std::string(32, 'a'), std::string(32, 'b')};
        const std::vector<Forgery> forgeries{
            {"other message id", Refusal::unknown_id,
             [](auto& m, auto&) { m.msg_id ^= 0x00F0'0000; }},
            {"other security model", Refusal::security_model, [](auto& m, auto&) { m.model = 2; }},
            {"not signed", Refusal::security_level, [](auto& m, auto&) { m.flags = usm::no_auth; }},
            {"signed, not encrypted", Refusal::security_level,
             [](auto& m, auto&) { m.flags = usm::signed_alone; }},
            {"encrypted and not signed", Refusal::malformed, [](auto& m, auto&) { m.flags = 2; }},
            {"other engine", Refusal::engine_id,
             [](auto& m, auto&) { m.engine_id = engine_of('9'); }},
            {"other user", Refusal::user, [](auto& m, auto&) { m.user = "root"; }},
            {"other authentication key", Refusal::digest,
             [&](auto&, auto& keys) { keys.auth = other.auth; }},
            {"a MAC of 12 octets", Refusal::digest,
             [](auto& m, auto&) { m.forged_mac = std::string(12, 'm'); }},
            {"a MAC of 300 octets", Refusal::digest,
             [](auto& m, auto&) { m.forged_mac = std::string(300, 'm'); }},
            {"other privacy key", Refusal::decryption,
             [&](auto&, auto& keys) { keys.priv = other.priv; }},
            {"salt of 4 octets", Refusal::decryption, [](auto& m, auto&) { m.salt = "1234"; }},
            {"salt of 4 octets, its zeros left out", Refusal::decryption,
             [](auto& m, auto&) {
                 m.salt = std::string("1234\0\0\0\0", 8);
                 m.forged_salt = "1234";
             }},
            {"boots of before", Refusal::time_window, [](auto& m, auto&) { --m.boots; }},
            {"time of before", Refusal::time_window, [](auto& m, auto&) { m.time -= 200; }},
            {"boots at the end", Refusal::time_window,
             [](auto& m, auto&) { m.boots = 0x7FFF'FFFF; }},
            {"other context", Refusal::context, [](auto& m, auto&) { m.context = "other"; }},
            {"other context engine", Refusal::context,
             [](auto& m, auto&) { m.context_engine = engine_of('9'); }},
            {"other request id", Refusal::request_id,
             [](auto& m, auto&) { m.pdu.request_id ^= 1; }},
            {"a request", Refusal::pdu_type, [](auto& m, auto&) { m.pdu.pdu = ber::Tag::get; }},
            {"a trap of v1", Refusal::pdu_type,
             [](auto& m, auto&) { m.pdu.pdu = ber::Tag::trap_v1; }},
            {"a value that is none, encrypted", Refusal::decryption,
             [](auto& m, auto&) { m.pdu.varbinds[0].value = ber::Value::ip_address("abc"); }},
            {"a value that is none, signed alone", Refusal::malformed,
             [](auto& m, auto&) { m.pdu.varbinds[0].value = ber::Value::ip_address("abc"); },
             "the-auth-password", ""},
            {"a varbind nobody asked for", Refusal::unasked_oid,
             [](auto& m, auto&) { m.pdu.varbinds[0].name.back() ^= 1; }},
            {"message size below what is allowed", Refusal::malformed,
             [](auto& m, auto&) { m.size_most = 483; }},
            {"negative boots", Refusal::malformed, [](auto& m, auto&) { m.boots = -1; }},
            {"user of 33 octets", Refusal::malformed,
             [](auto& m, auto&) { m.user = std::string(33, 'u'); }},
            // To a request that is signed alone
            {"encrypted, though nobody asked so", Refusal::security_level,
             [](auto& m, auto&) { m.flags = usm::encrypted, m.salt = "12345678"; },
             "the-auth-password", ""},
            {"not signed, of signed alone", Refusal::security_level,
             [](auto& m, auto&) { m.flags = usm::no_auth; }, "the-auth-password", ""},
            // To a request that is neither
            {"signed, though nobody asked so", Refusal::security_level,
             [](auto& m, auto&) { m.flags = usm::signed_alone; }, "", ""},
            {"other engine, of no key", Refusal::engine_id,
             [](auto& m, auto&) { m.engine_id = engine_of('9'); }, "", ""},
            {"other user, of no key", Refusal::user, [](auto& m, auto&) { m.user = "root"; }, "",
             ""},
        };
        for (const Forgery& forgery : forgeries) {
            CAPTURE(forgery.name);
            Bench bench;
            Site site(bench);
            site.who->credentials = {credential_v3(forgery.auth, forgery.priv)};
            site.check_good("ap-1");
            REQUIRE(refusals(bench) == 0);
            unsigned forged = 0;
            site.before_reply = [&] {
                if (forged != 0) return;
                ++forged;
                usm::Message message = site.agent.reply();
                usm::Keys keys = site.agent.keys();
                forgery.forge(message, keys);
                site.port.send(usm::encode(message, keys));
            };
            site.check_good("ap-1");
            CHECK(forged == 1);
            CHECK(bench.counts->refused(forgery.refusal) == 1);
            CHECK(refusals(bench) == 1);
        }
    }

    TEST_CASE("one changed bit anywhere in a signed reply, and it is not believed") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        std::size_t at = 0;
        std::uint64_t sent = 0;
        site.before_reply = [&] {
            const std::string good = usm::encode(site.agent.reply(), site.agent.keys());
            for (int i = 0; i < 100; ++i, ++at) {
                std::string bad = good;
                bad[at / 8 % bad.size()] =
                    static_cast<char>(bad[at / 8 % bad.size()] ^ (1 << (at % 8)));
                site.port.send(bad);
                ++sent;
            }
        };
        for (int round = 0; round < 20; ++round) {
            CAPTURE(round);
            site.check_good("ap-1");
        }
        CHECK(sent >= 2000);
        // What differs in nothing but the message id may be that of a request of before: late.
        CHECK(refusals(bench) == sent);
    }

    TEST_CASE("a reply from another address or to another id is none; a repeated one is late") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        UdpAgent stranger(bench.loop, "127.0.0.3", [](UdpAgent&, const std::string&) {});
        bool is_once = true;
        site.before_reply = [&] {
            if (!std::exchange(is_once, false)) return;
            const std::string good = usm::encode(site.agent.reply(), site.agent.keys());
            stranger.send_to(site.port.asker(), good);
        };
        site.check_good("ap-1");
        CHECK(bench.counts->refused(Refusal::source) == 1);
        site.before_reply = nullptr;
        const std::string last = usm::encode(site.agent.reply(), site.agent.keys());
        site.port.send(last);
        REQUIRE(bench.run_until([&] { return refusals(bench) == 2; }));
        CHECK(bench.counts->refused(Refusal::late) == 1);
    }

    TEST_CASE(
        "the right reply from the agent's port at another address, or its other port, is none") {
        for (const bool is_same_port : {true, false}) {
            CAPTURE(is_same_port);
            Bench bench;
            Site site(bench);
            site.check_good("ap-1");
            UdpAgent stranger(
                bench.loop, is_same_port ? "127.0.0.3" : "127.0.0.2",
                [](UdpAgent&, const std::string&) {},
                is_same_port ? site.port.port() : std::uint16_t{0});
            site.before_reply = [&] {
                stranger.send_to(site.port.asker(),
                                 usm::encode(site.agent.reply(), site.agent.keys()));
            };
            site.check_good("ap-1");
            CHECK(bench.counts->refused(Refusal::source) == 1);
            CHECK(refusals(bench) == 1);
        }
    }

    TEST_CASE("nobody answers a v3 request that has not left yet") {
        Bench bench;
        Engine::Options options;
        options.window = 1;
        bench.engine = std::make_shared<Engine>(bench.loop, bench.counts, options);
        UdpAgent deaf(bench.loop, "127.0.0.3", [](UdpAgent&, const std::string&) {});
        Site site(bench);
        struct Caller final : Requester {
            bool is_over = false;
            [[nodiscard]] Refusal judge(const Message&) const override { return Refusal::none; }
            void on_reply(const Message&, const Arrival&) override { is_over = true; }
            void on_failure(const Error&) override { is_over = true; }
        };
        Caller first;
        Caller queued;
        Request request;
        request.peer = *Peer::numeric("127.0.0.3", deaf.port());
        request.community = "public";
        request.timeout = 5s;
        REQUIRE(bench.engine->send(request, first));
        UsmCrypto crypto(1);
        PasswordKeys keys;
        const auto credential = credential_v3();
        V3Talk talk(*credential, crypto, keys, 1);
        request.peer = *Peer::numeric("127.0.0.2", site.port.port());
        request.version = Version::v3;
        request.v3 = &talk;
        const auto ticket = bench.engine->send(request, queued);
        REQUIRE(ticket);
        REQUIRE(bench.run_until([&] { return deaf.requests() == 1; }));
        // As if its id had been guessed.
        usm::Message forged = site.agent.report(usm::unknown_engines, usm::no_auth);
        forged.msg_id = *ticket;
        site.port.send_to(deaf.asker(), usm::encode(forged, {}));
        REQUIRE(bench.run_until([&] { return refusals(bench) == 1; }));
        CHECK(bench.counts->refused(Refusal::unknown_id) == 1);
        CHECK(!queued.is_over);
    }

    TEST_CASE(
        "a signed reply may be 150 s old by the engine's clock, and no older one follows it") {
        Bench bench;
        Site site(bench);
        site.agent.checks_time = false;
        site.check_good("ap-1");
        const std::int64_t time = site.agent.time;
        site.agent.time = time - 140;
        site.check_good("ap-1");
        CHECK(refusals(bench) == 0);
        // That did not set our notion of its clock back.
        bool is_once = true;
        site.before_reply = [&] {
            if (!std::exchange(is_once, false)) return;
            usm::Message old = site.agent.reply();
            old.time = time - 200;
            site.port.send(usm::encode(old, site.agent.keys()));
        };
        site.check_good("ap-1");
        CHECK(bench.counts->refused(Refusal::time_window) == 1);
        CHECK(refusals(bench) == 1);
    }

    TEST_CASE("a discovery is answered with its own request id") {
        Bench bench;
        Site site(bench);
        bool is_once = true;
        site.before_request = [&] {
            if (!std::exchange(is_once, false)) return;
            usm::Message asked;
            REQUIRE(usm::decode(site.port.last(), {}, asked) == usm::Read::ok);
            usm::Message forged = site.agent.report(usm::unknown_engines, usm::no_auth);
            forged.msg_id = asked.msg_id;
            forged.engine_id = engine_of('9');
            forged.pdu.request_id = asked.pdu.request_id ^ 1;
            site.port.send(usm::encode(forged, {}));
        };
        site.check_good("ap-1");
        CHECK(bench.counts->refused(Refusal::request_id) == 1);
        CHECK(site.agent.discoveries == 1);
    }

    TEST_CASE("a Report about what could not be decrypted has a request id of the agent's own") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.before_reply = [&] {
            usm::Message report = site.agent.report(usm::decryption_errors, usm::signed_alone);
            report.pdu.request_id = 12345;  // net-snmp's manner
            site.port.send(usm::encode(report, site.agent.keys()));
        };
        site.check_fails(Reason::auth, "privacy password");
    }

    TEST_CASE("a v3 message with the id of a v2c request answers nothing") {
        Bench bench;
        unsigned asked = 0;
        UdpAgent port(bench.loop, "127.0.0.2", [&](UdpAgent& self, const std::string& datagram) {
            const auto request = ber::decode(datagram);
            REQUIRE(request);
            usm::Message forged;
            forged.msg_id = request.message->request_id;
            forged.engine_id = engine_of('1');
            forged.pdu = ber::reply_to(*request.message, request.message->varbinds);
            self.send(usm::encode(forged, {}));
            ++asked;
        });
        auto who = device("127.0.0.2", port.port());
        const auto session = bench.open(who);
        const auto answer = bench.visit(*session, ask({up_time}));
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(bench.counts->refused(Refusal::version) == asked);
    }

    TEST_CASE("a Report that could be forged ends nothing") {
        struct Forgery {
            const char* name;
            Refusal refusal;
            std::function<usm::Message(usm::Agent&)> forge;
        };
        const std::vector<Forgery> forgeries{
            {"time window, not signed", Refusal::report,
             [](auto& a) { return a.report(usm::not_in_time_windows, usm::no_auth); }},
            {"context, not signed", Refusal::report,
             [](auto& a) { return a.report(usm::unknown_contexts, usm::no_auth); }},
            {"of nothing known", Refusal::report,
             [](auto& a) { return a.report("1.3.6.1.6.3.15.1.1.7.0", usm::no_auth); }},
            {"wrong digest at another engine", Refusal::engine_id,
             [](auto& a) {
                 auto m = a.report(usm::wrong_digests, usm::no_auth);
                 m.engine_id = engine_of('9');
                 return m;
             }},
            {"wrong digest of another user", Refusal::user,
             [](auto& a) {
                 auto m = a.report(usm::wrong_digests, usm::no_auth);
                 m.user = "root";
                 return m;
             }},
            {"unknown user with another message id", Refusal::unknown_id,
             [](auto& a) {
                 auto m = a.report(usm::unknown_users, usm::no_auth);
                 m.msg_id ^= 0x00F0'0000;
                 return m;
             }},
            {"unknown user with another request id", Refusal::request_id,
             [](auto& a) {
                 auto m = a.report(usm::unknown_users, usm::no_auth);
                 m.pdu.request_id = 12345;
                 return m;
             }},
            {"with two counters", Refusal::report,
             [](auto& a) {
                 auto m = a.report(usm::unknown_users, usm::no_auth);
                 m.pdu.varbinds.push_back(m.pdu.varbinds[0]);
                 return m;
             }},
        };
        for (const Forgery& forgery : forgeries) {
            CAPTURE(forgery.name);
            Bench bench;
            Site site(bench);
            site.who->credentials = {credential_v3("the-auth-password", "")};
            site.check_good("ap-1");
            bool is_once = true;
            site.before_reply = [&] {
                if (!std::exchange(is_once, false)) return;
                site.port.send(usm::encode(forgery.forge(site.agent), site.agent.keys()));
            };
            site.check_good("ap-1");
            CHECK(bench.counts->refused(forgery.refusal) == 1);
            CHECK(refusals(bench) == 1);
        }
    }

    TEST_CASE("a discovery believes no engine id of impossible length, and no response") {
        for (const std::string& id : {std::string("1234"), std::string()}) {
            CAPTURE(id.size());
            Bench bench;
            Site site(bench);
            site.agent.set_engine(id);
            // An agent whose own id is empty takes our discovery for a request.
            if (id.empty()) site.agent.user = "";
            const auto answer = site.visit();
            REQUIRE(answer);
            REQUIRE(answer->error);
            CHECK(answer->error->reason == Reason::timeout);
            CHECK(bench.counts->refused(id.empty() ? Refusal::pdu_type : Refusal::engine_id) == 2);
        }
    }
}

TEST_SUITE("collectors/snmp/v3/visit") {
    TEST_CASE("the first visit costs one discovery, the next ones nothing more than v2c") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        CHECK(site.agent.discoveries == 1);
        CHECK(site.agent.reports == 0);
        const auto asked = site.agent.requests;
        site.check_good("ap-1");
        CHECK(site.agent.discoveries == 1);
        CHECK(site.agent.requests == asked + 1);
        CHECK((site.agent.request().flags & 3) == usm::encrypted);
    }

    TEST_CASE("an agent that keeps its clock to itself costs one more round trip, once") {
        Bench bench;
        Site site(bench);
        site.agent.tells_clock_at_discovery = false;
        site.check_good("ap-1");
        site.check_good("ap-1");
        CHECK(site.agent.discoveries == 1);
        CHECK(site.agent.reports == 1);
        CHECK(bench.counts->events(EngineEvent::restarted) == 0);
        CHECK(refusals(bench) == 0);
    }

    TEST_CASE("each level is spoken, and a resend has a new message id and a new salt") {
        for (const auto& [auth, priv, level] :
             {std::tuple{"the-auth-password", "the-priv-password", usm::encrypted},
              {"the-auth-password", "", usm::signed_alone},
              {"", "", usm::no_auth}}) {
            const auto& flags = level;
            CAPTURE(flags);
            Bench bench;
            Site site(bench);
            site.who->credentials = {credential_v3(auth, priv)};
            site.check_good("ap-1");
            CHECK((site.agent.request().flags & 3) == level);
            CHECK((site.agent.request().flags & usm::reportable) != 0);
            const usm::Message first = site.agent.request();
            site.check_good("ap-1");
            const usm::Message second = site.agent.request();
            CHECK(first.msg_id != second.msg_id);
            CHECK(first.pdu.request_id != second.pdu.request_id);
            CHECK((first.salt != second.salt) == (level == usm::encrypted));
        }
    }

    TEST_CASE("the context of the credential is asked, and a context the device lacks is auth") {
        Bench bench;
        Site site(bench);
        site.agent.context = "radio-2";
        auto in_context = credential_v3();
        in_context->context = "radio-2";
        site.who->credentials = {in_context};
        site.check_good("ap-1");
        site.agent.context = "radio-3";
        site.check_fails(Reason::auth, "no context 'radio-2'");
    }

    TEST_CASE("a wrong password and an unknown user are auth after one round trip") {
        struct Case {
            const char* says;
            std::function<void(Site&)> spoil;
        };
        const Case cases[] = {
            {"authentication password", [](Site& s) { s.agent.set_passwords("another-one", "x"); }},
            {"no user 'noc'", [](Site& s) { s.agent.user = "somebody"; }},
        };
        for (const Case& c : cases) {
            CAPTURE(c.says);
            Bench bench;
            Site site(bench);
            site.who->poll.timeout = 5s;
            c.spoil(site);
            const auto start = std::chrono::steady_clock::now();
            site.check_fails(Reason::auth, c.says);
            CHECK(std::chrono::steady_clock::now() - start < 2s);
            CHECK(site.agent.discoveries == 1);
            CHECK(site.agent.requests == 1);
            CHECK(refusals(bench) == 0);
            // And when it has worked before.
            Site later(bench, '2', "127.0.0.4");
            later.check_good("ap-2");
            c.spoil(later);
            later.check_fails(Reason::auth, c.says);
            later.agent.user = "noc";
            later.agent.set_passwords("the-auth-password", "the-priv-password");
            later.check_good("ap-2");
        }
    }

    TEST_CASE("a wrong privacy password is auth, told by a request that is signed alone") {
        Bench bench;
        Site site(bench);
        site.agent.set_passwords("the-auth-password", "another-one");
        site.check_fails(Reason::auth, "privacy password");
        CHECK(site.agent.requests == 3);  // two that met silence, and the test
        CHECK((site.agent.request().flags & 3) == usm::signed_alone);
        CHECK(site.agent.request().pdu.varbinds.size() == 1);

        // Changed on the device while we knew another one: the second lost visit tells.
        Site later(bench, '2', "127.0.0.4");
        later.check_good("ap-2");
        later.agent.set_passwords("the-auth-password", "another-one");
        const auto lost = later.visit();
        REQUIRE(lost);
        CHECK(!lost->ok());
        later.check_fails(Reason::auth, "privacy password");
        later.agent.set_passwords("the-auth-password", "the-priv-password");
        later.check_good("ap-2");
    }

    TEST_CASE("a wrong privacy password is told within 6 s, however patient the settings") {
        for (const auto& [timeout, retries] :
             {std::pair<Duration, unsigned>{2s, 5}, {Duration(3s), 1}}) {
            Bench bench;
            Site site(bench);
            site.who->poll.timeout = timeout;
            site.who->poll.retries = retries;
            site.agent.set_passwords("the-auth-password", "another-one");
            const auto start = std::chrono::steady_clock::now();
            std::optional<Answer> answer;
            site.session = bench.open(site.who);
            answer = bench.visit(*site.session, ask({up_time, name_oid}), 25s);
            REQUIRE(answer);
            REQUIRE(answer->error);
            CHECK(answer->error->reason == Reason::auth);
            CHECK(std::chrono::steady_clock::now() - start < 6s);
        }
    }

    TEST_CASE("a device that is gone is a timeout, not auth") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.agent.is_deaf = true;
        site.check_fails(Reason::timeout, "no answer");
        site.check_fails(Reason::timeout, "no answer");
        site.agent.is_deaf = false;
        site.check_good("ap-1");
        Site never(bench, '2', "127.0.0.4");
        never.agent.is_deaf = true;
        never.check_fails(Reason::timeout, "no answer");
    }

    TEST_CASE("a right password does not help a device with a wrong one at the same engine id") {
        Bench bench;
        auto shared = std::make_shared<V3Workshop>();
        Site right(bench, '1', "127.0.0.2");
        Site wrong(bench, '1', "127.0.0.4");
        right.session = std::make_unique<SnmpSession>(right.who, bench.engine, bench.plans, shared);
        wrong.who->credentials = {credential_v3("not-the-password")};
        wrong.session = std::make_unique<SnmpSession>(wrong.who, bench.engine, bench.plans, shared);
        for (int round = 0; round < 3; ++round) {
            right.check_good("ap-1");
            wrong.check_fails(Reason::auth, "authentication password");
        }
    }

    TEST_CASE("two live devices with one engine id and other clocks are both polled") {
        Bench bench;
        Site one(bench, '1', "127.0.0.2");
        Site two(bench, '1', "127.0.0.4");
        two.mib.set(name_oid, ber::Value::octets("ap-2"));
        two.agent.boots = 900;
        two.agent.time = 5;
        for (int round = 0; round < 5; ++round) {
            one.check_good("ap-1");
            two.check_good("ap-2");
        }
        CHECK(one.agent.discoveries == 1);
        CHECK(two.agent.discoveries == 1);
        CHECK(one.agent.reports + two.agent.reports == 0);
        CHECK(refusals(bench) == 0);
        for (const auto event :
             {EngineEvent::restarted, EngineEvent::replaced, EngineEvent::went_back})
            CHECK(bench.counts->events(event) == 0);
    }

    TEST_CASE("the next credential has its turn at once when the device says no") {
        Bench bench;
        Site site(bench);
        site.who->poll.timeout = 5s;
        site.who->credentials = {credential_v3("not-the-password"), credential_v3()};
        const auto start = std::chrono::steady_clock::now();
        site.check_good("ap-1");
        CHECK(std::chrono::steady_clock::now() - start < 2s);
        const auto asked = site.agent.requests;
        site.check_good("ap-1");  // it begins with the one that works
        CHECK(site.agent.requests == asked + 1);

        // Its password is changed to that of the other: the same visit finds out.
        site.agent.set_passwords("not-the-password", "the-priv-password");
        site.check_good("ap-1");
        // Of that visit: the refused request, a probe with the other credential, and all the rest.
        CHECK(site.agent.requests == asked + 1 + 3);

        // When none works, what the device said is told, not the silence to another one.
        Site none(bench, '2', "127.0.0.4");
        none.who->poll.retries = 0;
        none.who->credentials = {credential_v3("not-the-password"), credential("public")};
        none.check_fails(Reason::auth, "authentication password");
    }
}

TEST_SUITE("collectors/snmp/v3/engine's life") {
    TEST_CASE("a restart is learned from a signed Report, in the same visit") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.agent.boots += 1;
        site.agent.time = 2;
        site.check_good("ap-1");
        CHECK(site.agent.reports == 1);
        CHECK(site.agent.discoveries == 1);
        CHECK(bench.counts->events(EngineEvent::restarted) == 1);
        site.check_good("ap-1");
        CHECK(site.agent.reports == 1);
        CHECK(bench.counts->events(EngineEvent::went_back) == 0);
        CHECK(refusals(bench) == 0);
    }

    TEST_CASE("a clock far ahead is followed") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.agent.time += 10'000;
        site.check_good("ap-1");
        CHECK(site.agent.reports == 1);
        CHECK(bench.counts->events(EngineEvent::went_back) == 0);
    }

    TEST_CASE("boots or time that went backwards are told, and the device goes on being polled") {
        for (const bool is_boots : {true, false}) {
            for (const bool checks_time : {true, false}) {
                CAPTURE(is_boots);
                CAPTURE(checks_time);
                Bench bench;
                Site site(bench);
                site.agent.checks_time = checks_time;
                site.check_good("ap-1");
                (is_boots ? site.agent.boots : site.agent.time) = 1;
                // An agent that does not look at our time answers outright: its answer is refused,
                // and a discovery after the silence makes the new clock believable.
                site.check_good("ap-1");
                CHECK(bench.counts->events(EngineEvent::went_back) == 1);
                CHECK(bench.counts->refused(Refusal::time_window) == (checks_time ? 0 : 1));
                CHECK(site.agent.discoveries == (checks_time ? 1 : 2));
                site.check_good("ap-1");
                CHECK(bench.counts->events(EngineEvent::went_back) == 1);
            }
        }
    }

    TEST_CASE("an agent that cannot sign its Reports about time is found by discovery") {
        Bench bench;
        Site site(bench);
        site.agent.signs_time_reports = false;
        site.check_good("ap-1");
        site.agent.boots += 1;
        site.check_good("ap-1");
        CHECK(bench.counts->refused(Refusal::report) == 1);
        CHECK(bench.counts->events(EngineEvent::restarted) == 1);
    }

    TEST_CASE("an agent that never finds our time right ends the visit") {
        Bench bench;
        Site site(bench);
        site.before_request = [&] { site.agent.boots += 1; };
        site.check_fails(Reason::auth, "boots and time");
        CHECK(site.agent.requests == 3);
    }

    TEST_CASE("an engine whose boots have come to their end ends the visit at once") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        const auto asked = site.agent.requests;
        site.agent.boots = 0x7FFF'FFFF;
        site.check_fails(Reason::auth, "boots and time");
        CHECK(site.agent.requests == asked + 1);
    }

    TEST_CASE("another engine with the right keys is an event, not a failure") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.agent.set_engine(engine_of('7'));
        site.agent.boots = 1;
        site.agent.time = 10;
        site.check_good("ap-1");
        CHECK(bench.counts->events(EngineEvent::replaced) == 1);
        CHECK(bench.counts->events(EngineEvent::went_back) == 0);
        site.check_good("ap-1");
        CHECK(site.agent.discoveries == 2);
        CHECK(bench.counts->events(EngineEvent::replaced) == 1);
    }

    TEST_CASE("another engine without the keys is refused, and the former one is not forgotten") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        const auto discoveries = site.agent.discoveries;
        site.agent.set_engine(engine_of('7'));
        site.agent.set_passwords("of-somebody-else", "of-somebody-else");
        site.check_fails(Reason::auth, "authentication password");
        CHECK(bench.counts->events(EngineEvent::replaced) == 0);
        site.agent.set_engine(engine_of('1'));
        site.agent.set_passwords("the-auth-password", "the-priv-password");
        site.agent.boots -= 1;
        site.check_good("ap-1");
        CHECK(bench.counts->events(EngineEvent::replaced) == 0);
        CHECK(bench.counts->events(EngineEvent::went_back) == 1);  // its clock was remembered
        CHECK(site.agent.discoveries <= discoveries + 2);
    }

    TEST_CASE("a forged hint that the engine is another costs a discovery and nothing else") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        bool is_once = true;
        site.before_reply = [&] {
            if (!std::exchange(is_once, false)) return;
            usm::Message forged = site.agent.report(usm::unknown_engines, usm::no_auth);
            forged.engine_id = engine_of('9');
            site.port.send(usm::encode(forged, {}));
        };
        site.check_good("ap-1");
        CHECK(site.agent.discoveries == 2);
        CHECK(bench.counts->refused(Refusal::late) == 1);  // the true reply, to a request given up
        CHECK(bench.counts->events(EngineEvent::replaced) == 0);
        CHECK(bench.counts->events(EngineEvent::went_back) == 0);
    }

    TEST_CASE("an agent that denies its own engine id ends the visit after one rediscovery") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.before_reply = [&] {
            site.port.send(usm::encode(site.agent.report(usm::unknown_engines, usm::no_auth), {}));
        };
        site.check_fails(Reason::malformed, "engine id");
        CHECK(site.agent.discoveries == 2);
    }

    TEST_CASE("a discovery that lies about the clock is set right by the signed Report") {
        Bench bench;
        Site site(bench);
        site.check_good("ap-1");
        site.agent.is_deaf = true;
        site.check_fails(Reason::timeout, "no answer");
        site.agent.is_deaf = false;
        site.agent.tells_clock_at_discovery = false;
        site.check_good("ap-1");
        CHECK(site.agent.discoveries >= 2);
        CHECK(bench.counts->events(EngineEvent::went_back) == 0);
        CHECK(bench.counts->events(EngineEvent::restarted) == 0);
    }

    TEST_CASE("walks, large and small, go through signed and encrypted messages") {
        Bench bench;
        Site site(bench);
        const std::vector<std::string> columns{"1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10"};
        site.mib.add_table(columns, 300);
        site.session = bench.open(site.who);
        for (int round = 0; round < 3; ++round) {
            const auto answer = bench.visit(*site.session, ask({up_time}, {columns}));
            REQUIRE(answer);
            CHECK(answer->ok());
            CHECK(answer->problems.empty());
            CHECK(answer->cells().size() == 601);
            // One frame of Ethernet, MAC, engine ids and all.
            CHECK(usm::encode(site.agent.reply(), site.agent.keys()).size() <= 1472);
        }
        CHECK(refusals(bench) == 0);
    }
}

}  // namespace pantau::snmp::test
