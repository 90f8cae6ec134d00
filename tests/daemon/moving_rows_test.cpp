// From an agent whose rows move to the Observation: each value stays with its name.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "collectors/snmp/poll_machine.hpp"
#include "collectors_snmp/fake_agent.hpp"
#include "profile_interpreter.hpp"
#include "support/shipped_profiles.hpp"

namespace pantau::test {
namespace {

namespace ber = fakes::ber;
using snmp::test::FakeAgent;

constexpr const char* up_time = "1.3.6.1.2.1.1.3.0";
const std::string if_table = "1.3.6.1.2.1.2.2.1.";
const std::string if_x_table = "1.3.6.1.2.1.31.1.1.1.";
const std::string radio_table = "1.3.6.1.4.1.41112.1.6.1.1.1.";
const std::string vap_table = "1.3.6.1.4.1.41112.1.6.1.2.1.";

struct Network {
    std::string ssid;
    std::string radio;
    unsigned clients;
};

/// An access point of two radios. What it says of a thing follows from the thing's name, whichever
/// row it stands in.
struct AccessPoint {
    std::uint32_t uptime = 90'000'000;
    std::vector<std::string> interfaces{"lo", "eth0", "eth1", "wifi0", "wifi1", "br0"};
    std::vector<std::string> radios{"ng", "na"};
    std::vector<Network> networks{{"Malang-WiFi", "ng", 11},
                                  {"Malang-WiFi", "na", 12},
                                  {"Dinas", "ng", 3},
                                  {"Tamu", "na", 4}};
    FakeAgent agent;

    AccessPoint() { tell(); }

    static std::uint64_t bytes_of(const std::string& interface) {
        return 1'000'000 + std::hash<std::string>{}(interface) % 1'000'000;
    }
    static unsigned airtime_of(const std::string& radio) { return radio == "ng" ? 61 : 17; }

    void tell() {
        agent.mib.clear();
        agent.set(up_time, ber::Value::time_ticks(uptime));
        agent.set("1.3.6.1.2.1.1.2.0", ber::Value::oid(ber::oid("1.3.6.1.4.1.41112")));
        agent.set("1.3.6.1.2.1.1.1.0", ber::Value::octets("UAP-nanoHD 5.43.36.12724"));
        agent.set("1.3.6.1.2.1.2.1.0",
                  ber::Value::integer(static_cast<std::int64_t>(interfaces.size())));
        const auto row = [](std::size_t i) { return "." + std::to_string(i + 1); };
        for (std::size_t i = 0; i < interfaces.size(); ++i) {
            const std::string& name = interfaces[i];
            agent.set(if_table + "3" + row(i), ber::Value::integer(6));
            for (const char* column : {"7", "8"})
                agent.set(if_table + column + row(i), ber::Value::integer(1));
            for (const char* column : {"13", "14", "19", "20"})
                agent.set(if_table + column + row(i), ber::Value::counter32(0));
            agent.set(if_x_table + "1" + row(i), ber::Value::octets(name));
            agent.set(if_x_table + "15" + row(i), ber::Value::gauge32(1000));
            for (const char* column : {"6", "7", "10", "11"})
                agent.set(if_x_table + column + row(i), ber::Value::counter64(bytes_of(name)));
        }
        for (std::size_t i = 0; i < radios.size(); ++i) {
            agent.set(radio_table + "3" + row(i), ber::Value::octets(radios[i]));
            agent.set(radio_table + "6" + row(i), ber::Value::integer(airtime_of(radios[i])));
        }
        for (std::size_t i = 0; i < networks.size(); ++i) {
            agent.set(vap_table + "6" + row(i), ber::Value::octets(networks[i].ssid));
            agent.set(vap_table + "9" + row(i), ber::Value::octets(networks[i].radio));
            agent.set(vap_table + "8" + row(i), ber::Value::integer(networks[i].clients));
            for (const char* column : {"10", "12", "13", "15", "16", "18", "19", "20"})
                agent.set(vap_table + column + row(i),
                          ber::Value::counter32(1000 * networks[i].clients));
        }
        agent.set("1.3.9.1.0", ber::Value::integer(1));
    }
    void swap_rows() {
        std::swap(interfaces[1], interfaces[4]);
        std::swap(radios[0], radios[1]);
        std::ranges::reverse(networks);
        tell();
    }
};

/// Visits one access point by the shipped profile, without a network.
class Visitor {
public:
    explicit Visitor(const std::shared_ptr<const ProfileSet>& profiles)
        : interpreter_(profiles),
          profile_(interpreter_.named("ubiquiti-unifi")),
          plan_(profile_->ask("snmp")) {}

