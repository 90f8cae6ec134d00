#include "fakes/city/agent.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fakes/ber.hpp"
#include "fakes/city/population.hpp"

using namespace pantau::fakes;
using namespace pantau::city;
using ber::Tag;

namespace {

constexpr std::int64_t noon = 1'790'000'000LL * 100;

/// One device of a vendor and its agent, without sockets.
struct Desk {
    explicit Desk(Vendor vendor) {
        if (vendor == Vendor::uplink) {
            index = 40;
        } else {
            options.only_vendor = vendor;
        }
        options.access_points = 40;
        layout = plan(options);
        population.emplace(layout, options, noon);
        device().popularity = 15;
    }

    Device& device() { return (*population)[index]; }

    ber::Decoded ask(const ber::Message& request, std::int64_t at = noon) {
        const CityTime time = CityTime::at(at);
        const std::string datagram = ber::encode(request);
        reply = agent.answer(device(), time, datagram, number++).reply;
        return ber::decode(reply);
    }

    ber::Message get(std::vector<std::string> names, std::int64_t at = noon) {
        ber::Message request;
        request.request_id = 77;
        for (const auto& name : names)
            request.varbinds.push_back({ber::oid(name), {}});
        const auto answer = ask(request, at);
        CAPTURE(answer.problem);
        REQUIRE(answer);
        return *answer.message;
    }

    /// The whole tree by GETNEXT.
    std::vector<ber::Varbind> walk(ber::Version version = ber::Version::v2c,
                                   std::int64_t at = noon) {
        std::vector<ber::Varbind> rows;
        ber::Message request;
        request.version = version;
        request.pdu = Tag::get_next;
        request.varbinds = {{ber::oid("0.0"), {}}};
        for (;;) {
            const auto answer = ask(request, at);
            CAPTURE(answer.problem);
            REQUIRE(answer);
            if (answer.message->error_status != 0) return rows;
            REQUIRE(answer.message->varbinds.size() == 1);
            const ber::Varbind& row = answer.message->varbinds[0];
            if (row.value.tag == Tag::end_of_mib_view) return rows;
            rows.push_back(row);
            request.varbinds[0].name = row.name;
            REQUIRE(rows.size() < 5000);
        }
    }

    CityOptions options;
    Layout layout;
    std::optional<Population> population;
    std::size_t index = 0;
    Agent agent{"public"};
    std::uint64_t number = 0;
    std::string reply;
};

constexpr Vendor all_vendors[] = {Vendor::unifi, Vendor::routeros, Vendor::openwrt, Vendor::ruckus,
                                  Vendor::uplink};

std::uint64_t number_of(const ber::Value& value) {
    if (const auto* n = std::get_if<std::uint64_t>(&value.content)) return *n;
    return static_cast<std::uint64_t>(std::get<std::int64_t>(value.content));
}

}  // namespace

