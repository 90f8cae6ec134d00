#include "collectors/citizen/dns_message.hpp"

#include <doctest/doctest.h>

using namespace pantau::citizen;

namespace {

using Kind = NameAnswer::Kind;
using Bytes = std::vector<std::uint8_t>;

const DnsQuery query{0x1234, "check.example", false};

/// The question as it came, with flags and the number of answers.
Bytes reply(std::uint16_t flags, std::uint8_t answers, const DnsQuery& to = query) {
    Bytes bytes = encode(to);
    bytes[2] = static_cast<std::uint8_t>(flags >> 8);
    bytes[3] = static_cast<std::uint8_t>(flags);
    bytes[7] = answers;
    return bytes;
}

/// A record about the name of the question.
void add(Bytes& bytes, std::uint8_t type, const Bytes& data) {
    const Bytes head{0xC0, 12, 0, type, 0, 1,
                     0,    0,  0, 60,   0, static_cast<std::uint8_t>(data.size())};
    bytes.insert(bytes.end(), head.begin(), head.end());
    bytes.insert(bytes.end(), data.begin(), data.end());
}

constexpr std::uint16_t good = 0x8180;

}  // namespace

TEST_SUITE("collectors/citizen dns") {
    TEST_CASE("a question is the one of RFC 1035") {
        const Bytes wanted{0x12, 0x34, 0x01, 0x00, 0,   1,   0,   0, 0,   0,   0,
                           0,    5,    'c',  'h',  'e', 'c', 'k', 7, 'e', 'x', 'a',
                           'm',  'p',  'l',  'e',  0,   0,   1,   0, 1};
        CHECK(encode(query) == wanted);
    }

    TEST_CASE("addresses are read, past an alias") {
        Bytes bytes = reply(good, 3);
        add(bytes, 5, {1, 'a', 0xC0, 18});
        add(bytes, 1, {192, 0, 2, 5});
        add(bytes, 1, {192, 0, 2, 6});
        const auto read = decode(bytes, query);
        REQUIRE(read);
        CHECK(read->answer.kind == Kind::addresses);
        CHECK(read->answer.addresses == std::vector<std::string>{"192.0.2.5", "192.0.2.6"});
    }

    TEST_CASE("IPv6 addresses are read") {
        const DnsQuery v6{7, "check.example", true};
        Bytes bytes = reply(good, 1, v6);
        add(bytes, 28, {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        const auto read = decode(bytes, v6);
        REQUIRE(read);
        CHECK(read->answer.addresses == std::vector<std::string>{"2001:db8::1"});
    }

    TEST_CASE("what is no address is told apart") {
        CHECK(decode(reply(0x8183, 0), query)->answer.kind == Kind::no_such_name);
        CHECK(decode(reply(good, 0), query)->answer.kind == Kind::no_address);
        const auto failed = decode(reply(0x8182, 0), query);
        CHECK(failed->answer.kind == Kind::refused);
        CHECK(failed->answer.words == "the error SERVFAIL");
        CHECK(decode(reply(0x8380, 0), query)->is_truncated);
    }

    TEST_CASE("names are the same in large and small letters") {
        Bytes bytes = reply(0x8183, 0);
        bytes[13] = 'C';
        CHECK(decode(bytes, query));
    }

    TEST_CASE("answers to other questions are none") {
        Bytes other_id = reply(good, 0);
        other_id[1] ^= 1;
        Bytes other_name = reply(good, 0);
        other_name[13] = 'x';
        Bytes other_type = reply(good, 0);
        other_type[other_type.size() - 3] = 28;
        Bytes a_question = encode(query);
        Bytes no_question = reply(good, 0);
        no_question[5] = 0;
        for (const Bytes& bytes : {other_id, other_name, other_type, a_question, no_question})
            CHECK_FALSE(decode(bytes, query));
    }

    TEST_CASE("cut or broken answers are none") {
        Bytes whole = reply(good, 1);
        add(whole, 1, {192, 0, 2, 5});
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(decode({whole.data(), size}, query));
        }
        Bytes short_address = reply(good, 1);
        add(short_address, 1, {192, 0, 2});
        CHECK_FALSE(decode(short_address, query));
        Bytes loop = reply(good, 1);
        const Bytes itself{0xC0, static_cast<std::uint8_t>(loop.size()), 0, 1, 0, 1, 0, 0, 0, 0, 0,
                           0};
        loop.insert(loop.end(), itself.begin(), itself.end());
        CHECK_FALSE(decode(loop, query));
    }

    TEST_CASE("of many addresses a few are kept") {
        Bytes bytes = reply(good, 40);
        for (std::uint8_t i = 0; i < 40; ++i)
            add(bytes, 1, {192, 0, 2, i});
        CHECK(decode(bytes, query)->answer.addresses.size() == 16);
    }
}
