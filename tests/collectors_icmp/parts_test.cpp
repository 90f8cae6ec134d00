// Packets, the table that matches replies, the pace, and what errors mean.
#include <doctest/doctest.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>

#include <cerrno>
#include <set>
#include <string>

#include "collectors/icmp/address.hpp"
#include "collectors/icmp/counts.hpp"
#include "collectors/icmp/network_error.hpp"
#include "collectors/icmp/pace.hpp"
#include "collectors/icmp/packet.hpp"
#include "collectors/icmp/sent_table.hpp"

using namespace pantau;
using namespace pantau::icmp;
using namespace std::chrono_literals;

namespace {

std::string request(Family family, std::uint16_t id, std::uint16_t sequence, Token token,
                    std::size_t size) {
    const auto prefix = write_request(family, id, sequence, token);
    std::string made(prefix.data(), prefix.size());
    made.resize(header_bytes + size);
    return made;
}

/// The sum that RFC 1071 wants to be all ones.
std::uint32_t sum_of(const std::string& message) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i + 1 < message.size(); i += 2)
        sum += static_cast<unsigned>(static_cast<unsigned char>(message[i]) << 8 |
                                     static_cast<unsigned char>(message[i + 1]));
    while (sum >> 16 != 0)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return sum;
}

}  // namespace

TEST_SUITE("collectors/icmp packets") {
    TEST_CASE("what is written is read back when the device turns it round") {
        for (const Family family : {Family::v4, Family::v6}) {
            std::string message = request(family, 0x1234, 0xABCD, 0x1122334455667788, 56);
            CHECK(message.size() == 64);
            CHECK_FALSE(read_reply(family, message));  // a request is no reply
            CHECK(read_quoted(family, message));
            message[0] = static_cast<char>(family == Family::v4 ? 0 : 129);
            const auto echo = read_reply(family, message);
            REQUIRE(echo);
            CHECK(echo->id == 0x1234);
            CHECK(echo->sequence == 0xABCD);
            CHECK(echo->token == 0x1122334455667788u);
            CHECK(echo->payload == 56);
        }
    }

    TEST_CASE("the checksum of IPv4 is right whatever the token and size") {
        for (const Token token : {Token{0}, Token{1}, ~Token{0}, Token{0x8000FFFF00017FFF}})
            for (const std::size_t size : {8u, 56u, 57u, 1452u})
                CHECK(sum_of(request(Family::v4, 7, 9, token, size) +
                             std::string(size % 2, '\0')) == 0xFFFF);
    }

    TEST_CASE("what is cut short is no reply, and without a token it is told apart") {
        std::string message = request(Family::v4, 1, 2, 3, 8);
        message[0] = 0;
        for (std::size_t size = 0; size < header_bytes; ++size)
            CHECK_FALSE(read_reply(Family::v4, message.substr(0, size)));
        for (std::size_t size = header_bytes; size < prefix_bytes; ++size) {
            const auto echo = read_reply(Family::v4, message.substr(0, size));
            REQUIRE(echo);
            CHECK_FALSE(echo->token);
        }
        message[1] = 1;  // a code that replies do not have
        CHECK_FALSE(read_reply(Family::v4, message));
    }

    TEST_CASE("the header of IPv4 is taken off, also a long one, and never beyond the end") {
        std::string packet(24, '\0');
        packet[0] = 0x45;
        CHECK(behind_ip_header(packet)->size() == 4);
        packet[0] = 0x46;
        CHECK(behind_ip_header(packet)->empty());
        for (const char bad : {'\x47', '\x44', '\x40', '\x65', '\x00'}) {
            packet[0] = bad;
            CHECK_FALSE(behind_ip_header(packet));
        }
        CHECK_FALSE(behind_ip_header(""));
    }

    TEST_CASE("addresses are numeric, whole, and the same however they are written") {
        CHECK(Address::numeric("127.0.0.1")->to_string() == "127.0.0.1");
        CHECK(Address::numeric("::1")->is_v6());
        CHECK(Address::numeric("2001:db8:0::1") == Address::numeric("2001:db8::1"));
        CHECK(Address::numeric("10.0.0.1") != Address::numeric("10.0.0.2"));
        for (const char* const name : {"10.1", "0x7f.1", "ap.example", "", "1.2.3.4.5", "fe80"})
            CHECK_FALSE(Address::numeric(name));
        sockaddr_storage storage{};
        Address::numeric("2001:db8::7")->fill(storage);
        CHECK(Address::of(storage) == Address::numeric("2001:db8::7"));
    }
}

TEST_SUITE("collectors/icmp matching") {
    using Match = SentTable::Match;

    TEST_CASE("a reply is late, double, foreign or wanted by its number and token together") {
        SentTable table;
        CHECK(table.find(0, 0).match == Match::foreign);  // nothing was ever sent
        const auto first = table.take(0xAA, {7, 0});
        const auto second = table.take(0xBB, {7, 1});
        REQUIRE(first);
        REQUIRE(second);
        CHECK(*first != *second);

        CHECK(table.find(*first, 0xAA).match == Match::waiting);
        CHECK(table.find(*first, 0xAA).owner == SentTable::Owner{7, 0});
        CHECK(table.find(*first, 0xBB).match == Match::foreign);
        CHECK(table.find(0xFFFF, 0xAA).match == Match::foreign);

        table.answer(*first);
        CHECK(table.find(*first, 0xAA).match == Match::duplicate);
        table.give_up(*second);
        CHECK(table.find(*second, 0xBB).match == Match::late);
        CHECK(table.waiting() == 0);
        table.give_up(*second);  // twice is once
        CHECK(table.waiting() == 0);
        CHECK_FALSE(table.find_waiting(*second));
    }

    TEST_CASE("a number is used again only when nobody waits for it, and old tokens die with it") {
        SentTable table;
        const auto kept = table.take(1, {1, 0});
        REQUIRE(kept);
        std::uint16_t other = 0;
        for (std::size_t i = 1; i < SentTable::size; ++i) {
            other = *table.take(1000 + i, {2, 0});
            CHECK_MESSAGE(other != *kept, i);
        }
        CHECK_FALSE(table.take(5, {3, 0}));  // full
        table.give_up(other);
        const auto again = table.take(6, {3, 0});
        REQUIRE(again);
        CHECK(*again == other);
        CHECK(table.find(other, 1000 + SentTable::size - 1).match == Match::foreign);
        CHECK(table.find(*kept, 1).match == Match::waiting);
    }
}

