#include "fakes/ber.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace pantau::fakes;
using ber::Tag;
using ber::Value;

namespace {

ber::Message question() {
    return {.version = ber::Version::v2c,
            .community = "public",
            .pdu = Tag::get,
            .request_id = 1234567,
            .error_status = 0,
            .error_index = 0,
            .varbinds = {{ber::oid("1.3.6.1.2.1.1.3.0"), Value::none()}}};
}

}  // namespace

TEST_SUITE("fakes/ber") {
    TEST_CASE("a request has the bytes that RFC 1157 and 3417 say") {
        ber::Message message = question();
        message.request_id = 1;
        CHECK(ber::to_hex(ber::encode(message)) ==
              "30 26 02 01 01 04 06 70 75 62 6c 69 63 a0 19 02 01 01 02 01 00 02 01 00 30 0e 30 0c "
              "06 08 2b 06 01 02 01 01 03 00 05 00");
    }

    TEST_CASE("every type of value comes back as it went in") {
        const std::vector<Value> values{
            Value::none(),
            Value::integer(0),
            Value::integer(-1),
            Value::integer(127),
            Value::integer(128),
            Value::integer(-128),
            Value::integer(-129),
            Value::integer(std::numeric_limits<std::int32_t>::max()),
            Value::integer(std::numeric_limits<std::int32_t>::min()),
            Value::counter32(0),
            Value::counter32(0x80),
            Value::counter32(0xFFFF'FFFF),
            Value::gauge32(255),
            Value::time_ticks(0x8000'0000),
            Value::counter64(std::numeric_limits<std::uint64_t>::max()),
            Value::counter64(0x7FFF'FFFF'FFFF'FFFF),
            Value::octets(""),
            Value::octets(std::string_view("a\0b\xFF", 4)),
            Value::octets(std::string(70000, 'x')),
            Value::ip_address(std::string_view("\x7F\x00\x00\x01", 4)),
            Value::oid(ber::oid("0.0")),
            Value::oid(ber::oid("1.39.4294967295.127.128.16384")),
            Value::oid(ber::oid("2.999.3")),
            Value::exception(Tag::no_such_object),
            Value::exception(Tag::no_such_instance),
            Value::exception(Tag::end_of_mib_view),
        };
        for (const Value& value : values) {
            ber::Message message = question();
            message.pdu = Tag::response;
            message.varbinds = {{ber::oid("1.3.6.1.4.1.41112.1"), value}};
            const std::string bytes = ber::encode(message);
            CAPTURE(ber::to_hex(std::string_view(bytes).substr(0, 80)));
            const ber::Decoded back = ber::decode(bytes);
            CAPTURE(back.problem);
            REQUIRE(back);
            CHECK(*back.message == message);
        }
    }

    TEST_CASE("no message that is cut short is taken, and none that goes on after its end") {
        ber::Message message = question();
        message.varbinds.push_back({ber::oid("1.3.6.1.2.1.1.5.0"), Value::octets("name")});
        const std::string bytes = ber::encode(message);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            CAPTURE(length);
            CHECK_FALSE(ber::decode(std::string_view(bytes).substr(0, length)));
        }
        CHECK(ber::decode(bytes));
        CHECK(ber::decode(bytes + '\0').problem == "bytes after the message");
    }

    TEST_CASE("a message that breaks one rule is refused with that rule") {
        const std::string ids =
            ber::encode_integer(1) + ber::encode_integer(0) + ber::encode_integer(0);
        const std::string name = ber::encode_oid(ber::oid("1.3.6.1"));
        const auto message = [](const std::string& pdu, Tag tag = Tag::get,
                                ber::Version version = ber::Version::v2c) {
            return ber::encode_message(version, "public", tag, pdu);
        };
        const auto with_value = [&](const std::string& value) {
            return message(ids + ber::wrap(Tag::sequence, ber::wrap(Tag::sequence, name + value)));
        };
        const struct {
            std::string problem;
            std::string bytes;
        } rows[] = {
            {"message: cut short or of indefinite length", ""},
            {"message: another tag", ber::wrap(Tag::octets, "abc")},
            {"message: cut short or of indefinite length", ber::wrap_indefinite(Tag::sequence, "")},
            {"message: cut short or of indefinite length",
             ber::wrap_claiming(Tag::sequence, 0xFFFF'FFFF, "abc")},
            {"version: neither v1 nor v2c", message(ids, Tag::get, ber::Version::v3)},
            {"PDU: unknown type", message(ids, Tag::null)},
            {"PDU: a type that v1 does not have", message(ids, Tag::get_bulk, ber::Version::v1)},
            {"request-id: not a minimal 32-bit integer",
             message(ber::wrap(Tag::integer, std::string_view("\0\1", 2)))},
            {"request-id: not a minimal 32-bit integer",
             message(ber::encode_integer(0x8000'0000LL))},
            {"varbind list: another tag", message(ids + ber::wrap(Tag::octets, ""))},
            {"bytes after the varbind list", message(ids + ber::wrap(Tag::sequence, "") + "x")},
            {"name: padded sub-identifier",
             message(ids + ber::wrap(Tag::sequence,
                                     ber::wrap(Tag::sequence, ber::wrap(Tag::oid, "\x80\x01"))))},
            {"name: sub-identifier over 32 bits",
             message(ids + ber::wrap(Tag::sequence,
                                     ber::wrap(Tag::sequence,
                                               ber::wrap(Tag::oid, "\x2B\x90\x80\x80\x80\x01"))))},
            {"name: empty object identifier",
             message(ids +
                     ber::wrap(Tag::sequence, ber::wrap(Tag::sequence, ber::wrap(Tag::oid, ""))))},
            {"value: cut short or of indefinite length", with_value("")},
            {"value: a tag that is no SNMP type", with_value(ber::wrap(Tag::sequence, ""))},
            {"value: an empty type with content", with_value(ber::wrap(Tag::null, "x"))},
            {"value: an address of not 4 bytes", with_value(ber::wrap(Tag::ip_address, "abc"))},
            {"value: unsigned integer over 32 bits",
             with_value(ber::encode_unsigned(0x1'0000'0000, Tag::counter32))},
            {"value: unsigned integer over 64 bits",
             with_value(ber::wrap(Tag::counter64, std::string("\1") + std::string(8, '\0')))},
            {"value: negative or empty unsigned integer",
             with_value(ber::wrap(Tag::gauge32, "\xFF"))},
            {"bytes after the value", with_value(ber::wrap(Tag::null, "") + "x")},
        };
        for (const auto& row : rows) {
            CAPTURE(ber::to_hex(row.bytes));
            CHECK(ber::decode(row.bytes).problem == row.problem);
        }
    }

    TEST_CASE("a length written in more bytes than needed is no fault") {
        const std::string content =
            ber::encode_integer(1) + ber::wrap(Tag::octets, "public") +
            ber::wrap_long(Tag::get, 2,
                           ber::encode_integer(7) + ber::encode_integer(0) +
                               ber::encode_integer(0) + ber::wrap_long(Tag::sequence, 4, ""));
        const ber::Decoded message = ber::decode(ber::wrap_long(Tag::sequence, 3, content));
        REQUIRE(message);
        CHECK(message.message->request_id == 7);
    }

    TEST_CASE("one flipped bit never makes the decoder crash") {
        const std::string good = ber::encode(question());
        std::size_t taken = 0;
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            std::string bytes = good;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            if (ber::decode(bytes)) ++taken;
        }
        CHECK(taken > 0);
        CHECK(taken < good.size() * 8);
    }

    TEST_CASE("a reply carries the question's version, community and request id") {
        const ber::Message reply = ber::reply_to(question(), {});
        CHECK(reply.pdu == Tag::response);
        CHECK(reply.request_id == 1234567);
        CHECK(reply.community == "public");
    }
}
