// The real agent of Debian: what it says to us and to its own tools must be the same.
#include <doctest/doctest.h>

#include <csignal>
#include <optional>
#include <sstream>

#include "collectors_snmp/visit.hpp"
#include "support/process.hpp"

namespace pantau::snmp::test {
namespace {

using pantau::test::free_port;
using pantau::test::Process;
using pantau::test::TemporaryDirectory;

/// snmpd with nothing but a read-only community, in a directory of its own.
class Snmpd {
public:
    Snmpd()
        : config_(directory_.write("agent.conf",  // snmpd keeps its state in a snmpd.conf beside it
                                   "rocommunity public 127.0.0.1\n"
                                   "sysDescr Linux test agent\n"
                                   "sysName ap-1\n")),
          port_(free_port()) {
        start();
    }
    /// Ends it, if it runs, and starts it anew: sysUpTime begins at zero.
    void start() {
        process_.reset();
        process_.emplace(
            std::vector<std::string>{"snmpd", "-f", "-Lo", "-C", "-c", config_, "-I",
                                     "-smux,mteTrigger,mteTriggerConf", "-p",
                                     directory_.path() + "/pid", "udp:127.0.0.1:" + port()},
            std::vector<std::string>{"SNMP_PERSISTENT_DIR=" + directory_.path(), "MIBS="});
        pantau::test::eventually([&] { return !get("1.3.6.1.2.1.1.3.0").empty(); });
    }
    void signal(int number) const { process_->signal(number); }
    [[nodiscard]] std::string port() const { return std::to_string(port_); }
    [[nodiscard]] std::uint16_t number() const { return port_; }

