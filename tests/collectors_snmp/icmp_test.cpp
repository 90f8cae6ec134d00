// What the network says about datagrams of ours, and what strangers make it say.
#include <doctest/doctest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "collectors_snmp/udp_agent.hpp"
#include "collectors_snmp/visit.hpp"
#include "support/process.hpp"

namespace pantau::snmp::test {
namespace {

const std::vector<Oid> uptime_name{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};

struct Caller final : Requester {
    int replies = 0;
    std::vector<Error> failures;

    [[nodiscard]] Refusal judge(const Message&) const override { return Refusal::none; }
    void on_reply(const Message&, const Arrival&) override { ++replies; }
    void on_failure(const Error& error) override { failures.push_back(error); }
    [[nodiscard]] bool is_over() const { return replies != 0 || !failures.empty(); }
};

Request request_to(const std::string& address, std::uint16_t port) {
    Request request;
    request.peer = *Peer::numeric(address, port);
    request.community = "public";
    request.body = {PduType::get, 0, uptime_name};
    request.timeout = 5s;
    return request;
}

std::string reply_to(const std::string& datagram) {
    const auto request = ber::decode(datagram);
    return ber::encode(ber::reply_to(
        *request.message, {{request.message->varbinds[0].name, ber::Value::integer(1)}}));
}

/// A datagram of pantau as an ICMP error quotes it.
struct Quoted {
    UdpAgent::udp::endpoint from;
    UdpAgent::udp::endpoint to;
    std::string payload;
};

/// Sends ICMP errors as a router or a stranger would; needs a privilege.
class Router {
public:
    Router() : socket_(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP)) {}
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;
    ~Router() {
        if (socket_ >= 0) ::close(socket_);
    }
    [[nodiscard]] bool is_allowed() const { return socket_ >= 0; }

    void complain(std::uint8_t type, std::uint8_t code, const Quoted& about) const {
        icmphdr icmp{};
        icmp.type = type;
        icmp.code = code;
        std::string packet = text_of(icmp) + headers_of(about) + about.payload;
        const std::uint16_t sum = checksum(packet);
        std::memcpy(packet.data() + offsetof(icmphdr, checksum), &sum, sizeof sum);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(about.from.address().to_v4().to_uint());
        const auto sent = ::sendto(socket_, packet.data(), packet.size(), 0,
                                   reinterpret_cast<const sockaddr*>(&to), sizeof to);
        REQUIRE(sent == static_cast<ssize_t>(packet.size()));
    }

private:
    template <class Header>
    static std::string text_of(const Header& header) {
        return {reinterpret_cast<const char*>(&header), sizeof header};
    }
    static std::string headers_of(const Quoted& about) {
        const std::size_t size = sizeof(iphdr) + sizeof(udphdr) + about.payload.size();
        iphdr ip{};
        ip.version = 4;
        ip.ihl = 5;
        ip.ttl = 64;
        ip.protocol = IPPROTO_UDP;
        ip.tot_len = htons(static_cast<std::uint16_t>(size));
        ip.saddr = htonl(about.from.address().to_v4().to_uint());
        ip.daddr = htonl(about.to.address().to_v4().to_uint());
        udphdr udp{};
        udp.source = htons(about.from.port());
        udp.dest = htons(about.to.port());
        udp.len = htons(static_cast<std::uint16_t>(size - sizeof(iphdr)));
        return text_of(ip) + text_of(udp);
    }
    /// RFC 1071.
    static std::uint16_t checksum(const std::string& packet) {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < packet.size(); i += 2) {
            std::uint16_t word = 0;
            std::memcpy(&word, packet.data() + i, std::min<std::size_t>(2, packet.size() - i));
            sum += word;
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return static_cast<std::uint16_t>(~sum);
    }

    int socket_;
};

constexpr std::uint8_t unreachable = ICMP_DEST_UNREACH;

bool raise_loopback() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool is_up = fd >= 0 && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    ::close(fd);
    return is_up;
}

}  // namespace

