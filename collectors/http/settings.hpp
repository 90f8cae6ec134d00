#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/collector.hpp"
#include "model/device.hpp"

namespace pantau::http {

/// Statuses that are as good as each other, both ends included: 200..200 for `200`, 200..299 for
/// `2xx`.
struct StatusRange {
    std::uint16_t first = 200;
    std::uint16_t last = 200;

    bool operator==(const StatusRange&) const = default;
};

enum class Method : std::uint8_t { get, head };

/// What `http:` of a device or group says, or the column `http_url` of a table.
class Settings final : public CollectorSettings {
public:
    bool enabled = true;  ///< False switches off what a group switched on.
    /// Full address of the page; empty: the device's own address with the three values below.
    std::string url;
    std::string scheme = "http";
    std::uint16_t port = 0;  ///< 0: the scheme's own.
    std::string path = "/";
    std::vector<StatusRange> expect{StatusRange{}};
    Method method = Method::get;
    std::optional<Duration> timeout;  ///< For the whole check; nothing: the device's `timeout`.
    bool verify = true;               ///< Whether the certificate must be valid for the name.
    std::string ca_file;  ///< Trusted certificates (PEM) instead of this machine's own; or empty.
    /// Bytes of a body that are read before the connection is closed. 256 KiB: more than any login
    /// page of an access point, and 256 checks at once stay under 64 MiB on the wire.
    std::size_t body_most = 256u << 10;

    [[nodiscard]] bool expects(long status) const;
    [[nodiscard]] bool is_enabled() const override { return enabled; }
    [[nodiscard]] bool equals(const CollectorSettings& other) const override;
    bool operator==(const Settings& other) const;
};

/// Reads the node `http:`.
[[nodiscard]] std::shared_ptr<const CollectorSettings> read_settings(
    const config::Node& node, config::Diagnostics& diagnostics);

/// Reads the column `http_url`: a full URL, with the rest taken from the group's settings.
[[nodiscard]] Result<std::shared_ptr<const CollectorSettings>> read_column(
    std::string_view text, const CollectorSettings* base);

}  // namespace pantau::http
