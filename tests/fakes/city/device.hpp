#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "tests/fakes/city/shape.hpp"

namespace pantau::city {

/// What a device says about itself. The views live as long as the City.
using Texts = std::array<std::string_view, text_count>;

/// What may be wrong with a device: bits of Device::conditions.
enum class Condition : std::uint32_t {
    dead = 1U << 0,             ///< Answers nothing, SNMP nor HTTP.
    outage = 1U << 1,           ///< As dead, because its kelurahan is without power.
    flapping = 1U << 2,         ///< Dead in every second half of its own period (40 s to 5 min).
    too_big = 1U << 3,          ///< Sends no more than 484 octets, else says tooBig.
    silent_on_large = 1U << 4,  ///< Sends no more than 700 octets, else says nothing.
    v1_only = 1U << 5,          ///< Has no ears for v2c.
    other_community = 1U << 6,  ///< Its community is not the city's: silence.
    endless_walk = 1U << 7,     ///< GETNEXT at the end of its tree starts again at the front.
    garbled = 1U << 8,          ///< Every fourth reply is cut or has bits flipped.
    stray = 1U << 9,            ///< Every fourth reply carries another request-id.
    twice = 1U << 10,           ///< Sends each reply two times.
    http_401 = 1U << 11,
    http_500 = 1U << 12,
    http_slow = 1U << 13,    ///< Answers after 5 s.
    http_closed = 1U << 14,  ///< Resets the connection.
};

/// One simulated device. `conditions`, `boot` and the others that are atomic may be changed from
/// any thread while the city runs; the rest is fixed when the city is built.
struct Device {
    const Shape* shape = nullptr;
    Vendor vendor = Vendor::unifi;
    std::uint64_t seed = 0;
    double popularity = 1;                   ///< Most stations on its busiest virtual AP.
    std::array<std::uint8_t, 2> channels{};  ///< 2.4 and 5 GHz.
    std::array<char, 6> hardware_address{};
    std::atomic<const Texts*> texts = nullptr;
    std::atomic<std::uint32_t> conditions = 0;
    std::atomic<std::int64_t> boot = 0;  ///< Centiseconds on the city's clock; ahead = booting.
    std::atomic<std::uint32_t> latency_microseconds = 0;  ///< In addition to the city's own.
    std::atomic<std::uint32_t> loss_per_million = 0;      ///< In addition to the city's own.
    std::atomic<std::uint64_t> requests = 0;              ///< Heard, answered or not.
    std::atomic<std::uint64_t> http_requests = 0;

    [[nodiscard]] bool has(Condition condition) const noexcept {
        return (conditions.load(std::memory_order_relaxed) &
                static_cast<std::uint32_t>(condition)) != 0;
    }
    [[nodiscard]] std::string_view text(TextOf which) const noexcept {
        return (*texts.load(std::memory_order_acquire))[static_cast<std::size_t>(which)];
    }
};

/// The city's time at one moment, worked out once for a batch of requests.
struct CityTime {
    std::int64_t centiseconds = 0;  ///< Since 1970 at the start, then steady.
    double activity = 0;            ///< Integral of the day's curve of traffic, seconds.
    double crowd = 0;               ///< 0..1: how many people are out, by the hour in WIB.

    [[nodiscard]] static CityTime at(std::int64_t centiseconds) noexcept;
};

/// What one device's values follow from. All of it is a function of the device and the time, so a
/// city keeps no state per row.
struct Moment {
    const CityTime* time = nullptr;
    std::uint64_t uptime = 0;   ///< Centiseconds.
    double active_seconds = 0;  ///< Of traffic since boot.
    std::array<std::uint32_t, 4> clients{};

    [[nodiscard]] static Moment of(const Device& device, const CityTime& time) noexcept;
};

/// Whether the device is on the air at all at that time.
[[nodiscard]] bool is_reachable(const Device& device, const CityTime& time) noexcept;

/// Writes the element of a row's value; the caller has made room (see value_size_max).
[[nodiscard]] char* put_value(char* at, const Row& row, const Device& device,
                              const Moment& moment) noexcept;
/// Room that `put_value` needs at most.
[[nodiscard]] std::size_t value_size_max(const Row& row, const Device& device) noexcept;

/// A well-spread number of a seed and a salt (splitmix64): the source of all variety.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t salt) noexcept {
    std::uint64_t z = seed + (salt + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}
/// The same as a share, 0 up to but not 1.
[[nodiscard]] constexpr double share(std::uint64_t seed, std::uint64_t salt) noexcept {
    return static_cast<double>(mix(seed, salt) >> 11) * 0x1.0p-53;
}

}  // namespace pantau::city
