#pragma once

#include <boost/regex.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ask.hpp"
#include "model/health.hpp"
#include "model/quantity.hpp"
#include "normalise/transforms.hpp"

/// A Profile as the evaluation wants it: numbers instead of names, regular expressions compiled,
/// rules in the order in which they can be carried out. Made once by compile.cpp, then immutable
/// and shared by all devices and Workers. Private to this folder.
namespace pantau::mapping {

inline constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();

/// A value on its way. A text is a view of the Answer, of the Mapping or of the Workspace.
struct Value {
    enum class Kind : std::uint8_t { absent, number, text };

    Kind kind = Kind::absent;
    bool wraps_at_32_bits = false;
    Number number;
    std::string_view text;

    [[nodiscard]] bool is_absent() const { return kind == Kind::absent; }
    static Value of(Number number) {
        Value value;
        value.kind = Kind::number;
        value.number = number;
        return value;
    }
    static Value of(std::string_view text) {
        Value value;
        value.kind = Kind::text;
        value.text = text;
        return value;
    }
};

/// A constant of the profile that outlives every Value made of it.
struct Constant {
    std::optional<Number> number;
    std::string text;
    bool is_absent = false;

    [[nodiscard]] Value value() const {
        if (is_absent) return {};
        return number ? Value::of(*number) : Value::of(std::string_view(text));
    }
    /// Whether a raw value is this constant: as a number when both are, else by its text.
    [[nodiscard]] bool matches(const Value& raw) const;
};

/// How a part of a row key reads.
enum class KeyPart : std::uint8_t {
    whole,    ///< All of it.
    number,   ///< One sub-identifier.
    mac,      ///< Six.
    address,  ///< Four.
    text,     ///< Length, then as many characters.
    name,     ///< Characters to the end of the key.
};

/// Sub-identifiers of a part, for the kinds that are always of one size; else 0.
[[nodiscard]] constexpr std::size_t size_of(KeyPart kind) {
    switch (kind) {
        case KeyPart::number:
            return 1;
        case KeyPart::mac:
            return 6;
        case KeyPart::address:
            return 4;
        case KeyPart::whole:
        case KeyPart::text:
        case KeyPart::name:
            break;
    }
    return 0;
}

struct NamedPart {
    std::string name;
    KeyPart kind = KeyPart::number;
};

/// Where the value of a Rule comes from.
enum class Origin : std::uint8_t {
    field,  ///< A raw value of the Answer.
    key,    ///< A part of the row key.
    constant,
    slot,  ///< Another slot of the same row, or a scalar.
    sum,   ///< From here to `first`: over the rows of another table.
    mean,
    most,
    least,
    count,
    first,
    largest,     ///< Of several slots.
    difference,  ///< inputs[0] - inputs[1].
    product,     ///< All inputs multiplied.
    plus,        ///< All inputs added that are there.
    ratio,       ///< Used or free part of a total; see Rule::ratio.
    item,        ///< Of the list in the text inputs[0], the entry that inputs[1] counts from 1.
};

/// How bytes become text.
enum class Reading : std::uint8_t { plain, text, number, mac, address, hex };

/// A row counts only if this column has one of the values (or any, when none is named).
struct Condition {
    std::uint16_t slot = none;
    std::vector<Constant> values;
};

/// A row of the source table belongs to a row of this one when the two columns say the same.
struct Join {
    std::uint16_t source = none;  ///< Column of the source table.
    std::uint16_t target = none;  ///< Column of this table; none: its row key.
};

struct MapEntry {
    Constant from;
    Constant to;
};

/// One way to get at a value. A Slot tries its Rules in order.
struct Rule {
    Origin origin = Origin::field;

    std::uint16_t field = none;        ///< Of Mapping::fields.
    std::uint16_t local_field = none;  ///< Its number in the table, for a column.
    KeyPart key_part = KeyPart::whole;
    std::uint16_t key_position = 0;  ///< In Table::layout.
    Constant constant;
    std::vector<std::uint16_t> inputs;  ///< Slots.

    // Over the rows of another table.
    std::uint16_t source_table = none;
    std::vector<Condition> where;
    std::vector<Join> joins;            ///< All must hold.
    std::uint16_t given_table = none;   ///< count: no rows mean 0 when this table has some.
    std::vector<std::uint16_t> fields;  ///< All fields it stands on, to know when they are damaged.

    // ratio: inputs[0] is the total, inputs[1] the part, the rest is taken off the used part.
    bool is_part_free = false;

    // Steps on the value, in this order.
    Reading as = Reading::plain;
    std::vector<Constant> sentinels;
    double raw_least = -std::numeric_limits<double>::infinity();
    double raw_most = std::numeric_limits<double>::infinity();
    std::optional<boost::regex> match;
    std::vector<MapEntry> map;
    bool has_map = false;
    Constant otherwise;  ///< For what the map does not name; absent unless the profile says so.
    std::string format;  ///< The text around the value, which stands for {}; empty: none.
    std::uint8_t low_bits = 0;  ///< 0: all.
    Scaling scaling;
    bool has_steps = false;  ///< Any of the above.
};

/// One target of the profile: a quantity or a private value; a scalar or a column.
struct Slot {
    enum class Kind : std::uint8_t { any, number, flag, text };

    std::string name;
    std::uint16_t table = none;
    std::uint16_t column = 0;  ///< Number among the slots of its table, or among the scalars.
    std::uint16_t quantity = none;
    Kind kind = Kind::any;
    bool is_counter = false;
    bool keeps_empty = false;  ///< An empty text is knowledge (an SSID), not absence (a model).
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    std::vector<Rule> chain;
};

struct Table {
    std::string name;
    std::optional<ComponentKind> component;  ///< Nothing for a helper table.
    std::vector<NamedPart> layout;           ///< Empty: the key is taken whole.
    std::vector<std::uint16_t> fields;       ///< Of Mapping::fields.
    std::vector<std::uint16_t> slots;
    std::vector<Condition> where;
    std::vector<std::uint16_t> found_by;  ///< Tables whose rows show rows of this one, too.
    bool is_of_system = false;  ///< Networks of a controller as a whole, not of an access point.
    bool has_parent = false;    ///< Its row keys start with those of the table of access points.
};

/// A Field with the Ask it belongs to.
struct MappedField {
    std::uint16_t collector = 0;
    std::uint16_t number = 0;  ///< In that collector's Ask.
    bool is_column = false;
};

struct MappedCollector {
    std::string name;
    std::shared_ptr<const Ask> ask;
};

struct Mapping {
    std::vector<MappedCollector> collectors;
    std::vector<MappedField> fields;
    std::vector<Slot> slots;
    std::vector<Table> tables;
    std::vector<std::uint16_t> order;  ///< Slots, each after those it stands on.
    std::uint16_t scalar_count = 0;
    bool is_relative = false;            ///< Has addresses below the device's own sysObjectID.
    std::uint16_t access_points = none;  ///< The table of access points of a controller.
    Role role_wireless = Role::other;    ///< With a sign of radios, networks or clients.
    Role role_otherwise = Role::other;   ///< When a complete Answer shows none.
};

}  // namespace pantau::mapping
