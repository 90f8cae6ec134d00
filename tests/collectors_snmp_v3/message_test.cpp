// The v3 message on the wire: what is written can be read by a second implementation, and what is
// wrong at any place is no message.
#include <doctest/doctest.h>

#include <random>

#include "collectors/snmp/usm_protocols.hpp"
#include "collectors/snmp/v3_message.hpp"
#include "fakes/usm.hpp"

namespace pantau::snmp::test {
namespace {

namespace ber = fakes::ber;
namespace usm = fakes::usm;

usm::Message sample(int flags) {
    usm::Message message;
    message.msg_id = 0x1234'5678;
    message.flags = flags;
    message.engine_id =
        "\x80"
        "engine-id";
    message.boots = 7;
    message.time = 70'000;
    message.user = "noc";
    message.salt = (flags & 2) != 0 ? "saltsalt" : "";
    message.context_engine = message.engine_id;
    message.context = "radio";
    message.pdu.pdu = ber::Tag::response;
    message.pdu.request_id = 99;
    message.pdu.varbinds = {{ber::oid("1.3.6.1.2.1.1.5.0"), ber::Value::octets("ap-1")}};
    return message;
}

const usm::Keys keys{std::string(32, 'k'), std::string(32, 'p')};

}  // namespace

TEST_SUITE("collectors/snmp/v3_message") {
    TEST_CASE("a message of another implementation is read field by field") {
        for (const int flags : {usm::no_auth, usm::signed_alone, usm::encrypted}) {
            CAPTURE(flags);
            const usm::Message message = sample(flags);
            const std::string datagram = usm::encode(message, keys);
            V3Header header;
            REQUIRE(read_v3(datagram, header) == DecodeResult::ok);
            CHECK(header.msg_id == message.msg_id);
            CHECK(static_cast<int>(header.level) == flags);
            CHECK(header.security_model == user_based);
            CHECK(header.engine_id == message.engine_id);
            CHECK(header.boots == message.boots);
            CHECK(header.time == message.time);
            CHECK(header.user == message.user);
            CHECK(header.mac.size() == (flags == 0 ? 0 : 24));
            CHECK(header.salt == message.salt);
            if (flags == usm::encrypted) continue;
            Scope scope;
            Message out;
            REQUIRE(read_scoped_pdu(header.data, 0, scope, out) == DecodeResult::ok);
            CHECK(scope.engine_id == message.context_engine);
            CHECK(scope.context == "radio");
            CHECK(out.request_id == 99);
            REQUIRE(out.varbinds.size() == 1);
            CHECK(out.varbinds[0].value.bytes == "ap-1");
        }
    }

    TEST_CASE("what says to be encrypted and not signed is no message") {
        std::string datagram = usm::encode(sample(usm::no_auth), keys);
        V3Header header;
        REQUIRE(read_v3(datagram, header) == DecodeResult::ok);
        const std::string flags_and_model("\x04\x01\x00\x02\x01\x03", 6);
        const auto at = datagram.find(flags_and_model);
        REQUIRE(at != std::string::npos);
        datagram[at + 2] = 2;
        CHECK(read_v3(datagram, header) == DecodeResult::malformed);
    }

    TEST_CASE("what is written is read by another implementation") {
        const std::vector<Oid> names{Oid{1, 3, 6, 1, 2, 1, 1, 5, 0},
                                     Oid{1, 3, 6, 1, 4, 1, 4294967295}};
        for (const std::size_t mac_octets : {std::size_t{0}, std::size_t{24}}) {
            std::string scoped;
            const std::string engine(32, 'e');
            write_scoped_pdu({engine, "ctx"}, 4711, {PduType::get_bulk, 20, names}, scoped);
            V3Frame frame;
            frame.header.msg_id = 1;
            frame.header.engine_id = engine;
            frame.header.boots = 0x7FFF'FFFF;
            frame.header.time = 128;
            frame.header.user = "noc";
            frame.header.data = scoped;
            frame.mac_octets = mac_octets;
            std::string datagram;
            std::size_t mac_at = 0;
            REQUIRE(write_v3(frame, datagram, mac_at));
            CHECK(datagram.substr(mac_at, mac_octets) == std::string(mac_octets, '\0'));
            usm::Message read;
            REQUIRE(usm::decode(datagram, keys, read) == usm::Read::ok);
            CHECK(read.msg_id == 1);
            CHECK(read.flags == usm::reportable);
            CHECK(read.boots == 0x7FFF'FFFF);
            CHECK(read.time == 128);
            CHECK(read.context_engine == engine);
            CHECK(read.context == "ctx");
            CHECK(read.pdu.pdu == ber::Tag::get_bulk);
            CHECK(read.pdu.request_id == 4711);
            CHECK(read.pdu.error_index == 20);
            REQUIRE(read.pdu.varbinds.size() == 2);
            CHECK(ber::to_string(read.pdu.varbinds[1].name) == "1.3.6.1.4.1.4294967295");
        }
    }

    TEST_CASE("a request that is longer than a datagram is not written") {
        std::string scoped(65'500, 'x');
        V3Frame frame;
        frame.header.data = scoped;
        std::string datagram;
        std::size_t mac_at = 0;
        CHECK_FALSE(write_v3(frame, datagram, mac_at));
    }

    TEST_CASE("v1, v2c and what comes later are other versions") {
        for (const int version : {0, 1, 2, 4}) {
            const std::string datagram =
                ber::wrap(ber::Tag::sequence,
                          ber::encode_integer(version) + ber::wrap(ber::Tag::octets, "p"));
            V3Header header;
            CHECK(read_v3(datagram, header) == DecodeResult::other_version);
        }
    }

    TEST_CASE("only DES may leave octets behind the scoped PDU, and fewer than a block") {
        std::string scoped;
        write_scoped_pdu({"engine", ""}, 1, {PduType::get, 0, {}}, scoped);
        Scope scope;
        Message out;
        CHECK(read_scoped_pdu(scoped, 0, scope, out) == DecodeResult::ok);
        CHECK(read_scoped_pdu(scoped + "1", 0, scope, out) == DecodeResult::malformed);
        CHECK(read_scoped_pdu(scoped + "1234567", 7, scope, out) == DecodeResult::ok);
        CHECK(read_scoped_pdu(scoped + "12345678", 7, scope, out) == DecodeResult::malformed);
    }

    TEST_CASE("nothing may be left over at any level, and every part has its own tag") {
        /// Changes in a message that is put together by hand; without any it is a good one.
        struct Wrong {
            std::string name;
            std::string flags = std::string(1, '\x04');
            std::string engine = "engine-1";
            std::string user = "noc";
            std::string in_global = {}, in_security = {}, in_parameters = {}, in_scoped = {},
                        in_message = {};
            int global_tag = 0x30, parameters_tag = 0x04, security_tag = 0x30, scoped_tag = 0x30,
                engine_tag = 0x04, user_tag = 0x04, boots_tag = 0x02;
        };
        const auto build = [](const Wrong& wrong) {
            const auto tagged = [](int tag, std::string element) {
                element[0] = static_cast<char>(tag);
                return element;
            };
            const auto octets = [](std::string_view text) {
                return ber::wrap(ber::Tag::octets, text);
            };
            const auto sequence = [](std::string_view content) {
                return ber::wrap(ber::Tag::sequence, content);
            };
            const std::string number = ber::encode_integer(1);
            const std::string global =
                sequence(number + ber::encode_integer(65'507) + octets(wrong.flags) +
                         ber::encode_integer(3) + wrong.in_global);
            const std::string security = sequence(tagged(wrong.engine_tag, octets(wrong.engine)) +
                                                  tagged(wrong.boots_tag, number) + number +
                                                  tagged(wrong.user_tag, octets(wrong.user)) +
                                                  octets("") + octets("") + wrong.in_security);
            const std::string pdu =
                ber::wrap(ber::Tag::response,
                          number + ber::encode_integer(0) + ber::encode_integer(0) + sequence(""));
            const std::string scoped =
                sequence(octets("engine-1") + octets("") + pdu + wrong.in_scoped);
            return sequence(
                ber::encode_integer(3) + tagged(wrong.global_tag, global) +
                tagged(wrong.parameters_tag,
                       octets(tagged(wrong.security_tag, security) + wrong.in_parameters)) +
                tagged(wrong.scoped_tag, scoped) + wrong.in_message);
        };
        const auto is_read = [&](const Wrong& wrong) {
            const std::string datagram = build(wrong);
            V3Header header;
            Scope scope;
            Message out;
            return read_v3(datagram, header) == DecodeResult::ok &&
                   read_scoped_pdu(header.data, 0, scope, out) == DecodeResult::ok;
        };
        const std::string more = ber::encode_integer(0);
        CHECK(is_read({.name = "good"}));
        CHECK(is_read({.name = "engine id of 32 octets", .engine = std::string(32, 'e')}));
        CHECK(is_read({.name = "user of 32 octets", .user = std::string(32, 'u')}));
        for (const Wrong& wrong : {
                 Wrong{.name = "no flags", .flags = ""},
                 Wrong{.name = "flags of two octets", .flags = std::string("\x04\x00", 2)},
                 Wrong{.name = "engine id of 33 octets", .engine = std::string(33, 'e')},
                 Wrong{.name = "user of 33 octets", .user = std::string(33, 'u')},
                 Wrong{.name = "behind the global data", .in_global = more},
                 Wrong{.name = "behind the salt", .in_security = more},
                 Wrong{.name = "behind the parameters", .in_parameters = more},
                 Wrong{.name = "behind the PDU", .in_scoped = more},
                 Wrong{.name = "behind the scoped PDU", .in_message = more},
                 Wrong{.name = "tag of the global data", .global_tag = 0x31},
                 Wrong{.name = "tag around the parameters", .parameters_tag = 0x24},
                 Wrong{.name = "tag of the parameters", .security_tag = 0x31},
                 Wrong{.name = "tag of the scoped PDU", .scoped_tag = 0x31},
                 Wrong{.name = "encrypted by its tag alone", .scoped_tag = 0x04},
                 Wrong{.name = "tag of the engine id", .engine_tag = 0x02},
                 Wrong{.name = "tag of the boots", .boots_tag = 0x41},
                 Wrong{.name = "tag of the user", .user_tag = 0x02},
             }) {
            CAPTURE(wrong.name);
            CHECK_FALSE(is_read(wrong));
        }
    }

    TEST_CASE("what is encrypted stands in octets") {
        std::string datagram = usm::encode(sample(usm::encrypted), keys);
        V3Header header;
        REQUIRE(read_v3(datagram, header) == DecodeResult::ok);
        const auto at = static_cast<std::size_t>(header.data.data() - datagram.data()) - 2;
        REQUIRE(datagram[at] == 0x04);
        datagram[at] = 0x30;
        CHECK(read_v3(datagram, header) == DecodeResult::malformed);
    }

    TEST_CASE("cut off at any octet, or with octets behind it, a message is none") {
        for (const int flags : {usm::no_auth, usm::encrypted}) {
            const std::string datagram = usm::encode(sample(flags), keys);
            V3Header header;
            for (std::size_t size = 0; size < datagram.size(); ++size) {
                CAPTURE(size);
                // A copy of its own: reading behind its end is seen by the sanitizer.
                const std::vector<char> cut(datagram.begin(),
                                            datagram.begin() + static_cast<std::ptrdiff_t>(size));
                CHECK(read_v3({cut.data(), cut.size()}, header) != DecodeResult::ok);
            }
            CHECK(read_v3(datagram + "x", header) == DecodeResult::malformed);
        }
    }

    TEST_CASE("no wrong octet makes it read outside of the datagram") {
        std::mt19937 random(20'240'607);
        const std::string good = usm::encode(sample(usm::signed_alone), keys);
        std::size_t read = 0;
        for (int round = 0; round < 200'000; ++round) {
            std::vector<char> bad(good.begin(), good.end());
            const auto changes = 1 + random() % 4;
            for (unsigned i = 0; i < changes; ++i)
                bad[random() % bad.size()] = static_cast<char>(random());
            if (random() % 4 == 0) bad.resize(random() % bad.size());
            V3Header header;
            Scope scope;
            Message out;
            const std::string_view view(bad.data(), bad.size());
            if (read_v3(view, header) != DecodeResult::ok) continue;
            read += read_scoped_pdu(header.data, 7, scope, out) == DecodeResult::ok;
        }
        CHECK(read > 0);  // changes in places that may hold anything
    }

    TEST_CASE("an ICMP error that quotes a v3 request is known by its message id") {
        std::string scoped;
        write_scoped_pdu({"engine", ""}, 4711, {PduType::get, 0, {}}, scoped);
        V3Frame frame;
        frame.header.msg_id = 0x1020'3040;
        frame.header.data = scoped;
        std::string datagram;
        std::size_t mac_at = 0;
        REQUIRE(write_v3(frame, datagram, mac_at));
        CHECK(quoted_request_id(datagram) == 0x1020'3040);
        CHECK(quoted_request_id(std::string_view(datagram).substr(0, 20)) == 0x1020'3040);
        CHECK(quoted_request_id(std::string_view(datagram).substr(0, 8)) == std::nullopt);
    }
}

}  // namespace pantau::snmp::test
