#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/oid.hpp"

namespace pantau::snmp {

/// Names of objects that many devices have, from a small table of our own: enough to read a walk,
/// no replacement for the MIBs. All that is unknown stays numbers with dots.
struct NamedObject {
    Oid oid;
    std::string name;
    /// Has values, so that an instance ("ifDescr.2") is shown by name. Groups, tables and rows are
    /// only understood.
    bool has_values = false;
    /// Its octets are no text, though they may look like some: an address, a date.
    bool is_binary = false;
};

/// In the order of a walk.
[[nodiscard]] std::span<const NamedObject> named_objects();

/// The object that this is an instance of, or null.
[[nodiscard]] const NamedObject* object_of(const Oid& oid);

/// "ifDescr.2", "hrStorageRam", or numbers with dots.
[[nodiscard]] std::string name_of(const Oid& oid);

/// Understands "ifDescr.2", "system", "1.3.6.1.2.1" and ".1.3.6.1.2.1". Small and capital letters
/// are the same.
[[nodiscard]] std::optional<Oid> oid_named(std::string_view text);

}  // namespace pantau::snmp
