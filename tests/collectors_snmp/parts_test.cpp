// The parts below the engine: bytes, ids, time.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "collectors/snmp/cells.hpp"
#include "collectors/snmp/codec.hpp"
#include "collectors/snmp/knowledge.hpp"
#include "collectors/snmp/peer.hpp"
#include "collectors/snmp/rate_limit.hpp"
#include "collectors/snmp/request_table.hpp"
#include "collectors/snmp/round_trip.hpp"
#include "collectors/snmp/timing_wheel.hpp"
#include "fakes/ber.hpp"

namespace pantau::snmp::test {
namespace {

namespace ber = fakes::ber;
using namespace std::chrono_literals;

std::vector<TimingWheel::Item> expired_at(TimingWheel& wheel, MonoTime time) {
    std::vector<TimingWheel::Item> items;
    wheel.advance(time, items);
    std::ranges::sort(items);
    return items;
}

/// A response with one varbind whose value has these bytes.
std::string with_value(std::string_view value) {
    const std::string varbind = ber::wrap(
        ber::Tag::sequence, ber::encode_oid(ber::oid("1.3.6.1.2.1.1.3.0")) + std::string(value));
    return ber::encode_message(ber::Version::v2c, "public", ber::Tag::response,
                               ber::encode_integer(77) + ber::encode_integer(0) +
                                   ber::encode_integer(0) + ber::wrap(ber::Tag::sequence, varbind));
}

std::string bytes(std::initializer_list<int> list) {
    std::string out;
    for (const int each : list)
        out.push_back(static_cast<char>(each));
    return out;
}

}  // namespace

TEST_SUITE("collectors/snmp/timing_wheel") {
    TEST_CASE("an item expires at its time, not before, whatever the distance") {
        FakeClock clock;
        const MonoTime start = clock.mono();
        for (const auto due : {1ms, 4ms, 100ms, 4095ms, 4096ms, 4097ms, 60'000ms}) {
            CAPTURE(due.count());
            TimingWheel wheel(start);
            wheel.add(7, start + due);
            CHECK(expired_at(wheel, start + due - 1ns).empty());
            CHECK(expired_at(wheel, start + due + TimingWheel::tick) ==
                  std::vector<TimingWheel::Item>{7});
            CHECK(wheel.size() == 0);
        }
    }
    TEST_CASE("stepping gives every item once, and next() is never late") {
        FakeClock clock;
        TimingWheel wheel(clock.mono());
        for (TimingWheel::Item i = 0; i < 5000; ++i)
            wheel.add(i, clock.mono() + std::chrono::milliseconds((i * 37) % 9000));
        std::vector<TimingWheel::Item> all;
        while (const auto next = wheel.next()) {
            REQUIRE(*next > clock.mono());
            clock.advance(*next - clock.mono());
            for (const auto item : expired_at(wheel, clock.mono()))
                all.push_back(item);
        }
        std::ranges::sort(all);
        CHECK(all.size() == 5000);
        CHECK(std::ranges::adjacent_find(all) == all.end());
    }
    TEST_CASE("a removed item does not expire and may come again") {
        FakeClock clock;
        TimingWheel wheel(clock.mono());
        for (const TimingWheel::Item item : {1u, 2u, 3u})
            wheel.add(item, clock.mono() + 10ms);
        wheel.remove(2);
        wheel.remove(2);
        wheel.remove(99);
        CHECK(expired_at(wheel, clock.mono() + 20ms) == std::vector<TimingWheel::Item>{1, 3});
        wheel.add(2, clock.mono() + 30ms);
        CHECK(expired_at(wheel, clock.mono() + 10min) == std::vector<TimingWheel::Item>{2});
        CHECK(!wheel.next());
    }
}

TEST_SUITE("collectors/snmp/request_table") {
    TEST_CASE("ids are positive, found while they wait, and past at once afterwards") {
        RequestTable table(42);
        std::set<std::int32_t> ids;
        for (int i = 0; i < 200'000; ++i) {
            const auto issued = table.take();
            REQUIRE(issued);
            REQUIRE(issued->id > 0);
            ids.insert(issued->id);
            const auto found = table.find(issued->id);
            REQUIRE(found.match == RequestTable::Match::current);
            REQUIRE(found.slot == issued->slot);
            table.release(issued->slot);
            REQUIRE(table.find(issued->id).match == RequestTable::Match::past);
        }
        CHECK(ids.size() == 200'000);
        CHECK(table.in_use() == 0);
    }
    TEST_CASE("the reply to the use before is past, older ones are unknown, and so is nonsense") {
        RequestTable table(7);
        std::vector<std::int32_t> ids;
        std::optional<RequestTable::Slot> slot;
        while (ids.size() < 3) {
            const auto issued = table.take();
            if (!slot) slot = issued->slot;
            if (issued->slot == *slot) ids.push_back(issued->id);
            if (ids.size() < 3) table.release(issued->slot);
        }
        CHECK(table.find(ids[2]).match == RequestTable::Match::current);
        CHECK(table.find(ids[1]).match == RequestTable::Match::past);
        CHECK(table.find(ids[0]).match == RequestTable::Match::none);
        for (const std::int32_t id : {0, -1, INT32_MIN, 1})
            CHECK(table.find(id).match == RequestTable::Match::none);
    }
    TEST_CASE("two tables do not give the same ids") {
        RequestTable a(random_seed());
        RequestTable b(random_seed());
        int same = 0;
        int same_slot = 0;
        for (int i = 0; i < 1000; ++i) {
            const auto one = static_cast<std::uint32_t>(a.take()->id);
            const auto other = static_cast<std::uint32_t>(b.take()->id);
            same += one == other;
            same_slot += static_cast<std::uint16_t>(one) == static_cast<std::uint16_t>(other);
        }
        CHECK(same < 5);
        CHECK(same_slot < 5);  // nobody can guess where the counting began
    }
    TEST_CASE("the generations of the slots of one table begin anywhere") {
        RequestTable table(random_seed());
        std::set<std::int32_t> generations;
        for (int i = 0; i < 1000; ++i)
            generations.insert(table.take()->id >> 16);
        CHECK(generations.size() > 900);  // of 32,767
    }
    TEST_CASE("when all slots are in use there is none") {
        RequestTable table(1);
        for (std::size_t i = 0; i < RequestTable::slots_most; ++i)
            REQUIRE(table.take());
        CHECK(!table.take());
        table.release(5);
        CHECK(table.take());
    }
}

TEST_SUITE("collectors/snmp/rate_limit") {
    TEST_CASE("a burst at once, then one after the other at the rate, whatever the pauses") {
        const MonoTime start{1h};
        RateLimit limit(1000, 5);
        const auto taken = [&](MonoTime at) {
            int count = 0;
            while (limit.take(at))
                ++count;
            return count;
        };
        CHECK(taken(start) == 5);
        CHECK(limit.next(start) == start + 1ms);
        CHECK(taken(start + 1ms - 1ns) == 0);
        CHECK(taken(start + 1ms) == 1);
        CHECK(taken(start + 4ms) == 3);
        CHECK(taken(start + 10s) == 5);  // a long pause saves no more than one burst
        CHECK(limit.next(start + 11s) == start + 11s);
    }

    TEST_CASE("over a second it is the rate, however often it is asked") {
        const MonoTime start{1h};
        RateLimit limit(50'000, 100);
        int count = 0;
        for (auto at = start; at < start + 1s; at += 7us)
            count += limit.take(at) ? 1 : 0;
        CHECK(count >= 50'000);
        CHECK(count <= 50'100);
    }
}

TEST_SUITE("collectors/snmp/knowledge") {
    TEST_CASE("rows keep their keys and columns, whether keys are alike in length or not") {
        const std::vector<std::vector<std::vector<std::uint32_t>>> sets{
            {{1}, {2}, {7}}, {{1, 2}, {1, 3}, {5}, {}, {9, 9, 9}}, {{3}}, {{}, {4}}};
        for (const auto& keys : sets) {
            for (const std::size_t columns : {1U, 31U, 32U, 33U, 70U}) {
                CAPTURE(columns);
                RowSet::Maker maker(columns);
                for (std::size_t row = 0; row < keys.size(); ++row) {
                    maker.add_row(keys[row]);
                    maker.set(row % columns);
                    maker.set(columns - 1);
                }
                RowSet rows = maker.make();
                REQUIRE(rows.size() == keys.size());
                rows.lose(0, columns - 1);
                for (std::size_t row = 0; row < keys.size(); ++row) {
                    CHECK(std::ranges::equal(rows.key(row), keys[row]));
                    for (std::size_t column = 0; column < columns; ++column) {
                        const bool is_set = column == row % columns || column == columns - 1;
                        const bool is_lost = row == 0 && column == columns - 1;
                        CHECK(rows.has(row, column) == (is_set && !is_lost));
                    }
                }
            }
        }
    }

    TEST_CASE("two sets have the same keys only if all are the same, whatever their columns") {
        const auto set_of = [](const std::vector<std::vector<std::uint32_t>>& keys,
                               std::size_t columns) {
            RowSet::Maker maker(columns);
            for (const auto& key : keys)
                maker.add_row(key);
            return maker.make();
        };
        CHECK(set_of({{1}, {2}}, 3).has_same_keys(set_of({{1}, {2}}, 40)));
        CHECK(set_of({}, 3).has_same_keys(RowSet()));
        CHECK_FALSE(set_of({{1}, {2}}, 3).has_same_keys(set_of({{1}, {3}}, 3)));
        CHECK_FALSE(set_of({{1}, {2}}, 3).has_same_keys(set_of({{1}}, 3)));
        CHECK_FALSE(set_of({{1, 2}, {3}}, 3).has_same_keys(set_of({{1}, {2, 3}}, 3)));
    }
}

TEST_SUITE("collectors/snmp/round_trip") {
    TEST_CASE("as long as nothing is known, all the patience there is") {
        RoundTrip trip;
        CHECK(!trip.is_known());
        CHECK(trip.timeout(0, 2s) == 2s);
        trip.add(0ns);
        CHECK(trip.is_known());
        trip.forget();
        CHECK(!trip.is_known());
        CHECK(trip.timeout(3, 2s) == 2s);
    }

    TEST_CASE("mean and deviation follow the device, within bounds, and each try waits longer") {
        RoundTrip trip;
        trip.add(200ms);
        // RFC 6298 2.2: R + 4 x R/2.
        CHECK(to_seconds(trip.timeout(0, 2s)) == doctest::Approx(0.6));
        trip.add(400ms);
        // 2.3: the deviation from the old mean, 3/4 x 100 + 1/4 x 200 ms, then the mean, 225 ms.
        CHECK(to_seconds(trip.timeout(0, 2s)) == doctest::Approx(0.225 + 4 * 0.125));
        CHECK(to_seconds(trip.timeout(1, 2s)) == doctest::Approx(2 * 0.725));
        CHECK(trip.timeout(2, 2s) == 2s);
        CHECK(trip.timeout(4'000'000'000, 2s) == 2s);
        for (int i = 0; i < 200; ++i)
            trip.add(1ms);
        CHECK(to_seconds(trip.timeout(0, 2s)) == doctest::Approx(to_seconds(RoundTrip::least)));
        CHECK(trip.timeout(0, 100ms) == 100ms);
        for (int i = 0; i < 200; ++i)
            trip.add(10min);
        CHECK(trip.timeout(0, 2s) == 2s);
    }

    TEST_CASE("a device that slows down for a moment is given time again") {
        RoundTrip trip;
        for (int i = 0; i < 100; ++i)
            trip.add(10ms);
        trip.add(600ms);
        CHECK(trip.timeout(0, 2s) > 600ms);
    }
}

TEST_SUITE("collectors/snmp/codec") {
    TEST_CASE("what it writes, the other implementation reads") {
        const std::vector<Oid> names{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0},
                                     Oid{2, 39, 4294967295u, 127, 128}, Oid{0, 0},
                                     Oid{1, 3, 6, 1, 4, 1, 16383, 16384, 2097152}};
        for (const std::int32_t id : {1, 127, 128, 32767, 32768, 8'388'608, INT32_MAX}) {
            for (const auto type : {PduType::get, PduType::get_next, PduType::get_bulk}) {
                std::string out;
                REQUIRE(encode(Version::v2c, std::string(200, 'c'), id, {type, 300, names}, out));
                const auto decoded = ber::decode(out);
                CAPTURE(decoded.problem);
                REQUIRE(decoded);
                CHECK(decoded.message->request_id == id);
                CHECK(decoded.message->pdu == static_cast<ber::Tag>(type));
                CHECK(decoded.message->error_index == (type == PduType::get_bulk ? 300 : 0));
                REQUIRE(decoded.message->varbinds.size() == names.size());
                for (std::size_t i = 0; i < names.size(); ++i) {
                    CHECK(ber::to_string(decoded.message->varbinds[i].name) ==
                          names[i].to_string());
                    CHECK(encoded_size(names[i].parts()) ==
                          ber::encode_oid(decoded.message->varbinds[i].name).size());
                }
            }
        }
    }
    TEST_CASE("every type is read as it was written") {
        ber::Message reply;
        reply.pdu = ber::Tag::response;
        reply.request_id = 99;
        const auto name = ber::oid("1.3.6.1.2.1.1.3.0");
        for (const ber::Value& value :
             {ber::Value::integer(INT32_MIN), ber::Value::integer(-1),
              ber::Value::integer(INT32_MAX), ber::Value::counter32(4294967295u),
              ber::Value::gauge32(0), ber::Value::time_ticks(128),
              ber::Value::counter64(UINT64_MAX), ber::Value::octets(std::string("\0\xFF", 2)),
              ber::Value::ip_address("abcd"), ber::Value::oid(ber::oid("1.3.6.1.4.1.8072.3.2.10")),
              ber::Value::none(), ber::Value::exception(ber::Tag::no_such_object),
              ber::Value::exception(ber::Tag::end_of_mib_view)})
            reply.varbinds.push_back({name, value});
        const std::string datagram = ber::encode(reply);
        Message message;
        REQUIRE(decode(datagram, message) == DecodeResult::ok);
        REQUIRE(message.varbinds.size() == reply.varbinds.size());
        for (std::size_t i = 0; i < message.varbinds.size(); ++i) {
            CAPTURE(i);
            const ber::Value& want = reply.varbinds[i].value;
            const Value& got = message.varbinds[i].value;
            CHECK(static_cast<int>(got.type) == static_cast<int>(want.tag));
            if (const auto* const n = std::get_if<std::int64_t>(&want.content))
                CHECK(got.integer == *n);
            if (const auto* const n = std::get_if<std::uint64_t>(&want.content))
                CHECK(got.natural == *n);
            if (const auto* const s = std::get_if<std::string>(&want.content))
                CHECK(got.bytes == *s);
            if (const auto* const o = std::get_if<ber::ObjectId>(&want.content))
                CHECK(std::ranges::equal(got.oid, *o));
        }
        CHECK(message.community == "public");
        CHECK(message.request_id == 99);
    }
    TEST_CASE(
        "values that break their type make the datagram malformed; odd but clear ones do not") {
        struct Row {
            std::string name;
            std::string value;
            bool is_fine;
        };
        for (const Row& row : {
                 Row{"integer of 4 bytes, padded", bytes({2, 4, 0, 0, 0, 5}), true},
                 Row{"integer of 5 bytes", bytes({2, 5, 0, 0, 0, 0, 5}), false},
                 Row{"integer of no byte", bytes({2, 0}), false},
                 Row{"counter of no byte", bytes({0x41, 0}), false},
                 Row{"counter of 6 bytes", bytes({0x41, 6, 0, 0, 0, 0, 0, 5}), false},
                 Row{"counter64 of 10 bytes", bytes({0x46, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}),
                     false},
                 Row{"counter of 5 bytes, first not 0", bytes({0x41, 5, 1, 0, 0, 0, 5}), false},
                 Row{"counter of 5 bytes", bytes({0x41, 5, 0, 255, 0, 0, 5}), true},
                 Row{"counter without its zero byte", bytes({0x41, 4, 255, 0, 0, 5}), true},
                 Row{"counter64 of 9 bytes, first not 0",
                     bytes({0x46, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9}), false},
                 Row{"address of 3 bytes", bytes({0x40, 3, 1, 2, 3}), false},
                 Row{"null with content", bytes({5, 1, 0}), false},
                 Row{"noSuchObject with content", bytes({0x80, 1, 0}), false},
                 Row{"unknown type", bytes({0x4F, 1, 0}), false},
                 Row{"indefinite length", ber::wrap_indefinite(ber::Tag::octets, "x"), false},
                 Row{"indefinite length and nothing behind", bytes({4, 0x80}), false},
                 Row{"length in 2 bytes", ber::wrap_long(ber::Tag::octets, 2, "x"), true},
                 Row{"length in 5 bytes", ber::wrap_long(ber::Tag::octets, 5, "x"), false},
                 Row{"length beyond the end", ber::wrap_claiming(ber::Tag::octets, 90, "x"), false},
                 Row{"huge length", bytes({4, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1}), false},
                 Row{"identifier cut in a part", bytes({6, 2, 0x2B, 0x86}), false},
                 Row{"identifier with a part over 32 bits",
                     bytes({6, 6, 0x2B, 0x9F, 0xFF, 0xFF, 0xFF, 0x7F}), false},
                 Row{"identifier padded", bytes({6, 3, 0x2B, 0x80, 1}), false},
                 Row{"identifier of 128 parts", ber::encode_oid(ber::ObjectId(128, 1)), true},
                 Row{"identifier of 129 parts", ber::encode_oid(ber::ObjectId(129, 1)), false},
                 Row{"empty identifier", bytes({6, 0}), true},
                 Row{"two values", bytes({2, 1, 1, 2, 1, 1}), false},
             }) {
            CAPTURE(row.name);
            const std::string datagram = with_value(row.value);
            Message message;
            CHECK((decode(datagram, message) == DecodeResult::ok) == row.is_fine);
        }
    }
    TEST_CASE("nothing may be left over at any level") {
        const std::string name = ber::encode_oid(ber::oid("1.3.6.1.2.1.1.3.0"));
        const std::string number = ber::encode_integer(0);
        const auto message = [&](const std::string& in_varbind, const std::string& in_list,
                                 const std::string& in_pdu, const std::string& in_message) {
            const std::string varbind =
                ber::wrap(ber::Tag::sequence, name + ber::encode_integer(5) + in_varbind);
            const std::string list = ber::wrap(ber::Tag::sequence, varbind + in_list);
            const std::string pdu =
                ber::wrap(ber::Tag::response, number + number + number + list + in_pdu);
            return ber::wrap(
                ber::Tag::sequence,
                ber::encode_integer(1) + ber::wrap(ber::Tag::octets, "public") + pdu + in_message);
        };
        Message read;
        CHECK(decode(message("", "", "", ""), read) == DecodeResult::ok);
        CHECK(decode(message(number, "", "", ""), read) == DecodeResult::malformed);
        CHECK(decode(message("", number, "", ""), read) == DecodeResult::malformed);
        CHECK(decode(message("", "", number, ""), read) == DecodeResult::malformed);
        CHECK(decode(message("", "", "", number), read) == DecodeResult::malformed);
        CHECK(decode(message("", "", "", "") + number, read) == DecodeResult::malformed);
    }
    TEST_CASE("every part has its own tag") {
        const std::string number = ber::encode_integer(1);
        const std::string name = ber::encode_oid(ber::oid("1.3.6.1.2.1.1.3.0"));
        /// The parts of a message from outside to inside; each in turn gets another tag.
        const auto message = [&](std::size_t spoiled) {
            std::size_t part = 0;
            const auto spoil = [&](std::string element, char other) {
                if (part++ == spoiled) element[0] = other;
                return element;
            };
            const std::string varbind =
                spoil(ber::wrap(ber::Tag::sequence, spoil(name, 4) + ber::encode_integer(5)), 0x31);
            const std::string list = spoil(ber::wrap(ber::Tag::sequence, varbind), 4);
            const std::string pdu =
                ber::wrap(ber::Tag::response,
                          spoil(number, 4) + spoil(number, 0x41) + spoil(number, 0x42) + list);
            return spoil(
                ber::wrap(ber::Tag::sequence,
                          spoil(number, 4) + spoil(ber::wrap(ber::Tag::octets, "public"), 6) + pdu),
                0x31);
        };
        Message read;
        constexpr std::size_t parts = 9;
        for (std::size_t spoiled = 0; spoiled < parts; ++spoiled) {
            CAPTURE(spoiled);
            CHECK(decode(message(spoiled), read) == DecodeResult::malformed);
        }
        CHECK(decode(message(parts), read) == DecodeResult::ok);
    }
    TEST_CASE("a varbind needs a name") {
        const std::string varbind =
            ber::wrap(ber::Tag::sequence, bytes({6, 0}) + ber::encode_integer(5));
        Message message;
        CHECK(decode(ber::encode_message(ber::Version::v2c, "public", ber::Tag::response,
                                         ber::encode_integer(77) + ber::encode_integer(0) +
                                             ber::encode_integer(0) +
                                             ber::wrap(ber::Tag::sequence, varbind)),
                     message) == DecodeResult::malformed);
    }
    TEST_CASE("no byte behind a datagram is read, wherever it was cut and whatever it claims") {
        // The datagram ends where readable memory ends: a read beyond it ends this program.
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        void* const memory =
            ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(memory != MAP_FAILED);
        char* const end = static_cast<char*>(memory) + page;
        REQUIRE(::mprotect(end, page, PROT_NONE) == 0);
        const auto read = [&](std::string_view datagram) {
            std::memcpy(end - datagram.size(), datagram.data(), datagram.size());
            const std::string_view placed(end - datagram.size(), datagram.size());
            Message message;
            const auto result = decode(placed, message);
            static_cast<void>(quoted_request_id(placed));
            return result;
        };
        const std::string long_text(300, 'x');
        for (const std::string& value :
             {ber::encode_integer(5), ber::wrap_long(ber::Tag::octets, 4, long_text),
              ber::wrap(ber::Tag::octets, long_text), bytes({6, 2, 0x2B, 0x86}),
              bytes({4, 0x84, 0, 0, 0, 0}), bytes({4, 0x82, 1}), bytes({4, 0x81}), bytes({4})}) {
            const std::string whole = with_value(value);
            static_cast<void>(read(whole));
            const std::string content(ber::first_element(whole)->content);
            for (std::size_t size = 0; size < content.size(); ++size) {
                const std::string_view part = std::string_view(content).substr(0, size);
                CHECK(read(std::string_view(whole).substr(0, size)) == DecodeResult::malformed);
                CHECK(read(ber::wrap(ber::Tag::sequence, part)) != DecodeResult::ok);
            }
        }
        ::munmap(memory, 2 * page);
    }
    TEST_CASE("nothing may be left over, nothing may be missing") {
        const std::string good = with_value(ber::encode_integer(5));
        Message message;
        REQUIRE(decode(good, message) == DecodeResult::ok);
        CHECK(decode(good + std::string(1, '\0'), message) == DecodeResult::malformed);
        for (std::size_t size = 0; size < good.size(); ++size)
            CHECK(decode(std::string(good, 0, size), message) == DecodeResult::malformed);
    }
    TEST_CASE("other versions and PDUs are told apart from nonsense") {
        Message message;
        const std::string body = ber::encode_integer(1) + ber::encode_integer(0) +
                                 ber::encode_integer(0) + ber::wrap(ber::Tag::sequence, "");
        for (const std::int32_t version : {2, 3, 4, -1, 256}) {
            CAPTURE(version);
            CHECK(decode(ber::encode_message(static_cast<ber::Version>(version), "p",
                                             ber::Tag::response, body),
                         message) == DecodeResult::other_version);
        }
        CHECK(decode(ber::encode_message(ber::Version::v1, "p", ber::Tag::trap_v1, body),
                     message) == DecodeResult::other_pdu);
    }
    TEST_CASE("the id of a request is found in what an ICMP error quotes of it") {
        std::string datagram;
        const std::vector<Oid> names(30, Oid{1, 3, 6, 1, 2, 1, 1, 3, 0});
        REQUIRE(encode(Version::v2c, "public", 0x1234567, {PduType::get, 0, names}, datagram));
        for (const std::size_t size : {datagram.size(), std::size_t{60}, std::size_t{30}})
            CHECK(quoted_request_id(std::string_view(datagram).substr(0, size)) == 0x1234567);
        for (std::size_t size = 0; size < 20; ++size)
            CHECK(!quoted_request_id(std::string_view(datagram).substr(0, size)));
    }
}

TEST_SUITE("collectors/snmp/cells") {
    TEST_CASE("what is no value makes no cell") {
        Answer answer;
        for (const ValueType type : {ValueType::null, ValueType::no_such_object,
                                     ValueType::no_such_instance, ValueType::end_of_mib_view})
            add_cell(answer, 0, {}, Value{type, 0, 0, {}, {}});
        CHECK(answer.cells().empty());
    }
    TEST_CASE("numbers keep their sign and all their bits") {
        Answer answer;
        const auto number = [&](ValueType type, std::int64_t integer, std::uint64_t natural) {
            add_cell(answer, 0, {}, Value{type, integer, natural, {}, {}});
            return answer.cells().back().value;
        };
        CHECK(number(ValueType::integer, -96, 0).number == Number::integer(-96));
        CHECK(number(ValueType::gauge32, 0, 4'294'967'295).number ==
              Number::natural(4'294'967'295));
        CHECK(number(ValueType::counter32, 0, 7).kind == RawValue::Kind::counter32);
        CHECK(number(ValueType::counter64, 0, UINT64_MAX).kind == RawValue::Kind::counter64);
        CHECK(number(ValueType::counter64, 0, UINT64_MAX).number == Number::natural(UINT64_MAX));
    }
    TEST_CASE("an Opaque is a number when it holds one of net-snmp's, else bytes") {
        struct Row {
            std::string name;
            std::string content;
            std::optional<double> number;
        };
        const std::string pi = bytes({0x9F, 0x78, 4, 0x40, 0x49, 0x0F, 0xDB});
        for (const Row& row : {
                 Row{"float", pi, 3.1415927410125732},
                 Row{"double", bytes({0x9F, 0x79, 8, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0}), -1.5},
                 Row{"float that is no number", bytes({0x9F, 0x78, 4, 0x7F, 0xC0, 0, 0}), {}},
                 Row{"endless double", bytes({0x9F, 0x79, 8, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0}), {}},
                 Row{"float cut short", pi.substr(0, 6), {}},
                 Row{"float with more behind", pi + "x", {}},
                 Row{"float that claims 8 bytes",
                     bytes({0x9F, 0x78, 8, 0x40, 0x49, 0x0F, 0xDB}),
                     {}},
                 Row{"another tag", bytes({0x9E, 0x78, 4, 0x40, 0x49, 0x0F, 0xDB}), {}},
                 Row{"another type", bytes({0x9F, 0x77, 4, 0x40, 0x49, 0x0F, 0xDB}), {}},
                 Row{"nothing", "", {}},
             }) {
            CAPTURE(row.name);
            Answer answer;
            add_cell(answer, 0, {}, Value{ValueType::opaque, 0, 0, row.content, {}});
            REQUIRE(answer.cells().size() == 1);
            const RawValue& value = answer.cells()[0].value;
            if (row.number) {
                CHECK(value.kind == RawValue::Kind::integer);
                CHECK(value.number.as_double() == *row.number);
            } else {
                CHECK(value.kind == RawValue::Kind::bytes);
                CHECK(answer.bytes_of(value) == row.content);
            }
        }
    }
}

TEST_SUITE("collectors/snmp/peer") {
    TEST_CASE("only full numeric addresses are addresses") {
        CHECK(Peer::numeric("127.0.0.1", 161)->to_string() == "127.0.0.1:161");
        CHECK(Peer::numeric("::1", 161)->to_string() == "[::1]:161");
        for (const char* const text :
             {"", "10.1", "0x7f.1", "ap.example", "1.2.3.4.5", "256.1.1.1", ":::"})
            CHECK(!Peer::numeric(text, 161));
        CHECK(Peer::numeric("127.0.0.1", 1) != Peer::numeric("127.0.0.1", 2));
        CHECK(Peer::numeric("127.0.0.1", 1) != Peer::numeric("127.0.0.2", 1));
    }
}

}  // namespace pantau::snmp::test
