#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "collectors/snmp/poll_machine.hpp"
#include "collectors_snmp/fake_agent.hpp"
#include "collectors_snmp/visit.hpp"

namespace pantau::snmp::test {
namespace {

constexpr const char* uptime_oid = "1.3.6.1.2.1.1.3.0";

/// One device visited again and again by one Ask, without a network.
struct Drive {
    explicit Drive(std::shared_ptr<const Ask> what) : plan(std::move(what)) {}

    AskPlan plan;
    Traits traits;
    Knowledge knowledge;
    Counts counts;
    PollOptions options;
    std::vector<ber::Message> requests;  ///< Of the last visit.
    std::size_t silences = 0;
    std::size_t reply_largest = 0;
    /// Called before the agent answers the request of that number, from 1.
    std::function<void(std::size_t)> before_reply = [](std::size_t) {};

    Answer visit(const FakeAgent& agent) {
        requests.clear();
        silences = 0;
        reply_largest = 0;
        PollMachine machine(plan, traits, knowledge, options, counts);
        while (const RequestBody* const body = machine.next()) {
            const ber::Message request = message_of(*body);
            requests.push_back(request);
            before_reply(requests.size());
            const auto reply = agent.answer(request);
            if (!reply) {
                ++silences;
                machine.on_silence();
                continue;
            }
            const std::string bytes = ber::encode(*reply);
            reply_largest = std::max(reply_largest, bytes.size());
            Message message;
            REQUIRE(decode(bytes, message) == DecodeResult::ok);
            REQUIRE(machine.judge(message) == Refusal::none);
            machine.on_reply(message, bytes.size());
            REQUIRE(requests.size() < 10'000);
        }
        return machine.take_answer();
    }
    /// Through the product's encoder and the test's decoder.
    [[nodiscard]] ber::Message message_of(const RequestBody& body) const {
        std::string bytes;
        REQUIRE(encode(options.version, "public", 0x7654321, body, bytes));
        const auto decoded = ber::decode(bytes);
        CAPTURE(decoded.problem);
        REQUIRE(decoded);
        return *decoded.message;
    }
    [[nodiscard]] std::size_t asked_for(const std::string& name) const {
        std::size_t count = 0;
        for (const auto& request : requests)
            count += static_cast<std::size_t>(
                std::ranges::count(request.varbinds, ber::oid(name), &ber::Varbind::name));
        return count;
    }
    [[nodiscard]] std::size_t requests_of(ber::Tag pdu) const {
        return static_cast<std::size_t>(std::ranges::count(requests, pdu, &ber::Message::pdu));
    }
};

std::size_t cells_of(const Answer& answer, std::uint16_t field) {
    return static_cast<std::size_t>(std::ranges::count(answer.cells(), field, &Cell::field));
}

/// Eight scalars at 1.3.7.1.n.0 and a table of three columns at 1.3.8.n with `rows` rows.
FakeAgent small_agent(std::uint32_t rows = 4) {
    FakeAgent agent;
    agent.set(uptime_oid, ber::Value::time_ticks(5000));
    for (int i = 1; i <= 8; ++i)
        agent.set("1.3.7.1." + std::to_string(i) + ".0", ber::Value::integer(i));
    agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, rows);
    agent.set("1.3.99.1.0", ber::Value::integer(1));
    return agent;
}

std::shared_ptr<const Ask> small_ask(std::shared_ptr<const CollectorSettings> care = nullptr) {
    std::vector<std::string> scalars;
    for (int i = 1; i <= 8; ++i)
        scalars.push_back("1.3.7.1." + std::to_string(i) + ".0");
    return ask(scalars, {{"1.3.8.1", "1.3.8.2", "1.3.8.3"}}, std::move(care));
}

void check_all_there(const Answer& answer, std::size_t rows = 4) {
    CHECK(answer.ok());
    for (std::uint16_t field = 0; field < 8; ++field) {
        CAPTURE(field);
        CHECK(cells_of(answer, field) == 1);
    }
    for (std::uint16_t field = 8; field < 11; ++field) {
        CAPTURE(field);
        CHECK(cells_of(answer, field) == rows);
    }
}

/// Interfaces as an agent numbers them: each has a name and values that tell whose they are. Its
/// table is 1.3.8 with the name in column 1; 1.3.9 has another value of the same rows, and no name.
struct Ports {
    FakeAgent agent;
    std::vector<unsigned> order;  ///< Which one is at row 1, 2, ….

