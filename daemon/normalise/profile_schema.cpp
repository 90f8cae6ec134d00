#include "normalise/profile_schema.hpp"

#include <boost/json/array.hpp>
#include <set>
#include <string>
#include <string_view>

#include "model/quantity.hpp"
#include "normalise/rule_words.hpp"
#include "normalise/transforms.hpp"

namespace pantau {
namespace {

namespace json = boost::json;
using mapping::Aggregate;

json::object ref(std::string_view name) {
    return {{"$ref", "#/$defs/" + std::string(name)}};
}

json::object typed(std::string_view type, std::string_view help) {
    return {{"type", type}, {"description", help}};
}

template <class Words>
json::object one_of(const Words& words, std::string_view help) {
    json::array list;
    for (const std::string_view word : words)
        list.emplace_back(word);
    return {{"enum", std::move(list)}, {"description", help}};
}

json::object one_or_more(json::object single, std::string_view help) {
    json::object list{{"type", "array"}, {"items", single}, {"minItems", 1}};
    return {{"anyOf", json::array{std::move(single), std::move(list)}}, {"description", help}};
}

json::object closed(json::object properties, std::string_view help) {
    return {{"type", "object"},
            {"description", help},
            {"properties", std::move(properties)},
            {"additionalProperties", false}};
}

/// So many names of other targets.
json::object inputs(int least, int most, std::string_view help) {
    return {{"type", "array"},
            {"items", json::object{{"type", "string"}}},
            {"minItems", least},
            {"maxItems", most},
            {"description", help}};
}

json::object conditions(std::string_view help) {
    return {{"type", "object"}, {"description", help}, {"additionalProperties", ref("constants")}};
}

json::object steps() {
    return {{"as", one_of(mapping::as_words, "how the bytes of the answer read")},
            {"none", one_or_more(ref("constant"), "raw values that mean: no value")},
            {"least", typed("number", "a raw value below is no value")},
            {"most", typed("number", "a raw value above is no value")},
            {"match", ref("expression")},
            {"map", json::object{{"type", "object"},
                                 {"additionalProperties", ref("constant")},
                                 {"description", "raw value: result"}}},
            {"otherwise", ref("constant")},
            {"format", json::object{{"type", "string"},
                                    {"pattern", "\\{\\}"},
                                    {"description", "text around the value, which stands at {}"}}},
            {"low_bits", json::object{{"type", "integer"}, {"minimum", 1}, {"maximum", 63}}},
            {"scale", json::object{{"type", "number"}, {"not", json::object{{"const", 0}}}}},
            {"unit", one_of(unit_words(), "the unit of the raw value")},
            {"negate", typed("boolean", "turn the sign, after the scale")},
            {"offset", typed("number", "added last")}};
}

json::object ratio() {
    const json::object name{{"type", "string"}};
    json::object shape = closed({{"total", name},
                                 {"used", name},
                                 {"free", name},
                                 {"reclaimable", one_or_more(name, "taken off what is in use")}},
                                "the share in use, 0 to 1");
    shape["required"] = json::array{"total"};
    shape["oneOf"] = json::array{json::object{{"required", json::array{"used"}}},
                                 json::object{{"required", json::array{"free"}}}};
    return shape;
}

/// Where a value can come from without a device being asked.
json::object origins() {
    json::object shape{
        {"index", json::object{{"type", json::array{"string", "integer"}},
                               {"description",
                                "all, the n-th part of the row index, or the part "
                                "of that name"}}},
        {"from", typed("string", "another target")},
        {"value", ref("constant")},
        {"largest",
         json::object{{"anyOf", json::array{json::object{{"type", "string"}}, inputs(1, 32, "")}},
                      {"description", "the largest that is there"}}},
        {"difference", inputs(2, 2, "the first less the second")},
        {"product", inputs(2, 32, "all of them multiplied")},
        {"plus", inputs(2, 32, "the sum of those that are there")},
        {"item", inputs(2, 2, "of a list in a text, the entry with that number")},
        {"ratio", ratio()}};
    for (const Aggregate& aggregate : mapping::aggregates)
        shape[aggregate.word] = typed("string", "over the rows of another table: TABLE.COLUMN");
    return shape;
}

json::array any_aggregate() {
    json::array any;
    for (const Aggregate& aggregate : mapping::aggregates)
        any.push_back(json::object{{"required", json::array{aggregate.word}}});
    return any;
}

/// One way to a value in its long form: one origin, steps, and what picks rows.
json::object way(std::string_view address_key) {
    json::object properties = origins();
    if (!address_key.empty())
        properties[address_key] = typed("string", "where the device is asked");
    json::array one_origin;
    for (const auto& origin : properties)
        one_origin.push_back(json::object{{"required", json::array{origin.key()}}});
    for (const auto& step : steps())
        properties[step.key()] = step.value();
    properties["where"] = conditions("only rows whose columns have these values");
    properties["by"] = json::object{
        {"anyOf", json::array{typed("string", "their column"), json::object{{"type", "object"}}}},
        {"description", "their column: ours; all pairs must hold"}};
    properties["given"] = typed("string", "no rows are 0 only when this table has rows");

    json::object shape = closed(std::move(properties), "one way to a value");
    shape["oneOf"] = std::move(one_origin);
    shape["if"] = json::object{{"anyOf", any_aggregate()}};
    shape["then"] = true;
    shape["else"] = json::object{
        {"properties", json::object{{"where", false}, {"by", false}, {"given", false}}}};
    shape["dependentRequired"] =
        json::object{{"otherwise", json::array{"map"}}, {"given", json::array{"count"}}};
    return shape;
}

/// All that may stand behind a target: a way, several to be tried in turn, or null.
json::object ways(std::string_view name_of_way) {
    const json::object shortest{{"type", "string"}};
    const json::array single{shortest, ref(name_of_way)};
    return {{"anyOf", json::array{shortest, ref(name_of_way), json::object{{"type", "null"}},
                                  json::object{{"type", "array"},
                                               {"minItems", 1},
                                               {"items", json::object{{"anyOf", single}}}}}}};
}

std::string_view column_of(const QuantityInfo& info) {
    return info.name.substr(info.name.find('.') + 1);
}

/// The columns of a table of this component, and the keys of its head.
json::object table_of(ComponentKind component, std::string_view ways_name) {
    json::object properties;
    for (const QuantityInfo& info : quantities()) {
        if (info.component != component) continue;
        json::object column = ref(ways_name);
        column["description"] = info.help;
        properties[column_of(info)] = std::move(column);
    }
    for (const std::string_view key : {"key", "component", "where", "parent", "found_by"})
        properties[key] = ref(key);
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"patternProperties", json::object{{"^_", ref(ways_name)}}},
            {"additionalProperties", false}};
}

