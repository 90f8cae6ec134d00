#include "tests/fakes/city/device.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace pantau::city {

namespace {

constexpr double day_seconds = 86'400;
constexpr double wib_offset_seconds = 7 * 3600.0;
/// Salts apart from the `which` of rows, which stay below.
constexpr std::uint64_t salt_clients = 1ULL << 40;
constexpr std::uint64_t salt_airtime = 2ULL << 40;
constexpr std::uint64_t salt_flapping = 3ULL << 40;

/// A smooth wave through random points, one every `period` seconds: 0..1.
double wave(std::uint64_t seed, std::uint64_t salt, double seconds, double period) noexcept {
    const double position = seconds / period;
    const double step = std::floor(position);
    const auto index = static_cast<std::uint64_t>(static_cast<std::int64_t>(step));
    const std::uint64_t own = mix(seed, salt);
    const double from = share(own, index);
    const double to = share(own, index + 1);
    return from + (to - from) * (position - step);
}

double bump(double hour, double centre, double width) noexcept {
    double distance = std::abs(hour - centre);
    distance = std::min(distance, 24 - distance);
    return std::exp(-distance * distance / (2 * width * width));
}

double seconds_of(const CityTime& time) noexcept {
    return static_cast<double>(time.centiseconds) / 100;
}

std::uint64_t counter_value(const Row& row, const Device& device, const Moment& moment) noexcept {
    const double busyness = (0.1 + device.popularity / 12) * (0.5 + share(device.seed, row.which));
    return static_cast<std::uint64_t>(row.high * busyness * moment.active_seconds);
}

double gauge_value(const Row& row, const Device& device, const Moment& moment) noexcept {
    return row.low +
           (row.high - row.low) * wave(device.seed, row.which, seconds_of(*moment.time), 90);
}

double airtime_value(const Row& row, const Device& device, const Moment& moment) noexcept {
    const std::uint32_t radio = row.which / 4;
    const auto part = [&](std::uint32_t which, double most) {
        const double now =
            wave(device.seed, salt_airtime + radio * 4 + which, seconds_of(*moment.time), 60);
        const double own = which == 3 ? 1.0 : std::min(1.0, device.popularity / 12);
        return std::floor(most * own * (0.2 + 0.8 * moment.time->crowd) * now);
    };
    const double rx = part(1, 25);
    const double tx = part(2, 30);
    const double others = part(3, radio == 0 ? 45 : 20);
    switch (row.which % 4) {
        case 1:
            return rx;
        case 2:
            return tx;
        case 3:
            return others;
        default:
            return std::min(100.0, rx + tx + others);
    }
}

std::int32_t megahertz(std::uint8_t channel) noexcept {
    return channel <= 14 ? 2407 + 5 * channel : 5000 + 5 * channel;
}

double clients_value(const Row& row, const Moment& moment) noexcept {
    std::uint32_t sum = 0;
    for (std::size_t vap = 0; vap < moment.clients.size(); ++vap)
        if ((row.which >> vap & 1U) != 0) sum += moment.clients[vap];
    return sum;
}

char* put_number_text(char* at, double number, int decimals) noexcept {
    char digits[40];
    const auto end =
        std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, decimals)
            .ptr;
    return wire::put_bytes(at, wire::octets, {digits, static_cast<std::size_t>(end - digits)});
}

char* put_number(char* at, const Row& row, double number) noexcept {
    if (row.tag == wire::octets) return put_number_text(at, number, row.decimals);
    if (row.tag == wire::integer)
        return wire::put_integer(at, row.tag, static_cast<std::int32_t>(number));
    return wire::put_unsigned(at, row.tag, static_cast<std::uint64_t>(number));
}

char* put_band(char* at, const Row& row, const Device& device) noexcept {
    char text[32];
    char* end = std::to_chars(text, text + 8, megahertz(device.channels[row.which])).ptr;
    const std::string_view rest = row.which == 0 ? "/20-Ce/gn" : "/20-Ceee/ac";
    end = std::copy(rest.begin(), rest.end(), end);
    return wire::put_bytes(at, wire::octets, {text, static_cast<std::size_t>(end - text)});
}

std::uint64_t wrapped(const Row& row, std::uint64_t number) noexcept {
    return row.tag == wire::counter64 ? number : number & 0xFFFF'FFFFULL;
}

}  // namespace