TEST_SUITE("collectors/snmp/icmp") {
    TEST_CASE("an ICMP error is believed only when it quotes a request that waits, to its peer") {
        const Router router;
        if (!router.is_allowed()) {
            pantau::test::print_skip("ICMP cannot be sent without a privilege");
            return;
        }
        struct Row {
            std::string name;
            std::uint8_t type;
            std::uint8_t code;
            std::function<void(Quoted&)> change;
            std::optional<Reason> failure;  ///< Nothing: the reply behind it is taken.
            std::uint64_t refused;
        };
        const auto same = [](Quoted&) {};
        for (const Row& row : {
                 Row{"port unreachable", unreachable, ICMP_PORT_UNREACH, same, Reason::refused, 0},
                 Row{"host unreachable", unreachable, ICMP_HOST_UNREACH, same, Reason::unreachable,
                     0},
                 Row{"quoted no further than the request-id", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.payload.resize(24); }, Reason::refused, 0},
                 Row{"something is wrong with a header of ours", ICMP_PARAMETERPROB, 0, same,
                     std::nullopt, 0},
                 Row{"another request-id", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.payload[18] ^= 1; }, std::nullopt, 1},
                 Row{"another device", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.to.address(boost::asio::ip::make_address_v4("127.0.0.9")); },
                     std::nullopt, 1},
                 Row{"another port", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.to.port(static_cast<std::uint16_t>(q.to.port() ^ 1)); },
                     std::nullopt, 1},
                 Row{"nothing of the request", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.payload.clear(); }, std::nullopt, 1},
                 Row{"nonsense", unreachable, ICMP_PORT_UNREACH,
                     [](Quoted& q) { q.payload.assign(40, '\x30'); }, std::nullopt, 1},
             }) {
            CAPTURE(row.name);
            Bench bench;
            UdpAgent agent(bench.loop, "127.0.0.2",
                           [&](UdpAgent& self, const std::string& datagram) {
                               Quoted quoted{self.asker(), self.endpoint(), datagram};
                               row.change(quoted);
                               router.complain(row.type, row.code, quoted);
                           });
            Caller caller;
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), caller));
            REQUIRE(bench.run_until([&] { return agent.requests() == 1; }));
            if (row.failure) {
                REQUIRE(bench.run_until([&] { return caller.is_over(); }));
                REQUIRE(caller.failures.size() == 1);
                CHECK(caller.failures[0].reason == *row.failure);
                CHECK(caller.failures[0].where == "127.0.0.2:" + std::to_string(agent.port()));
            } else {
                REQUIRE(bench.run_until(
                    [&] { return bench.counts->refused(Refusal::icmp) == row.refused; }));
                agent.send(reply_to(agent.last()));
                REQUIRE(bench.run_until([&] { return caller.is_over(); }));
                CHECK(caller.replies == 1);
            }
            CHECK(bench.counts->refused(Refusal::icmp) == row.refused);
        }
    }

    TEST_CASE("a route that this machine lacks is a fault of this machine, for each family") {
        bool is_alone = false;
        std::vector<Error> failures;
        std::thread([&] {
            // A network with the loopback interface alone, for this thread.
            if (::unshare(CLONE_NEWNET) != 0 || !raise_loopback()) return;
            is_alone = true;
            for (const char* const to : {"10.9.9.9", "2001:db8::9"}) {
                Bench bench;
                Caller caller;
                if (!bench.engine->send(request_to(to, 161), caller)) continue;
                bench.run_until([&] { return caller.is_over(); });
                failures.insert(failures.end(), caller.failures.begin(), caller.failures.end());
            }
        }).join();
        if (!is_alone) {
            pantau::test::print_skip("a network of its own cannot be made without root");
            return;
        }
        REQUIRE(failures.size() == 2);
        for (const Error& failure : failures) {
            CAPTURE(failure.detail);
            CHECK(failure.reason == Reason::local);
            CHECK(failure.detail.find("this machine knows no way") != std::string::npos);
        }
    }

    TEST_CASE("an ICMP error about a request that has not left yet ends nothing") {
        const Router router;
        if (!router.is_allowed()) {
            pantau::test::print_skip("ICMP cannot be sent without a privilege");
            return;
        }
        Bench bench;
        Engine::Options options;
        options.window = 1;
        bench.engine = std::make_shared<Engine>(bench.loop, bench.counts, options);
        UdpAgent deaf(bench.loop, "127.0.0.3", [](UdpAgent&, const std::string&) {});
        UdpAgent agent(bench.loop, "127.0.0.2", [](UdpAgent& self, const std::string& datagram) {
            self.send(reply_to(datagram));
        });
        Caller first;
        Caller queued;
        const Request request = request_to("127.0.0.2", agent.port());
        REQUIRE(bench.engine->send(request_to("127.0.0.3", deaf.port()), first));
        const auto ticket = bench.engine->send(request, queued);
        REQUIRE(ticket);
        REQUIRE(bench.run_until([&] { return deaf.requests() == 1; }));
        Quoted guessed{deaf.asker(), agent.endpoint(), {}};
        REQUIRE(encode(request.version, request.community, *ticket, request.body, guessed.payload));
        router.complain(unreachable, ICMP_PORT_UNREACH, guessed);
        REQUIRE(bench.run_until([&] { return bench.counts->refused(Refusal::icmp) == 1; }));
        REQUIRE(bench.run_until([&] { return queued.is_over(); }));
        CHECK(queued.replies == 1);
    }

    TEST_CASE("an ICMP error about one device fails no request to another") {
        const Router router;
        if (!router.is_allowed()) {
            pantau::test::print_skip("ICMP cannot be sent without a privilege");
            return;
        }
        // The kernel reports it to whoever sends next, whatever the error is about.
        for (const auto& [type, code] :
             {std::pair<std::uint8_t, std::uint8_t>{unreachable, ICMP_PORT_UNREACH},
              {unreachable, ICMP_HOST_UNKNOWN},
              {unreachable, ICMP_HOST_ISOLATED},
              {unreachable, ICMP_SR_FAILED},
              {ICMP_PARAMETERPROB, 0}}) {
            const unsigned kind = type;
            const unsigned detail = code;
            CAPTURE(kind);
            CAPTURE(detail);
            Bench bench;
            UdpAgent agent(
                bench.loop, "127.0.0.2",
                [](UdpAgent& self, const std::string& datagram) { self.send(reply_to(datagram)); });
            Caller before;
            REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), before));
            REQUIRE(bench.run_until([&] { return before.is_over(); }));
            for (int round = 0; round < 10; ++round) {
                Quoted forged{agent.asker(), agent.endpoint(), agent.last()};
                for (int i = 0; i < round; ++i)
                    router.complain(type, code, forged);
                Caller next;
                REQUIRE(bench.engine->send(request_to("127.0.0.2", agent.port()), next));
                REQUIRE(bench.run_until([&] { return next.is_over(); }));
                CHECK(next.replies == 1);
            }
            CHECK(bench.run_until([&] { return bench.counts->refused(Refusal::icmp) == 45; }));
        }
    }
}

}  // namespace pantau::snmp::test
