#include "normalise/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "normalise/rule_words.hpp"

namespace pantau::mapping {
namespace {

using config::Diagnostics;
using config::Node;

// A profile that asks for more is a mistake; numbers of fields and slots are 16 bits.
constexpr std::size_t slots_most = 4000;

/// Every way to get at a value may be a field of its own.
std::size_t ways_of(const ProfileFile& file) {
    std::size_t ways = 0;
    for (const Definition& definition : file.definitions)
        ways += std::max<std::size_t>(1, definition.chain.size());
    return ways;
}

std::string_view prefix_of(std::string_view name) {
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string_view suffix_of(std::string_view name) {
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool is_private(std::string_view name) {
    return name.size() > 1 && name.front() == '_';
}

std::vector<std::string_view> quantity_names() {
    std::vector<std::string_view> names;
    for (const QuantityInfo& info : quantities())
        names.push_back(info.name);
    return names;
}

std::optional<ComponentKind> component_named(std::string_view word) {
    for (const ComponentKind kind : {ComponentKind::access_point, ComponentKind::radio,
                                     ComponentKind::ssid, ComponentKind::interface}) {
        if (name_of(kind) == word) return kind;
    }
    return std::nullopt;
}

bool same_place(const config::Location& a, const config::Location& b) {
    return a.source == b.source && a.line == b.line && a.column == b.column;
}

// ---- names ----------------------------------------------------------------------------------

std::string names_help(const Compilation& c, std::string_view word, std::uint16_t table) {
    std::vector<std::string_view> names;
    for (const auto& [name, number] : c.slots) {
        const Slot& slot = c.out.slots[number];
        if (slot.table == none) names.push_back(name);
        if (table != none && slot.table == table) names.push_back(suffix_of(name));
    }
    return suggestion(word, names);
}

void set_quantity(Slot& slot, QuantityId id) {
    const QuantityInfo& info = quantity_info(id);
    slot.quantity = id;
    slot.least = info.least;
    slot.most = info.most;
    switch (info.kind) {
        case QuantityKind::text:
            slot.kind = Slot::Kind::text;
            break;
        case QuantityKind::flag:
            slot.kind = Slot::Kind::flag;
            break;
        case QuantityKind::counter:
            slot.is_counter = true;
            slot.kind = Slot::Kind::number;
            break;
        case QuantityKind::gauge:
            slot.kind = Slot::Kind::number;
            break;
    }
    slot.keeps_empty =
        info.component != ComponentKind::system && info.component != ComponentKind::access_point;
}

/// What a target means: a column of a table, or a scalar; a quantity, or a value of the profile's
/// own.
void add_slot(Compilation& c, const Definition& definition) {
    Slot slot;
    slot.name = definition.target;
    const auto complain = [&](std::string message, std::string help) {
        c.diagnostics.error(definition.location, std::move(message), std::move(help),
                            definition.target);
    };
    std::string quantity = definition.target;
    bool may_be_private = is_private(definition.target);
    const auto table = c.tables.find(prefix_of(definition.target));
    if (table != c.tables.end()) {
        slot.table = table->second;
        Table& in = c.out.tables[slot.table];
        const std::string_view column = suffix_of(definition.target);
        may_be_private = is_private(column) || !in.component;
        if (in.component) quantity = fmt::format("{}.{}", name_of(*in.component), column);
        slot.column = static_cast<std::uint16_t>(in.slots.size());
    } else {
        slot.column = c.out.scalar_count;
    }
    const auto id = may_be_private ? std::nullopt : quantity_named(quantity);
    if (!may_be_private && !id) {
        std::string help = suggestion(quantity, quantity_names());
        if (help.empty()) help = "a value of the profile's own begins with _";
        return complain(fmt::format("unknown quantity \"{}\"", quantity), std::move(help));
    }
    if (id) {
        const ComponentKind component = quantity_info(*id).component;
        const bool is_scalar =
            component == ComponentKind::system || component == ComponentKind::access_point;
        if (slot.table == none && !is_scalar)
            return complain(fmt::format("\"{}\" is a column, but there is no table \"{}\"",
                                        quantity, prefix_of(quantity)),
                            fmt::format("tables: {{{}: {{…}}}}", prefix_of(quantity)));
        set_quantity(slot, *id);
    }
    const auto number = static_cast<std::uint16_t>(c.out.slots.size());
    if (slot.table == none) {
        ++c.out.scalar_count;
    } else {
        c.out.tables[slot.table].slots.push_back(number);
    }
    c.slots.emplace(definition.target, number);
    c.out.slots.push_back(std::move(slot));
}

// ---- tables ---------------------------------------------------------------------------------

std::vector<NamedPart> read_layout(const Node& node, Diagnostics& diagnostics) {
    std::vector<NamedPart> layout;
    if (node.is_scalar() && node.scalar() == "index") return layout;
    for (const Node& part : node.elements()) {
        const auto entries = part.entries();
        const bool is_pair = entries.size() == 1 && entries.front().second.is_scalar();
        const auto word = is_pair ? std::ranges::find(key_words, entries.front().second.scalar())
                                  : key_words.end();
        if (word == key_words.end()) {
            part.complain(diagnostics, "a part of a key is a name and how it reads",
                          "- radio: number (or mac, address, text, name)");
            continue;
        }
        const auto kind = static_cast<std::size_t>(word - key_words.begin()) +
                          static_cast<std::size_t>(KeyPart::number);
        layout.push_back({entries.front().first, static_cast<KeyPart>(kind)});
    }
    if (!node.is_list())
        node.complain(diagnostics, "a key is \"index\", or a list of its parts",
                      "key: [ap: mac, radio: number]");
    return layout;
}

void add_table(Compilation& c, const TableHead& head) {
    Table table;
    table.name = head.name;
    table.component = component_named(head.name);
    if (head.component) {
        const std::string word = head.component->text(c.diagnostics).value_or("");
        table.component = component_named(word);
        if (!table.component)
            head.component->complain(c.diagnostics, fmt::format("no component \"{}\"", word),
                                     "ap, radio, ssid or interface");
    }
    if (head.name == "system" || head.name == "identity" ||
        head.name.find('.') != std::string::npos)
        c.diagnostics.error(head.location, fmt::format("\"{}\" cannot name a table", head.name),
                            "system and identity are scalars");
    if (head.key) table.layout = read_layout(*head.key, c.diagnostics);
    if (head.parent) {
        const std::string_view parent = head.parent->is_scalar() ? head.parent->scalar() : "";
        table.has_parent = parent == "ap";
        table.is_of_system = parent == "system" && table.component == ComponentKind::ssid;
        if (!table.has_parent && !table.is_of_system)
            head.parent->complain(c.diagnostics, "the parent of a radio or ssid is ap",
                                  "parent: ap (the row keys start with those of table ap)");
    }
    const auto number = static_cast<std::uint16_t>(c.out.tables.size());
    if (table.component == ComponentKind::access_point) c.out.access_points = number;
    c.tables.emplace(head.name, number);
    c.out.tables.push_back(std::move(table));
}

void check_parents(Compilation& c, const ProfileFile& file) {
    for (const TableHead& head : file.tables) {
        const Table& table = c.out.tables[c.tables.find(head.name)->second];
        const bool is_part =
            table.component == ComponentKind::radio || table.component == ComponentKind::ssid;
        if (table.is_of_system && c.out.access_points == none) {
            c.diagnostics.error(head.location, "networks of the system stand beside a table \"ap\"",
                                "take the parent away: they belong to the device");
        } else if (table.has_parent && (!is_part || c.out.access_points == none)) {
            c.diagnostics.error(head.location, "a parent needs a table \"ap\" to be found in");
        } else if (!table.has_parent && !table.is_of_system && is_part &&
                   c.out.access_points != none) {
            c.diagnostics.error(
                head.location,
                fmt::format("the rows of \"{}\" belong to no access point", head.name),
                "parent: ap");
        }
    }
}

/// `found_by: radio`: an access point that has no row of its own is found by those of its radios.
/// The rows of the parts begin with the key of the access point; so that it can be cut off, its
/// size must be known.
void read_found_by(Compilation& c, const TableHead& head) {
    Table& table = c.out.tables[c.tables.find(head.name)->second];
    const bool is_fixed =
        !table.layout.empty() && std::ranges::all_of(table.layout, [](const NamedPart& part) {
            return size_of(part.kind) != 0;
        });
    if (table.component != ComponentKind::access_point || !is_fixed) {
        head.found_by->complain(c.diagnostics,
                                "\"found_by\" belongs to a table \"ap\" whose key has a fixed size",
                                "key: [ap: mac]");
        return;
    }
    const auto names = head.found_by->texts(c.diagnostics);
    if (!names) return;
    for (const std::string& name : *names) {
        const auto found = c.tables.find(name);
        if (found != c.tables.end() && c.out.tables[found->second].has_parent) {
            table.found_by.push_back(found->second);
        } else {
            head.found_by->complain(c.diagnostics,
                                    fmt::format("\"{}\" is no table with \"parent: ap\"", name));
        }
    }
}

// ---- rules ----------------------------------------------------------------------------------

/// Remembers of which field another is only the stand-in, as long as all its uses agree.
void note_stand_in(Compilation& c, const Slot& slot) {
    for (std::size_t i = 0; i < slot.chain.size(); ++i) {
        const Rule& rule = slot.chain[i];
        if (rule.origin != Origin::field) continue;
        std::uint16_t other = none;
        const Rule& first = slot.chain.front();
        if (i != 0 && first.origin == Origin::field && first.field != rule.field &&
            c.out.fields[first.field].collector == c.out.fields[rule.field].collector)
            other = first.field;
        Compilation::Use& use = c.uses[rule.field];
        if (!use.is_used) {
            use = {other, true};
        } else if (use.instead_of != other) {
            use.instead_of = none;
        }
    }
}

void read_chain(Compilation& c, const Definition& definition) {
    const auto found = c.slots.find(definition.target);
    if (found == c.slots.end()) return;  // already reported
    std::vector<Rule> chain;
    for (const ChainElement& element : definition.chain) {
        if (element.node.is_null()) continue;  // `target: null` takes an inherited one away
        if (auto rule = read_rule(c, c.out.slots[found->second], element))
            chain.push_back(std::move(*rule));
    }
    Slot& slot = c.out.slots[found->second];
    slot.chain = std::move(chain);
    note_stand_in(c, slot);
}

std::vector<std::uint16_t> needs_of(const Mapping& mapping, const Slot& slot) {
    std::vector<std::uint16_t> needs;
    for (const Rule& rule : slot.chain) {
        needs.insert(needs.end(), rule.inputs.begin(), rule.inputs.end());
        for (const Condition& condition : rule.where)
            needs.push_back(condition.slot);
        for (const Join& join : rule.joins) {
            needs.push_back(join.source);
            if (join.target != none) needs.push_back(join.target);
        }
        if (rule.source_table == none) continue;
        for (const Condition& condition : mapping.tables[rule.source_table].where)
            needs.push_back(condition.slot);
    }
    return needs;
}

/// Puts every slot behind those it stands on; names the circle when there is one.
void set_order(Compilation& c, const ProfileFile& file) {
    enum class Mark : std::uint8_t { unseen, open, done };
    std::vector<Mark> marks(c.out.slots.size(), Mark::unseen);
    bool is_circle_told = false;
    std::function<void(std::uint16_t, std::size_t)> visit = [&](std::uint16_t slot,
                                                                std::size_t depth) {
        if (marks[slot] == Mark::done) return;
        if (marks[slot] == Mark::open || depth > slots_most) {
            if (std::exchange(is_circle_told, true)) return;
            const auto definition =
                std::ranges::find(file.definitions, c.out.slots[slot].name, &Definition::target);
            c.diagnostics.error(definition->location,
                                fmt::format("\"{}\" is derived from itself", definition->target));
            return;
        }
        marks[slot] = Mark::open;
        for (const std::uint16_t need : needs_of(c.out, c.out.slots[slot]))
            visit(need, depth + 1);
        marks[slot] = Mark::done;
        c.out.order.push_back(slot);
    };
    for (std::uint16_t slot = 0; slot < c.out.slots.size(); ++slot)
        visit(slot, 0);
}

void collect_fields(const Mapping& mapping, std::uint16_t slot, std::set<std::uint16_t>& fields,
                    std::set<std::uint16_t>& seen) {
    if (!seen.insert(slot).second) return;
    for (const Rule& rule : mapping.slots[slot].chain) {
        if (rule.origin == Origin::field) fields.insert(rule.field);
    }
    for (const std::uint16_t need : needs_of(mapping, mapping.slots[slot]))
        collect_fields(mapping, need, fields, seen);
}

/// Tells every sum over rows which fields it would be wrong without.
void note_fields_of_aggregates(Mapping& mapping) {
    for (Slot& slot : mapping.slots) {
        for (Rule& rule : slot.chain) {
            if (rule.source_table == none) continue;
            std::set<std::uint16_t> fields;
            std::set<std::uint16_t> seen;
            for (const std::uint16_t input : rule.inputs)
                collect_fields(mapping, input, fields, seen);
            for (const Condition& condition : rule.where)
                collect_fields(mapping, condition.slot, fields, seen);
            for (const Join& join : rule.joins)
                collect_fields(mapping, join.source, fields, seen);
            if (rule.origin == Origin::count) {
                const Table& table = mapping.tables[rule.source_table];
                fields.insert(table.fields.begin(), table.fields.end());
                for (const std::uint16_t parts : table.found_by)
                    fields.insert(mapping.tables[parts].fields.begin(),
                                  mapping.tables[parts].fields.end());
            }
            rule.fields.assign(fields.begin(), fields.end());
        }
    }
}

/// Marks the columns that say what a row is: what becomes a text, and what rows are joined by.
void mark_names(Compilation& c) {
    const auto mark = [&](const Slot& slot) {
        for (const Rule& rule : slot.chain) {
            if (rule.origin != Origin::field) continue;
            const MappedField& field = c.out.fields[rule.field];
            if (field.is_column) c.asked[field.collector][field.number].is_name = true;
        }
    };
    for (const Slot& slot : c.out.slots) {
        if (slot.table != none && slot.kind == Slot::Kind::text) mark(slot);
        for (const Rule& rule : slot.chain) {
            for (const Join& join : rule.joins) {
                mark(c.out.slots[join.source]);
                if (join.target != none) mark(c.out.slots[join.target]);
            }
        }
    }
}

// ---- asks -----------------------------------------------------------------------------------

/// New place of every field: scalars first, then table by table, as a collector likes it.
std::vector<std::uint16_t> sorted_places(const std::vector<Field>& asked) {
    std::vector<std::uint16_t> order(asked.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::uint16_t>(i);
    std::ranges::stable_sort(
        order, {}, [&](std::uint16_t i) { return asked[i].is_column() ? asked[i].table + 1 : 0; });
    std::vector<std::uint16_t> places(asked.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        places[order[i]] = static_cast<std::uint16_t>(i);
    return places;
}

void make_asks(Compilation& c, const ProfileFile& file) {
    const std::vector<MappedField> before = c.out.fields;
    for (std::size_t kind = 0; kind < c.kinds.size(); ++kind) {
        const std::vector<Field>& asked = c.asked[kind];
        if (asked.empty()) continue;
        const std::vector<std::uint16_t> places = sorted_places(asked);
        auto ask = std::make_shared<Ask>();
        ask->fields.resize(asked.size());
        for (std::size_t i = 0; i < asked.size(); ++i)
            ask->fields[places[i]] = asked[i];
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (before[i].collector != kind) continue;
            MappedField& field = c.out.fields[i];
            field.collector = static_cast<std::uint16_t>(c.out.collectors.size());
            field.number = places[before[i].number];
            const std::uint16_t other = c.uses[i].instead_of;
            if (other != none)
                ask->fields[field.number].stands_in_for = places[before[other].number];
        }
        for (const Care& care : file.care) {
            if (care.kind == kind) ask->care = care.settings;
        }
        if (c.kinds[kind]->check_ask != nullptr) {
            const Result<void> fits = c.kinds[kind]->check_ask(*ask);
            if (!fits) c.diagnostics.error(file.location, fits.error().detail);
        }
        c.out.collectors.push_back({std::string(c.kinds[kind]->info->name), std::move(ask)});
    }
}

}  // namespace

std::uint16_t Compilation::field(std::size_t kind, const std::string& address, std::uint16_t table,
                                 const std::string& label) {
    const bool is_column = table != none;
    for (std::size_t i = 0; i < out.fields.size(); ++i) {
        const MappedField& known = out.fields[i];
        if (known.collector != kind || known.is_column != is_column) continue;
        Field& field = asked[kind][known.number];
        if (field.address != address) continue;
        constexpr std::size_t label_most = 100;
        if (field.label != label && field.label.size() < label_most) field.label += ", " + label;
        return static_cast<std::uint16_t>(i);
    }
    Field field;
    field.address = address;
    field.label = label;
    field.table = is_column ? table : Field::no_table;
    MappedField mapped;
    mapped.collector = static_cast<std::uint16_t>(kind);
    mapped.number = static_cast<std::uint16_t>(asked[kind].size());
    mapped.is_column = is_column;
    asked[kind].push_back(std::move(field));
    out.fields.push_back(mapped);
    uses.emplace_back();
    return static_cast<std::uint16_t>(out.fields.size() - 1);
}

std::optional<std::uint16_t> Compilation::resolve(const Node& node, std::uint16_t table) {
    const auto name = node.text(diagnostics);
    if (!name) return std::nullopt;
    if (table != none) {
        const auto column = slots.find(fmt::format("{}.{}", out.tables[table].name, *name));
        if (column != slots.end()) return column->second;
    }
    const auto found = slots.find(*name);
    if (found == slots.end()) {
        node.complain(diagnostics, fmt::format("nothing is called \"{}\" here", *name),
                      names_help(*this, *name, table));
        return std::nullopt;
    }
    const std::uint16_t at = out.slots[found->second].table;
    if (at != none && at != table) {
        node.complain(diagnostics, fmt::format("\"{}\" has many rows", *name),
                      fmt::format("say which: first: {0}, sum: {0}, max: {0} …", *name));
        return std::nullopt;
    }
    return found->second;
}

std::optional<std::uint16_t> Compilation::resolve_column(const Node& node, std::uint16_t table) {
    const auto name = node.text(diagnostics);
    if (!name) return std::nullopt;
    const auto found = slots.find(*name);
    if (found != slots.end() && out.slots[found->second].table != none) return found->second;
    std::vector<std::string_view> columns;
    for (const auto& [known, number] : slots) {
        if (out.slots[number].table != none) columns.push_back(known);
    }
    for (const auto& [known, number] : tables)
        columns.push_back(known);
    node.complain(diagnostics,
                  found != slots.end() ? fmt::format("\"{}\" is no column of a table", *name)
                                       : fmt::format("no column \"{}\"", *name),
                  suggestion(*name, columns));
    static_cast<void>(table);
    return std::nullopt;
}

ProfileFile merged(const ProfileFile& file, const std::vector<const ProfileFile*>& bases) {
    ProfileFile result = file;
    result.tables.clear();
    result.definitions.clear();
    result.care.clear();
    const auto add_care = [&](const Care& care) {
        std::erase_if(result.care, [&](const Care& known) { return known.kind == care.kind; });
        result.care.push_back(care);
    };
    const auto add_head = [&](const TableHead& head) {
        const auto known = std::ranges::find(result.tables, head.name, &TableHead::name);
        if (known == result.tables.end()) {
            result.tables.push_back(head);
            return;
        }
        if (head.key) known->key = head.key;
        if (head.component) known->component = head.component;
        if (head.where) known->where = head.where;
        if (head.parent) known->parent = head.parent;
        if (head.found_by) known->found_by = head.found_by;
    };
    for (const ProfileFile* base : bases) {
        if (result.vendor.empty()) result.vendor = base->vendor;
        if (!result.role_wireless) {
            result.role_wireless = base->role_wireless;
            result.role_otherwise = base->role_otherwise;
        }
        std::ranges::for_each(base->care, add_care);
        std::ranges::for_each(base->tables, add_head);
        for (const Definition& definition : base->definitions) {
            auto known =
                std::ranges::find(result.definitions, definition.target, &Definition::target);
            if (known == result.definitions.end()) {
                result.definitions.push_back(definition);
                continue;
            }
            for (const ChainElement& element : definition.chain) {
                const bool is_known = std::ranges::any_of(known->chain, [&](const auto& other) {
                    return same_place(other.node.location(), element.node.location());
                });
                if (!is_known) known->chain.push_back(element);
            }
        }
    }
    std::ranges::for_each(file.care, add_care);
    std::ranges::for_each(file.tables, add_head);
    for (const Definition& definition : file.definitions) {
        auto known = std::ranges::find(result.definitions, definition.target, &Definition::target);
        std::vector<ChainElement> chain;
        for (const ChainElement& element : definition.chain) {
            const bool is_inherited = element.node.is_scalar() && !element.node.is_quoted() &&
                                      element.node.scalar() == "inherited";
            if (!is_inherited) {
                chain.push_back(element);
            } else if (known != result.definitions.end()) {
                chain.insert(chain.end(), known->chain.begin(), known->chain.end());
            }
        }
        if (known == result.definitions.end()) {
            result.definitions.push_back({definition.target, definition.location, {}});
            known = result.definitions.end() - 1;
        }
        known->location = definition.location;
        known->chain = std::move(chain);
    }
    return result;
}

std::shared_ptr<const Mapping> compile(const ProfileFile& file, Kinds kinds,
                                       Diagnostics& diagnostics, std::string_view object_id) {
    const std::size_t errors = diagnostics.errors();
    auto mapping = std::make_shared<Mapping>();
    Compilation c{kinds, diagnostics, *mapping, {}, {}, {}, {}, std::string(object_id)};
    c.asked.resize(kinds.size());
    if (ways_of(file) > slots_most) {
        diagnostics.error(file.location, "a profile with more values than any device has",
                          fmt::format("at most {}", slots_most));
        return nullptr;
    }
    mapping->role_wireless = file.role_wireless.value_or(Role::other);
    mapping->role_otherwise = file.role_otherwise.value_or(Role::other);
    for (const TableHead& head : file.tables)
        add_table(c, head);
    check_parents(c, file);
    for (const TableHead& head : file.tables) {
        if (head.found_by) read_found_by(c, head);
    }
    for (const Definition& definition : file.definitions)
        add_slot(c, definition);
    for (const TableHead& head : file.tables) {
        const std::uint16_t table = c.tables.find(head.name)->second;
        if (head.where) mapping->tables[table].where = read_conditions(c, *head.where, table);
    }
    for (const Definition& definition : file.definitions)
        read_chain(c, definition);
    if (diagnostics.errors() != errors) return nullptr;
    set_order(c, file);
    if (diagnostics.errors() != errors) return nullptr;
    note_fields_of_aggregates(*mapping);
    mark_names(c);
    make_asks(c, file);
    if (diagnostics.errors() != errors) return nullptr;
    return mapping;
}

}  // namespace pantau::mapping
