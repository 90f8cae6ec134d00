#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tests/fakes/city/shape.hpp"

namespace pantau::city {

/// Which part of the access points has which fault, each 0..1, at most 1 together. An access point
/// has one of them or none; which one follows from the seed. Switches have none.
struct FaultShares {
    double dead = 0;
    double flapping = 0;
    double slow = 0;  ///< Answers after 0.4 to 1.2 s.
    double too_big = 0;
    double silent_on_large = 0;
    double v1_only = 0;
    double other_community = 0;
    double http_401 = 0;
    double http_500 = 0;
    double http_slow = 0;
    double http_closed = 0;
};

/// Something that happens at a time after the start; `command` as City::command takes it.
struct StoryStep {
    std::chrono::milliseconds at{0};
    std::string command;
};

/// Reads a story: a line for each step, "90s outage Sumbersari"; empty lines and lines that begin
/// with # say nothing. Errors name the line.
[[nodiscard]] Result<std::vector<StoryStep>> parse_story(std::string_view text);

struct CityOptions {
    std::size_t access_points = 1100;
    std::uint64_t seed = 1;
    /// 0: any free one. Shard i listens on the port + i, SNMP and HTTP alike.
    std::uint16_t snmp_port = 16100;
    std::uint16_t http_port = 18080;
    std::string community = "public";
    /// All access points of one kind; nothing: a mix of 55 % UniFi, 25 % RouterOS, 10 % OpenWrt and
    /// 10 % Ruckus.
    std::optional<Vendor> only_vendor;
    FaultShares faults;
    /// Share of SNMP requests that are lost on the way, 0..1.
    double loss = 0;
    /// Each SNMP answer takes a time between these two.
    std::chrono::microseconds latency_min{0};
    std::chrono::microseconds latency_max{0};
    /// This process serves the access points of shard `shard_index` of `shard_count`: a run of
    /// neighbours, so that stopping one process looks like a part of the city going dark.
    unsigned shard_index = 0;
    unsigned shard_count = 1;
    std::vector<StoryStep> story;
    /// Seconds since 1970 when the city starts; nothing: now. Values follow from it.
    std::optional<std::int64_t> start_time;

    /// The city of the demo: some of every fault, 1 % loss, 1 to 12 ms, one story.
    [[nodiscard]] static CityOptions demo();
    /// The first thing that is wrong with these options, in words for who typed them.
    [[nodiscard]] Result<void> check() const;
};

}  // namespace pantau::city
