#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/oid.hpp"
#include "normalise/profile_set.hpp"
#include "tests/bench/simulator.hpp"
#include "tests/fakes/city/layout.hpp"

/// The parts of bench_snmp. Each prints its figures with their goals beside them and starts what it
/// needs: simulated devices always answer from processes of their own.
namespace pantau::bench {

struct SnmpArguments {
    std::size_t devices = 5000;
    int interval = 30;  ///< Seconds, of the paced part; ten times the devices have twice that.
    int seconds = 2;    ///< Of each measurement at full speed.
    std::string profiles = "etc/profiles";
    std::string part;  ///< Empty: all.
};

/// Microseconds of a request through the engine alone, beside net-snmp's sessions.
void engine_part(const SnmpArguments& arguments);
/// CPU of a poll at full speed, beside net-snmp's sessions; and signed and encrypted.
void poll_part(const SnmpArguments& arguments);
/// All devices at their interval: cores, lateness, gaps; also when many are dead.
void paced_part(const SnmpArguments& arguments);
/// Requests per CPU-second by the number of devices.
void scale_part(const SnmpArguments& arguments);
/// Polls per second when two Workers do what they can.
void most_part(const SnmpArguments& arguments);
/// Resident memory of pantaud by the number of access points.
void memory_part(const SnmpArguments& arguments);
/// The same devices by snmp_exporter.
void exporter_part(const SnmpArguments& arguments);

// ---- what they share ---------------------------------------------------------------------------

/// Standard access points, all UniFi, on free ports.
[[nodiscard]] city::CityOptions standard_city(std::size_t devices);

/// Ends this process with words.
[[noreturn]] void give_up(const std::string& what);

/// Simulated standard access points, and what the shipped profile reads of one of them.
struct Scene {
    Scene(const SnmpArguments& arguments, std::size_t devices);

    std::shared_ptr<const ProfileSet> profiles;
    city::Layout layout;
    Simulator simulator;
    std::vector<Oid> objects;

    /// "udp:127.73.0.1:16100", as many as there are, `most` at most.
    [[nodiscard]] std::vector<std::string> peers(std::size_t most) const;
};

/// The interval that asks for 50,000 polls a second of so many devices, more than can be done: what
/// is too much is shed.
[[nodiscard]] Duration full_speed(std::size_t devices);

}  // namespace pantau::bench
