#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/oid.hpp"
#include "collectors/snmp/care.hpp"
#include "model/ask.hpp"

namespace pantau::snmp {

/// An Ask as this collector works on it: addresses parsed, each object once, columns by table.
/// Made once per Ask, shared by its devices, immutable.
struct AskPlan {
    struct Object {
        Oid oid;
        std::vector<std::uint16_t> fields;      ///< Of the Ask; empty: asked for our own sake.
        std::uint16_t table = Field::no_table;  ///< Number in `tables`.
        std::uint16_t column = 0;               ///< Place in that table's columns.
        bool is_name = false;                   ///< Tells what its row is.
        /// The object whose values make this one's needless; of the same table, or both scalars.
        std::optional<std::uint16_t> stands_in_for;
    };
    struct Table {
        std::vector<std::uint16_t> columns;  ///< Numbers of objects; names behind the others.
        bool is_of_interfaces = false;       ///< ifNumber counts its rows.
    };

    explicit AskPlan(std::shared_ptr<const Ask> from);

    /// sysUpTime.0 is always the first object: it dates the counters and shows a restart.
    static constexpr std::uint16_t uptime = 0;

    std::shared_ptr<const Ask> ask;
    Care care;
    std::vector<Object> objects;
    std::vector<std::uint16_t> scalars;
    std::vector<Table> tables;
    std::optional<std::uint16_t> if_number;  ///< The object that counts the interfaces.
    std::vector<std::uint16_t> bad_fields;   ///< Whose address is no OID.

private:
    void put_names_last();
    void find_stand_ins(const std::vector<std::uint16_t>& object_of_field);
};

}  // namespace pantau::snmp
