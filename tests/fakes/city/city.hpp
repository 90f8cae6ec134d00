#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tests/fakes/city/device.hpp"
#include "tests/fakes/city/layout.hpp"
#include "tests/fakes/city/options.hpp"

namespace pantau::city {

/// A city of simulated access points on the loopback network, one address each, behind one UDP
/// socket and one TCP listener: thousands of devices cost two descriptors and no thread each.
///
/// Devices are numbered: access points first, as in `layout().access_points`, then the switches.
/// Everything but `run` may be called from any thread while the city runs; changes take effect with
/// the next request.
class City {
public:
    /// Opens the sockets. The error names what is wrong and what to do about it.
    [[nodiscard]] static Result<std::unique_ptr<City>> open(CityOptions options);
    City(const City&) = delete;
    City& operator=(const City&) = delete;
    /// Stops first.
    ~City();

    /// Serves until `stop`, on the caller's thread.
    void run();
    /// Serves on a thread of its own; again after a stop, too.
    void start();
    /// Ends `run`, and waits for the thread of `start` if there is one.
    void stop();
    /// Ends `run` soon. Safe in a signal handler.
    void request_stop() noexcept;

    [[nodiscard]] const CityOptions& options() const noexcept;
    /// With the ports as they are, also where the options left the choice to the system.
    [[nodiscard]] const Layout& layout() const noexcept;
    [[nodiscard]] std::uint16_t snmp_port() const noexcept;
    [[nodiscard]] std::uint16_t http_port() const noexcept;
    [[nodiscard]] std::size_t device_count() const noexcept;
    [[nodiscard]] std::string address_of(std::size_t device) const;
    [[nodiscard]] const std::string& name_of(std::size_t device) const;
    /// By the name in the layout.
    [[nodiscard]] std::optional<std::size_t> device_named(std::string_view name) const;

    /// Silent until revived; SNMP and HTTP alike.
    void kill(std::size_t device) { set(device, Condition::dead, true); }
    void revive(std::size_t device) { set(device, Condition::dead, false); }
    void set(std::size_t device, Condition condition, bool is_so) noexcept;
    /// Silent for a time, then sysUpTime and all counters start at zero.
    void reboot(std::size_t device, std::chrono::milliseconds silent_for = {}) noexcept;
    /// The power of a whole kelurahan (index into malang()): access points and switch. Coming back
    /// is a boot of all of them.
    void set_power(std::size_t kelurahan, bool is_on) noexcept;
    /// Share of requests lost, of all devices or of one in addition.
    void set_loss(double share) noexcept;
    void set_loss(std::size_t device, double share) noexcept;
    void set_latency(std::chrono::microseconds shortest,
                     std::chrono::microseconds longest) noexcept;
    void set_latency(std::size_t device, std::chrono::microseconds more) noexcept;
    /// Any bytes, 2000 at most: nasty names are the point.
    void set_text(std::size_t device, TextOf which, std::string text);

    /// The same by words: "outage Sumbersari", "restore Sumbersari", "kill NAME", "revive NAME",
    /// "reboot NAME [40s]", "loss 0.3", "latency NAME 300ms". NAME may also be a kelurahan: then
    /// all of its access points.
    Result<void> command(std::string_view text);

    struct Counts {
        std::uint64_t requests = 0;  ///< SNMP datagrams that came in for a device of this city.
        std::uint64_t replies = 0;
        std::uint64_t varbinds = 0;  ///< In replies.
        std::uint64_t lost = 0;      ///< Dropped on purpose by loss.
        std::uint64_t silent = 0;    ///< Unanswered: dead, deaf, wrong community.
        std::uint64_t malformed = 0;
        std::uint64_t reply_octets_max = 0;
    };
    [[nodiscard]] Counts counts() const noexcept;
    [[nodiscard]] std::uint64_t requests_of(std::size_t device) const;
    [[nodiscard]] std::uint64_t http_requests_of(std::size_t device) const;

    /// The agent of one device without a socket: for tests of the simulator and its benchmark.
    [[nodiscard]] const Device& device(std::size_t index) const;
    [[nodiscard]] CityTime now() const noexcept;

private:
    struct Parts;
    explicit City(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace pantau::city
