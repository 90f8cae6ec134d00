#include "normalise/profile_schema.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "model/quantity.hpp"
#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;

namespace {

namespace json = boost::json;
using Words = std::set<std::string>;

/// What the reader says is allowed where this profile has the key "nonsense".
Words allowed_beside_nonsense(const std::string& profile) {
    const Loaded loaded = load_texts({profile});
    const std::string told = loaded.told();
    const std::string_view before = "allowed: ";
    const auto at = told.find(before, told.find("unknown key \"nonsense\""));
    REQUIRE_MESSAGE(at != std::string::npos, told);
    std::istringstream list(
        told.substr(at + before.size(), told.find_first_of(")\n", at) - at - before.size()));
    Words words;
    for (std::string word; std::getline(list, word, ',');)
        words.insert(word.substr(word.find_first_not_of(' ')));
    return words;
}

Words properties_at(const char* pointer) {
    static const json::value schema = profile_schema(kinds());
    Words words;
    for (const auto& property : schema.at_pointer(pointer).at("properties").as_object())
        words.insert(property.key());
    return words;
}

}  // namespace

TEST_SUITE("normalise/profile_schema") {
    TEST_CASE("the schema has the keys that the reader knows, no more and no less") {
        const std::string head = "profile: example\n";
        CHECK(properties_at("") == allowed_beside_nonsense(head + "nonsense: 1\n"));
        CHECK(properties_at("/properties/role/anyOf/1") ==
              allowed_beside_nonsense(head +
                                      "role: {wireless: radio, otherwise: other, nonsense: 1}\n"));
        CHECK(properties_at("/properties/detect/items") ==
              allowed_beside_nonsense(head + "detect: [{description: a, nonsense: 1}]\n"));
        CHECK(properties_at("/$defs/probe") ==
              allowed_beside_nonsense(head + "detect: [{probe: {oid: 1.3.1, nonsense: 1}}]\n"));
        CHECK(properties_at("/properties/snmp") ==
              allowed_beside_nonsense(head + "snmp: {nonsense: 1}\n"));

        const std::string scalar = head + "snmp: {scalars: {_a: {oid: 1.3.1.0, nonsense: 1}}}\n";
        Words way = properties_at("/$defs/snmp_way");
        for (const char* const of_rows : {"where", "by", "given"})
            CHECK(way.erase(of_rows) == 1);
        CHECK(way == allowed_beside_nonsense(scalar));
        const std::string table = head + "snmp: {tables: {radio: {channel: 1.3.1}}}\n";
        CHECK(properties_at("/$defs/derive_way") ==
              allowed_beside_nonsense(table + "derive: {_a: {sum: radio.channel, nonsense: 1}}\n"));
        CHECK(properties_at("/$defs/derive_way/properties/ratio") ==
              allowed_beside_nonsense(
                  head +
                  "derive: {_a: {ratio: {total: _b, used: _b, nonsense: 1}}, _b: {value: 1}}\n"));
    }

    TEST_CASE("the schema names every quantity where a profile may") {
        const Words derived = properties_at("/properties/derive");
        const Words scalars = properties_at("/properties/snmp/properties/scalars");
        for (const QuantityInfo& info : quantities()) {
            const std::string name(info.name);
            CAPTURE(name);
            CHECK(derived.contains(name));
            const bool is_scalar = info.component == ComponentKind::system ||
                                   info.component == ComponentKind::access_point;
            CHECK(scalars.contains(name) == is_scalar);
            if (info.component == ComponentKind::system) continue;
            const std::string table(name_of(info.component));
            const std::string pointer = "/properties/snmp/properties/tables/properties/" + table;
            CHECK(properties_at(pointer.c_str()).contains(name.substr(name.find('.') + 1)));
        }
    }
}