CityTime CityTime::at(std::int64_t centiseconds) noexcept {
    CityTime time{centiseconds, 0, 0};
    const double seconds = seconds_of(time);
    const double of_day = std::fmod(seconds + wib_offset_seconds, day_seconds);
    const double hour = of_day / 3600;
    time.crowd = std::min(1.0, 0.08 + 0.55 * bump(hour, 10, 2.5) + 0.92 * bump(hour, 19.5, 2.2));
    // Traffic goes as 1 + 0.8 cos(...), at its most at 17.00 WIB; never below zero, so that its
    // integral, and every counter with it, only grows.
    const double turn = 2 * std::numbers::pi / day_seconds;
    time.activity = seconds + 0.8 / turn * std::sin(turn * (of_day - 17 * 3600.0));
    return time;
}

Moment Moment::of(const Device& device, const CityTime& time) noexcept {
    Moment moment;
    moment.time = &time;
    const std::int64_t boot = device.boot.load(std::memory_order_relaxed);
    const std::int64_t up = std::max<std::int64_t>(0, time.centiseconds - boot);
    moment.uptime = static_cast<std::uint64_t>(up);
    moment.active_seconds = std::max(0.0, time.activity - CityTime::at(boot).activity);
    // Two public networks carry most people, two for the staff a few; phones need two minutes to
    // come back after a boot.
    static constexpr std::array<double, 4> weights{0.6, 1.0, 0.1, 0.15};
    const double returned = std::min(1.0, static_cast<double>(up) / 12'000);
    for (std::size_t vap = 0; vap < moment.clients.size(); ++vap) {
        const double mood = 0.5 + wave(device.seed, salt_clients + vap, seconds_of(time), 180);
        moment.clients[vap] = static_cast<std::uint32_t>(device.popularity * weights[vap] *
                                                         time.crowd * mood * returned);
    }
    return moment;
}

bool is_reachable(const Device& device, const CityTime& time) noexcept {
    if (device.has(Condition::dead) || device.has(Condition::outage)) return false;
    if (time.centiseconds < device.boot.load(std::memory_order_relaxed)) return false;
    if (!device.has(Condition::flapping)) return true;
    const auto period = 4'000 + static_cast<std::int64_t>(mix(device.seed, salt_flapping) % 26'000);
    return time.centiseconds % period < period / 2;
}

std::size_t value_size_max(const Row& row, const Device& device) noexcept {
    if (row.kind == Kind::constant) return row.bytes.size();
    if (row.kind == Kind::text) return device.text(static_cast<TextOf>(row.which)).size() + 5;
    return 48;
}

char* put_value(char* at, const Row& row, const Device& device, const Moment& moment) noexcept {
    switch (row.kind) {
        case Kind::constant:
            return std::copy(row.bytes.begin(), row.bytes.end(), at);
        case Kind::text:
            return wire::put_bytes(at, wire::octets, device.text(static_cast<TextOf>(row.which)));
        case Kind::hardware_address: {
            std::array<char, 6> address = device.hardware_address;
            address[5] = static_cast<char>(address[5] + static_cast<char>(row.which));
            return wire::put_bytes(at, wire::octets, {address.data(), address.size()});
        }
        case Kind::uptime: {
            // Whole numbers: at 100 a second the ticks themselves, at 1 the seconds.
            const auto per_second = static_cast<std::uint64_t>(row.high);
            const std::uint64_t ticks = moment.uptime * per_second / 100;
            if (row.tag == wire::integer)
                return wire::put_integer(at, row.tag, static_cast<std::int32_t>(ticks));
            return wire::put_unsigned(at, row.tag, wrapped(row, ticks));
        }
        case Kind::counter:
            return wire::put_unsigned(at, row.tag,
                                      wrapped(row, counter_value(row, device, moment)));
        case Kind::gauge:
            return put_number(at, row, gauge_value(row, device, moment));
        case Kind::clients:
            return put_number(at, row, clients_value(row, moment));
        case Kind::airtime:
            return put_number(at, row, airtime_value(row, device, moment));
        case Kind::channel:
            return put_number(at, row, device.channels[row.which]);
        case Kind::frequency:
            return put_number(at, row, megahertz(device.channels[row.which]));
        case Kind::band:
            return put_band(at, row, device);
    }
    return at;
}

}  // namespace pantau::city
