// The real agent of Debian with users of every kind.
#include <doctest/doctest.h>

#include "collectors_snmp_v3/snmpd.hpp"

namespace pantau::snmp::test {
namespace {

constexpr const char* sys_name = "1.3.6.1.2.1.1.5.0";
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
            const auto session = bench.open(device_of(agent, {user.credential()}));
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
}

}  // namespace pantau::snmp::test
