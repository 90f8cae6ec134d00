#pragma once

#include <sys/types.h>

#include <cstdint>

#include "tests/fakes/city/city.hpp"
#include "tests/fakes/city/options.hpp"

namespace pantau::bench {

/// A shard of the simulated city as a process of its own, so that its CPU and memory are not those
/// of what is measured. Make it before the first thread of this process.
class Simulator {
public:
    /// Ends this process with words when the city cannot be opened.
    explicit Simulator(const city::CityOptions& options);
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;
    /// Ends the process, also a stopped one.
    ~Simulator();

    [[nodiscard]] std::uint16_t snmp_port() const { return ports_.snmp; }
    /// Where user `noc` is answered in SNMPv3, as start_v3_front says.
    [[nodiscard]] std::uint16_t v3_port() const { return ports_.v3; }
    /// Not while it is stopped.
    [[nodiscard]] city::City::Counts counts() const;
    void signal(int number) const;

private:
    [[noreturn]] static void serve(const city::CityOptions& options, int asked, int told);

    pid_t pid_ = -1;
    int ask_ = -1;
    int hear_ = -1;
    struct Ports {
        std::uint16_t snmp = 0;
        std::uint16_t v3 = 0;
    };
    Ports ports_;
};

}  // namespace pantau::bench