TEST_SUITE("fakes/city/agent") {
    TEST_CASE("a walk of every vendor's tree rises strictly and ends") {
        for (const Vendor vendor : all_vendors) {
            CAPTURE(static_cast<int>(vendor));
            Desk desk(vendor);
            const auto rows = desk.walk();
            CHECK(rows.size() > 100);
            for (std::size_t i = 1; i < rows.size(); ++i) {
                CAPTURE(ber::to_string(rows[i].name));
                CHECK(rows[i - 1].name < rows[i].name);
            }
            CHECK(rows.size() == desk.device().shape->row_count());
        }
    }

    TEST_CASE("the standard access point has at least the 174 objects that figures are made with") {
        Desk desk(Vendor::unifi);
        std::map<std::string, int> columns;
        for (const ber::Varbind& row : desk.walk()) {
            ber::ObjectId column = row.name;
            column.pop_back();
            ++columns[ber::to_string(column)];
        }
        const auto count = [&](const std::string& entry, int rows) {
            int cells = 0;
            for (const auto& [column, cell_count] : columns)
                if (column.starts_with(entry + ".") && cell_count == rows) cells += cell_count;
            return cells;
        };
        CHECK(count("1.3.6.1.2.1.2.2.1", 8) == 8 * 22);
        CHECK(count("1.3.6.1.2.1.31.1.1.1", 8) == 8 * 19);
        CHECK(count("1.3.6.1.4.1.41112.1.6.1.1.1", 2) == 2 * 9);
        CHECK(count("1.3.6.1.4.1.41112.1.6.1.2.1", 4) == 4 * 23);
    }

    TEST_CASE("GET, GETNEXT and GETBULK agree about every row") {
        for (const Vendor vendor : all_vendors) {
            CAPTURE(static_cast<int>(vendor));
            Desk desk(vendor);
            const auto rows = desk.walk();
            std::vector<ber::Varbind> got;
            ber::ObjectId last = ber::oid("0.0");
            for (bool is_over = false; !is_over;) {
                ber::Message request;
                request.pdu = Tag::get_bulk;
                request.error_index = 30;
                request.varbinds = {{last, {}}};
                const auto answer = desk.ask(request);
                REQUIRE(answer);
                CHECK(desk.reply.size() <= Agent::bulk_max);
                REQUIRE(!answer.message->varbinds.empty());
                for (const ber::Varbind& row : answer.message->varbinds) {
                    if (row.value.tag == Tag::end_of_mib_view) {
                        CHECK(row.name == rows.back().name);
                        is_over = true;
                        break;
                    }
                    got.push_back(row);
                    last = row.name;
                }
            }
            CHECK(got == rows);
            for (const ber::Varbind& row : rows) {
                const ber::Message answer = desk.get({ber::to_string(row.name)});
                REQUIRE(answer.varbinds.size() == 1);
                CHECK(answer.varbinds[0] == row);
            }
        }
    }

    TEST_CASE("GETBULK with repeaters fills row by row, and non-repeaters come once") {
        Desk desk(Vendor::unifi);
        ber::Message request;
        request.pdu = Tag::get_bulk;
        request.error_status = 1;
        request.error_index = 3;
        request.varbinds = {{ber::oid("1.3.6.1.2.1.1.2"), {}},
                            {ber::oid("1.3.6.1.2.1.2.2.1.8"), {}},
                            {ber::oid("1.3.6.1.2.1.31.1.1.1.6"), {}}};
        const auto answer = desk.ask(request);
        REQUIRE(answer);
        std::vector<std::string> names;
        for (const auto& row : answer.message->varbinds)
            names.push_back(ber::to_string(row.name));
        CHECK(names == std::vector<std::string>{"1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.2.2.1.8.1",
                                                "1.3.6.1.2.1.31.1.1.1.6.1", "1.3.6.1.2.1.2.2.1.8.2",
                                                "1.3.6.1.2.1.31.1.1.1.6.2", "1.3.6.1.2.1.2.2.1.8.3",
                                                "1.3.6.1.2.1.31.1.1.1.6.3"});
    }

    TEST_CASE("what is not there is told apart: no such object, no such instance, end of view") {
        Desk desk(Vendor::unifi);
        const auto answer = desk.get({"1.3.6.1.2.1.2.2.1.8.99", "1.3.6.1.4.1.9.1", "2.1"});
        CHECK(answer.varbinds[0].value.tag == Tag::no_such_instance);
        CHECK(answer.varbinds[1].value.tag == Tag::no_such_object);
        CHECK(answer.varbinds[2].value.tag == Tag::no_such_object);
        ber::Message request;
        request.pdu = Tag::get_bulk;
        request.error_index = 5;
        request.varbinds = {{ber::oid("1.3.6.1.7"), {}}};
        const auto end = desk.ask(request);
        REQUIRE(end);
        REQUIRE(end.message->varbinds.size() == 1);
        CHECK(end.message->varbinds[0].name == ber::oid("1.3.6.1.7"));
        CHECK(end.message->varbinds[0].value.tag == Tag::end_of_mib_view);
    }

    TEST_CASE("v1 gets noSuchName with an index, and no Counter64") {
        Desk desk(Vendor::unifi);
        ber::Message request;
        request.version = ber::Version::v1;
        request.varbinds = {{ber::oid("1.3.6.1.2.1.1.3.0"), {}},
                            {ber::oid("1.3.6.1.2.1.31.1.1.1.6.1"), {}}};
        const auto answer = desk.ask(request);
        REQUIRE(answer);
        CHECK(answer.message->version == ber::Version::v1);
        CHECK(answer.message->error_status == ber::status::no_such_name);
        CHECK(answer.message->error_index == 2);
        CHECK(answer.message->varbinds == request.varbinds);
        const auto rows = desk.walk(ber::Version::v1);
        CHECK(rows.size() > 300);
        for (const auto& row : rows)
            CHECK(row.value.tag != Tag::counter64);
    }

    TEST_CASE("counters grow with time, equal in both widths, and start again with a boot") {
        for (const Vendor vendor : all_vendors) {
            CAPTURE(static_cast<int>(vendor));
            Desk desk(vendor);
            desk.device().boot = noon - 1'000'000;
            auto before = desk.walk();
            bool has_moved = false;
            for (std::int64_t at = noon + 1; at < noon + 9'000'000;
                 at += at % 7 == 0 ? 1 : 900'001) {
                const auto after = desk.walk(ber::Version::v2c, at);
                REQUIRE(after.size() == before.size());
                for (std::size_t i = 0; i < after.size(); ++i) {
                    if (after[i].value.tag != Tag::counter64) continue;
                    CAPTURE(ber::to_string(after[i].name));
                    CHECK(number_of(after[i].value) >= number_of(before[i].value));
                    has_moved = has_moved || after[i].value != before[i].value;
                }
                before = after;
            }
            CHECK(has_moved);
            const std::string low = "1.3.6.1.2.1.2.2.1.10.2";
            const std::string high = "1.3.6.1.2.1.31.1.1.1.6.2";
            const auto pair = desk.get({low, high}, noon + 1'000'000'000);
            CHECK(number_of(pair.varbinds[0].value) ==
                  (number_of(pair.varbinds[1].value) & 0xFFFF'FFFF));
            desk.device().boot = noon;
            const auto fresh = desk.get({"1.3.6.1.2.1.1.3.0", high}, noon + 100);
            CHECK(number_of(fresh.varbinds[0].value) == 100);
            CHECK(number_of(fresh.varbinds[1].value) < 2'000'000);
        }
    }

    TEST_CASE("people come by the clock: fewest at night, most in the evening, none at some") {
        CHECK(CityTime::at(1'790'006'400LL * 100).crowd > 0);
        double least = 2;
        double most = -1;
        for (std::int64_t hour = 0; hour < 24; ++hour) {
            const CityTime time = CityTime::at((1'789'948'800LL + hour * 3600) * 100);
            least = std::min(least, time.crowd);
            most = std::max(most, time.crowd);
            // 1789948800 is midnight UTC, 07.00 WIB.
            if (hour == 20) CHECK(time.crowd < 0.2);   // 03.00 WIB
            if (hour == 12) CHECK(time.crowd > 0.85);  // 19.00 WIB
        }
        CHECK(least > 0);
        CHECK(most <= 1);
        Desk desk(Vendor::unifi);
        desk.device().popularity = 0;
        for (int vap = 1; vap <= 4; ++vap)
            CHECK(desk.get({"1.3.6.1.4.1.41112.1.6.1.2.1.8." + std::to_string(vap)})
                      .varbinds[0]
                      .value == ber::Value::integer(0));
    }

    TEST_CASE("the stations of an access point are the same in all places it tells them") {
        Desk desk(Vendor::openwrt);
        const std::string extend = "1.3.6.1.4.1.8072.1.3.2.3.1.1.";
        const auto answer =
            desk.get({extend + "12.99.108.105.101.110.116.115.45.119.108.97.110",
                      extend + "13.99.108.105.101.110.116.115.45.119.108.97.110.48",
                      extend + "13.99.108.105.101.110.116.115.45.119.108.97.110.49"},
                     1'789'992'000LL * 100);
        const auto number = [&](std::size_t i) {
            return std::stoi(std::get<std::string>(answer.varbinds[i].value.content));
        };
        CHECK(number(0) == number(1) + number(2));
        CHECK(number(0) > 0);
    }

    TEST_CASE("an agent that cannot send much says tooBig or nothing; small questions work") {
        std::vector<std::string> many;
        for (int column = 1; column <= 22; ++column)
            for (int port = 1; port <= 2; ++port)
                many.push_back("1.3.6.1.2.1.2.2.1." + std::to_string(column) + '.' +
                               std::to_string(port));
        Desk desk(Vendor::unifi);
        desk.device().conditions = static_cast<std::uint32_t>(Condition::too_big);
        const auto refused = desk.get(many);
        CHECK(refused.error_status == ber::status::too_big);
        CHECK(refused.varbinds.empty());
        CHECK(desk.get({many[0]}).error_status == 0);
        CHECK(desk.reply.size() <= 484);
        desk.device().conditions = static_cast<std::uint32_t>(Condition::silent_on_large);
        ber::Message request;
        for (const auto& name : many)
            request.varbinds.push_back({ber::oid(name), {}});
        CHECK_FALSE(desk.ask(request));
        CHECK(desk.reply.empty());
        CHECK(desk.get({many[0]}).error_status == 0);
    }

    TEST_CASE("a wrong community, a deaf agent and bytes that are no request get silence") {
        Desk desk(Vendor::unifi);
        ber::Message request;
        request.varbinds = {{ber::oid("1.3.6.1.2.1.1.3.0"), {}}};
        request.community = "private";
        CHECK_FALSE(desk.ask(request));
        request.community = "public";
        CHECK(desk.ask(request));
        desk.device().conditions = static_cast<std::uint32_t>(Condition::v1_only);
        CHECK_FALSE(desk.ask(request));
        request.version = ber::Version::v1;
        CHECK(desk.ask(request));
        desk.device().conditions = static_cast<std::uint32_t>(Condition::other_community);
        CHECK_FALSE(desk.ask(request));
        const CityTime time = CityTime::at(noon);
        const std::string good = ber::encode(request);
        for (std::size_t length = 0; length < good.size(); ++length)
            CHECK(desk.agent.answer(desk.device(), time, good.substr(0, length), 0).is_malformed);
    }

    TEST_CASE("any bit flipped in a request is survived") {
        Desk desk(Vendor::unifi);
        ber::Message request;
        request.pdu = Tag::get_bulk;
        request.error_index = 10;
        request.varbinds = {{ber::oid("1.3.6.1.2.1.2.2.1.10"), {}},
                            {ber::oid("1.3.6.1.4.1.41112.1.6"), {}}};
        const std::string good = ber::encode(request);
        const CityTime time = CityTime::at(noon);
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            std::string bytes = good;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            const auto outcome = desk.agent.answer(desk.device(), time, bytes, bit);
            if (outcome.reply.empty()) continue;
            CHECK(ber::decode(outcome.reply));
        }
    }

    TEST_CASE("any text may stand in a name, and replies stay well-formed") {
        Desk desk(Vendor::ruckus);
        for (const std::size_t size : {std::size_t{0}, std::size_t{127}, std::size_t{128},
                                       std::size_t{255}, std::size_t{256}, std::size_t{2000}}) {
            std::string text(size, '\xFF');
            desk.population->set_text(0, TextOf::name, text);
            const auto answer = desk.get({"1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0"});
            CHECK(answer.varbinds[0].value == ber::Value::octets(text));
        }
    }

    TEST_CASE("broken agents break as they should: endless, garbled, stray") {
        Desk desk(Vendor::ruckus);
        ber::Message request;
        request.pdu = Tag::get_next;
        request.request_id = 5;
        request.varbinds = {{ber::oid("1.3.6.1.7"), {}}};
        desk.device().conditions = static_cast<std::uint32_t>(Condition::endless_walk);
        const auto again = desk.ask(request);
        REQUIRE(again);
        CHECK(again.message->varbinds[0].name == ber::oid("1.3.6.1.2.1.1.1.0"));
        desk.device().conditions = static_cast<std::uint32_t>(Condition::stray);
        std::set<std::int32_t> ids;
        for (int i = 0; i < 4; ++i)
            ids.insert(desk.ask(request).message->request_id);
        CHECK(ids == std::set<std::int32_t>{5, 5 ^ 0x55});
        desk.device().conditions = static_cast<std::uint32_t>(Condition::garbled);
        int broken = 0;
        request.varbinds[0].name = ber::oid("1.3.6.1.2.1.1.1");
        for (int i = 0; i < 40; ++i)
            broken += desk.ask(request) ? 0 : 1;
        CHECK(broken > 2);
        CHECK(broken <= 10);
    }
}
