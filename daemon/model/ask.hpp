#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "model/device.hpp"

namespace pantau {

/// One thing to fetch from a device: a scalar, or a column of a table.
struct Field {
    /// The address in the collector's own notation (snmp: dotted OID without leading dot, a
    /// scalar's with its ".0"). Checked by the collector's row in the registry when the profile is
    /// read.
    std::string address;
    std::string label;  ///< For people: the Quantities that use it, "radio.airtime_ratio".
    /// Number of the table this column belongs to; `no_table` for a scalar. The columns of one
    /// table share their row keys.
    std::uint16_t table = no_table;

    /// Number of the field this one only stands in for (ifInOctets for ifHCInOctets), or
    /// `no_field`. Once a visit has shown that the other answers wherever this one does, a
    /// collector may leave this one out of later visits.
    std::uint16_t stands_in_for = no_field;

    /// A column that tells what its row is: a name, or what other tables find it by. A collector
    /// may take from a change of it that the rows have moved.
    bool is_name = false;

    static constexpr std::uint16_t no_table = std::numeric_limits<std::uint16_t>::max();
    static constexpr std::uint16_t no_field = std::numeric_limits<std::uint16_t>::max();
    [[nodiscard]] bool is_column() const { return table != no_table; }
};

/// What one Collector shall fetch from one kind of device in one Poll. Made from a Profile once,
/// shared by all its devices, immutable.
struct Ask {
    std::vector<Field>
        fields;  ///< A Cell of the Answer names its field by the number in this list.
    /// What to be careful with, in the collector's own terms (snmp: no bulk, few varbinds); may be
    /// null.
    std::shared_ptr<const CollectorSettings> care;
};

}  // namespace pantau
