// A machine with a foot in the citizens' network: its own way there is another, and a dead one.
#include <doctest/doctest.h>

#include "checking.hpp"
#include "support/own_network.hpp"
#include "support/process.hpp"

namespace pantau::test {
namespace {

constexpr std::string_view portal_address = "10.73.8.1";
constexpr std::string_view own_address = "10.73.8.2";
constexpr std::string_view interface_name = "vlan108";

void ip(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ip");
    const Finished done = run(std::move(arguments));
    REQUIRE_MESSAGE(done.status == 0, done.err);
}

/// One cable leads to the citizens; whoever does not ask for it is sent into the void instead, as
/// where every RW has the same addresses.
void lay_cable(const FarNetwork& citizens) {
    const std::string cable(interface_name);
    const std::string own(own_address);
    const std::string network = "10.73.8.0/24";
    // Its other end belongs to nobody. Without ARP packets leave, and are never answered.
    ip({"link", "add", "main0", "type", "veth", "peer", "name", "void0"});
    ip({"addr", "add", "192.168.99.2/24", "dev", "main0"});
    ip({"link", "set", "void0", "up"});
    ip({"link", "set", "main0", "arp", "off", "up"});
    ip({"link", "add", cable, "type", "veth", "peer", "name", "rw0", "netns", citizens.path()});
    ip({"addr", "add", own + "/32", "dev", cable});
    ip({"link", "set", cable, "up"});
    citizens.inside([] {
        ip({"addr", "add", std::string(portal_address) + "/24", "dev", "rw0"});
        ip({"link", "set", "rw0", "up"});
    });
    ip({"route", "add", network, "dev", "main0", "metric", "1"});
    ip({"route", "add", network, "dev", cable, "metric", "2"});
    ip({"route", "add", network, "dev", cable, "table", "108"});
    ip({"rule", "add", "from", own, "lookup", "108"});
    for (const std::string& name : {std::string("all"), cable})
        set_kernel("net/ipv4/conf/" + name + "/rp_filter", "0");
}

struct Way {
    const char* what;
    citizen::Via via;
    std::string verdict;  ///< Where all is well.
    std::string misled;   ///< Where the name server lies.
};

const std::vector<Way> ways{
    {"from anywhere", {}, "dns_dead", "dns_dead"},
    {"from the interface", {"", std::string(interface_name), "", {}}, "online", "dns_hijacked"},
    {"from the address", {std::string(own_address), "", "", {}}, "online", "dns_hijacked"},
};

void check_ways(const FarNetwork& citizens, const PortalFaults& faults,
                std::string Way::*expected) {
    std::unique_ptr<FakePortal> portal;
    citizens.inside([&] { portal = std::make_unique<FakePortal>(faults, portal_address); });
    for (const Way& way : ways) {
        CAPTURE(std::string(way.what));
        Checking checking;
        citizen::Settings settings = settings_for(*portal, portal_address);
        settings.via = way.via;
        portal->forget_logins();
        const Answer answer = checking.check(settings);
        CHECK_MESSAGE(verdict_of(answer) == way.*expected, told(answer));
    }
}

}  // namespace

TEST_SUITE("collectors/citizen ways") {
    TEST_CASE("the check sees the citizens' side from an interface or address of its own") {
        SKIP_WITHOUT("ip");
        in_own_network([] {
            const FarNetwork citizens;
            lay_cable(citizens);
            check_ways(citizens, {}, &Way::verdict);
            PortalFaults lies;
            lies.dns_lies_about_known = true;
            check_ways(citizens, lies, &Way::misled);
        });
    }
}

}  // namespace pantau::test
