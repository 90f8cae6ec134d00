#include "normalise/profile_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.hpp"
#include "model/quantity.hpp"
#include "normalise/rule_words.hpp"

namespace pantau::mapping {

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
    const auto near = did_you_mean(word, candidates);
    return near ? fmt::format("did you mean \"{}\"?", *near) : std::string();
}

std::optional<boost::regex> read_regex(const config::Node& node, config::Diagnostics& diagnostics) {
    const auto text = node.text(diagnostics);
    if (!text) return std::nullopt;
    try {
        return boost::regex(*text, boost::regex::perl);
    } catch (const boost::regex_error& error) {
        node.complain(diagnostics, fmt::format("not a regular expression: {}", error.what()));
        return std::nullopt;
    }
}

namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

std::optional<Role> read_role_word(const Node& node, Diagnostics& diagnostics) {
    const auto word = node.text(diagnostics);
    if (!word) return std::nullopt;
    const auto role = role_named(*word);
    if (!role) {
        std::string help = suggestion(*word, role_words);
        if (help.empty()) help = fmt::format("one of {}", fmt::join(role_words, ", "));
        node.complain(diagnostics, fmt::format("unknown role \"{}\"", *word), help);
    }
    return role;
}

/// `role: access_point` for what the signs of `detect` alone mean, or
/// `role: {wireless: access_point, otherwise: router}` for devices that come with and without
/// radios.
void read_role(const Node& node, ProfileFile& file, Diagnostics& diagnostics) {
    if (node.is_map()) {
        MapReader map(node, diagnostics);
        if (const auto word = map.required("wireless"))
            file.role_wireless = read_role_word(*word, diagnostics);
        if (const auto word = map.required("otherwise"))
            file.role_otherwise = read_role_word(*word, diagnostics);
        map.finish();
        return;
    }
    file.role_wireless = file.role_otherwise = read_role_word(node, diagnostics);
}

void read_object_ids(const Node& node, Alternative& into, Diagnostics& diagnostics) {
    const auto texts = node.texts(diagnostics);
    if (!texts) return;
    for (const std::string& text : *texts) {
        if (auto oid = Oid::parse(text)) {
            into.object_ids.push_back(std::move(*oid));
        } else {
            node.complain(diagnostics, fmt::format("\"{}\" is no object identifier", text),
                          "digits separated by dots, such as 1.3.6.1.4.1.41112");
        }
    }
}

bool check_address(const CollectorKind& kind, const Node& node, const std::string& address,
                   bool is_column, Diagnostics& diagnostics) {
    if (kind.check_address == nullptr) return true;
    const Result<void> checked = kind.check_address(address, is_column);
    if (!checked) node.complain(diagnostics, checked.error().detail);
    return checked.has_value();
}

std::optional<Probe> read_probe(const Node& node, Kinds kinds, Diagnostics& diagnostics) {
    MapReader map(node, diagnostics);
    std::optional<Probe> probe;
    const bool is_column = map.flag("column").value_or(false);
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (kinds[kind]->address_key.empty()) continue;
        const auto address = map.node(kinds[kind]->address_key);
        if (!address || probe) continue;
        const auto text = address->text(diagnostics);
        if (text && check_address(*kinds[kind], *address, *text, is_column, diagnostics))
            probe = Probe{kind, *text, is_column, {}};
    }
    if (const auto match = map.node("match")) {
        auto regex = read_regex(*match, diagnostics);
        if (probe) probe->match = std::move(regex);
    }
    map.finish();
    if (!probe && node.is_map())
        node.complain(diagnostics, "a probe names no address to look at",
                      "probe: {oid: 1.3.6…, match: \"…\"}");
    return probe;
}

Alternative read_alternative(const Node& node, Kinds kinds, Diagnostics& diagnostics) {
    Alternative read;
    MapReader map(node, diagnostics);
    if (const auto ids = map.node("object_id")) read_object_ids(*ids, read, diagnostics);
    if (const auto regex = map.node("description"))
        read.description = read_regex(*regex, diagnostics);
    if (const auto probe = map.node("probe")) read.probe = read_probe(*probe, kinds, diagnostics);
    map.finish();
    if (node.is_map() && node.entries().empty())
        node.complain(diagnostics, "a way to detect that fits every device",
                      "name object_id, description or probe");
    return read;
}

std::vector<ChainElement> read_chain(const Node& node, std::optional<std::size_t> kind) {
    std::vector<ChainElement> chain;
    if (node.is_list()) {
        for (Node& element : node.elements())
            chain.push_back({std::move(element), kind});
    } else {
        chain.push_back({node, kind});
    }
    return chain;
}

