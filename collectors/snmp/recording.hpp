#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "base/result.hpp"
#include "collectors/collector.hpp"
#include "collectors/snmp/message.hpp"

namespace pantau::snmp {

/// What a device said once, read from a .snmprec file: `OID|TYPE|VALUE`, one a line.
///
/// Recordings come from many hands: lines out of order, said twice, cut off or with masked values.
/// What can be read is read, what cannot is listed. Immutable.
class Recording {
public:
    struct Entry {
        Oid oid;
        ValueType type = ValueType::null;
        std::int64_t integer = 0;
        std::uint64_t natural = 0;
        std::string bytes;  ///< Octets, addresses, opaque.
        Oid value_oid;

        [[nodiscard]] bool operator==(const Entry&) const = default;
    };
    struct Skipped {
        std::size_t line;  ///< From 1.
        std::string why;
    };

    [[nodiscard]] static Recording parse(std::string_view text);

    /// In the order of a walk, each OID once: the last line about it counts.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// In the order of the file.
    [[nodiscard]] const std::vector<Skipped>& skipped() const { return skipped_; }
    /// Lines that a later one about the same OID contradicts, in the order of the file.
    [[nodiscard]] const std::vector<std::size_t>& contradicted() const { return contradicted_; }

private:
    std::vector<Entry> entries_;
    std::vector<Skipped> skipped_;
    std::vector<std::size_t> contradicted_;
};

/// A line of a .snmprec file with its line end, as this program and snmpsim read it. Octets that
/// are no plain ASCII text are hex. Empty for a type that has no place in such a file.
[[nodiscard]] std::string recording_line(std::span<const std::uint32_t> name, const Value& value);

/// Reads a file. Unreadable, over 64 MiB, or without one readable line: an error that says where.
[[nodiscard]] Result<std::shared_ptr<const Recording>> open_recording(const std::string& path);

/// A collector that answers every Ask from the recording, for any device; its word is "snmp".
[[nodiscard]] std::unique_ptr<Collector> replay(std::shared_ptr<const Recording> recording,
                                                boost::asio::io_context& loop);

}  // namespace pantau::snmp
