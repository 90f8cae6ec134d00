#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "collectors/collector.hpp"
#include "model/device.hpp"

namespace pantau::icmp {

/// Echo requests of one check at most.
inline constexpr unsigned count_most = 20;
/// Bytes behind the ICMP header. The least holds what a reply is known by; the most fits an
/// Ethernet frame, so that what is measured is not the fragments.
inline constexpr std::size_t size_least = 8;
inline constexpr std::size_t size_most = 1452;

/// What `icmp:` of a device or group says.
class Settings final : public CollectorSettings {
public:
    bool enabled = true;  ///< False switches off what a group switched on.
    unsigned count = 5;   ///< Echo requests of one check.
    /// From one request to the next. A check of five takes half a second, of which a visit to a
    /// device behind a parent holds its place on that link.
    Duration interval = std::chrono::milliseconds(100);
    std::size_t size = 56;            ///< As ping: bytes behind the ICMP header.
    std::optional<Duration> timeout;  ///< For each reply; nothing: the device's `timeout`.

    [[nodiscard]] bool is_enabled() const override { return enabled; }
    [[nodiscard]] bool equals(const CollectorSettings& other) const override;
    bool operator==(const Settings& other) const;
};

/// Reads the node `icmp:`: a map, or true or false alone.
[[nodiscard]] std::shared_ptr<const CollectorSettings> read_settings(
    const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace pantau::icmp
