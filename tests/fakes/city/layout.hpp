#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/fakes/city/options.hpp"

namespace pantau::city {

/// One simulated device with its place in the city.
struct Site {
    std::string name;  ///< "rw08-sumbersari-1", "sw-sumbersari"
    Vendor vendor = Vendor::unifi;
    std::size_t kelurahan = 0;  ///< Into malang().
    int rw = 0;                 ///< 1 and up; 0 for a switch.
    double lat = 0;
    double lon = 0;
    std::uint32_t address = 0;  ///< Host byte order.
    unsigned shard = 0;
    std::uint16_t snmp_port = 0;
    std::uint16_t http_port = 0;
    std::uint32_t conditions = 0;  ///< From the start, bits of Condition.
    std::uint32_t latency_microseconds = 0;
};

/// One RW, with or without an access point.
struct RwPlace {
    std::size_t kelurahan = 0;
    int rw = 0;
    double lat = 0;
    double lon = 0;
};

/// The whole city on paper: a function of the options alone.
struct Layout {
    std::vector<Site> access_points;  ///< By kelurahan and RW.
    std::vector<Site> switches;       ///< One for each kelurahan, in the order of malang().
    std::vector<RwPlace> areas;       ///< All 551 RW.
};

[[nodiscard]] Layout plan(const CityOptions& options);

/// Access points stand on 127.73.0.1 and up, switches on 127.72.0.1 and up.
inline constexpr std::size_t access_points_max = 100'000;
[[nodiscard]] std::uint32_t access_point_address(std::size_t index) noexcept;
[[nodiscard]] std::uint32_t switch_address(std::size_t index) noexcept;
/// Where a device stands in "all access points, then all switches"; `none` for an address that no
/// device has.
inline constexpr std::size_t none = static_cast<std::size_t>(-1);
[[nodiscard]] std::size_t device_at(std::uint32_t address, std::size_t access_points,
                                    std::size_t switches) noexcept;

[[nodiscard]] std::string dotted(std::uint32_t address);
/// "08": how RW are written in names, areas and labels.
[[nodiscard]] std::string two_digits(int number);

}  // namespace pantau::city
