#include "normalise/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

namespace pantau::mapping {
namespace {

// A longer text cannot be anything a profile looks for, and a regular expression over it is work
// that the device chose.
constexpr std::size_t match_most = 1024;

std::strong_ordering compare(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

/// A number, or a text that is one and nothing else: an address that begins with digits is not.
std::optional<double> whole_number(const Value& value) {
    if (value.kind == Value::Kind::text) {
        const std::string_view text = trimmed(value.text);
        if (text.find_first_not_of("+-.0123456789") != std::string_view::npos ||
            std::ranges::count(text, '.') > 1)
            return std::nullopt;
    }
    const auto number = number_of(value);
    return number ? std::optional(number->as_double()) : std::nullopt;
}

bool is_same(const Value& a, const Value& b) {
    if (a.is_absent() || b.is_absent()) return false;
    if (a.kind == b.kind)
        return a.kind == Value::Kind::number ? a.number == b.number
                                             : trimmed(a.text) == trimmed(b.text);
    const auto x = whole_number(a);
    const auto y = whole_number(b);
    return x && y && *x == *y;
}

/// The same for values that are the same.
std::size_t hash_of(const Value& value) {
    if (const auto number = whole_number(value))
        return std::hash<double>{}(*number == 0 ? 0 : *number);
    return std::hash<std::string_view>{}(trimmed(value.text));
}

std::size_t mixed(std::size_t hash, std::size_t more) {
    return hash * 1'099'511'628'211 + more;
}

// Of less, a look at each row is as quick as finding the right ones.
constexpr std::uint32_t rows_looked_through = 24;

Number added(Number a, Number b) {
    if (a.kind() == Number::Kind::natural && b.kind() == Number::Kind::natural) {
        std::uint64_t sum = 0;
        if (!__builtin_add_overflow(a.as_natural(), b.as_natural(), &sum))
            return Number::natural(sum);
    }
    return Number::real(a.as_double() + b.as_double());
}

}  // namespace

std::optional<Number> number_of(const Value& value) {
    switch (value.kind) {
        case Value::Kind::absent:
            return std::nullopt;
        case Value::Kind::number:
            return value.number;
        case Value::Kind::text:
            return number_in(value.text);
    }
    return std::nullopt;
}

bool Constant::matches(const Value& raw) const {
    if (raw.kind == Value::Kind::number)
        return number && number->as_double() == raw.number.as_double();
    return raw.kind == Value::Kind::text && trimmed(raw.text) == text;
}

Evaluation::Evaluation(const Mapping& mapping, std::span<const Answer> answers,
                       Workspace& workspace)
    : map_(mapping), answers_(answers), work_(workspace) {
    work_.texts.release();
    work_.joins_used = 0;
}

// ---- where the cells are --------------------------------------------------------------------

void Evaluation::mark_damage(const MappedCollector& collector, const Answer& answer,
                             std::uint16_t number) {
    if (!answer.ok()) is_complete_ = false;
    for (const Problem& problem : answer.problems) {
        // What a device does not offer is no damage.
        if (problem.reason != Reason::unsupported) is_complete_ = false;
    }
    for (std::size_t i = 0; i < map_.fields.size(); ++i) {
        if (map_.fields[i].collector != number) continue;
        const std::string& label = collector.ask->fields[map_.fields[i].number].label;
        work_.fields[i].is_damaged =
            !answer.ok() || std::ranges::any_of(answer.problems, [&](const Problem& problem) {
                return problem.ask == label && problem.reason != Reason::unsupported;
            });
    }
}

void Evaluation::locate_fields() {
    work_.fields.assign(map_.fields.size(), {});
    std::vector<std::uint32_t>& starts = work_.cursors;
    for (std::uint16_t number = 0; number < map_.collectors.size(); ++number) {
        const MappedCollector& collector = map_.collectors[number];
        const auto found = std::ranges::find_if(answers_, [&](const Answer& answer) {
            return answer.collector != nullptr && answer.collector->name == collector.name;
        });
        if (found == answers_.end()) {
            is_complete_ = false;
            continue;
        }
        // Cells are sorted by field: where the cells of field n start.
        const std::span<const Cell> cells = found->cells();
        const std::size_t asked = collector.ask->fields.size();
        starts.assign(asked + 1, 0);
        for (const Cell& cell : cells) {
            if (cell.field < asked) ++starts[cell.field + 1u];
        }
        for (std::size_t i = 1; i < starts.size(); ++i)
            starts[i] += starts[i - 1];
        for (std::size_t i = 0; i < map_.fields.size(); ++i) {
            const MappedField& field = map_.fields[i];
            if (field.collector != number) continue;
            Workspace::FieldCells& at = work_.fields[i];
            at.answer = &*found;
            at.first = starts[field.number];
            at.count = starts[field.number + 1u] - starts[field.number];
        }
        mark_damage(collector, *found, number);
    }
}

/// The least key among the cells that the cursors stand on, and among the parts.
std::optional<std::span<const std::uint32_t>> Evaluation::least_key(
    const Table& table, std::span<const std::uint32_t> part) const {
    std::optional<std::span<const std::uint32_t>> key;
    if (!part.empty()) key = part;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const Workspace::FieldCells& field = work_.fields[table.fields[i]];
        if (work_.cursors[i] >= field.count) continue;
        const Cell& cell = field.answer->cells()[field.first + work_.cursors[i]];
        const auto row = field.answer->row_of(cell);
        if (!key || compare(row, *key) < 0) key = row;
    }
    return key;
}

/// Keys of the access points that the rows of their radios show, sorted.
void Evaluation::find_by_parts(const Table& table) {
    work_.part_keys.clear();
    std::size_t size = 0;
    for (const NamedPart& part : table.layout)
        size += size_of(part.kind);
    for (const std::uint16_t parts : table.found_by) {
        for (std::uint32_t row = 0; row < row_count(parts); ++row) {
            const auto key = row_key(parts, row);
            if (key.size() <= size) continue;
            const auto own = key.first(size);
            if (work_.part_keys.empty() || compare(work_.part_keys.back(), own) != 0)
                work_.part_keys.push_back(own);
        }
    }
    std::ranges::sort(work_.part_keys,
                      [](const auto& a, const auto& b) { return compare(a, b) < 0; });
}

void Evaluation::align(std::uint16_t number) {
    const Table& table = map_.tables[number];
    find_by_parts(table);
    Workspace::TableRows& rows = work_.tables[number];
    rows.first_row = work_.rows.size();
    rows.first_cell = work_.cells.size();
    rows.first_value = work_.values.size();
    std::vector<std::uint32_t>& cursors = work_.cursors;
    cursors.assign(table.fields.size(), 0);
    std::size_t part = 0;
    const auto part_key = [&] {
        return part < work_.part_keys.size() ? work_.part_keys[part]
                                             : std::span<const std::uint32_t>();
    };
    // Merges the sorted columns: each round takes the least key and all cells that have it.
    while (const auto key = least_key(table, part_key())) {
        if (rows.count == rows_most) {
            overlong_.push_back(number);
            is_complete_ = false;
            break;
        }
        work_.rows.push_back(*key);
        ++rows.count;
        while (!part_key().empty() && compare(part_key(), *key) == 0)
            ++part;
        for (std::size_t i = 0; i < table.fields.size(); ++i) {
            const Workspace::FieldCells& field = work_.fields[table.fields[i]];
            const Cell* cell = nullptr;
            if (cursors[i] < field.count) {
                const Cell& next = field.answer->cells()[field.first + cursors[i]];
                if (compare(field.answer->row_of(next), *key) == 0) {
                    cell = &next;
                    ++cursors[i];
                }
            }
            work_.cells.push_back(cell);
        }
    }
    work_.values.resize(work_.values.size() + table.slots.size() * rows.count);
}

void Evaluation::align_rows() {
    work_.rows.clear();
    work_.cells.clear();
    work_.values.assign(map_.scalar_count, {});
    work_.tables.assign(map_.tables.size(), {});
    for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
        if (map_.tables[table].found_by.empty()) align(table);
    }
    for (std::uint16_t table = 0; table < map_.tables.size(); ++table) {
        if (!map_.tables[table].found_by.empty()) align(table);
    }
}

