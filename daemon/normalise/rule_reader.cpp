#include <fmt/format.h>

#include <algorithm>

#include "model/quantity.hpp"
#include "normalise/compile.hpp"
#include "normalise/rule_words.hpp"

namespace pantau::mapping {
namespace {

using config::MapReader;
using config::Node;

bool is_number_text(std::string_view text) {
    return !text.empty() && text.find_first_not_of("+-.0123456789") == std::string_view::npos;
}

Constant read_constant(const Node& node) {
    Constant constant;
    constant.is_absent = node.is_null();
    constant.text = std::string(node.scalar());
    if (!node.is_quoted() && is_number_text(constant.text))
        constant.number = number_in(constant.text);
    return constant;
}

/// A constant as a value of this slot: true and false for flags, numbers for numbers.
std::optional<Constant> read_result(Compilation& c, const Slot& slot, const Node& node) {
    Constant constant = read_constant(node);
    if (constant.is_absent) return constant;
    if (!node.is_scalar()) {
        node.complain(c.diagnostics, "a single value belongs here");
        return std::nullopt;
    }
    switch (slot.kind) {
        case Slot::Kind::flag: {
            const auto flag = node.flag(c.diagnostics);
            if (!flag) return std::nullopt;
            constant.number = Number::natural(*flag ? 1 : 0);
            return constant;
        }
        case Slot::Kind::number: {
            const auto number = node.number(c.diagnostics);
            if (!number) return std::nullopt;
            if (!constant.number) constant.number = Number::real(*number);
            return constant;
        }
        case Slot::Kind::text:
            constant.number.reset();
            return constant;
        case Slot::Kind::any:
            break;
    }
    return constant;
}

std::vector<Constant> read_constants(Compilation& c, const Node& node) {
    std::vector<Constant> constants;
    const std::vector<Node> elements = node.is_list() ? node.elements() : std::vector<Node>{node};
    for (const Node& element : elements) {
        if (element.is_scalar()) {
            constants.push_back(read_constant(element));
        } else {
            element.complain(c.diagnostics, "a single value or a list of them belongs here");
        }
    }
    return constants;
}

void read_map(Compilation& c, const Slot& slot, const Node& node, Rule& rule) {
    if (!node.is_map()) {
        node.complain(c.diagnostics, "map is no map", "map: {1: up, 2: down}");
        return;
    }
    rule.has_map = true;
    for (const auto& [key, value] : node.entries()) {
        MapEntry entry;
        entry.from.text = key;
        if (is_number_text(key)) entry.from.number = number_in(key);
        if (auto result = read_result(c, slot, value)) {
            entry.to = std::move(*result);
            rule.map.push_back(std::move(entry));
        }
    }
}

void read_scaling(Compilation& c, MapReader& map, Rule& rule) {
    double factor = map.number("scale").value_or(1);
    if (factor == 0) {
        map.self().complain(c.diagnostics, "scale 0 leaves nothing of the value");
        factor = 1;
    }
    if (const auto unit = map.node("unit")) {
        const std::string word = unit->text(c.diagnostics).value_or("");
        if (const auto known = unit_factor(word)) {
            factor *= *known;
        } else {
            std::string help = suggestion(word, unit_words());
            if (help.empty()) help = fmt::format("one of {}", fmt::join(unit_words(), ", "));
            unit->complain(c.diagnostics, fmt::format("unknown unit \"{}\"", word), help);
        }
    }
    const bool is_negated = map.flag("negate").value_or(false);
    rule.scaling = Scaling(factor, is_negated, map.number("offset").value_or(0));
}

/// The steps on a value, whatever its origin.
void read_steps(Compilation& c, const Slot& slot, MapReader& map, Rule& rule) {
    if (const auto as = map.one_of("as", as_words))
        rule.as = static_cast<Reading>(*as + static_cast<std::size_t>(Reading::text));
    if (const auto sentinels = map.node("none")) rule.sentinels = read_constants(c, *sentinels);
    if (const auto least = map.number("least")) rule.raw_least = *least;
    if (const auto most = map.number("most")) rule.raw_most = *most;
    if (const auto match = map.node("match")) rule.match = read_regex(*match, c.diagnostics);
    rule.otherwise.is_absent = true;
    if (const auto values = map.node("map")) read_map(c, slot, *values, rule);
    if (const auto otherwise = map.node("otherwise")) {
        if (!rule.has_map)
            otherwise->complain(c.diagnostics, "\"otherwise\" stands beside a map only");
        if (auto result = read_result(c, slot, *otherwise)) rule.otherwise = std::move(*result);
    }
    if (const auto format = map.node("format")) {
        rule.format = format->text(c.diagnostics).value_or("{}");
        if (rule.format.find("{}") == std::string::npos)
            format->complain(c.diagnostics, "nothing shows where the value stands",
                             "format: \"Example {}\"");
    }
    rule.low_bits = static_cast<std::uint8_t>(map.integer("low_bits", 1, 63).value_or(0));
    read_scaling(c, map, rule);
    rule.has_steps = rule.as != Reading::plain || !rule.sentinels.empty() ||
                     rule.raw_least > -std::numeric_limits<double>::infinity() ||
                     rule.raw_most < std::numeric_limits<double>::infinity() || rule.match ||
                     rule.has_map || !rule.format.empty() || rule.low_bits != 0 ||
                     !rule.scaling.is_identity();
}

bool read_address(Compilation& c, const Slot& slot, const Node& node, std::size_t kind,
                  Rule& rule) {
    auto text = node.text(c.diagnostics);
    if (!text) return false;
    const bool is_column = slot.table != none;
    constexpr std::string_view own = "object_id";
    const bool is_relative = text->starts_with("object_id.");
    if (is_relative) text->replace(0, own.size(), c.object_id.empty() ? "1.3" : c.object_id);
    if (c.kinds[kind]->check_address != nullptr) {
        const Result<void> checked = c.kinds[kind]->check_address(*text, is_column);
        if (!checked) {
            node.complain(c.diagnostics, checked.error().detail);
            return false;
        }
    }
    if (is_relative) {
        c.out.is_relative = true;
        if (c.object_id.empty()) return false;
    }
    rule.origin = Origin::field;
    rule.field = c.field(kind, *text, slot.table, slot.name);
    if (is_column) {
        auto& fields = c.out.tables[slot.table].fields;
        const auto at = std::ranges::find(fields, rule.field);
        rule.local_field = static_cast<std::uint16_t>(at - fields.begin());
        if (at == fields.end()) fields.push_back(rule.field);
    }
    return true;
}

/// `index: all`, `index: 2` (the second part), `index: radio` (the part of that name).
bool read_key_part(Compilation& c, const Slot& slot, const Node& node, Rule& rule) {
    if (slot.table == none) {
        node.complain(c.diagnostics, "a scalar has no index");
        return false;
    }
    rule.origin = Origin::key;
    const std::string word(node.scalar());
    if (word == "all") return true;
    const auto& layout = c.out.tables[slot.table].layout;
    if (!node.is_quoted() && is_number_text(word)) {
        const auto position = node.integer(c.diagnostics, 1, 128);
        if (!position) return false;
        rule.key_position = static_cast<std::uint16_t>(*position - 1);
        rule.key_part = KeyPart::number;
        if (layout.empty()) return true;
        if (rule.key_position < layout.size()) {
            rule.key_part = layout[rule.key_position].kind;
            return true;
        }
        node.complain(c.diagnostics, fmt::format("the key has {} parts", layout.size()));
        return false;
    }
    const auto part = std::ranges::find(layout, word, &NamedPart::name);
    if (part != layout.end()) {
        rule.key_part = part->kind;
        rule.key_position = static_cast<std::uint16_t>(part - layout.begin());
        return true;
    }
    std::vector<std::string_view> names{"all"};
    for (const NamedPart& named : layout)
        names.push_back(named.name);
    node.complain(c.diagnostics, fmt::format("the key has no part \"{}\"", word),
                  suggestion(word, names));
    return false;
}

std::vector<Node> as_list(const Node& node) {
    return node.is_list() ? node.elements() : std::vector<Node>{node};
}

bool read_inputs(Compilation& c, const Slot& slot, const Node& node, std::size_t least,
                 std::size_t most, Rule& rule) {
    const std::vector<Node> names = as_list(node);
    if (names.size() < least || names.size() > most) {
        node.complain(c.diagnostics, least == most
                                         ? fmt::format("{} names belong here", least)
                                         : fmt::format("at least {} names belong here", least));
        return false;
    }
    for (const Node& name : names) {
        const auto input = c.resolve(name, slot.table);
        if (!input) return false;
        rule.inputs.push_back(*input);
    }
    return true;
}

bool read_ratio(Compilation& c, const Slot& slot, const Node& node, Rule& rule) {
    rule.origin = Origin::ratio;
    MapReader map(node, c.diagnostics);
    const auto total = map.required("total");
    const auto used = map.node("used");
    const auto free = map.node("free");
    bool is_good = total.has_value();
    if (used.has_value() == free.has_value()) {
        node.complain(c.diagnostics, "a ratio needs either \"used\" or \"free\"");
        is_good = false;
    }
    const auto add = [&](const std::optional<Node>& name) {
        if (!name) return;
        const auto input = c.resolve(*name, slot.table);
        is_good = is_good && input.has_value();
        if (input) rule.inputs.push_back(*input);
    };
    add(total);
    rule.is_part_free = !used;
    add(used ? used : free);
    if (const auto reclaimable = map.node("reclaimable")) {
        for (const Node& name : as_list(*reclaimable))
            add(name);
    }
    map.finish();
    return is_good;
}

/// A column that a join names, of one of its two tables.
std::optional<std::uint16_t> join_column(Compilation& c, std::uint16_t table, std::string_view name,
                                         const Node& where) {
    const auto found = c.slots.find(fmt::format("{}.{}", c.out.tables[table].name, name));
    if (found != c.slots.end()) return found->second;
    where.complain(c.diagnostics, fmt::format("table \"{}\" has no column \"{}\"",
                                              c.out.tables[table].name, name));
    return std::nullopt;
}

/// `by: radio` (the source's column radio is this row's name), `by: {radio: name}` (… is this
/// row's column name), `by: {interface: index}` (… is this row's key); several pairs must all hold.
bool read_join(Compilation& c, const Slot& slot, const Node& node, Rule& rule) {
    const auto add = [&](std::string_view theirs, std::optional<std::uint16_t> ours) {
        const auto source = join_column(c, rule.source_table, theirs, node);
        if (!source || !ours) return false;
        rule.joins.push_back({*source, *ours});
        return true;
    };
    if (node.is_scalar() && slot.table != none)
        return add(node.scalar(), join_column(c, slot.table, "name", node));
    const auto entries = node.entries();
    if (!node.is_map() || entries.empty()) {
        node.complain(c.diagnostics,
                      slot.table != none
                          ? "\"by\" takes a column, or {their column: our column}"
                          : "\"by\" takes {their column: our scalar} here; this is no column");
        return false;
    }
    bool is_good = true;
    for (const auto& [theirs, ours] : entries) {
        const bool is_key = ours.scalar() == "index" && slot.table != none;
        is_good = add(theirs, is_key ? none : c.resolve(ours, slot.table)) && is_good;
    }
    return is_good;
}

bool read_aggregate(Compilation& c, const Slot& slot, MapReader& map, const Node& node,
                    Origin origin, Rule& rule) {
    rule.origin = origin;
    bool is_good = true;
    const auto table = c.tables.find(node.scalar());
    if (origin == Origin::count && table != c.tables.end()) {
        rule.source_table = table->second;
    } else if (const auto column = c.resolve_column(node, slot.table)) {
        rule.inputs.push_back(*column);
        rule.source_table = c.out.slots[*column].table;
    } else {
        is_good = false;
    }
    const auto where = map.node("where");
    const auto by = map.node("by");
    if (const auto given = map.node("given")) {
        const auto known = c.tables.find(given->scalar());
        if (origin != Origin::count || known == c.tables.end()) {
            given->complain(c.diagnostics, "\"given\" names a table, beside a count");
            return false;
        }
        rule.given_table = known->second;
    }
    if (!is_good) return false;
    if (where) rule.where = read_conditions(c, *where, rule.source_table);
    if (by) is_good = read_join(c, slot, *by, rule);
    return is_good;
}

/// Finds the one key that says where the value comes from.
bool read_origin(Compilation& c, const Slot& slot, const ChainElement& element, MapReader& map,
                 Rule& rule) {
    int origins = 0;
    bool is_good = true;
    const auto take = [&](std::string_view key, const auto& read) {
        const auto node = map.node(key);
        if (!node) return;
        if (++origins == 1) is_good = read(*node) && is_good;
    };
    if (element.kind) {
        take(c.kinds[*element.kind]->address_key,
             [&](const Node& node) { return read_address(c, slot, node, *element.kind, rule); });
    }
    take("index", [&](const Node& node) { return read_key_part(c, slot, node, rule); });
    take("from", [&](const Node& node) {
        rule.origin = Origin::slot;
        return read_inputs(c, slot, node, 1, 1, rule);
    });
    take("value", [&](const Node& node) {
        rule.origin = Origin::constant;
        auto constant = read_result(c, slot, node);
        if (constant) rule.constant = std::move(*constant);
        return constant.has_value();
    });
    take("largest", [&](const Node& node) {
        rule.origin = Origin::largest;
        return read_inputs(c, slot, node, 1, 32, rule);
    });
    take("difference", [&](const Node& node) {
        rule.origin = Origin::difference;
        return read_inputs(c, slot, node, 2, 2, rule);
    });
    take("product", [&](const Node& node) {
        rule.origin = Origin::product;
        return read_inputs(c, slot, node, 2, 32, rule);
    });
    take("plus", [&](const Node& node) {
        rule.origin = Origin::plus;
        return read_inputs(c, slot, node, 2, 32, rule);
    });
    take("item", [&](const Node& node) {
        rule.origin = Origin::item;
        return read_inputs(c, slot, node, 2, 2, rule);
    });
    take("ratio", [&](const Node& node) { return read_ratio(c, slot, node, rule); });
    for (const Aggregate& aggregate : aggregates) {
        take(aggregate.word, [&](const Node& node) {
            return read_aggregate(c, slot, map, node, aggregate.origin, rule);
        });
    }
    if (origins == 1) return is_good;
    const std::string_view key = element.kind ? c.kinds[*element.kind]->address_key : "from";
    element.node.complain(
        c.diagnostics,
        origins == 0 ? "nothing says where the value comes from"
                     : "more than one key says where the value comes from",
        fmt::format(
            "one of {}, index, from, value, largest, difference, product, plus, ratio, item, "
            "sum, mean, max, min, count, first; several ways to a value are a list",
            key));
    return false;
}

}  // namespace

std::vector<Condition> read_conditions(Compilation& c, const Node& node, std::uint16_t table) {
    std::vector<Condition> conditions;
    if (!node.is_map()) {
        node.complain(c.diagnostics, "\"where\" is no map", "where: {column: value}");
        return conditions;
    }
    for (const auto& [column, value] : node.entries()) {
        const auto slot = c.slots.find(fmt::format("{}.{}", c.out.tables[table].name, column));
        if (slot == c.slots.end()) {
            value.complain(c.diagnostics, fmt::format("table \"{}\" has no column \"{}\"",
                                                      c.out.tables[table].name, column));
            continue;
        }
        Condition condition;
        condition.slot = slot->second;
        const bool is_any = value.is_scalar() && !value.is_quoted() && value.scalar() == "any";
        if (!is_any) condition.values = read_constants(c, value);
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

std::optional<Rule> read_rule(Compilation& c, const Slot& slot, const ChainElement& element) {
    Rule rule;
    if (element.node.is_scalar()) {
        // The short form: an address under a collector, a name under `derive:`.
        rule.otherwise.is_absent = true;
        bool is_good = false;
        if (element.kind) {
            is_good = read_address(c, slot, element.node, *element.kind, rule);
        } else {
            rule.origin = Origin::slot;
            is_good = read_inputs(c, slot, element.node, 1, 1, rule);
        }
        return is_good ? std::optional(std::move(rule)) : std::nullopt;
    }
    const std::size_t errors = c.diagnostics.errors();
    MapReader map(element.node, c.diagnostics);
    const bool is_good = read_origin(c, slot, element, map, rule);
    read_steps(c, slot, map, rule);
    map.finish();
    const bool tells_truth = rule.has_map || rule.origin == Origin::constant ||
                             rule.origin == Origin::slot || rule.origin == Origin::first;
    if (is_good && slot.kind == Slot::Kind::flag && !tells_truth)
        element.node.complain(
            c.diagnostics, fmt::format("nothing says which values of \"{}\" mean yes", slot.name),
            "map: {1: true, 2: false}");
    if (!is_good || c.diagnostics.errors() != errors) return std::nullopt;
    return rule;
}

}  // namespace pantau::mapping