/// A table of the profile's own. Which quantities it has, if any, its `component` tells.
json::object own_table(std::string_view ways_name) {
    json::object properties;
    for (const std::string_view key : {"key", "component", "where", "parent", "found_by"})
        properties[key] = ref(key);
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"additionalProperties", ref(ways_name)}};
}

/// Single values: quantities of the device as a whole, and values of the profile's own.
json::object scalars(std::string_view ways_name) {
    json::object properties;
    for (const QuantityInfo& info : quantities()) {
        if (info.component != ComponentKind::system &&
            info.component != ComponentKind::access_point)
            continue;
        json::object target = ref(ways_name);
        target["description"] = info.help;
        properties[info.name] = std::move(target);
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"patternProperties", json::object{{"^_", ref(ways_name)}}},
            {"additionalProperties", false}};
}

/// Under `derive:` columns have their table before them, tables of the profile's own among them.
json::object derived(std::string_view ways_name) {
    json::object shape = scalars(ways_name);
    std::set<std::string> prefixes{"identity", "system"};
    auto& properties = shape["properties"].as_object();
    for (const QuantityInfo& info : quantities()) {
        json::object target = ref(ways_name);
        target["description"] = info.help;
        properties[info.name] = std::move(target);
        prefixes.emplace(info.name.substr(0, info.name.find('.')));
    }
    std::string known;
    for (const std::string& prefix : prefixes)
        known += (known.empty() ? "" : "|") + prefix;
    auto& patterns = shape["patternProperties"].as_object();
    patterns["^[^.]+\\._"] = ref(ways_name);
    patterns["^(?!(" + known + ")\\.)[^.]+\\.[^.]+$"] = ref(ways_name);
    return shape;
}

json::object careful(const CollectorKind& kind) {
    json::object properties;
    for (const CareKey& key : kind.care_keys) {
        json::object value = typed(key.most > key.least ? "integer" : "boolean", key.help);
        if (key.most > key.least) {
            value["minimum"] = key.least;
            value["maximum"] = key.most;
        }
        properties[key.key] = std::move(value);
    }
    return closed(std::move(properties), "what these agents cannot bear");
}

json::object section(const CollectorKind& kind, std::string_view ways_name) {
    json::object tables;
    for (const ComponentKind component : {ComponentKind::access_point, ComponentKind::radio,
                                          ComponentKind::ssid, ComponentKind::interface})
        tables[name_of(component)] = table_of(component, ways_name);
    json::object properties{
        {"scalars", scalars(ways_name)},
        {"tables",
         json::object{{"type", "object"},
                      {"properties", std::move(tables)},
                      {"propertyNames",
                       json::object{{"not", json::object{{"pattern", "^(system|identity)$|\\."}}}}},
                      {"additionalProperties", own_table(ways_name)}}}};
    if (kind.read_care != nullptr) properties["careful"] = careful(kind);
    for (const SectionKey& own : kind.section_keys)
        properties[own.key] = typed("object", own.help);
    return closed(std::move(properties), "what is asked of the device by this protocol");
}