    /// Lines of "OID VALUE", as the tool prints them.
    [[nodiscard]] std::vector<std::string> tool(const std::string& name,
                                                const std::string& oid) const {
        const auto done = pantau::test::run({name, "-v2c", "-c", "public", "-Onqte", "-t", "1",
                                             "-r", "0", "-m", "", "127.0.0.1:" + port(), oid});
        std::vector<std::string> lines;
        std::istringstream in(done.status == 0 ? done.out : "");
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        return lines;
    }
    [[nodiscard]] std::string get(const std::string& oid) const {
        const auto lines = tool("snmpget", oid);
        if (lines.empty()) return {};
        std::string value = lines[0].substr(lines[0].find(' ') + 1);
        if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
        return value;
    }

private:
    TemporaryDirectory directory_;
    std::string config_;
    std::uint16_t port_;
    std::optional<Process> process_;
};

constexpr const char* sys_descr = "1.3.6.1.2.1.1.1.0";
constexpr const char* sys_object_id = "1.3.6.1.2.1.1.2.0";
constexpr const char* sys_up_time = "1.3.6.1.2.1.1.3.0";
constexpr const char* memory_size = "1.3.6.1.2.1.25.2.2.0";
constexpr const char* if_descr = "1.3.6.1.2.1.2.2.1.2";
constexpr const char* if_in_octets = "1.3.6.1.2.1.2.2.1.10";
constexpr const char* load_text = "1.3.6.1.4.1.2021.10.1.3";

}  // namespace

TEST_SUITE("collectors/snmp/snmpd") {
    TEST_CASE(
        "what snmpd says to us is what it says to snmpget, in v1 and v2c, walked and learned") {
        SKIP_WITHOUT("snmpd");
        SKIP_WITHOUT("snmpget");
        const Snmpd agent;
        REQUIRE(!agent.get(sys_descr).empty());
        for (const auto version : {Credential::Version::v2c, Credential::Version::v1}) {
            CAPTURE(word_of(version));
            Bench bench;
            auto who = device("127.0.0.1", agent.number());
            who->credentials = {credential("public", version)};
            who->poll.timeout = 2s;
            const auto session = bench.open(who);
            const auto what = ask(
                {sys_descr, sys_object_id, sys_up_time, memory_size, "1.3.6.1.4.1.41112.1.6.3.3.0"},
                {{if_descr, if_in_octets}, {load_text}});
            for (int round = 0; round < 4; ++round) {
                CAPTURE(round);
                const auto answer = bench.visit(*session, what);
                REQUIRE(answer);
                REQUIRE(answer->ok());
                CHECK(answer->problems.empty());
                CHECK(answer->facts.at(fact_version).text() == word_of(version));

                REQUIRE(cell_of(*answer, 0));
                CHECK(answer->bytes_of(cell_of(*answer, 0)->value) == agent.get(sys_descr));
                REQUIRE(cell_of(*answer, 1));
                CHECK("." + std::string(answer->bytes_of(cell_of(*answer, 1)->value)) ==
                      agent.get(sys_object_id));
                REQUIRE(cell_of(*answer, 2));
                const double ticks = cell_of(*answer, 2)->value.number.as_double();
                CHECK(std::abs(ticks - std::stod(agent.get(sys_up_time))) < 200);
                REQUIRE(cell_of(*answer, 3));
                CHECK(cell_of(*answer, 3)->value.number.as_natural() ==
                      std::stoull(agent.get(memory_size)));
                CHECK(cell_of(*answer, 4) == nullptr);

                for (const auto& [field, column] :
                     {std::pair<std::uint16_t, std::string>{5, if_descr}, {7, load_text}}) {
                    const auto lines = agent.tool("snmpwalk", column);
                    std::size_t cells = 0;
                    for (const Cell& cell : answer->cells())
                        cells += cell.field == field;
                    CHECK(cells == lines.size());
                    for (const std::string& line : lines) {
                        CAPTURE(line);
                        const auto row = Oid::parse(
                            line.substr(1 + column.size(), line.find(' ') - 1 - column.size()));
                        REQUIRE(row);
                        const Cell* const cell =
                            cell_of(*answer, field, {row->parts().begin(), row->parts().end()});
                        REQUIRE(cell);
                        CHECK(cell->value.kind == RawValue::Kind::bytes);
                        if (field == 5)
                            CHECK(line.find(answer->bytes_of(cell->value)) != std::string::npos);
                    }
                }
            }
        }
    }

    TEST_CASE("a wrong community is silence, and the next credential has its turn") {
        SKIP_WITHOUT("snmpd");
        const Snmpd agent;
        Bench bench;
        auto who = device("127.0.0.1", agent.number());
        who->credentials = {credential("wrong")};
        auto session = bench.open(who);
        auto answer = bench.visit(*session, ask({sys_descr}));
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(fact(*answer, fact_requests) == 2);
        CHECK(fact(*answer, fact_retries) == 1);

        auto both = device("127.0.0.1", agent.number());
        both->credentials = {credential("wrong"), credential("public")};
        session = bench.open(both);
        answer = bench.visit(*session, ask({sys_descr}));
        REQUIRE(answer);
        CHECK(answer->ok());
        CHECK(fact(*answer, fact_requests) == 3);
        answer = bench.visit(*session, ask({sys_descr}));  // remembered
        REQUIRE(answer);
        CHECK(answer->ok());
        CHECK(bench.counts->value(1) == 1);
    }

    TEST_CASE("a stopped agent is a timeout, and what it says when it goes on is too late") {
        SKIP_WITHOUT("snmpd");
        const Snmpd agent;
        Bench bench;
        const auto session = bench.open(device("127.0.0.1", agent.number()));
        const auto what = ask({sys_descr}, {{if_descr}});
        auto answer = bench.visit(*session, what);
        REQUIRE(answer);
        REQUIRE(answer->ok());

        agent.signal(SIGSTOP);
        const auto start = std::chrono::steady_clock::now();
        answer = bench.visit(*session, what);
        REQUIRE(answer);
        REQUIRE(answer->error);
        CHECK(answer->error->reason == Reason::timeout);
        CHECK(answer->cells().empty());
        CHECK(std::chrono::steady_clock::now() - start < 2s);

        agent.signal(SIGCONT);
        CHECK(bench.run_until([&] { return bench.counts->refused(Refusal::late) == 2; }));
        answer = bench.visit(*session, what);
        REQUIRE(answer);
        CHECK(answer->ok());
        CHECK(cell_of(*answer, 0) != nullptr);
    }

    TEST_CASE("after a restart sysUpTime has gone back, and the tables are walked again") {
        SKIP_WITHOUT("snmpd");
        Snmpd agent;
        Bench bench;
        auto who = device("127.0.0.1", agent.number());
        who->poll.timeout = 2s;
        const auto session = bench.open(who);
        const auto what = ask({sys_up_time}, {{if_descr, if_in_octets}});
        const auto ticks = [](const Answer& answer) {
            const Cell* const cell = cell_of(answer, 0);
            return cell == nullptr ? -1 : cell->value.number.as_double();
        };
        auto answer = bench.visit(*session, what);
        REQUIRE(answer);
        REQUIRE(answer->ok());
        const auto cells = answer->cells().size();
        // Until its clock is certain to be behind after a restart. A busy machine repeats a request
        // now and then: the least number is what a learned visit needs.
        double requests = fact(*answer, fact_requests);
        REQUIRE(pantau::test::eventually([&] {
            answer = bench.visit(*session, what);
            if (answer) requests = std::min(requests, fact(*answer, fact_requests));
            return answer && ticks(*answer) > 300;
        }));

        agent.start();
        const double before = ticks(*answer);
        answer = bench.visit(*session, what);
        REQUIRE(answer);
        REQUIRE(answer->ok());
        CHECK(ticks(*answer) < before);
        CHECK(answer->cells().size() == cells);
        CHECK(fact(*answer, fact_requests) > requests);
        answer = bench.visit(*session, what);
        REQUIRE(answer);
        CHECK(pantau::test::eventually([&] {
            answer = bench.visit(*session, what);
            return answer && fact(*answer, fact_requests) == requests;
        }));
    }
}

}  // namespace pantau::snmp::test
