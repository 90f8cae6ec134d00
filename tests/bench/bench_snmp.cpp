/// What SNMP costs: requests through the engine, polls of standard access points (8 interfaces, 2
/// radios and 4 networks asked by the shipped UniFi profile, from the schedule to the snapshot that
/// scrapes read), many devices, dead devices, memory. Beside them net-snmp's own asynchronous
/// sessions and snmp_exporter with the same objects of the same devices, in the same run.
///
///   bench_snmp [--part engine|poll|exporter|scale|most|memory|paced] [--devices 5000]
///              [--interval 30] [--seconds 2] [--profiles etc/profiles]
///
/// The city answers from processes of its own; CPU is user and system time of what is measured.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/polling.hpp"
#include "tests/bench/snmp_parts.hpp"
#include "tests/bench/standard_poll.hpp"

namespace pantau::bench {

void give_up(const std::string& what) {
    fmt::print(stderr, "bench_snmp: {}\n", what);
    std::exit(EXIT_FAILURE);
}

city::CityOptions standard_city(std::size_t devices) {
    city::CityOptions options;
    options.access_points = devices;
    options.only_vendor = city::Vendor::unifi;
    options.snmp_port = 0;
    options.http_port = 0;
    return options;
}

Scene::Scene(const SnmpArguments& arguments, std::size_t devices)
    : profiles(load_profiles(arguments.profiles)),
      layout(city::plan(standard_city(devices))),
      simulator(standard_city(devices)),
      objects(objects_of(*profiles, device_of(layout.access_points[0], simulator.snmp_port(),
                                              std::chrono::seconds(30)))) {}

std::vector<std::string> Scene::peers(std::size_t most) const {
    std::vector<std::string> peers;
    for (const city::Site& site : layout.access_points) {
        if (peers.size() == most) break;
        peers.push_back(peer_of(site, simulator.snmp_port()));
    }
    return peers;
}

Duration full_speed(std::size_t devices) {
    return std::max<Duration>(std::chrono::milliseconds(1),
                              std::chrono::microseconds(20) * devices);
}

}  // namespace pantau::bench

namespace {

using namespace pantau;
using namespace pantau::bench;

SnmpArguments read(int count, char** words) {
    SnmpArguments arguments;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string word = words[i];
        if (word == "--devices") {
            arguments.devices = std::strtoul(words[i + 1], nullptr, 10);
        } else if (word == "--interval") {
            arguments.interval = std::atoi(words[i + 1]);
        } else if (word == "--seconds") {
            arguments.seconds = std::atoi(words[i + 1]);
        } else if (word == "--profiles") {
            arguments.profiles = words[i + 1];
        } else if (word == "--part") {
            arguments.part = words[i + 1];
        } else {
            give_up("there is no " + word);
        }
    }
    // The simulated city has room for 100,000, and the largest part takes ten times the devices.
    const std::size_t devices_most = arguments.part == "memory" ? 20'000 : 10'000;
    if (count % 2 == 0 || arguments.devices < 500 || arguments.devices > devices_most ||
        arguments.interval < 1 || arguments.seconds < 1)
        give_up(
            "[--part NAME] [--devices 500..10000, of memory 500..20000] [--interval S] "
            "[--seconds S] [--profiles FOLDER]");
    return arguments;
}

struct Part {
    std::string_view name;
    void (*run)(const SnmpArguments&);
};
constexpr std::array<Part, 7> parts{{{"engine", engine_part},
                                     {"poll", poll_part},
                                     {"exporter", exporter_part},
                                     {"scale", scale_part},
                                     {"most", most_part},
                                     {"memory", memory_part},
                                     {"paced", paced_part}}};

}  // namespace

int main(int count, char** words) {
    const SnmpArguments arguments = read(count, words);
    if (!arguments.part.empty() &&
        std::ranges::find(parts, arguments.part, &Part::name) == parts.end())
        give_up("there is no part " + arguments.part);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    set_log(LogLevel::error, LogFormat::logfmt);
    for (const Part& part : parts) {
        if (!arguments.part.empty() && arguments.part != part.name) continue;
        fmt::print("-- {}\n", part.name);
        // Memory of one part is none of the next.
        Child<int> child([&] {
            part.run(arguments);
            std::fflush(stdout);
            return 0;
        });
        static_cast<void>(child.get());
    }
    return EXIT_SUCCESS;
}
