// What net-snmp reads in a datagram is what we read in it. Every random stream has a fixed seed, so
// a difference that shows once shows always.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "collectors/snmp/codec.hpp"
#include "tests/fakes/ber.hpp"
#include "tests/fakes/netsnmp_codec.hpp"

namespace pantau::snmp::test {
namespace {

namespace ber = fakes::ber;
namespace netsnmp = fakes::netsnmp;

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t natural() { return engine_(); }
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    /// Numbers of every length: the ends of their ranges are where codecs differ.
    std::uint64_t of_any_length(unsigned bits) { return engine_() >> (64 - 1 - below(bits)); }
    std::string bytes(std::size_t most) {
        std::string text(below(most + 1), '\0');
        for (char& c : text)
            c = static_cast<char>(engine_());
        return text;
    }
    ber::ObjectId oid() {
        ber::ObjectId id{1, 3};
        const std::size_t size = 1 + below(20);
        for (std::size_t i = 0; i < size; ++i)
            id.push_back(static_cast<std::uint32_t>(of_any_length(32)));
        return id;
    }
    ber::Value value() {
        switch (below(12)) {
            case 0:
                return ber::Value::integer(
                    static_cast<std::int32_t>(static_cast<std::uint32_t>(of_any_length(32))));
            case 1:
                return ber::Value::counter32(of_any_length(32));
            case 2:
                return ber::Value::gauge32(of_any_length(32));
            case 3:
                return ber::Value::time_ticks(of_any_length(32));
            case 4:
                return ber::Value::counter64(of_any_length(64));
            case 5:
                return ber::Value::octets(bytes(300));
            case 6:
                return ber::Value::ip_address("\x0A\x49\x05\x51");
            case 7:
                return ber::Value::oid(oid());
            case 8:
                return ber::Value::exception(ber::Tag::no_such_object);
            case 9:
                return ber::Value::exception(ber::Tag::no_such_instance);
            case 10:
                return ber::Value::exception(ber::Tag::end_of_mib_view);
            default:
                return ber::Value::none();
        }
    }
    ber::Message message() {
        ber::Message message;
        message.version = below(2) == 0 ? ber::Version::v1 : ber::Version::v2c;
        message.community = bytes(40);
        message.pdu = ber::Tag::response;
        message.request_id = static_cast<std::int32_t>(static_cast<std::uint32_t>(natural()));
        message.error_status = static_cast<std::int32_t>(below(19));
        message.error_index = static_cast<std::int32_t>(below(10));
        const std::size_t count = below(12);
        for (std::size_t i = 0; i < count; ++i)
            message.varbinds.push_back({oid(), value()});
        return message;
    }

private:
    std::mt19937_64 engine_;
};

ber::Value to_value(const Value& value) {
    const auto tag = static_cast<ber::Tag>(value.type);
    switch (value.type) {
        case ValueType::integer:
            return ber::Value::integer(value.integer);
        case ValueType::counter32:
        case ValueType::gauge32:
        case ValueType::time_ticks:
        case ValueType::counter64:
        case ValueType::uinteger32:
            return {tag, value.natural};
        case ValueType::octets:
        case ValueType::ip_address:
        case ValueType::opaque:
        case ValueType::nsap_address:
            return {tag, std::string(value.bytes)};
        case ValueType::oid:
            return ber::Value::oid({value.oid.begin(), value.oid.end()});
        default:
            return {tag, std::monostate{}};
    }
}

/// Our reading in the words of the others; nothing when we refuse.
std::optional<ber::Message> ours(std::string_view datagram) {
    Message read;
    if (decode(datagram, read) != DecodeResult::ok) return std::nullopt;
    ber::Message message;
    message.version = static_cast<ber::Version>(read.version);
    message.community = std::string(read.community);
    message.pdu = static_cast<ber::Tag>(read.pdu);
    message.request_id = read.request_id;
    message.error_status = read.error_status;
    message.error_index = read.error_index;
    for (const Varbind& varbind : read.varbinds)
        message.varbinds.push_back(
            {{varbind.name.begin(), varbind.name.end()}, to_value(varbind.value)});
    return message;
}

/// Where two readings differ, for a failing check; empty when they do not.
std::string difference(const ber::Message& mine, const ber::Message& theirs) {
    if (mine == theirs) return {};
    if (mine.varbinds.size() != theirs.varbinds.size()) return "number of varbinds";
    for (std::size_t i = 0; i < mine.varbinds.size(); ++i) {
        const ber::Varbind& a = mine.varbinds[i];
        const ber::Varbind& b = theirs.varbinds[i];
        if (a == b) continue;
        ber::Message one = mine;
        one.varbinds = {a};
        const std::string first = ber::to_hex(ber::encode(one));
        one.varbinds = {b};
        return "varbind " + std::to_string(i) + ": " + first + " and " +
               ber::to_hex(ber::encode(one));
    }
    return "head";
}

/// Changes a few bytes the way transmission, bad agents and attackers do.
std::string spoiled(std::string datagram, Dice& dice) {
    const std::size_t times = 1 + dice.below(3);
    for (std::size_t i = 0; i < times && !datagram.empty(); ++i) {
        const std::size_t at = dice.below(datagram.size());
        switch (dice.below(5)) {
            case 0:
                datagram[at] = static_cast<char>(dice.natural());
                break;
            case 1:
                datagram[at] = static_cast<char>(datagram[at] ^ (1 << dice.below(8)));
                break;
            case 2:
                datagram.erase(at, 1 + dice.below(4));
                break;
            case 3:
                datagram.insert(at, dice.bytes(4));
                break;
            default:
                datagram.resize(at);
        }
    }
    return datagram;
}

}  // namespace

