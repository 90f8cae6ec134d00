#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "collectors/collector.hpp"
#include "collectors/http/page.hpp"
#include "model/device.hpp"

namespace pantau::http {

/// What `http:` of a device or group says, or the column `http_url` of a table: the page itself,
/// which decides whether the device answers, and the named checks beside it.
class Settings final : public CollectorSettings, public Page {
public:
    bool enabled = true;              ///< False switches off what a group switched on.
    std::optional<Duration> timeout;  ///< For each page; nothing: the device's `timeout`.
    std::vector<Page> checks;         ///< In file order, with what they take over from the page.

    [[nodiscard]] bool is_enabled() const override { return enabled; }
    [[nodiscard]] bool equals(const CollectorSettings& other) const override;
    bool operator==(const Settings& other) const;
};

/// Named checks of one device: each is a request more to it in every poll.
inline constexpr std::size_t checks_most = 16;

/// A page beside that of `http:`, with what it takes over: how to get there, not what to expect.
[[nodiscard]] Page beside(const Page& main, std::string name);

/// Reads the node `http:`.
[[nodiscard]] std::shared_ptr<const CollectorSettings> read_settings(
    const config::Node& node, config::Diagnostics& diagnostics);

/// Reads the column `http_url`: a full URL, with the rest taken from the group's settings.
[[nodiscard]] Result<std::shared_ptr<const CollectorSettings>> read_column(
    std::string_view text, const CollectorSettings* base);

}  // namespace pantau::http
