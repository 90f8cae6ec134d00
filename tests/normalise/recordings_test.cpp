#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <filesystem>

#include "model/observation_json.hpp"
#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;
namespace json = boost::json;

namespace {

bool is_same_number(const json::value& a, const json::value& b) {
    if (!a.is_number() || !b.is_number()) return false;
    if (!a.is_double() && !b.is_double()) return a == b;
    return std::abs(a.to_number<double>() - b.to_number<double>()) < 1e-9;
}

/// Every difference between what is expected and what came, by its path. Only keys that are
/// expected are looked at.
void compare(const json::value& expected, const json::value& seen, const std::string& path,
             std::string& differences) {
    const auto differ = [&] {
        differences += fmt::format("{}: {} instead of {}\n", path, json::serialize(seen),
                                   json::serialize(expected));
    };
    if (expected.is_object() && seen.is_object()) {
        for (const auto& [key, value] : expected.as_object()) {
            const json::value* other = seen.as_object().if_contains(key);
            compare(value, other != nullptr ? *other : json::value("nothing"),
                    fmt::format("{}.{}", path, std::string_view(key)), differences);
        }
    } else if (expected.is_array() && seen.is_array()) {
        if (expected.as_array().size() != seen.as_array().size()) return differ();
        for (std::size_t i = 0; i < expected.as_array().size(); ++i)
            compare(expected.at(i), seen.at(i), fmt::format("{}[{}]", path, i), differences);
    } else if (expected != seen && !is_same_number(expected, seen)) {
        differ();
    }
}

}  // namespace

TEST_SUITE("normalise/recordings") {
    TEST_CASE("every recording of this tree reads as expected") {
        const auto set = shipped();
        std::size_t compared = 0;
        const std::string root = PANTAU_SOURCE_DIR "/tests/recordings";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (entry.path().extension() != ".snmprec") continue;
            const std::string path = entry.path().string();
            CAPTURE(path);
            const Recording recording = Recording::read(path);
            const Answer signs = recording.answer(set->detection_ask("snmp").get());
            const auto profile = set->detect({&signs, 1});
            REQUIRE(profile != nullptr);
            const Observation seen = observe(*profile, recording);
            std::filesystem::path wanted = entry.path();
            wanted.replace_extension(".expected.json");
            const std::string text = read_file(wanted.string());
            REQUIRE_FALSE(text.empty());
            std::string differences;
            compare(json::parse(text),
                    json::parse(observation_json(seen, device_named("x"), Health{})), "",
                    differences);
            CHECK(differences == "");
            ++compared;
        }
        CHECK(compared >= 4);
    }
}