TEST_SUITE("snmp codec") {
    TEST_CASE("every well-formed message is read by us as net-snmp reads it") {
        Dice dice(1);
        for (int i = 0; i < 5000; ++i) {
            const ber::Message sent = dice.message();
            const std::string datagram = ber::encode(sent);
            CAPTURE(ber::to_hex(datagram));
            const auto mine = ours(datagram);
            const auto theirs = netsnmp::decode(datagram);
            REQUIRE(mine);
            REQUIRE(theirs);
            CHECK(difference(*mine, *theirs) == "");
            CHECK(*mine == sent);
        }
    }

    TEST_CASE("what net-snmp writes is read by us as it was meant") {
        Dice dice(2);
        for (int i = 0; i < 2000; ++i) {
            ber::Message sent = dice.message();
            // The library writes no exceptions and no empty list by this way; agents do.
            std::erase_if(sent.varbinds, [](const ber::Varbind& varbind) {
                return static_cast<std::uint8_t>(varbind.value.tag) >= 0x80;
            });
            const std::string datagram = netsnmp::encode(sent);
            CAPTURE(ber::to_hex(datagram));
            REQUIRE_FALSE(datagram.empty());
            const auto mine = ours(datagram);
            REQUIRE(mine);
            CHECK(*mine == sent);
        }
    }

    TEST_CASE("what we accept of spoiled datagrams, net-snmp accepts and reads the same") {
        Dice dice(3);
        int accepted = 0;
        int refused_by_us_alone = 0;
        for (int i = 0; i < 60'000; ++i) {
            const std::string datagram = spoiled(ber::encode(dice.message()), dice);
            CAPTURE(ber::to_hex(datagram));
            const auto mine = ours(datagram);
            const auto theirs = netsnmp::decode(datagram);
            if (!mine) {
                refused_by_us_alone += theirs ? 1 : 0;
                continue;
            }
            ++accepted;
            REQUIRE(theirs);
            REQUIRE(difference(*mine, *theirs) == "");
        }
        // The test says something only when both happen: a byte of a value may change unnoticed.
        CHECK(accepted > 1000);
        MESSAGE("of 60,000 spoiled datagrams, ", accepted,
                " are accepted by both; net-snmp "
                "accepts ",
                refused_by_us_alone, " more that we refuse");
    }

    TEST_CASE("what we write is read by net-snmp as it was meant") {
        Dice dice(4);
        for (int i = 0; i < 2000; ++i) {
            std::vector<Oid> names;
            std::vector<ber::ObjectId> wanted;
            const std::size_t count = 1 + dice.below(30);
            for (std::size_t n = 0; n < count; ++n) {
                wanted.push_back(dice.oid());
                names.emplace_back(wanted.back());
            }
            const bool is_bulk = dice.below(2) == 0;
            const std::string community = dice.bytes(30);
            const auto id = static_cast<std::int32_t>(dice.natural() & 0x7FFFFFFF);
            const RequestBody body{
                .type = is_bulk ? PduType::get_bulk : PduType::get_next,
                .max_repetitions = static_cast<std::uint16_t>(is_bulk ? dice.below(65'536) : 0),
                .names = names};
            std::string datagram;
            REQUIRE(encode(is_bulk || dice.below(2) == 0 ? Version::v2c : Version::v1, community,
                           id, body, datagram));
            CAPTURE(ber::to_hex(datagram));
            const auto theirs = netsnmp::decode(datagram);
            REQUIRE(theirs);
            CHECK(theirs->community == community);
            CHECK(theirs->request_id == id);
            CHECK(theirs->pdu == static_cast<ber::Tag>(body.type));
            if (is_bulk) {
                CHECK(theirs->error_status == 0);
                CHECK(theirs->error_index == body.max_repetitions);
            }
            REQUIRE(theirs->varbinds.size() == wanted.size());
            for (std::size_t n = 0; n < wanted.size(); ++n) {
                CHECK(theirs->varbinds[n].name == wanted[n]);
                CHECK(theirs->varbinds[n].value == ber::Value::none());
            }
        }
    }
}

}  // namespace pantau::snmp::test
