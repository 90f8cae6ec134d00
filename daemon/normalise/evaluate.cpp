#include "normalise/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace pantau::mapping {
namespace {

// A longer text cannot be anything a profile looks for, and a regular expression over it is work
// that the device chose.
constexpr std::size_t match_most = 1024;

std::strong_ordering compare(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
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
