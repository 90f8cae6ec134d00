#include "tests/fakes/city/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "tests/fakes/city/device.hpp"
#include "tests/fakes/city/malang.hpp"

namespace pantau::city {

namespace {

constexpr std::size_t addresses_per_block = 250;
constexpr std::size_t addresses_per_net = addresses_per_block * 256;
constexpr std::uint32_t loopback = 127U << 24;
constexpr std::uint32_t switch_net = 72;
constexpr std::uint32_t access_point_net = 73;

constexpr std::uint64_t salt_vendor = 1;
constexpr std::uint64_t salt_fault = 2;
constexpr std::uint64_t salt_slow = 3;

std::uint32_t address_in(std::uint32_t first_net, std::size_t index) noexcept {
    const auto net = first_net + static_cast<std::uint32_t>(index / addresses_per_net);
    const auto block = static_cast<std::uint32_t>(index / addresses_per_block % 256);
    const auto host = static_cast<std::uint32_t>(index % addresses_per_block + 1);
    return loopback | net << 16 | block << 8 | host;
}

/// RW lie on a sunflower around the middle of their kelurahan, about 500 m to its rim: even,
/// without two on one spot, the same every time.
RwPlace place_of(std::size_t kelurahan, int rw) {
    const Kelurahan& home = malang()[kelurahan];
    const double golden_angle = std::numbers::pi * (3 - std::sqrt(5.0));
    const double radius = 0.0045 * std::sqrt((rw - 0.5) / home.rw_count);
    const double angle = golden_angle * rw + static_cast<double>(kelurahan);
    return {kelurahan, rw, std::clamp(home.lat + radius * std::sin(angle), lat_min, lat_max),
            std::clamp(home.lon + radius * std::cos(angle), lon_min, lon_max)};
}

Vendor vendor_of(const CityOptions& options, std::size_t index) {
    if (options.only_vendor) return *options.only_vendor;
    const double dice = share(mix(options.seed, index), salt_vendor);
    if (dice < 0.55) return Vendor::unifi;
    if (dice < 0.80) return Vendor::routeros;
    if (dice < 0.90) return Vendor::openwrt;
    return Vendor::ruckus;
}

void add_fault(Site& site, const CityOptions& options, std::size_t index) {
    const FaultShares& faults = options.faults;
    const std::pair<double, Condition> table[] = {
        {faults.dead, Condition::dead},
        {faults.flapping, Condition::flapping},
        {faults.too_big, Condition::too_big},
        {faults.silent_on_large, Condition::silent_on_large},
        {faults.v1_only, Condition::v1_only},
        {faults.other_community, Condition::other_community},
        {faults.http_401, Condition::http_401},
        {faults.http_500, Condition::http_500},
        {faults.http_slow, Condition::http_slow},
        {faults.http_closed, Condition::http_closed},
    };
    const std::uint64_t own = mix(options.seed, index);
    double dice = share(own, salt_fault);
    for (const auto& [part, condition] : table) {
        if (dice < part) {
            site.conditions = static_cast<std::uint32_t>(condition);
            return;
        }
        dice -= part;
    }
    if (dice < faults.slow)
        site.latency_microseconds =
            400'000 + static_cast<std::uint32_t>(mix(own, salt_slow) % 800'000);
}

void set_shard(Site& site, const CityOptions& options, unsigned shard) {
    const auto port = [shard](std::uint16_t first) {
        return static_cast<std::uint16_t>(first == 0 ? 0 : first + shard);
    };
    site.shard = shard;
    site.snmp_port = port(options.snmp_port);
    site.http_port = port(options.http_port);
}

}  // namespace

std::uint32_t access_point_address(std::size_t index) noexcept {
    return address_in(access_point_net, index);
}

std::uint32_t switch_address(std::size_t index) noexcept {
    return address_in(switch_net, index);
}

std::size_t device_at(std::uint32_t address, std::size_t access_points,
                      std::size_t switches) noexcept {
    if (address >> 24 != 127) return none;
    const std::size_t net = address >> 16 & 0xFF;
    const std::size_t block = address >> 8 & 0xFF;
    const std::size_t host = address & 0xFF;
    if (net < switch_net || host == 0 || host > addresses_per_block) return none;
    const std::size_t in_net = block * addresses_per_block + host - 1;
    if (net == switch_net) return in_net < switches ? access_points + in_net : none;
    const std::size_t index = (net - access_point_net) * addresses_per_net + in_net;
    return index < access_points ? index : none;
}

std::string dotted(std::uint32_t address) {
    return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 0xFF) + '.' +
           std::to_string(address >> 8 & 0xFF) + '.' + std::to_string(address & 0xFF);
}

std::string two_digits(int number) {
    std::string digits = std::to_string(number);
    if (number < 10) digits.insert(digits.begin(), '0');
    return digits;
}

Layout plan(const CityOptions& options) {
    Layout layout;
    const auto city = malang();
    for (std::size_t k = 0; k < city.size(); ++k)
        for (int rw = 1; rw <= city[k].rw_count; ++rw)
            layout.areas.push_back(place_of(k, rw));

    const std::size_t count = options.access_points;
    int number_in_rw = 0;
    std::size_t last_area = none;
    std::vector<unsigned> shard_of_kelurahan(city.size(), 0);
    for (std::size_t i = 0; i < count; ++i) {
        // Spread evenly: every RW has one before any has two; few leave gaps all over the city.
        const std::size_t area = i * layout.areas.size() / count;
        number_in_rw = area == last_area ? number_in_rw + 1 : 1;
        last_area = area;
        const RwPlace& place = layout.areas[area];
        Site site;
        site.vendor = vendor_of(options, i);
        site.kelurahan = place.kelurahan;
        site.rw = place.rw;
        site.name = "rw" + two_digits(place.rw) + '-' + slug_of(city[place.kelurahan].name) + '-' +
                    std::to_string(number_in_rw);
        const double side = 0.0003 * (number_in_rw - 1);
        site.lat = place.lat;
        site.lon = std::min(lon_max, place.lon + std::min(side, 0.001));
        site.address = access_point_address(i);
        const auto shard = static_cast<unsigned>(i * options.shard_count / count);
        set_shard(site, options, shard);
        shard_of_kelurahan[place.kelurahan] = shard;
        add_fault(site, options, i);
        layout.access_points.push_back(std::move(site));
    }
    for (std::size_t k = 0; k < city.size(); ++k) {
        Site site;
        site.name = "sw-" + slug_of(city[k].name);
        site.vendor = Vendor::uplink;
        site.kelurahan = k;
        site.lat = city[k].lat;
        site.lon = city[k].lon;
        site.address = switch_address(k);
        set_shard(site, options, shard_of_kelurahan[k]);
        layout.switches.push_back(std::move(site));
    }
    return layout;
}

}  // namespace pantau::city