    /// `before_reply` is told the number of each request, from 1.
    template <class Hook>
    Observation visit(const FakeAgent& agent, Hook before_reply) {
        snmp::PollMachine machine(plan_, traits_, knowledge_, {}, counts_);
        requests_ = 0;
        snmp::Message message;
        while (const snmp::RequestBody* const body = machine.next()) {
            before_reply(++requests_);
            std::string request;
            REQUIRE(snmp::encode(snmp::Version::v2c, "public", 7, *body, request));
            const std::string reply = ber::encode(*agent.answer(*ber::decode(request).message));
            REQUIRE(snmp::decode(reply, message) == snmp::DecodeResult::ok);
            REQUIRE(machine.judge(message) == snmp::Refusal::none);
            machine.on_reply(message, reply.size());
            REQUIRE(requests_ < 200);
        }
        std::vector<Answer> answers;
        answers.push_back(machine.take_answer());
        answers[0].collector = collector_kinds()[0]->info;
        return interpreter_.observe(device_, profile_.get(), answers, {}, MonoTime{});
    }
    Observation visit(const FakeAgent& agent) {
        return visit(agent, [](std::size_t) {});
    }
    [[nodiscard]] std::size_t requests() const { return requests_; }

private:
    ProfileInterpreter interpreter_;
    std::shared_ptr<const Interpretation> profile_;
    snmp::AskPlan plan_;
    snmp::Traits traits_;
    snmp::Knowledge knowledge_;
    snmp::Counts counts_;
    Device device_;
    std::size_t requests_ = 0;
};

std::string text(const Observation& seen, const Component& component, QuantityId id) {
    return std::string(seen.text(component, id).value_or("-"));
}

std::optional<double> number(const Observation& seen, const Component& component,
                             std::string_view quantity) {
    const auto found = seen.number(component, *quantity_named(quantity));
    return found ? std::optional(found->as_double()) : std::nullopt;
}

/// Every value that is there is that of its name. Gives how many of each kind are whole.
std::map<ComponentKind, std::size_t> check_attribution(const Observation& seen) {
    std::map<ComponentKind, std::size_t> whole;
    for (const Component& each : seen.components) {
        if (each.kind == ComponentKind::interface) {
            const std::string name = text(seen, each, quantity::interface_name);
            CAPTURE(name);
            const auto bytes = number(seen, each, "interface.rx_bytes_total");
            if (bytes) CHECK(*bytes == static_cast<double>(AccessPoint::bytes_of(name)));
            whole[each.kind] += bytes.has_value();
        }
        if (each.kind == ComponentKind::radio) {
            const std::string name = text(seen, each, quantity::radio_name);
            CAPTURE(name);
            const auto airtime = number(seen, each, "radio.airtime_ratio");
            if (airtime) CHECK(*airtime == doctest::Approx(AccessPoint::airtime_of(name) / 100.0));
            whole[each.kind] += airtime.has_value();
        }
        if (each.kind == ComponentKind::ssid) {
            const std::string ssid = text(seen, each, quantity::ssid_ssid);
            const std::string radio = text(seen, each, quantity::ssid_radio);
            CAPTURE(ssid);
            CAPTURE(radio);
            const AccessPoint model;
            const auto network = std::ranges::find_if(model.networks, [&](const Network& n) {
                return n.ssid == ssid && n.radio == radio;
            });
            REQUIRE(network != model.networks.end());
            const auto clients = number(seen, each, "ssid.clients");
            if (clients) CHECK(*clients == network->clients);
            const auto bytes = number(seen, each, "ssid.rx_bytes_total");
            if (bytes) CHECK(*bytes == 1000 * network->clients);
            whole[each.kind] += clients && bytes;
        }
    }
    return whole;
}

}  // namespace

TEST_SUITE("daemon/moving rows") {
    TEST_CASE("between two visits rows come, go and move, and each value stays with its name") {
        struct Row {
            std::string name;
            std::function<void(AccessPoint&)> change;
        };
        const std::vector<Row> rows{
            {"an interface is added", [](auto& ap) { ap.interfaces.emplace_back("wifi2"); }},
            {"an interface is added in front",
             [](auto& ap) { ap.interfaces.insert(ap.interfaces.begin() + 1, "usb0"); }},
            {"an interface is removed",
             [](auto& ap) { ap.interfaces.erase(ap.interfaces.begin() + 2); }},
            {"an SSID is removed", [](auto& ap) { ap.networks.erase(ap.networks.begin()); }},
            {"the last SSID is removed", [](auto& ap) { ap.networks.pop_back(); }},
            {"ifIndex moved after a reboot",
             [](auto& ap) {
                 ap.uptime = 4000;
                 std::ranges::reverse(ap.interfaces);
             }},
            {"rows are swapped without a reboot", [](auto& ap) { ap.swap_rows(); }},
        };
        const auto profiles = test::shipped_profiles();
        for (const Row& row : rows) {
            CAPTURE(row.name);
            AccessPoint ap;
            Visitor visitor(profiles);
            auto whole = check_attribution(visitor.visit(ap.agent));
            CHECK(whole[ComponentKind::interface] == 6);
            CHECK(whole[ComponentKind::radio] == 2);
            CHECK(whole[ComponentKind::ssid] == 4);
            static_cast<void>(check_attribution(visitor.visit(ap.agent)));
            row.change(ap);
            ap.tell();
            static_cast<void>(check_attribution(visitor.visit(ap.agent)));
            whole = check_attribution(visitor.visit(ap.agent));  // by then what is new is there
            CHECK(whole[ComponentKind::interface] == ap.interfaces.size());
            CHECK(whole[ComponentKind::radio] == 2);
            CHECK(whole[ComponentKind::ssid] == ap.networks.size());
        }
    }

    TEST_CASE("rows that move between two replies of one visit give no value to a wrong name") {
        const auto profiles = test::shipped_profiles();
        std::size_t asked_when_calm = 0;
        std::size_t moved_at = 0;
        do {
            ++moved_at;
            CAPTURE(moved_at);
            AccessPoint ap;
            Visitor visitor(profiles);
            static_cast<void>(visitor.visit(ap.agent));
            static_cast<void>(visitor.visit(ap.agent));
            static_cast<void>(visitor.visit(ap.agent));
            asked_when_calm = visitor.requests();
            const Observation seen = visitor.visit(ap.agent, [&](std::size_t request) {
                if (request == moved_at) ap.swap_rows();
            });
            static_cast<void>(check_attribution(seen));
            auto whole = check_attribution(visitor.visit(ap.agent));
            CHECK(whole[ComponentKind::interface] == 6);
            CHECK(whole[ComponentKind::radio] == 2);
            CHECK(whole[ComponentKind::ssid] == 4);
        } while (moved_at <= asked_when_calm + 1);
        CHECK(asked_when_calm > 1);  // else there is no "between"
        CHECK(asked_when_calm <= 5);
    }
}

}  // namespace pantau::test