void Evaluation::run() {
    locate_fields();
    align_rows();
    for (const std::uint16_t number : map_.order) {
        const Slot& slot = map_.slots[number];
        const std::uint32_t rows = slot.table == none ? 1 : work_.tables[slot.table].count;
        for (std::uint32_t row = 0; row < rows; ++row)
            work_.values[place(slot, row)] = evaluate(slot, row);
    }
}

// ---- values ---------------------------------------------------------------------------------

Value Evaluation::evaluate(const Slot& slot, std::uint32_t row) {
    Value empty;
    for (const Rule& rule : slot.chain) {
        Value value = origin(rule, slot, row);
        if (value.is_absent()) continue;
        if (rule.has_steps) value = stepped(rule, value);
        value = fitted(slot, value);
        if (value.is_absent()) continue;
        if (value.kind != Value::Kind::text || !trimmed(value.text).empty()) return value;
        if (empty.is_absent()) empty = value;  // worth something only if nothing better comes
    }
    return slot.keeps_empty ? empty : Value{};
}

const Value& Evaluation::input(std::uint16_t number, std::uint16_t table, std::uint32_t row) const {
    const Slot& slot = map_.slots[number];
    return value(slot, slot.table == table ? row : 0);
}

Value Evaluation::origin(const Rule& rule, const Slot& slot, std::uint32_t row) {
    switch (rule.origin) {
        case Origin::field:
            return raw_field(rule, slot, row);
        case Origin::key:
            return key_part(rule, slot, row);
        case Origin::constant:
            return rule.constant.value();
        case Origin::slot:
            return input(rule.inputs.front(), slot.table, row);
        case Origin::largest:
            return largest(rule, slot.table, row);
        case Origin::difference:
            return difference(rule, slot.table, row);
        case Origin::product:
            return product(rule, slot.table, row);
        case Origin::plus:
            return plus(rule, slot.table, row);
        case Origin::ratio:
            return ratio(rule, slot.table, row);
        case Origin::item:
            return item(rule, slot.table, row);
        case Origin::sum:
        case Origin::mean:
        case Origin::most:
        case Origin::least:
        case Origin::count:
        case Origin::first:
            return aggregate(rule, slot, row);
    }
    return {};
}

