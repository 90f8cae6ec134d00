#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "made_fleet.hpp"
#include "nasty_strings.hpp"

namespace pantau::by_hand {

/// An access point whose every word is of that list, with doubled and missing names.
inline std::shared_ptr<Observation> nasty_access_point(const std::vector<std::string>& words,
                                                       std::size_t first) {
    const auto word = [&](std::size_t i) { return text(words[(first + i) % words.size()]); };
    auto seen = std::make_shared<Observation>();
    seen->role = first % 3 == 0 ? Role::radio : Role::access_point;
    seen->collectors = {report(snmp), report(http, Reason::status)};
    seen->collectors[1].facts = {{0, 503.0}, {1, 0.25}, {2, 1e-9}};
    ObservationBuilder build(*seen);
    build.begin(ComponentKind::system);
    build.add(quantity::system_uptime, Number::natural(first));
    build.add(quantity::identity_vendor, word(0));
    build.add(quantity::identity_model, word(1));
    build.add(quantity::identity_firmware, word(2));
    build.add(quantity::identity_serial, word(3));
    build.add(quantity::identity_profile, word(4));
    const auto ap = build.begin(ComponentKind::access_point);
    build.add(quantity::ap_clients, Number::natural(first * first));
    build.add(named("ap.temperature_celsius"), Number::real(-0.1 * static_cast<double>(first)));
    for (std::size_t i = 0; i < 3; ++i) {
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_name, word(i / 2));
        build.add(quantity::radio_band, word(6));
        build.add(quantity::radio_clients, Number::natural(i));
        build.add(named("radio.noise_dbm"), Number::integer(-95));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        build.begin(ComponentKind::ssid, ap);
        build.add(quantity::ssid_ssid, word(7 + i / 2));
        build.add(quantity::ssid_radio, word(i / 3));
        build.add(quantity::ssid_clients, Number::natural(i));
        build.add(named("ssid.up"), Number::natural(i % 2));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        build.begin(ComponentKind::interface);
        build.add(quantity::interface_index, Number::natural(i / 3));
        build.add(quantity::interface_name, word(10 + i / 2));
        build.add(named("interface.speed_bits_per_second"), Number::natural(1'000'001));
        build.add(named("interface.rx_bytes_total"), Number::natural(~std::uint64_t{0} - i));
    }
    return seen;
}

/// Access points, controllers and switches in every state, called what nobody should be called.
inline Made nasty_fleet() {
    const std::vector<std::string> words = nasty_strings();
    constexpr std::array<Role, 6> roles{Role::access_point, Role::controller, Role::radio,
                                        Role::router,       Role::switch_,    Role::other};
    Made made;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].empty() || !ids.insert(words[i]).second) continue;
        const auto device = made.device(words[i]);
        device->address = words[(i + 11) % words.size()].substr(0, 64);
        device->area = {words[(i / 50) % words.size()], words[i / 10], words[i]};
        device->is_parent = i % 5 == 0;
        if (i % 2 == 0) device->latitude = device->longitude = 112.6118 - static_cast<double>(i);
        if (i % 7 == 6) continue;  // Never polled.
        auto seen = nasty_access_point(words, i);
        if (i % 4 == 3) seen->role = roles[i % roles.size()];
        made.up(std::move(seen));
        made.state().health = {static_cast<HealthState>(i % 6), {}};
        made.state().up = i % 6 != 0;
        made.state().reboots = i;
    }
    return made;
}

}  // namespace pantau::by_hand
