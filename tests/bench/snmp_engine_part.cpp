#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/bench/request_cost.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/span.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;

/// So many devices at once that select looks at them without effort.
constexpr std::size_t at_once = 100;

/// What one request costs, each side in turn, three times.
void one_request(const Scene& scene, const std::string& name, const snmp::RequestBody& body) {
    std::vector<std::string> addresses;
    for (const city::Site& site : scene.layout.access_points)
        addresses.push_back(city::dotted(site.address));
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> ratios;
    double varbinds = 0;
    for (int round = 0; round < 3; ++round) {
        const Carried engine = carry_by_engine(addresses, scene.simulator.snmp_port(), body, 1s);
        const Carried sessions = carry_by_sessions(scene.peers(at_once), body, 1s);
        if (engine.failures != 0 || sessions.failures != 0) give_up("requests were lost");
        if (engine.varbinds / engine.requests != sessions.varbinds / sessions.requests)
            give_up("the two did not get the same");
        varbinds = engine.varbinds / engine.requests;
        ours.push_back(engine.microseconds());
        theirs.push_back(sessions.microseconds());
        ratios.push_back(theirs.back() / ours.back());
    }
    fmt::print(
        "{:<36}{:.1f} us of CPU by the engine, {:.1f} by net-snmp's sessions, {:.2f} times that; "
        "{:.0f} varbinds\n",
        name, median(ours), median(theirs), median(ratios), varbinds);
}

}  // namespace

void engine_part(const SnmpArguments& arguments) {
    const Scene scene(arguments, at_once);
    const std::vector<Oid> ten(scene.objects.begin(), scene.objects.begin() + 10);
    one_request(scene, "GET of 10 varbinds", {snmp::PduType::get, 0, ten});
    const std::vector<Oid> column{*Oid::parse("1.3.6.1.2.1.2.2.1.2")};
    one_request(scene, "GETBULK of 25 rows", {snmp::PduType::get_bulk, 25, column});
    fmt::print("{:<36}to be less than net-snmp's; medians of three, {} devices at once\n", "",
               at_once);
}

}  // namespace pantau::bench
