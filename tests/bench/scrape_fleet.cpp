#include "tests/bench/scrape_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <string_view>

namespace pantau::bench {
namespace {

constexpr std::array<FactKind, 6> http_facts{{
    {"status", "pantau_http_status_code", "", "", "Status code."},
    {"phases.resolve", "pantau_http_duration_seconds", "phase", "resolve", "Phases."},
    {"phases.connect", "pantau_http_duration_seconds", "phase", "connect", "Phases."},
    {"phases.tls", "pantau_http_duration_seconds", "phase", "tls", "Phases."},
    {"phases.processing", "pantau_http_duration_seconds", "phase", "processing", "Phases."},
    {"phases.transfer", "pantau_http_duration_seconds", "phase", "transfer", "Phases."},
}};
const CollectorInfo snmp{"snmp", {}};
const CollectorInfo http{"http", http_facts};
const std::array<const CollectorInfo*, 2> collectors{&snmp, &http};

/// Every Quantity of a part with a value such as the field has: counters of many digits, ratios of
/// four, flags, small counts.
void fill(ObservationBuilder& build, ComponentKind kind, std::mt19937_64& random) {
    const auto rows = quantities();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const QuantityInfo& row = rows[i];
        const auto id = static_cast<QuantityId>(i);
        if (row.component != kind || row.kind == QuantityKind::text || row.metric.empty()) continue;
        if (row.kind == QuantityKind::counter) {
            build.add(id, Number::natural(random() % 1'000'000'000'000));
        } else if (row.unit == "ratio") {
            build.add(id, Number::real(static_cast<double>(random() % 10'000) / 10'000));
        } else if (row.unit == "dBm") {
            build.add(id, Number::integer(-30 - static_cast<std::int64_t>(random() % 60)));
        } else {
            const auto most = static_cast<std::uint64_t>(std::min(row.most, 1e9));
            const auto least = static_cast<std::uint64_t>(std::max(row.least, 0.0));
            build.add(id, Number::natural(least + random() % (most - least + 1)));
        }
    }
}

Text text(std::string_view words) {
    return Text::from_network(words);
}

CollectorReport report(const CollectorInfo& collector, std::mt19937_64& random) {
    CollectorReport made;
    made.collector = &collector;
    made.ok = true;
    made.duration = std::chrono::microseconds(random() % 20'000);
    for (std::uint16_t i = 0; i < collector.facts.size(); ++i)
        made.facts.push_back({i, i == 0 ? 200.0 : static_cast<double>(random() % 50'000) / 1e6});
    return made;
}

/// The standard access point: 8 interfaces, 2 radios, 4 networks.
std::shared_ptr<Observation> standard_access_point(std::mt19937_64& random) {
    auto seen = std::make_shared<Observation>();
    seen->role = Role::access_point;
    seen->collectors = {report(snmp, random), report(http, random)};
    ObservationBuilder build(*seen);
    build.begin(ComponentKind::system);
    build.add(quantity::identity_vendor, text("Ubiquiti"));
    build.add(quantity::identity_model, text("UAP-nanoHD"));
    build.add(quantity::identity_firmware, text("5.43.36.12724"));
    build.add(quantity::identity_profile, text("ubiquiti-unifi"));
    const auto ap = build.begin(ComponentKind::access_point);
    fill(build, ComponentKind::access_point, random);
    for (const std::string_view radio : {"wifi0", "wifi1"}) {
        build.begin(ComponentKind::radio, ap);
        build.add(quantity::radio_name, text(radio));
        build.add(quantity::radio_band, text(radio == "wifi0" ? "2.4GHz" : "5GHz"));
        fill(build, ComponentKind::radio, random);
    }
    for (const std::string_view network : {"Malang-WiFi", "RW-Tamu"}) {
        for (const std::string_view radio : {"wifi0", "wifi1"}) {
            build.begin(ComponentKind::ssid, ap);
            build.add(quantity::ssid_ssid, text(network));
            build.add(quantity::ssid_radio, text(radio));
            fill(build, ComponentKind::ssid, random);
        }
    }
    for (const std::string_view port :
         {"lo", "eth0", "eth1", "br0", "ath0", "ath1", "ath2", "ath3"}) {
        build.begin(ComponentKind::interface);
        build.add(quantity::interface_name, text(port));
        fill(build, ComponentKind::interface, random);
    }
    return seen;
}

}  // namespace

std::span<const CollectorInfo* const> fleet_collectors() {
    return collectors;
}

Snapshot fleet_of(std::size_t access_points) {
    std::mt19937_64 random(551);
    auto inventory = std::make_shared<Inventory>();
    inventory->hierarchy = {"kecamatan", "kelurahan", "rw"};
    Snapshot made;
    constexpr std::array<std::string_view, 5> kecamatan{"Blimbing", "Kedungkandang", "Klojen",
                                                        "Lowokwaru", "Sukun"};
    for (std::size_t i = 0; i < access_points; ++i) {
        auto device = std::make_shared<Device>();
        const std::size_t rw = i % 551;
        device->id = fmt::format("rw{:03}-sumbersari-{}", rw, i / 551 + 1);
        device->address = fmt::format("10.73.{}.{}", i / 250, 1 + i % 250);
        device->area = {std::string(kecamatan[rw % 5]), fmt::format("Kelurahan {}", rw % 57),
                        fmt::format("{:02}", rw % 24)};
        device->latitude = -7.9526 + static_cast<double>(i) / 1e5;
        device->longitude = 112.6118 + static_cast<double>(i) / 1e5;
        auto state = std::make_shared<DeviceState>();
        state->device = device;
        state->latest = state->measured = standard_access_point(random);
        state->health = {HealthState::up, {}};
        state->up = true;
        state->last_success = WallTime{std::chrono::milliseconds(1'790'000'000'250)};
        inventory->devices.push_back(device);
        made.devices.push_back(state);
    }
    made.inventory = inventory;
    return made;
}

}  // namespace pantau::bench
