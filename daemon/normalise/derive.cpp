// Values that are made of others of the same device: sums, ratios, rows of another table.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "normalise/evaluate.hpp"

namespace pantau::mapping {
namespace {

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

}  // namespace pantau::mapping