    explicit Ports(unsigned count) {
        agent.set("1.3.99.1.0", ber::Value::integer(1));
        for (unsigned i = 1; i <= count; ++i)
            order.push_back(i);
        number_anew(5000);
    }
    void number_anew(std::uint64_t uptime) {
        std::erase_if(agent.mib, [](const auto& each) { return each.first[2] != 99; });
        agent.set(uptime_oid, ber::Value::time_ticks(static_cast<std::uint32_t>(uptime)));
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::string row = "." + std::to_string(i + 1);
            const unsigned port = order[i];
            agent.set("1.3.8.1" + row, ber::Value::octets("port" + std::to_string(port)));
            agent.set("1.3.8.2" + row, ber::Value::counter32(port));
            agent.set("1.3.8.3" + row, ber::Value::counter64(port));
            agent.set("1.3.9.1" + row, ber::Value::gauge32(port));
        }
    }
    static std::shared_ptr<const Ask> ask_of(std::uint16_t varbinds_max) {
        auto care = std::make_shared<Care>();
        care->varbinds_max = varbinds_max;
        auto what = std::make_shared<Ask>(
            *ask({}, {{"1.3.8.1", "1.3.8.2", "1.3.8.3"}, {"1.3.9.1"}}, std::move(care)));
        what->fields[0].is_name = true;
        return what;
    }
};

/// How many values an Answer gives to a port that they are not of; the rest are counted in `right`.
std::size_t wrong_values(const Answer& answer, std::size_t& right) {
    std::size_t wrong = 0;
    right = 0;
    for (const Cell& cell : answer.cells()) {
        if (cell.field == 0) continue;
        const auto key = answer.row_of(cell);
        const Cell* const name = cell_of(answer, 0, {key.begin(), key.end()});
        if (name == nullptr) continue;
        const auto port = std::to_string(cell.value.number.as_natural());
        (answer.bytes_of(name->value) == "port" + port ? right : wrong) += 1;
    }
    return wrong;
}

}  // namespace

