#include "config/yaml_reader.hpp"

#include <memory>
#include <set>

#include "base/utf8.hpp"
#include "fuzz/target.hpp"

namespace pantau::fuzz {
namespace {

using config::Diagnostics;
using config::Node;

void place_is_in_the_file(const config::Location& location, const config::Source& source) {
    PROMISE(location.source.get() == &source);
    PROMISE(location.line >= 1);
    PROMISE(location.column >= 1);
    PROMISE(location.column <= source.line(location.line).size() + 1);
}

/// A document with duplicate keys is given with errors; what is clean has none.
enum class Keys : bool { may_repeat, differ };

std::size_t walk(const Node& node, const config::Source& source, Keys rule, std::size_t depth) {
    PROMISE(depth <= config::YamlLimits{}.depth + 1);
    place_is_in_the_file(node.location(), source);
    place_is_in_the_file(node.key_location(), source);
    std::size_t count = 1;
    PROMISE(node.is_scalar() || node.scalar().empty());
    PROMISE(!find_invalid_utf8(node.scalar()));
    PROMISE(node.is_list() || node.elements().empty());
    for (const Node& element : node.elements())
        count += walk(element, source, rule, depth + 1);
    std::set<std::string> keys;
    for (const auto& [key, value] : node.entries()) {
        PROMISE_ABOUT(keys.insert(key).second || rule == Keys::may_repeat, key);
        const auto found = node.find(key);
        PROMISE(found.has_value());
        count += 1 + walk(value, source, rule, depth + 1);
    }
    PROMISE(node.is_map() || keys.empty());
    return count;
}

/// The typed readings give a value or an error, never both, never neither.
void readings(const Node& node) {
    const auto one_or_the_other = [&](auto read) {
        Diagnostics said;
        const bool is_there = read(said).has_value();
        PROMISE_ABOUT(is_there != said.has_errors(), node.path());
        shown(said);
    };
    one_or_the_other([&](Diagnostics& said) { return node.text(said); });
    one_or_the_other([&](Diagnostics& said) { return node.flag(said); });
    one_or_the_other([&](Diagnostics& said) { return node.integer(said, -7, 9); });
    one_or_the_other([&](Diagnostics& said) { return node.number(said); });
    one_or_the_other([&](Diagnostics& said) { return node.duration(said); });
    one_or_the_other([&](Diagnostics& said) { return node.texts(said); });
    for (const Node& element : node.elements())
        readings(element);
    for (const auto& [key, value] : node.entries())
        readings(value);
}

}  // namespace

void yaml(std::string_view bytes) {
    const auto source =
        std::make_shared<const config::Source>(config::Source{"fuzz.yml", std::string(bytes)});
    Diagnostics said;
    const auto root = config::parse_yaml(source, said);
    const std::string words = shown(said);
    PROMISE_ABOUT(root.has_value() || said.has_errors(), words);
    if (!root) return;
    PROMISE(walk(*root, *source, said.has_errors() ? Keys::may_repeat : Keys::differ, 1) <=
            2 * bytes.size() + 1);
    if (bytes.size() < 512) readings(*root);
    Diagnostics again;
    static_cast<void>(config::merge_maps(*root, *root).entries());
    config::MapReader map(*root, again);
    static_cast<void>(map.duration("interval"));
    map.finish();
    shown(again);
}

}  // namespace pantau::fuzz