TEST_SUITE("collectors/icmp pace") {
    TEST_CASE("so many leave at once after a pause, and so many a second for ever") {
        Pace pace(1000, 64);
        MonoTime now{1h};
        CHECK(pace.room(now, 200) == 64);
        CHECK(pace.room(now, 10) == 10);
        pace.left(now, 64);
        CHECK(pace.room(now, 200) == 0);
        CHECK(pace.next() == now + 1ms);
        std::size_t sent = 0;
        for (int turn = 0; turn < 1000; ++turn) {
            now += 7ms;
            const std::size_t room = pace.room(now, 200);
            pace.left(now, room);
            sent += room;
        }
        CHECK(sent == 7000);
        now += 1h;
        CHECK(pace.room(now, 200) == 64);  // a pause saves up no more than that
    }
}

TEST_SUITE("collectors/icmp errors") {
    TEST_CASE("what routers say has a reason of its own, and what is not final has none") {
        struct Row {
            Family family;
            std::uint8_t type, code;
            std::optional<Reason> reason;
            const char* words;
            bool is_device = false;
        };
        const Row rows[] = {
            {Family::v4, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, Reason::unreachable, "no way"},
            {Family::v4, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, Reason::unreachable, "nobody has"},
            {Family::v4, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, Reason::unreachable, "filter"},
            {Family::v4, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, Reason::refused, "takes no", true},
            {Family::v4, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, Reason::unreachable, "filter"},
            {Family::v4, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, {}, ""},
            {Family::v4, ICMP_TIME_EXCEEDED, 0, Reason::unreachable, "circle"},
            {Family::v4, ICMP_PARAMETERPROB, 0, {}, ""},
            {Family::v6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, Reason::unreachable,
             "no way"},
            {Family::v6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, Reason::unreachable, "filter"},
            {Family::v6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, Reason::unreachable,
             "nobody has"},
            {Family::v6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, Reason::refused, "takes no",
             true},
            {Family::v6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, Reason::unreachable,
             "filter"},
            {Family::v6, ICMP6_TIME_EXCEEDED, 0, Reason::unreachable, "circle"},
            {Family::v6, ICMP6_PACKET_TOO_BIG, 0, {}, ""},
        };
        for (const Row& row : rows) {
            CAPTURE(row.words);
            const auto error =
                error_of(row.family, {row.type, row.code, "10.0.0.1", row.is_device});
            REQUIRE(error.has_value() == row.reason.has_value());
            if (!error) continue;
            CHECK(name_of(error->reason) == name_of(*row.reason));
            CHECK(error->detail.find(row.words) != std::string::npos);
            if (error->reason == Reason::unreachable)
                CHECK(error->detail.find("10.0.0.1") != std::string::npos);
        }
    }

    TEST_CASE("what this machine could not send is told apart, and is no fault of the device") {
        struct Row {
            int number;
            Reason reason;
            SendFault fault;
        };
        const Row rows[] = {
            {ENOBUFS, Reason::local, SendFault::buffer},
            {ENOMEM, Reason::local, SendFault::buffer},
            {EPERM, Reason::local, SendFault::forbidden},
            {EACCES, Reason::local, SendFault::forbidden},
            {ENETUNREACH, Reason::local, SendFault::no_route},
            {EHOSTUNREACH, Reason::local, SendFault::no_route},
            {ENETDOWN, Reason::local, SendFault::no_route},
            {EMSGSIZE, Reason::local, SendFault::other},
        };
        for (const Row& row : rows) {
            CAPTURE(row.number);
            const SendError error = send_error_of(row.number);
            CHECK(name_of(error.error.reason) == name_of(row.reason));
            CHECK(is_own_fault(error.error.reason));
            CHECK(error.fault == row.fault);
        }
    }

    TEST_CASE("every count has its own row") {
        const auto counts = std::make_shared<Counts>();
        counts->requests_sent(3);
        for (std::size_t i = 0; i < refusal_count; ++i)
            counts->refuse(static_cast<Refusal>(i));
        counts->refuse(Refusal::none);
        for (std::size_t i = 0; i < send_fault_count; ++i)
            counts->send_failed(static_cast<SendFault>(i));
        std::set<std::pair<std::string_view, std::string_view>> names;
        for (std::size_t row = 0; row < Counts::rows().size(); ++row) {
            CHECK(counts->value(row) == (row == 0 ? 3 : 1));
            names.emplace(Counts::rows()[row].metric, Counts::rows()[row].label_value);
        }
        CHECK(names.size() == Counts::row_count);
    }
}
