#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/answer.hpp"
#include "model/ask.hpp"
#include "model/device.hpp"

namespace boost::asio {
class io_context;
}

namespace pantau {

namespace config {
class Node;
class Diagnostics;
}  // namespace config

/// The visits of one Collector to one Device: keeps what was learned about it (round trip, row
/// sets, the credential that works). Lives on the device's Worker, touched only there.
class Session {
public:
    /// Called once, on the Worker's loop, never from inside collect(). The next collect() may be
    /// called from inside it.
    using Done = std::function<void(Answer)>;

    /// A visit still under way ends here without calling its Done.
    virtual ~Session() = default;

    /// Fetches what the Ask names until the deadline at the latest, then calls `done` with what
    /// arrived. One visit at a time. An Ask without fields is the least visit: is the device there?
    virtual void collect(std::shared_ptr<const Ask> ask, MonoTime deadline, Done done) = 0;
};

/// Speaks one protocol. One per Worker, on its loop.
class Collector {
public:
    virtual ~Collector() = default;

    /// The same object as in its row of the registry.
    [[nodiscard]] virtual const CollectorInfo& info() const = 0;

    /// Starts knowing a device. Null when the device is not visited by this protocol
    /// (no credential, no settings).
    [[nodiscard]] virtual std::unique_ptr<Session> open(std::shared_ptr<const Device> device) = 0;
};

/// A number this collector keeps about itself, for the self metrics. Readable from any thread.
struct CollectorCounter {
    std::string_view metric;      ///< "pantau_snmp_rejected_total"
    std::string_view label_name;  ///< "reason", or empty.
    std::string_view label_value;
    std::string_view help;
};

/// A key of a profile's section that only its collector understands.
struct SectionKey {
    std::string_view key;
    std::string_view help;
};

/// What a collector is built on, for pantau_build_info: "curl" and "7.88.1".
struct LibraryVersion {
    std::string_view label;
    std::string version;
};

/// Counts of one collector over all Workers, in the order of CollectorKind::counters.
class CollectorCounts {
public:
    virtual ~CollectorCounts() = default;
    [[nodiscard]] virtual std::uint64_t value(std::size_t row) const = 0;
};

/// One key of a profile's `careful:` node.
struct CareKey {
    std::string_view key;
    std::string_view help;
    std::int64_t least = 0;
    std::int64_t most = 0;  ///< Not above `least`: a flag, no number.
};

/// One row of the registry: everything the rest of pantau needs to know of a protocol. What has a
/// default may be left out by one that does not have it.
struct CollectorKind {
    const CollectorInfo* info;
    /// The key under which a profile names an address of this protocol: "oid". Empty: it brings no
    /// values, and a profile has no section for it.
    std::string_view address_key = {};
    /// Whether an address in a profile can be one of this protocol.
    Result<void> (*check_address)(std::string_view address, bool is_column) = nullptr;
    /// Reads the `careful:` node of the profile's own section; null result when there is none.
    std::shared_ptr<const CollectorSettings> (*read_care)(
        const config::Node& node, config::Diagnostics& diagnostics) = nullptr;
    /// The keys that read_care knows.
    std::span<const CareKey> care_keys = {};
    /// Keys of the profile's section that say how the collector gets at what is asked of it, beside
    /// `scalars` and `tables`; `read_section` reads them, null when there are none. What it gives
    /// is Ask::care, like that of read_care.
    std::span<const SectionKey> section_keys = {};
    std::shared_ptr<const CollectorSettings> (*read_section)(
        const config::Node& section, config::Diagnostics& diagnostics) = nullptr;
    /// Whether an Ask fits what its section says; null when there is nothing to check.
    Result<void> (*check_ask)(const Ask& ask) = nullptr;
    /// Reads a device's or group's node (`http:`); null when this collector has none.
    std::shared_ptr<const CollectorSettings> (*read_settings)(
        const config::Node& node, config::Diagnostics& diagnostics) = nullptr;
    /// Inventory column that stands for the settings in a table ("http_url"); empty: none.
    std::string_view column = {};
    /// Settings from that column's text, on top of `base` (a group's node) when there is one.
    Result<std::shared_ptr<const CollectorSettings>> (*read_column)(
        std::string_view text, const CollectorSettings* base) = nullptr;
    /// Null: none but what another names already.
    LibraryVersion (*library)() = nullptr;
    std::span<const CollectorCounter> counters = {};
    /// Shared by the Workers' collectors of this kind; thread-safe.
    std::shared_ptr<CollectorCounts> (*make_counts)();
    std::unique_ptr<Collector> (*make)(boost::asio::io_context& loop,
                                       std::shared_ptr<CollectorCounts> counts);
};

}  // namespace pantau
