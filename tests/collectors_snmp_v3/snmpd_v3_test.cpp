// The real agent of Debian with users of every kind.
#include <doctest/doctest.h>

#include <functional>

#include "collectors_snmp_v3/snmpd.hpp"

namespace pantau::snmp::test {
namespace {

constexpr const char* sys_name = "1.3.6.1.2.1.1.5.0";
constexpr const char* engine_id_oid = "1.3.6.1.6.3.10.2.1.1.0";
constexpr const char* boots_oid = "1.3.6.1.6.3.10.2.1.2.0";
constexpr const char* if_descr = "1.3.6.1.2.1.2.2.1.2";

const std::vector<std::string> auths{"MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
const std::vector<std::string> privs{"",        "DES",       "AES-128",  "AES-192",
                                     "AES-256", "AES-192-C", "AES-256-C"};

std::vector<User> every_user() {
    std::vector<User> users{{"plain", "", ""}};
    for (const std::string& auth : auths) {
        for (const std::string& priv : privs)
            users.push_back({"u" + std::to_string(users.size()), auth, priv});
    }
    return users;
}

std::shared_ptr<Device> device_of(const SnmpdV3& agent,
                                  std::vector<std::shared_ptr<const Credential>> credentials) {
    auto who = device("127.0.0.1", agent.port());
    who->credentials = std::move(credentials);
    who->poll.timeout = 2s;
    return who;
}

std::string name_of_system(const Answer& answer) {
    const Cell* const cell = cell_of(answer, 0);
    return cell == nullptr ? "" : std::string(answer.bytes_of(cell->value));
}

}  // namespace

TEST_SUITE("collectors/snmp/v3/snmpd") {
    TEST_CASE("snmpd understands every pair of protocols, and we understand it") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const std::vector<User> users = every_user();
        const SnmpdV3 agent(users);
        Bench bench;
        const auto what = ask({sys_name}, {{if_descr}});
        for (const User& user : users) {
            CAPTURE(user.auth);
            CAPTURE(user.priv);
            const auto session = bench.open(device_of(agent, {credential_of(user)}));
            for (int round = 0; round < 3; ++round) {
                CAPTURE(round);
                const auto answer = bench.visit(*session, what);
                REQUIRE(answer);
                CHECK_MESSAGE(answer->ok(), (answer->error ? to_string(*answer->error) : ""));
                CHECK(name_of_system(*answer) == "ap-1");
                CHECK(cell_of(*answer, 1, {1}) != nullptr);
                CHECK(answer->problems.empty());
                CHECK(fact(*answer, fact_retries) == 0);
            }
        }
        for (std::size_t i = 0; i < refusal_count; ++i) {
            CAPTURE(name_of(static_cast<Refusal>(i)));
            CHECK(bench.counts->refused(static_cast<Refusal>(i)) == 0);
        }
    }

    TEST_CASE("snmpd's refusals are auth without a timeout, silence to a wrong key within 6 s") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const User good{"good", "SHA-256", "AES-128"};
        const User unkeyed{"unkeyed", "SHA-256", ""};
        const SnmpdV3 agent({good, unkeyed});
        struct Case {
            std::string says;
            std::function<void(Credential&)> spoil;
            bool is_told;  ///< By the agent; else by its silence.
        };
        const std::vector<Case> cases{
            {"authentication password",
             [](auto& c) { c.auth_password = Secret("not-the-password"); }, true},
            {"authentication password", [](auto& c) { c.auth_protocol = "SHA-512"; }, true},
            {"no user 'nobody'", [](auto& c) { c.user = "nobody"; }, true},
            {"no keys for user 'unkeyed'", [](auto& c) { c.user = "unkeyed"; }, true},
            {"privacy password", [](auto& c) { c.priv_password = Secret("not-the-password"); },
             false},
            {"privacy password", [](auto& c) { c.priv_protocol = "AES-256"; }, false},
            {"privacy password", [](auto& c) { c.priv_protocol = "DES"; }, false},
        };
        Bench bench;
        // A device with the right keys is polled all the while: nothing of it helps the others.
        const auto right = bench.open(device_of(agent, {credential_of(good)}));
        for (const Case& c : cases) {
            CAPTURE(c.says);
            const auto known = bench.visit(*right, ask({sys_name}));
            REQUIRE(known);
            CHECK(known->ok());
            auto wrong = credential_of(good);
            c.spoil(*wrong);
            const auto session = bench.open(device_of(agent, {wrong}));
            const auto start = std::chrono::steady_clock::now();
            const auto answer = bench.visit(*session, ask({sys_name}), 25s);
            const auto took = std::chrono::steady_clock::now() - start;
            REQUIRE(answer);
            REQUIRE(answer->error);
            CAPTURE(to_string(*answer->error));
            for (std::size_t i = 0; i < refusal_count; ++i) {
                CAPTURE(name_of(static_cast<Refusal>(i)));
                CHECK(bench.counts->refused(static_cast<Refusal>(i)) == 0);
            }
            CHECK(answer->error->reason == Reason::auth);
            CHECK(answer->error->detail.find(c.says) != std::string::npos);
            CHECK(took < (c.is_told ? 1s : 6s));
        }
    }