Value Evaluation::raw_field(const Rule& rule, const Slot& slot, std::uint32_t row) const {
    const Workspace::FieldCells& field = work_.fields[rule.field];
    const Cell* cell = nullptr;
    if (slot.table == none) {
        if (field.count != 0) cell = &field.answer->cells()[field.first];
    } else {
        const Workspace::TableRows& rows = work_.tables[slot.table];
        cell = work_.cells[rows.first_cell + row * map_.tables[slot.table].fields.size() +
                           rule.local_field];
    }
    if (cell == nullptr) return {};
    Value value;
    switch (cell->value.kind) {
        case RawValue::Kind::counter32:
            value.wraps_at_32_bits = true;
            [[fallthrough]];
        case RawValue::Kind::integer:
        case RawValue::Kind::counter64:
            value.kind = Value::Kind::number;
            value.number = cell->value.number;
            return value;
        case RawValue::Kind::bytes:
        case RawValue::Kind::oid:
            return Value::of(field.answer->bytes_of(cell->value));
    }
    return {};
}

std::string_view Evaluation::keep(std::string_view text) {
    if (text.empty()) return {};
    auto* copy = static_cast<char*>(work_.texts.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

std::string_view Evaluation::text_of(const Value& value) {
    if (value.kind == Value::Kind::text) return value.text;
    if (value.kind == Value::Kind::absent) return {};
    char digits[32];
    const char* end = digits;
    switch (value.number.kind()) {
        case Number::Kind::natural:
            end = fmt::format_to_n(digits, sizeof digits, "{}", value.number.as_natural()).out;
            break;
        case Number::Kind::integer:
            end = fmt::format_to_n(digits, sizeof digits, "{}", value.number.as_integer()).out;
            break;
        case Number::Kind::real:
            end = fmt::format_to_n(digits, sizeof digits, "{}", value.number.as_double()).out;
            break;
    }
    return keep({digits, static_cast<std::size_t>(end - digits)});
}

namespace {

/// The sub-identifiers of one part of a row key; nothing when the key is shorter than its layout.
std::optional<std::span<const std::uint32_t>> part_of(std::span<const std::uint32_t> key,
                                                      const std::vector<NamedPart>& layout,
                                                      std::size_t position) {
    if (layout.empty()) {
        if (position >= key.size()) return std::nullopt;
        return key.subspan(position, 1);
    }
    for (std::size_t i = 0;; ++i) {
        std::size_t size = 1;
        switch (layout[i].kind) {
            case KeyPart::whole:
            case KeyPart::number:
                break;
            case KeyPart::mac:
                size = 6;
                break;
            case KeyPart::address:
                size = 4;
                break;
            case KeyPart::text:
                if (key.empty()) return std::nullopt;
                size = key.front();
                key = key.subspan(1);
                break;
            case KeyPart::name:
                size = key.size();
                break;
        }
        if (size > key.size()) return std::nullopt;
        if (i == position) return key.first(size);
        key = key.subspan(size);
    }
}

std::string bytes_of_key(std::span<const std::uint32_t> part) {
    std::string bytes;
    for (const std::uint32_t id : part)
        bytes.push_back(static_cast<char>(id & 0xFF));
    return bytes;
}

}  // namespace

Value Evaluation::key_part(const Rule& rule, const Slot& slot, std::uint32_t row) {
    const std::span<const std::uint32_t> key = row_key(slot.table, row);
    if (rule.key_part == KeyPart::whole) {
        if (key.size() == 1) return Value::of(Number::natural(key.front()));
        return Value::of(keep(fmt::format("{}", fmt::join(key, "."))));
    }
    const auto part = part_of(key, map_.tables[slot.table].layout, rule.key_position);
    if (!part) return {};
    switch (rule.key_part) {
        case KeyPart::whole:
        case KeyPart::number:
            return Value::of(Number::natural(part->front()));
        case KeyPart::mac: {
            const auto text = mac_text(bytes_of_key(*part));
            return text ? Value::of(keep(*text)) : Value{};
        }
        case KeyPart::address:
            return Value::of(keep(fmt::format("{}", fmt::join(*part, "."))));
        case KeyPart::text:
        case KeyPart::name:
            return Value::of(keep(bytes_of_key(*part)));
    }
    return {};
}

// ---- values made of others ------------------------------------------------------------------

Value Evaluation::largest(const Rule& rule, std::uint16_t table, std::uint32_t row) const {
    Value best;
    for (const std::uint16_t slot : rule.inputs) {
        const auto number = number_of(input(slot, table, row));
        if (number && (best.is_absent() || number->as_double() > best.number.as_double()))
            best = Value::of(*number);
    }
    return best;
}

Value Evaluation::product(const Rule& rule, std::uint16_t table, std::uint32_t row) const {
    double result = 1;
    for (const std::uint16_t slot : rule.inputs) {
        const auto number = number_of(input(slot, table, row));
        if (!number) return {};
        result *= number->as_double();
    }
    return Value::of(Number::real(result));
}

Value Evaluation::plus(const Rule& rule, std::uint16_t table, std::uint32_t row) const {
    Value sum;
    for (const std::uint16_t slot : rule.inputs) {
        const auto number = number_of(input(slot, table, row));
        if (!number && !is_complete_) return {};  // it may just not have arrived
        if (number) sum = Value::of(sum.is_absent() ? *number : added(sum.number, *number));
    }
    return sum;
}

Value Evaluation::item(const Rule& rule, std::uint16_t table, std::uint32_t row) {
    std::string_view list = text_of(input(rule.inputs[0], table, row));
    const auto number = number_of(input(rule.inputs[1], table, row));
    if (!number || number->kind() != Number::Kind::natural) return {};
    for (std::uint64_t at = 1;; ++at) {
        const std::size_t end = list.find(',');
        if (at == number->as_natural()) return Value::of(trimmed(list.substr(0, end)));
        if (end == std::string_view::npos || at > number->as_natural()) return {};
        list.remove_prefix(end + 1);
    }
}

Value Evaluation::difference(const Rule& rule, std::uint16_t table, std::uint32_t row) const {
    const auto a = number_of(input(rule.inputs[0], table, row));
    const auto b = number_of(input(rule.inputs[1], table, row));
    if (!a || !b) return {};
    return Value::of(Number::real(a->as_double() - b->as_double()));
}

Value Evaluation::ratio(const Rule& rule, std::uint16_t table, std::uint32_t row) const {
    const auto total = number_of(input(rule.inputs[0], table, row));
    const auto part = number_of(input(rule.inputs[1], table, row));
    if (!total || !part || total->as_double() <= 0) return {};
    double used = rule.is_part_free ? total->as_double() - part->as_double() : part->as_double();
    for (std::size_t i = 2; i < rule.inputs.size(); ++i) {
        const auto reclaimable = number_of(input(rule.inputs[i], table, row));
        if (reclaimable) used -= reclaimable->as_double();
    }
    return Value::of(Number::real(used / total->as_double()));
}

bool Evaluation::meets(const std::vector<Condition>& conditions, std::uint32_t row) const {
    return std::ranges::all_of(conditions, [&](const Condition& condition) {
        const Value& seen = value(map_.slots[condition.slot], row);
        if (seen.is_absent()) return false;
        return condition.values.empty() ||
               std::ranges::any_of(condition.values, [&](const Constant& constant) {
                   return constant.matches(seen);
               });
    });
}

bool Evaluation::is_shown(std::uint16_t table, std::uint32_t row) const {
    return meets(map_.tables[table].where, row);
}

Value Evaluation::aggregate(const Rule& rule, const Slot& slot, std::uint32_t row) {
    const bool is_total =
        rule.origin == Origin::sum || rule.origin == Origin::mean || rule.origin == Origin::count;
    const bool is_damaged = std::ranges::any_of(
        rule.fields, [&](std::uint16_t field) { return work_.fields[field].is_damaged; });
    // A total over rows of which some may be missing is a wrong number, not a rough one.
    if (is_total && is_damaged) return {};

    const Workspace::JoinRows* joined = nullptr;
    if (!rule.joins.empty()) {
        find_targets(rule, slot, row);
        if (std::ranges::any_of(work_.join_targets, &Value::is_absent)) return {};
        if (row_count(rule.source_table) > rows_looked_through) joined = &join_rows(rule);
    }
    return over_rows(rule, joined);
}

/// What the row of the source table must say to belong to this one.
void Evaluation::find_targets(const Rule& rule, const Slot& slot, std::uint32_t row) {
    work_.join_targets.clear();
    for (const Join& join : rule.joins) {
        if (join.target != none) {
            work_.join_targets.push_back(value(map_.slots[join.target], row));
            continue;
        }
        const auto key = row_key(slot.table, row);
        work_.join_targets.push_back(key.size() == 1
                                         ? Value::of(Number::natural(key.front()))
                                         : Value::of(keep(fmt::format("{}", fmt::join(key, ".")))));
    }
}

bool Evaluation::is_joined(const Rule& rule, std::uint32_t source_row) const {
    for (std::size_t i = 0; i < rule.joins.size(); ++i) {
        const Slot& theirs = map_.slots[rule.joins[i].source];
        if (!is_same(value(theirs, source_row), work_.join_targets[i])) return false;
    }
    return true;
}

std::size_t Evaluation::join_hash(const Rule& rule, std::uint32_t source_row) const {
    std::size_t hash = 0;
    for (const Join& join : rule.joins)
        hash = mixed(hash, hash_of(value(map_.slots[join.source], source_row)));
    return hash;
}

std::size_t Evaluation::target_hash() const {
    std::size_t hash = 0;
    for (const Value& target : work_.join_targets)
        hash = mixed(hash, hash_of(target));
    return hash;
}

/// Made once for a Poll: the columns that join are worked out before those that use them.
const Workspace::JoinRows& Evaluation::join_rows(const Rule& rule) {
    for (std::size_t i = 0; i < work_.joins_used; ++i) {
        if (work_.joins[i].rule == &rule) return work_.joins[i];
    }
    if (work_.joins_used == work_.joins.size()) work_.joins.emplace_back();
    Workspace::JoinRows& joined = work_.joins[work_.joins_used++];
    joined.rule = &rule;
    joined.rows.clear();
    for (std::uint32_t row = 0; row < row_count(rule.source_table); ++row)
        joined.rows.emplace_back(join_hash(rule, row), row);
    std::ranges::sort(joined.rows);
    return joined;
}

/// An aggregate over the rows of its source table; over those of `joined` that may belong when
/// that is there.
Value Evaluation::over_rows(const Rule& rule, const Workspace::JoinRows* joined) {
    const bool is_total =
        rule.origin == Origin::sum || rule.origin == Origin::mean || rule.origin == Origin::count;
    const bool has_input = !rule.inputs.empty();
    std::size_t at = 0;
    std::size_t end = row_count(rule.source_table);
    if (joined != nullptr) {
        const auto& rows = joined->rows;
        const auto hash_of = [](const auto& row) { return row.first; };
        const std::size_t hash = target_hash();
        at = static_cast<std::size_t>(std::ranges::lower_bound(rows, hash, {}, hash_of) -
                                      rows.begin());
        end = static_cast<std::size_t>(std::ranges::upper_bound(rows, hash, {}, hash_of) -
                                       rows.begin());
    }
    std::uint32_t count = 0;
    Number result = Number::natural(0);
    for (; at < end; ++at) {
        const std::uint32_t i =
            joined != nullptr ? joined->rows[at].second : static_cast<std::uint32_t>(at);
        if (!is_shown(rule.source_table, i) || !meets(rule.where, i)) continue;
        if (!is_joined(rule, i)) continue;
        if (!has_input) {
            ++count;
            continue;
        }
        const Value& seen = value(map_.slots[rule.inputs.front()], i);
        if (rule.origin == Origin::first && !seen.is_absent()) return seen;
        if (rule.origin == Origin::count && !seen.is_absent()) ++count;
        if (rule.origin == Origin::count) continue;
        const auto number = number_of(seen);
        if (!number) {
            if (is_total && !is_complete_) return {};
            continue;
        }
        const bool replaces =
            count == 0 ||
            (rule.origin == Origin::most && number->as_double() > result.as_double()) ||
            (rule.origin == Origin::least && number->as_double() < result.as_double());
        if (rule.origin == Origin::sum || rule.origin == Origin::mean) {
            result = added(result, *number);
        } else if (replaces) {
            result = *number;
        }
        ++count;
    }
    if (rule.origin == Origin::count) {
        // No rows at all: an agent without the table looks the same, unless something else shows
        // that it would have told.
        const bool is_told = rule.given_table != none && row_count(rule.given_table) != 0;
        if (count == 0 && !(is_told && is_complete_)) return {};
        return Value::of(Number::natural(count));
    }
    if (count == 0) return {};
    if (rule.origin == Origin::mean) result = Number::real(result.as_double() / count);
    return Value::of(result);
}

// ---- steps ----------------------------------------------------------------------------------

Value Evaluation::read_as(Reading reading, const Value& value) {
    switch (reading) {
        case Reading::plain:
            return value;
        case Reading::text:
            return Value::of(trimmed(text_of(value)));
        case Reading::number: {
            const auto number = number_of(value);
            return number ? Value::of(*number) : Value{};
        }
        case Reading::mac:
        case Reading::address: {
            if (value.kind != Value::Kind::text) return {};
            const auto text =
                reading == Reading::mac ? mac_text(value.text) : address_text(value.text);
            // Many agents send the address as text already.
            return Value::of(text ? keep(*text) : trimmed(value.text));
        }
        case Reading::hex:
            return value.kind == Value::Kind::text ? Value::of(keep(hex_text(value.text)))
                                                   : Value{};
    }
    return {};
}

Value Evaluation::matched(const Rule& rule, const Value& value) {
    const std::string_view text = trimmed(text_of(value));
    if (text.size() > match_most) return {};
    try {
        if (!boost::regex_search(text.data(), text.data() + text.size(), work_.match, *rule.match))
            return {};
    } catch (const std::exception&) {
        return {};  // the expression's work grew beyond the library's limit
    }
    const auto& part = work_.match.size() > 1 ? work_.match[1] : work_.match[0];
    if (!part.matched) return {};
    return Value::of(std::string_view(part.first, static_cast<std::size_t>(part.length())));
}

Value Evaluation::formatted(const Rule& rule, const Value& value) {
    const std::string_view text = trimmed(text_of(value));
    if (text.empty()) return {};
    std::string whole = rule.format;
    whole.replace(whole.find("{}"), 2, text);
    return Value::of(keep(whole));
}

Value Evaluation::mapped(const Rule& rule, const Value& value) const {
    for (const MapEntry& entry : rule.map) {
        if (entry.from.matches(value)) return entry.to.value();
    }
    return rule.otherwise.value();
}

Value Evaluation::stepped(const Rule& rule, Value value) {
    if (rule.as != Reading::plain) value = read_as(rule.as, value);
    for (const Constant& sentinel : rule.sentinels) {
        if (sentinel.matches(value)) return {};
    }
    if (rule.raw_least > -std::numeric_limits<double>::infinity() ||
        rule.raw_most < std::numeric_limits<double>::infinity()) {
        const auto number = number_of(value);
        if (!number || number->as_double() < rule.raw_least || number->as_double() > rule.raw_most)
            return {};
    }
    if (rule.match) value = matched(rule, value);
    if (rule.has_map && !value.is_absent()) value = mapped(rule, value);
    if (!rule.format.empty() && !value.is_absent()) value = formatted(rule, value);
    if (value.is_absent() || (rule.low_bits == 0 && rule.scaling.is_identity())) return value;
    auto number = number_of(value);
    if (!number) return {};
    if (rule.low_bits != 0) {
        if (number->kind() != Number::Kind::natural) return {};
        number = Number::natural(number->as_natural() & ((std::uint64_t{1} << rule.low_bits) - 1));
    }
    return Value::of(rule.scaling.apply(*number));
}

Value Evaluation::fitted(const Slot& slot, Value value) {
    if (value.is_absent() || slot.kind == Slot::Kind::any) return value;
    if (slot.kind == Slot::Kind::text) return Value::of(trimmed(text_of(value)));
    const auto number = number_of(value);
    if (!number) return {};
    const double real = number->as_double();
    if (!std::isfinite(real) || real < slot.least || real > slot.most) return {};
    if (slot.kind == Slot::Kind::flag) {
        if (real != 0 && real != 1) return {};
        return Value::of(Number::natural(real == 1 ? 1 : 0));
    }
    value.kind = Value::Kind::number;
    value.number = *number;
    return value;
}

}  // namespace pantau::mapping