TEST_SUITE("collectors/snmp/poll_machine") {
    TEST_CASE("no value goes to a wrong name, whenever the agent numbers its rows anew") {
        struct Change {
            std::string name;
            std::function<void(Ports&)> make;
            std::size_t ports;
        };
        const std::vector<Change> changes{
            {"two rows are swapped",
             [](Ports& ports) {
                 std::swap(ports.order[0], ports.order[4]);
                 ports.number_anew(6000);
             },
             6},
            {"the first is removed and the others move up",
             [](Ports& ports) {
                 ports.order.erase(ports.order.begin());
                 ports.number_anew(6000);
             },
             5},
            {"one is added in front",
             [](Ports& ports) {
                 ports.order.insert(ports.order.begin(), 77);
                 ports.number_anew(6000);
             },
             7},
            {"all move after a reboot",
             [](Ports& ports) {
                 std::ranges::reverse(ports.order);
                 ports.number_anew(10);
             },
             6},
            {"one is another",
             [](Ports& ports) {
                 ports.order[2] = 88;
                 ports.number_anew(6000);
             },
             6},
        };
        for (const Change& change : changes) {
            for (const std::uint16_t varbinds_max : std::to_array<std::uint16_t>({2, 3, 5, 100})) {
                // Before each request: of the visit that learns, of those that name what is known
                // (every other one looks behind the last row, too), of one that walks again.
                for (const std::size_t in_visit : {1u, 2u, 3u, 7u}) {
                    for (std::size_t at = 1; at <= 30; ++at) {
                        Ports ports(6);
                        Drive drive(Ports::ask_of(varbinds_max));
                        drive.options.walk_every = 6;
                        CAPTURE(change.name);
                        CAPTURE(varbinds_max);
                        CAPTURE(in_visit);
                        CAPTURE(at);
                        bool is_changed = false;
                        std::size_t right = 0;
                        for (std::size_t visit = 1; visit <= in_visit + 6; ++visit) {
                            CAPTURE(visit);
                            drive.before_reply = [&](std::size_t number) {
                                if (visit != in_visit || number != at) return;
                                is_changed = true;
                                change.make(ports);
                            };
                            const Answer answer = drive.visit(ports.agent);
                            const std::size_t wrong = wrong_values(answer, right);
                            // The very first visit has nothing to compare with, and what has no
                            // name in its own table is read in another reply.
                            if (visit > 1) CHECK(wrong == 0);
                        }
                        // Nothing is lost: after the next walk of everything all are there.
                        if (is_changed) CHECK(right == 3 * change.ports);
                        if (!is_changed) break;
                    }
                }
            }
        }
    }

    TEST_CASE("rows that stay where they are cost no request for that") {
        Ports ports(6);
        Drive drive(Ports::ask_of(100));
        static_cast<void>(drive.visit(ports.agent));
        for (int round = 0; round < 10; ++round) {
            static_cast<void>(drive.visit(ports.agent));
            CHECK(drive.requests.size() <= 2);  // every other visit looks behind the last row
            CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
            // The names are read behind the values.
            const auto& asked = drive.requests[0].varbinds;
            CHECK(ber::to_string(asked.back().name) == "1.3.8.1.6");
            CHECK(ber::to_string(asked[asked.size() - 7].name).substr(0, 5) == "1.3.9");
        }
        // One that moves costs one walk, in that visit alone.
        std::swap(ports.order[1], ports.order[2]);
        ports.number_anew(7000);
        const Answer answer = drive.visit(ports.agent);
        std::size_t right = 0;
        CHECK(wrong_values(answer, right) == 0);
        CHECK(right == 18);
        CHECK(drive.requests_of(ber::Tag::get_bulk) == 2);  // one for each table
        static_cast<void>(drive.visit(ports.agent));
        CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
    }

    TEST_CASE("rows that move all the time are not believed, and say so") {
        Ports ports(6);
        Drive drive(Ports::ask_of(100));
        static_cast<void>(drive.visit(ports.agent));
        drive.before_reply = [&](std::size_t) {
            std::rotate(ports.order.begin(), ports.order.begin() + 1, ports.order.end());
            ports.number_anew(6000);
        };
        const Answer answer = drive.visit(ports.agent);
        CHECK(answer.ok());
        CHECK(cells_of(answer, 0) + cells_of(answer, 1) + cells_of(answer, 3) == 0);
        REQUIRE(answer.problems.size() == 4);
        CHECK(answer.problems[0].reason == Reason::malformed);
        CHECK(drive.counts.refused(Refusal::rows_moved) == 1);
        CHECK(drive.requests.size() < 10);
        drive.before_reply = [](std::size_t) {};
        std::size_t right = 0;
        CHECK(wrong_values(drive.visit(ports.agent), right) == 0);
        CHECK(right == 18);
    }

    TEST_CASE("values whose names did not come any more are not shown") {
        Ports ports(6);
        Drive drive(Ports::ask_of(4));
        static_cast<void>(drive.visit(ports.agent));
        drive.before_reply = [&](std::size_t number) { ports.agent.is_deaf = number > 5; };
        const Answer answer = drive.visit(ports.agent);
        CHECK(answer.ok());
        CHECK(cells_of(answer, 1) + cells_of(answer, 2) + cells_of(answer, 3) == 0);
        REQUIRE(answer.problems.size() == 4);
        CHECK(answer.problems[0].reason == Reason::timeout);
    }

    TEST_CASE("a row that vanishes between two replies leaves nothing behind") {
        Ports ports(6);
        Drive drive(Ports::ask_of(4));
        static_cast<void>(drive.visit(ports.agent));
        drive.before_reply = [&](std::size_t number) {
            if (number != 4) return;
            ports.order.pop_back();
            ports.number_anew(6000);
        };
        const Answer answer = drive.visit(ports.agent);
        CHECK(answer.problems.empty());
        CHECK(cell_of(answer, 1, {6}) == nullptr);
        CHECK(cell_of(answer, 3, {6}) == nullptr);
        CHECK(cells_of(answer, 1) == 5);
    }

    TEST_CASE("names of rows that are gone are forgotten") {
        Ports ports(1);
        Drive drive(Ports::ask_of(100));
        drive.options.walk_every = 10;
        std::size_t most = 0;
        for (unsigned visit = 0; visit < 200; ++visit) {
            // A row with another key each time.
            ports.agent.set("1.3.8.1.50." + std::to_string(visit), ber::Value::octets("x"));
            if (visit != 0)
                ports.agent.mib.erase(ber::oid("1.3.8.1.50." + std::to_string(visit - 1)));
            static_cast<void>(drive.visit(ports.agent));
            most = std::max(most, drive.knowledge.names.size());
        }
        CHECK(most <= 12);
    }

    TEST_CASE(
        "the first visit asks something small, then scalars, then walks all columns at once") {
        const FakeAgent agent = small_agent();
        Drive drive(small_ask());
        const Answer answer = drive.visit(agent);
        check_all_there(answer);
        CHECK(answer.problems.empty());
        REQUIRE(drive.requests.size() == 3);
        CHECK(drive.requests[0].varbinds.size() == 1);
        CHECK(drive.requests[0].varbinds[0].name == ber::oid(uptime_oid));
        CHECK(drive.requests[1].pdu == ber::Tag::get);
        CHECK(drive.requests[2].pdu == ber::Tag::get_bulk);
        CHECK(drive.requests[2].varbinds.size() == 3);
    }

    TEST_CASE("an Ask without fields is one small request") {
        Drive drive(ask({}));
        CHECK(drive.visit(small_agent()).ok());
        CHECK(drive.visit(small_agent()).ok());
        CHECK(drive.requests.size() == 1);
    }

    TEST_CASE("later visits name what is known, in few requests, with sysUpTime first") {
        const FakeAgent agent = small_agent();
        Drive drive(small_ask());
        static_cast<void>(drive.visit(agent));
        check_all_there(drive.visit(agent));
        REQUIRE(drive.requests.size() == 1);
        CHECK(drive.requests[0].pdu == ber::Tag::get);
        CHECK(drive.requests[0].varbinds.size() == 1 + 8 + 12);
        CHECK(drive.requests[0].varbinds[0].name == ber::oid(uptime_oid));
        check_all_there(drive.visit(agent));
        CHECK(drive.requests.size() == 2);  // looks behind the last row as well
        CHECK(drive.requests[1].pdu == ber::Tag::get_next);
    }

    TEST_CASE("a standard access point of 174 varbinds takes five requests of one frame each") {
        FakeAgent agent = small_agent(0);
        std::vector<std::string> scalars;
        for (int i = 1; i <= 10; ++i) {
            scalars.push_back("1.3.6.1.4.1.41112.1.6.3." + std::to_string(i) + ".0");
            agent.set(scalars.back(), ber::Value::octets("UAP-nanoHD 5.43"));
        }
        std::vector<std::vector<std::string>> tables(3);
        const auto columns = [&](std::size_t table, const std::string& prefix, int count,
                                 std::uint32_t rows) {
            for (int c = 1; c <= count; ++c)
                tables[table].push_back(prefix + "." + std::to_string(c));
            for (const std::string& column : tables[table]) {
                for (std::uint32_t row = 1; row <= rows; ++row)
                    agent.set(column + "." + std::to_string(row),
                              ber::Value::counter64(123'456'789'012'345ULL + row));
            }
        };
        columns(0, "1.3.6.1.2.1.31.1.1.1", 11, 8);
        columns(1, "1.3.6.1.4.1.41112.1.6.1.1.1", 8, 2);
        columns(2, "1.3.6.1.4.1.41112.1.6.1.2.1", 15, 4);
        Drive drive(ask(scalars, tables));
        static_cast<void>(drive.visit(agent));
        for (int round = 0; round < 4; ++round) {
            const Answer answer = drive.visit(agent);
            CHECK(answer.cells().size() == 174);
            CHECK(drive.requests.size() <= 5);
            CHECK(drive.reply_largest <= 1472);
        }
    }

    TEST_CASE("a silent device costs one small request a try") {
        FakeAgent agent = small_agent();
        Drive drive(small_ask());
        static_cast<void>(drive.visit(agent));
        agent.is_deaf = true;
        Answer answer = drive.visit(agent);  // it was there: one large request, then small ones
        REQUIRE(answer.error);
        CHECK(answer.error->reason == Reason::timeout);
        CHECK(drive.requests.size() == 2);
        CHECK(drive.requests[1].varbinds.size() == 1);
        answer = drive.visit(agent);
        CHECK(answer.error);
        CHECK(drive.requests.size() == 2);
        CHECK(drive.requests[0].varbinds.size() == 1);
        agent.is_deaf = false;
        check_all_there(drive.visit(agent));
    }

    TEST_CASE("back from an outage a device is told whole at once, whatever became of its rows") {
        FakeAgent agent = small_agent();
        Drive drive(small_ask());
        static_cast<void>(drive.visit(agent));
        agent.is_deaf = true;
        for (int i = 0; i < 3; ++i)
            CHECK(drive.visit(agent).error);
        agent.is_deaf = false;
        SUBCASE("the same: its rows by name, behind the probe") {
            check_all_there(drive.visit(agent));
            CHECK(drive.requests[0].varbinds.size() == 1);
            CHECK(drive.asked_for(uptime_oid) == 1);
            CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
        }
        SUBCASE("restarted with more rows: found in the same visit, none of before asked for") {
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 6);
            agent.set(uptime_oid, ber::Value::time_ticks(10));
            check_all_there(drive.visit(agent), 6);
            CHECK(drive.requests_of(ber::Tag::get_bulk) > 0);
            CHECK(drive.asked_for("1.3.8.1.4") == 0);
        }
        SUBCASE("restarted with fewer rows: those that are gone are in no answer") {
            for (const char* const name : {"1.3.8.1.4", "1.3.8.2.4", "1.3.8.3.4"})
                agent.mib.erase(ber::oid(name));
            agent.set(uptime_oid, ber::Value::time_ticks(10));
            const Answer answer = drive.visit(agent);
            check_all_there(answer, 3);
            CHECK(answer.problems.empty());
        }
        SUBCASE("it says an error to the probe: what it has to say is asked all the same") {
            agent.mib.erase(ber::oid(uptime_oid));
            agent.says_no_such_name = true;
            for (int i = 0; i < 2;
                 ++i) {  // a visit that looks behind the last rows, and one without
                check_all_there(drive.visit(agent));
                agent.is_deaf = true;
                for (int lost = 0; lost < 2; ++lost)
                    CHECK(drive.visit(agent).error);
                agent.is_deaf = false;
            }
        }
        SUBCASE("gone again behind the probe: what was to be asked is missing, not forgotten") {
            drive.before_reply = [&](std::size_t request) { agent.is_deaf = request > 1; };
            const Answer answer = drive.visit(agent);
            CHECK(answer.ok());
            CHECK(answer.problems.size() == 11);
            drive.before_reply = [](std::size_t) {};
            agent.is_deaf = false;
            check_all_there(drive.visit(agent));
        }
        SUBCASE("silent for longer than from one full walk to the next: everything is walked") {
            agent.is_deaf = true;
            for (std::uint32_t i = 0; i < drive.options.walk_every; ++i)
                CHECK(drive.visit(agent).error);
            agent.is_deaf = false;
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 6);
            check_all_there(drive.visit(agent), 6);
        }
    }

    TEST_CASE("rows numbered anew while nobody heard the device have no wrong name") {
        Ports ports(6);
        Drive drive(Ports::ask_of(8));
        static_cast<void>(drive.visit(ports.agent));
        ports.agent.is_deaf = true;
        static_cast<void>(drive.visit(ports.agent));
        static_cast<void>(drive.visit(ports.agent));
        ports.agent.is_deaf = false;
        std::ranges::reverse(ports.order);
        SUBCASE("its uptime went on") {
            ports.number_anew(9000);
        }
        SUBCASE("it restarted") {
            ports.number_anew(10);
        }
        const Answer answer = drive.visit(ports.agent);
        std::size_t right = 0;
        CHECK(wrong_values(answer, right) == 0);
        CHECK(right == 18);
        CHECK(answer.problems.empty());
    }

    TEST_CASE("scalars alone have a limit of requests, too") {
        FakeAgent agent;
        agent.set(uptime_oid, ber::Value::time_ticks(5000));
        std::vector<std::string> scalars;
        for (int i = 1; i <= 300; ++i)
            scalars.push_back("1.3.7.1." + std::to_string(i) + ".0");
        Drive drive(ask(scalars));
        // One varbind too many is an error that names none: each size is tried again and again.
        agent.varbinds_refused = 2;
        const Answer answer = drive.visit(agent);
        CHECK(drive.requests.size() == drive.options.limits.requests_known);
        REQUIRE_FALSE(answer.problems.empty());
        CHECK(answer.problems.back().reason == Reason::too_large);
    }

    TEST_CASE("what the agent does not bear is halved and remembered") {
        struct Row {
            std::string name;
            bool is_silent;
            std::size_t reply_most;
            std::size_t varbinds_most;
        };
        for (const Row& row : {Row{"tooBig over 200 octets", false, 200, 1000},
                               Row{"silence over 200 octets", true, 200, 1000},
                               Row{"silence over 5 names", true, 65'000, 5},
                               Row{"tooBig over 60 octets", false, 60, 1000}}) {
            CAPTURE(row.name);
            FakeAgent agent = small_agent();
            agent.is_silent_on_large = row.is_silent;
            agent.reply_most = row.reply_most;
            agent.varbinds_most = row.varbinds_most;
            Drive drive(small_ask());
            drive.options.retries = 0;
            Answer answer = drive.visit(agent);
            check_all_there(answer);
            answer = drive.visit(agent);
            answer = drive.visit(agent);
            check_all_there(answer);
            CHECK(answer.problems.empty());
            CHECK(drive.silences == 0);
        }
    }

    TEST_CASE("after many calm visits twice the size is tried again") {
        FakeAgent agent = small_agent();
        agent.varbinds_most = 5;
        Drive drive(small_ask());
        static_cast<void>(drive.visit(agent));
        static_cast<void>(drive.visit(agent));
        const auto small = drive.requests.size();
        agent.varbinds_most = 1000;
        for (int i = 0; i < 400; ++i)
            static_cast<void>(drive.visit(agent));
        CHECK(drive.requests.size() < small);
        CHECK(drive.traits.varbinds_most == UINT16_MAX);
    }

    TEST_CASE("noSuchName to a GETBULK that would pass the end of the tree loses no row") {
        FakeAgent agent = small_agent();
        agent.says_no_such_name = true;
        agent.add_table({"1.3.9.1"}, 100);
        Drive drive(ask({}, {{"1.3.9.1"}}));
        for (int round = 0; round < 3; ++round) {
            const Answer answer = drive.visit(agent);
            CHECK(answer.ok());
            CHECK(answer.problems.empty());
            CHECK(cells_of(answer, 0) == 100);
        }
    }

    TEST_CASE("noSuchName drops the name, asks the rest, and is remembered") {
        for (const auto version : {Version::v1, Version::v2c}) {
            FakeAgent agent = small_agent();
            agent.says_no_such_name = true;
            agent.mib.erase(ber::oid("1.3.7.1.3.0"));
            agent.mib.erase(ber::oid("1.3.8.2.4"));
            Drive drive(small_ask());
            drive.options.version = version;
            for (int round = 0; round < 3; ++round) {
                const Answer answer = drive.visit(agent);
                CHECK(answer.ok());
                CHECK(answer.problems.empty());
                CHECK(cells_of(answer, 2) == 0);
                CHECK(cells_of(answer, 3) == 1);
                CHECK(cells_of(answer, 8) == 4);
                CHECK(cells_of(answer, 9) == 3);
                if (round > 0) CHECK(drive.asked_for("1.3.7.1.3.0") == 0);
            }
        }
    }

    TEST_CASE("a scalar that is not there is asked again only when everything is walked") {
        FakeAgent agent = small_agent();
        agent.mib.erase(ber::oid("1.3.7.1.3.0"));
        Drive drive(small_ask());
        drive.options.walk_every = 4;
        std::vector<std::size_t> asked;
        for (int i = 0; i < 9; ++i) {
            static_cast<void>(drive.visit(agent));
            asked.push_back(drive.asked_for("1.3.7.1.3.0"));
        }
        CHECK(asked == std::vector<std::size_t>{1, 0, 0, 0, 1, 0, 0, 0, 1});
        CHECK(drive.knowledge.value_sizes[3] == 0);  // its absence is not the size of a value
    }

    TEST_CASE("without GETBULK it walks by GETNEXT") {
        SUBCASE("because the version has none") {
            Drive drive(small_ask());
            drive.options.version = Version::v1;
            check_all_there(drive.visit(small_agent()));
            CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
        }
        SUBCASE("because the profile says so, one name a request") {
            auto care = std::make_shared<Care>();
            care->bulk = false;
            care->varbinds_max = 1;
            Drive drive(small_ask(care));
            check_all_there(drive.visit(small_agent()));
            check_all_there(drive.visit(small_agent()));
            CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
            for (const auto& request : drive.requests)
                CHECK(request.varbinds.size() == 1);
        }
        SUBCASE("because the agent refuses it, and remembers that") {
            for (const auto bulk : {FakeAgent::Bulk::silence, FakeAgent::Bulk::gen_err}) {
                FakeAgent agent = small_agent();
                agent.bulk = bulk;
                Drive drive(small_ask());
                drive.options.walk_every = 1;
                check_all_there(drive.visit(agent));
                check_all_there(drive.visit(agent));
                CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
            }
        }
    }

    TEST_CASE("repetitions stay below what the profile allows") {
        auto care = std::make_shared<Care>();
        care->repetitions_max = 2;
        Drive drive(small_ask(care));
        check_all_there(drive.visit(small_agent(20)), 20);
        for (const auto& request : drive.requests) {
            if (request.pdu == ber::Tag::get_bulk) CHECK(request.error_index <= 2);
        }
    }

    TEST_CASE("a column that fails in the middle is lost alone") {
        FakeAgent agent = small_agent();
        agent.broken.insert(ber::oid("1.3.8.2.3"));
        Drive drive(small_ask());
        for (int round = 0; round < 3; ++round) {
            CAPTURE(round);
            const Answer answer = drive.visit(agent);
            CHECK(answer.ok());
            REQUIRE(answer.problems.size() == 1);
            CHECK(answer.problems[0].ask == "column 1.3.8.2");
            CHECK(answer.problems[0].reason == Reason::unsupported);
            CHECK(cells_of(answer, 8) == 4);
            CHECK(cells_of(answer, 10) == 4);
            CHECK(cells_of(answer, 7) == 1);
        }
    }

    TEST_CASE("a name that silences the agent is lost alone") {
        FakeAgent agent = small_agent();
        agent.mute.insert(ber::oid("1.3.7.1.5.0"));
        Drive drive(small_ask());
        const Answer answer = drive.visit(agent);
        CHECK(answer.ok());
        REQUIRE(answer.problems.size() == 1);
        CHECK(answer.problems[0].ask == "scalar 1.3.7.1.5.0");
        CHECK(answer.problems[0].reason == Reason::timeout);
        CHECK(cells_of(answer, 7) == 1);
        CHECK(cells_of(answer, 8) == 4);
    }

    TEST_CASE("a table at the end of everything is walked without a problem") {
        FakeAgent agent = small_agent();
        agent.mib.erase(ber::oid("1.3.99.1.0"));
        Drive drive(small_ask());
        for (int round = 0; round < 3; ++round) {
            const Answer answer = drive.visit(agent);
            check_all_there(answer);
            CHECK(answer.problems.empty());
        }
        CHECK(drive.counts.refused(Refusal::walk_order) == 0);
        CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);  // nor is its end taken for a new row
    }

    TEST_CASE("GETBULK answered with nothing gives up the columns, not the visit") {
        FakeAgent agent = small_agent();
        agent.bulk = FakeAgent::Bulk::empty;
        Drive drive(small_ask());
        const Answer answer = drive.visit(agent);
        CHECK(answer.ok());
        CHECK(answer.problems.size() == 3);
        CHECK(cells_of(answer, 7) == 1);
        CHECK(drive.requests.size() < 20);
    }

    TEST_CASE("what does not lie behind the last row is no new row") {
        const FakeAgent agent = small_agent();
        const auto follows = [&](const ber::Varbind& next) {
            Drive drive(small_ask());
            static_cast<void>(drive.visit(agent));
            static_cast<void>(drive.visit(agent));
            PollMachine machine(drive.plan, drive.traits, drive.knowledge, drive.options,
                                drive.counts);
            std::size_t bulk = 0;
            while (const RequestBody* const body = machine.next()) {
                const ber::Message request = drive.message_of(*body);
                ber::Message reply = *agent.answer(request);
                if (request.pdu == ber::Tag::get_next) reply.varbinds = {next};
                bulk += request.pdu == ber::Tag::get_bulk;
                const std::string bytes = ber::encode(reply);
                Message message;
                REQUIRE(decode(bytes, message) == DecodeResult::ok);
                REQUIRE(machine.judge(message) == Refusal::none);
                machine.on_reply(message, bytes.size());
            }
            return bulk != 0;
        };
        const auto number = ber::Value::gauge32(1);
        const auto end = ber::Value::exception(ber::Tag::end_of_mib_view);
        CHECK(follows({ber::oid("1.3.8.1.5"), number}));  // one that is
        CHECK_FALSE(follows({ber::oid("1.3.8.1.4"), number}));
        CHECK_FALSE(follows({ber::oid("1.3.8.1.2"), number}));
        CHECK_FALSE(follows({ber::oid("1.3.8.2.1"), number}));
        CHECK_FALSE(follows({ber::oid("1.3.8.1.4"), end}));
        CHECK_FALSE(follows({ber::oid("1.3.8.1.5"), end}));
    }

    TEST_CASE("a walk that goes in circles ends, and only its columns are lost") {
        FakeAgent agent = small_agent();
        SUBCASE("of one row") {
            agent.goes_backwards = true;
        }
        SUBCASE("of all rows") {
            agent.goes_in_circles = true;
        }
        Drive drive(small_ask());
        const Answer answer = drive.visit(agent);
        CHECK(answer.ok());
        CHECK(cells_of(answer, 0) == 1);
        REQUIRE(answer.problems.size() == 3);
        CHECK(answer.problems[0].reason == Reason::malformed);
        CHECK(drive.counts.refused(Refusal::walk_order) == 3);
        CHECK(drive.requests.size() < 10);
    }

    TEST_CASE(
        "a walk without an end is stopped by rows, requests or octets, once in a while only") {
        struct Row {
            std::string name;
            PollLimits limits;
        };
        PollLimits rows;
        rows.rows = 300;
        PollLimits requests;
        requests.requests_walk = 20;
        PollLimits bytes;
        bytes.bytes = 20'000;
        for (const Row& row : {Row{"rows", rows}, Row{"requests", requests}, Row{"bytes", bytes}}) {
            CAPTURE(row.name);
            FakeAgent agent = small_agent();
            agent.is_endless = true;
            Drive drive(ask({"1.3.7.1.1.0"}, {{"1.3.9.1"}, {"1.3.8.1"}}));
            drive.options.limits = row.limits;
            Answer answer = drive.visit(agent);
            CHECK(answer.ok());
            REQUIRE(!answer.problems.empty());
            CHECK(answer.problems[0].ask == "column 1.3.9.1");
            CHECK(answer.problems[0].reason == Reason::too_large);
            CHECK(drive.counts.refused(Refusal::walk_limit) == 1);
            CHECK(drive.requests.size() <= 70);
            answer = drive.visit(agent);
            CHECK(cells_of(answer, 2) == 4);
            CHECK(answer.problems.size() == 1);
            CHECK(drive.requests.size() <= 3);
        }
    }

    TEST_CASE("a controller with thousands of rows is walked whole") {
        FakeAgent agent = small_agent(0);
        agent.reply_most = 1472;
        std::vector<std::string> columns;
        for (int c = 1; c <= 10; ++c)
            columns.push_back("1.3.6.1.4.1.14179.2.2.1.1." + std::to_string(c));
        agent.add_table(columns, 2000);
        Drive drive(ask({"1.3.7.1.1.0"}, {columns}));
        for (int round = 0; round < 2; ++round) {
            const Answer answer = drive.visit(agent);
            CHECK(answer.problems.empty());
            CHECK(answer.cells().size() == 20'001);
            CHECK(drive.requests.size() < 1000);
        }
    }

    TEST_CASE("rows are found again when they change") {
        FakeAgent agent = small_agent();
        Drive drive(small_ask());
        static_cast<void>(drive.visit(agent));
        SUBCASE("one vanishes: noSuchInstance leads to a walk in the same visit") {
            for (const char* const name : {"1.3.8.1.2", "1.3.8.2.2", "1.3.8.3.2"})
                agent.mib.erase(ber::oid(name));
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 1);
            agent.set("1.3.8.1.9", ber::Value::gauge32(9));
            const Answer answer = drive.visit(agent);
            CHECK(answer.problems.empty());
            CHECK(cell_of(answer, 8, {2}) == nullptr);
            CHECK(cell_of(answer, 8, {9}) != nullptr);
        }
        SUBCASE("one is added at the end: seen within two visits") {
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 5);
            static_cast<void>(drive.visit(agent));
            check_all_there(drive.visit(agent), 5);
            CHECK(drive.requests_of(ber::Tag::get_bulk) > 0);
        }
        SUBCASE("an empty table gets its first row") {
            Drive other(ask({"1.3.7.1.1.0"}, {{"1.3.50.1", "1.3.50.2"}}));
            static_cast<void>(other.visit(agent));
            agent.add_table({"1.3.50.1", "1.3.50.2"}, 1);
            static_cast<void>(other.visit(agent));
            CHECK(cells_of(other.visit(agent), 1) == 1);
        }
        SUBCASE("the device has restarted: sysUpTime went back") {
            agent.mib.erase(ber::oid("1.3.8.1.4"));
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 6);
            agent.set(uptime_oid, ber::Value::time_ticks(10));
            check_all_there(drive.visit(agent), 6);
            CHECK(drive.requests_of(ber::Tag::get_bulk) > 0);
        }
        SUBCASE("a table whose rows come and go is walked at every visit until it is calm") {
            agent.add_table({"1.3.8.1", "1.3.8.2", "1.3.8.3"}, 5);
            static_cast<void>(drive.visit(agent));
            static_cast<void>(drive.visit(agent));
            agent.mib[ber::oid("1.3.8.1.3.7")] = ber::Value::gauge32(1);
            CHECK(cell_of(drive.visit(agent), 8, {3, 7}) != nullptr);
            for (int i = 0; i < 14; ++i)
                static_cast<void>(drive.visit(agent));
            CHECK(drive.requests_of(ber::Tag::get_bulk) == 0);
        }
        SUBCASE("ifNumber counts more interfaces") {
            Drive other(ask({}, {{"1.3.6.1.2.1.2.2.1.2"}}));
            agent.set("1.3.6.1.2.1.2.1.0", ber::Value::integer(2));
            agent.set("1.3.6.1.2.1.2.2.1.2.1", ber::Value::octets("eth0"));
            agent.set("1.3.6.1.2.1.2.2.1.2.9", ber::Value::octets("eth1"));
            static_cast<void>(other.visit(agent));
            agent.set("1.3.6.1.2.1.2.1.0", ber::Value::integer(3));
            agent.set("1.3.6.1.2.1.2.2.1.2.5", ber::Value::octets("wlan0"));
            CHECK(cells_of(other.visit(agent), 0) == 3);
        }
    }

    TEST_CASE("a device that goes in the middle of a visit leaves what arrived, and problems") {
        FakeAgent agent = small_agent();
        Drive drive(small_ask());
        PollMachine machine(drive.plan, drive.traits, drive.knowledge, drive.options, drive.counts);
        for (int i = 0; i < 2; ++i) {
            const auto reply = agent.answer(drive.message_of(*machine.next()));
            const std::string bytes = ber::encode(*reply);
            Message message;
            REQUIRE(decode(bytes, message) == DecodeResult::ok);
            machine.on_reply(message, bytes.size());
        }
        int silences = 0;
        while (machine.next() != nullptr && ++silences < 50)
            machine.on_silence();
        const Answer answer = machine.take_answer();
        CHECK(answer.ok());
        CHECK(silences < 20);
        CHECK(cells_of(answer, 0) == 1);
        CHECK(answer.problems.size() == 3);
    }

    TEST_CASE("what only stands in for another is left out where the other answers") {
        auto what =
            std::make_shared<Ask>(*ask({"1.3.7.1.1.0", "1.3.7.1.2.0"}, {{"1.3.8.1", "1.3.8.2"}}));
        what->fields[1].stands_in_for = 0;
        what->fields[3].stands_in_for = 2;
        FakeAgent agent = small_agent();
        agent.mib.erase(ber::oid("1.3.8.1.3"));
        Drive drive(what);
        CHECK(cells_of(drive.visit(agent), 3) == 4);  // to learn, everything is asked
        Answer answer = drive.visit(agent);
        CHECK(cells_of(answer, 0) == 1);
        CHECK(cells_of(answer, 1) == 0);
        CHECK(cells_of(answer, 2) == 3);
        CHECK(cells_of(answer, 3) == 1);
        CHECK(cell_of(answer, 3, {3}) != nullptr);
        agent.mib.erase(ber::oid("1.3.7.1.1.0"));
        static_cast<void>(drive.visit(agent));
        CHECK(cells_of(drive.visit(agent), 1) == 1);
    }

    TEST_CASE("a response that does not answer the request is refused") {
        Drive drive(small_ask());
        const FakeAgent agent = small_agent();
        PollMachine machine(drive.plan, drive.traits, drive.knowledge, drive.options, drive.counts);
        const auto reply_to_next = [&] { return *agent.answer(drive.message_of(*machine.next())); };
        const auto judged = [&](const ber::Message& reply) {
            const std::string bytes = ber::encode(reply);
            Message message;
            REQUIRE(decode(bytes, message) == DecodeResult::ok);
            return machine.judge(message);
        };
        const auto go_on = [&](const ber::Message& reply) {
            const std::string bytes = ber::encode(reply);
            Message message;
            REQUIRE(decode(bytes, message) == DecodeResult::ok);
            machine.on_reply(message, bytes.size());
        };
        go_on(reply_to_next());
        const ber::Message get = reply_to_next();
        CHECK(judged(get) == Refusal::none);
        ber::Message bad = get;
        bad.varbinds[2].name.back() = 7;
        CHECK(judged(bad) == Refusal::unasked_oid);
        bad = get;
        bad.varbinds.pop_back();
        CHECK(judged(bad) == Refusal::varbind_count);
        bad = get;
        bad.varbinds.push_back(get.varbinds[0]);
        CHECK(judged(bad) == Refusal::varbind_count);
        bad = get;
        bad.error_status = 5;
        bad.error_index = static_cast<std::int32_t>(get.varbinds.size());
        CHECK(judged(bad) == Refusal::none);
        bad.error_index += 1;
        CHECK(judged(bad) == Refusal::error_index);
        bad.error_index = -1;
        CHECK(judged(bad) == Refusal::error_index);
        bad.error_index = 0;
        bad.error_status = -5;
        CHECK(judged(bad) == Refusal::error_index);
        bad.error_status = 5;
        bad.varbinds[2].name.back() = 7;
        CHECK(judged(bad) == Refusal::unasked_oid);
        bad.varbinds.resize(1);
        CHECK(judged(bad) == Refusal::varbind_count);
        bad.varbinds.clear();
        CHECK(judged(bad) == Refusal::none);  // tooBig and its like need no varbinds
        bad.error_status = 0;
        CHECK(judged(bad) == Refusal::varbind_count);
        go_on(get);
        const ber::Message request = drive.message_of(*machine.next());
        REQUIRE(request.pdu == ber::Tag::get_bulk);
        bad = *agent.answer(request);
        CHECK(judged(bad) == Refusal::none);
        const auto most = request.varbinds.size() * static_cast<std::size_t>(request.error_index);
        while (bad.varbinds.size() <= most)
            bad.varbinds.push_back(bad.varbinds.back());
        CHECK(judged(bad) == Refusal::varbind_count);
        bad = ber::reply_to(request, request.varbinds);
        bad.error_status = 5;
        bad.error_index = 1;
        CHECK(judged(bad) == Refusal::none);
        bad.varbinds[0].name.push_back(1);
        CHECK(judged(bad) == Refusal::unasked_oid);
    }

    TEST_CASE("a response to GETNEXT has one varbind for each name") {
        Drive drive(small_ask());
        drive.options.version = Version::v1;
        const FakeAgent agent = small_agent();
        PollMachine machine(drive.plan, drive.traits, drive.knowledge, drive.options, drive.counts);
        std::optional<ber::Message> reply;
        Message message;
        std::string bytes;
        do {
            if (reply) machine.on_reply(message, bytes.size());
            reply = agent.answer(drive.message_of(*machine.next()));
            bytes = ber::encode(*reply);
            REQUIRE(decode(bytes, message) == DecodeResult::ok);
        } while (reply->varbinds.size() != 3);
        CHECK(machine.judge(message) == Refusal::none);
        message.varbinds.push_back(message.varbinds.back());
        CHECK(machine.judge(message) == Refusal::varbind_count);
        message.varbinds.resize(2);
        CHECK(machine.judge(message) == Refusal::varbind_count);
    }
}

}  // namespace pantau::snmp::test