    TEST_CASE("snmpd is silent to a context it lacks, and the words say where to look") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const User user{"noc", "SHA-256", "AES-128"};
        const SnmpdV3 agent({user});
        auto elsewhere = credential_of(user);
        elsewhere->context = "radio";
        auto who = device_of(agent, {elsewhere});
        who->poll.timeout = 300ms;
        Bench bench;
        const auto session = bench.open(who);
        const auto answer = bench.visit(*session, ask({sys_name}));
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(answer->error->detail.find("does it have the context 'radio'") != std::string::npos);
    }

    TEST_CASE("snmpd restarts, is replaced, and forgets its boots, and goes on being polled") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const User user{"noc", "SHA-256", "AES-128"};
        SnmpdV3 agent({user});
        Bench bench;
        const auto session = bench.open(device_of(agent, {credential_of(user)}));
        const auto check_good = [&] {
            const auto answer = bench.visit(*session, ask({sys_name}));
            REQUIRE(answer);
            CHECK_MESSAGE(answer->ok(), (answer->error ? to_string(*answer->error) : ""));
            CHECK(name_of_system(*answer) == "ap-1");
            CHECK(fact(*answer, fact_retries) == 0);
        };
        check_good();
        agent.restart();
        check_good();
        CHECK(bench.counts->events(EngineEvent::restarted) == 1);
        agent.restart();
        check_good();
        CHECK(bench.counts->events(EngineEvent::restarted) == 2);

        agent.stop();
        REQUIRE(agent.state_text().find("engineBoots 3") != std::string::npos);
        agent.change_state("engineBoots", "engineBoots 1");
        agent.start();
        check_good();
        CHECK(bench.counts->events(EngineEvent::went_back) == 1);
        CHECK(bench.counts->events(EngineEvent::restarted) == 2);
        CHECK(bench.counts->events(EngineEvent::replaced) == 0);

        // Another device, fresh from the box, at the same address.
        SnmpdV3 other({user}, "80001f8804616e6f74686572");
        const std::uint16_t port = agent.port();
        agent.stop();
        other.stop();
        other.use_port(port);
        other.start();
        check_good();
        CHECK(bench.counts->events(EngineEvent::replaced) == 1);
        check_good();
        CHECK(bench.counts->events(EngineEvent::replaced) == 1);
    }

    TEST_CASE("two snmpd with the same engine id and other boots are both polled") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const User user{"noc", "SHA-256", "AES-128"};
        const std::string id = "80001f880473616d65";
        SnmpdV3 one({user}, id);
        SnmpdV3 two({user}, id);
        for (int i = 0; i < 3; ++i)
            two.restart();
        Bench bench;
        auto shared = std::make_shared<V3Workshop>();
        const auto open = [&](const SnmpdV3& agent) {
            return std::make_unique<SnmpSession>(device_of(agent, {credential_of(user)}),
                                                 bench.engine, bench.plans, shared);
        };
        const auto first = open(one);
        const auto second = open(two);
        for (int round = 0; round < 4; ++round) {
            for (const auto& session : {first.get(), second.get()}) {
                const auto answer =
                    bench.visit(*session, ask({sys_name, engine_id_oid, boots_oid}));
                REQUIRE(answer);
                REQUIRE(answer->ok());
                CHECK(fact(*answer, fact_retries) == 0);
                REQUIRE(cell_of(*answer, 1));
                CHECK(answer->bytes_of(cell_of(*answer, 1)->value) ==
                      std::string("\x80\x00\x1f\x88\x04same", 9));
                REQUIRE(cell_of(*answer, 2));
                CHECK(cell_of(*answer, 2)->value.number.as_double() ==
                      (session == first.get() ? 1 : 4));
            }
        }
        CHECK(shared->keys.size() == 2);  // one for each password
    }
}

}  // namespace pantau::snmp::test