json::object probe(std::span<const CollectorKind* const> kinds) {
    json::object properties{{"match", ref("expression")},
                            {"column", typed("boolean", "any row will do")}};
    json::array any;
    for (const CollectorKind* const kind : kinds) {
        if (kind->address_key.empty()) continue;
        properties[kind->address_key] = typed("string", "an address that must be there");
        any.push_back(json::object{{"required", json::array{kind->address_key}}});
    }
    json::object shape = closed(std::move(properties), "something only these devices have");
    shape["anyOf"] = std::move(any);
    return shape;
}

json::object detection() {
    const json::object oid{{"type", "string"}, {"pattern", "^\\.?[0-9]+(\\.[0-9]+)*$"}};
    json::object shape = closed({{"object_id", one_or_more(oid, "the start of sysObjectID")},
                                 {"description", ref("expression")},
                                 {"probe", ref("probe")}},
                                "all that one entry names must fit");
    shape["minProperties"] = 1;
    return shape;
}

json::object role() {
    json::object both = closed({{"wireless", ref("role_word")}, {"otherwise", ref("role_word")}},
                               "what it is with radios or networks, and without");
    both["required"] = json::array{"wireless", "otherwise"};
    return {{"anyOf", json::array{ref("role_word"), std::move(both)}},
            {"description", "what the signs of detect alone mean"}};
}

/// The keys of a table that are no columns.
void add_heads(json::object& defs) {
    const json::object part{
        {"type", "object"},
        {"minProperties", 1},
        {"maxProperties", 1},
        {"additionalProperties", one_of(mapping::key_words, "how this part reads")}};
    defs["key"] =
        json::object{{"anyOf", json::array{json::object{{"const", "index"}},
                                           json::object{{"type", "array"}, {"items", part}}}},
                     {"description", "how the row index reads"}};
    json::array components;
    for (const ComponentKind kind : {ComponentKind::access_point, ComponentKind::radio,
                                     ComponentKind::ssid, ComponentKind::interface})
        components.emplace_back(name_of(kind));
    defs["component"] = json::object{{"enum", std::move(components)},
                                     {"description", "what its rows are, if not its name"}};
    defs["where"] = conditions("other rows do not count");
    defs["parent"] = json::object{{"enum", json::array{"ap", "system"}},
                                  {"description", "what the rows of a controller belong to"}};
    defs["found_by"] = one_or_more(json::object{{"type", "string"}},
                                   "tables whose rows tell of an access point, too");
}

json::object definitions(std::span<const CollectorKind* const> kinds) {
    json::object defs;
    defs["constant"] = json::object{{"type", json::array{"string", "number", "boolean", "null"}}};
    defs["constants"] = one_or_more(ref("constant"), "a value, several, or any");
    defs["expression"] =
        json::object{{"type", "string"}, {"description", "a regular expression (Perl)"}};
    defs["role_word"] = one_of(mapping::role_words, "what a device is");
    defs["probe"] = probe(kinds);
    defs["derive_way"] = way("");
    defs["derive_ways"] = ways("derive_way");
    for (const CollectorKind* const kind : kinds) {
        if (kind->address_key.empty()) continue;
        const std::string name(kind->info->name);
        defs[name + "_way"] = way(kind->address_key);
        defs[name + "_ways"] = ways(name + "_way");
    }
    add_heads(defs);
    return defs;
}

}  // namespace

json::object profile_schema(std::span<const CollectorKind* const> kinds) {
    json::object properties{
        {"profile", json::object{{"type", "string"},
                                 {"pattern", "^[a-z0-9/-]{1,64}$"},
                                 {"description", "its name; base/… is a building block"}}},
        {"vendor", typed("string", "shown to people")},
        {"verified", typed("boolean", "checked against a real device or its recording")},
        {"priority", json::object{{"type", "integer"}, {"minimum", -1000}, {"maximum", 1000}}},
        {"role", role()},
        {"extends", one_or_more(json::object{{"type", "string"}}, "profiles it starts from")},
        {"detect", json::object{{"type", "array"},
                                {"items", detection()},
                                {"description", "any one entry is enough"}}},
        {"derive", derived("derive_ways")}};
    for (const CollectorKind* const kind : kinds) {
        if (kind->address_key.empty()) continue;
        const std::string name(kind->info->name);
        properties[name] = section(*kind, name + "_ways");
    }
    json::object schema = closed(std::move(properties), "what a kind of device is, and tells");
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "pantau profile";
    schema["required"] = json::array{"profile"};
    schema["$defs"] = definitions(kinds);
    return schema;
}

}  // namespace pantau