/// A second definition of a target in one file (under `snmp:` and under `derive:`) is what to try
/// next.
void define(ProfileFile& file, std::string target, const Node& node,
            std::optional<std::size_t> kind) {
    auto chain = read_chain(node, kind);
    const auto known = std::ranges::find(file.definitions, target, &Definition::target);
    if (known == file.definitions.end()) {
        file.definitions.push_back({std::move(target), node.key_location(), std::move(chain)});
        return;
    }
    known->chain.insert(known->chain.end(), std::make_move_iterator(chain.begin()),
                        std::make_move_iterator(chain.end()));
}

void read_table(ProfileFile& file, const std::string& name, const Node& node,
                std::optional<std::size_t> kind, Diagnostics& diagnostics) {
    if (!node.is_map()) {
        node.complain(diagnostics, fmt::format("table \"{}\" is no map of columns", name));
        return;
    }
    auto head = std::ranges::find(file.tables, name, &TableHead::name);
    if (head == file.tables.end()) {
        file.tables.push_back({name, node.key_location(), {}, {}, {}, {}, {}});
        head = file.tables.end() - 1;
    }
    for (const auto& [key, value] : node.entries()) {
        if (key == "key") {
            head->key = value;
        } else if (key == "component") {
            head->component = value;
        } else if (key == "where") {
            head->where = value;
        } else if (key == "parent") {
            head->parent = value;
        } else if (key == "found_by") {
            head->found_by = value;
        } else {
            define(file, fmt::format("{}.{}", name, key), value, kind);
        }
    }
}

void read_section(ProfileFile& file, const Node& node, Kinds kinds, std::size_t kind,
                  Diagnostics& diagnostics) {
    MapReader map(node, diagnostics);
    if (const auto careful = map.node("careful")) {
        if (kinds[kind]->read_care != nullptr) {
            if (auto care = kinds[kind]->read_care(*careful, diagnostics))
                file.care.push_back({kind, std::move(care)});
        } else {
            careful->complain(diagnostics, fmt::format("{} has nothing to be careful with",
                                                       kinds[kind]->info->name));
        }
    }
    for (const SectionKey& own : kinds[kind]->section_keys)
        map.accept(own.key);
    if (kinds[kind]->read_section != nullptr) {
        if (auto ways = kinds[kind]->read_section(node, diagnostics))
            file.care.push_back({kind, std::move(ways)});
    }
    if (const auto scalars = map.node("scalars")) {
        MapReader check(*scalars, diagnostics);  // reports anything but a map
        for (const auto& [target, value] : scalars->entries())
            define(file, target, value, kind);
    }
    if (const auto tables = map.node("tables")) {
        MapReader check(*tables, diagnostics);
        for (const auto& [name, columns] : tables->entries())
            read_table(file, name, columns, kind, diagnostics);
    }
    map.finish();
}

void read_extends(ProfileFile& file, const Node& node, Diagnostics& diagnostics) {
    const std::vector<Node> elements = node.is_list() ? node.elements() : std::vector<Node>{node};
    for (const Node& element : elements) {
        if (auto name = element.text(diagnostics)) file.extends.push_back({*name, element});
    }
}

bool is_good_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/';
    });
}

}  // namespace

ProfileFile read_profile_file(const Node& root, Kinds kinds, Diagnostics& diagnostics) {
    ProfileFile file;
    MapReader map(root, diagnostics);
    file.location = root.location();
    if (const auto name = map.required("profile")) {
        file.location = name->location();
        file.name = name->text(diagnostics).value_or("");
        if (!is_good_name(file.name))
            name->complain(diagnostics, fmt::format("\"{}\" cannot name a profile", file.name),
                           "small letters, digits, hyphens; \"base/\" before a building block");
    }
    file.vendor = map.text("vendor").value_or("");
    file.verified = map.flag("verified").value_or(false);
    file.priority = map.integer("priority", -1000, 1000).value_or(0);
    if (const auto role = map.node("role")) read_role(*role, file, diagnostics);
    if (const auto extends = map.node("extends")) read_extends(file, *extends, diagnostics);
    if (const auto detect = map.node("detect")) {
        if (!detect->is_list())
            detect->complain(diagnostics, "detect is no list", "a list: - {object_id: …}");
        for (const Node& element : detect->elements())
            file.detect.push_back(read_alternative(element, kinds, diagnostics));
    }
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (kinds[kind]->address_key.empty()) continue;
        if (const auto section = map.node(kinds[kind]->info->name))
            read_section(file, *section, kinds, kind, diagnostics);
    }
    if (const auto derive = map.node("derive")) {
        MapReader check(*derive, diagnostics);
        for (const auto& [target, value] : derive->entries())
            define(file, target, value, std::nullopt);
    }
    map.finish();
    return file;
}

}  // namespace pantau::mapping
