// The schema of the profile language, by the built program and a validator of another make.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace pantau::test;

namespace {

/// Names each file that the schema (first argument) refuses; exit status 3: there is no validator.
constexpr const char* validator = R"(
import json, sys
try:
    import jsonschema, yaml
except ImportError:
    sys.exit(3)
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
def as_json(node):
    if isinstance(node, dict):
        return {str(key).lower() if isinstance(key, bool) else str(key): as_json(value)
                for key, value in node.items()}
    return [as_json(item) for item in node] if isinstance(node, list) else node
for path in sys.argv[2:]:
    error = jsonschema.exceptions.best_match(validator.iter_errors(as_json(yaml.safe_load(open(path)))))
    if error:
        print(path, list(error.absolute_path), error.message)
)";

struct Validator {
    TemporaryDirectory folder;

    Validator() {
        const Finished schema = run({std::string(PANTAU_BIN_DIR) + "/pantau", "profile", "schema"});
        REQUIRE(schema.status == 0);
        std::ofstream(folder.path() + "/schema.json") << schema.out;
    }

    [[nodiscard]] Finished check(const std::vector<std::string>& files) const {
        std::vector<std::string> words{"/usr/bin/python3", "-c", validator,
                                       folder.path() + "/schema.json"};
        words.insert(words.end(), files.begin(), files.end());
        return run(words);
    }

    [[nodiscard]] bool refuses(const std::string& profile) const {
        const std::string file = folder.path() + "/profile.yml";
        std::ofstream(file) << profile;
        const Finished done = check({file});
        REQUIRE_MESSAGE(done.status == 0, done.err);
        return !done.out.empty();
    }
};

bool is_there(const Finished& done) {
    if (done.status == 3) print_skip("python3-jsonschema or python3-yaml is not installed");
    return done.status != 3;
}

}  // namespace

TEST_SUITE("cli/profile_schema") {
    TEST_CASE("every shipped profile fits the schema") {
        const Validator validator;
        const Finished found = run({"find", PANTAU_SOURCE_DIR "/etc/profiles", "-name", "*.yml"});
        std::vector<std::string> files;
        for (std::size_t at = 0, end = 0; at < found.out.size(); at = end + 1) {
            end = found.out.find('\n', at);
            files.push_back(found.out.substr(at, end - at));
        }
        REQUIRE(files.size() >= 60);
        const Finished done = validator.check(files);
        if (!is_there(done)) return;
        REQUIRE_MESSAGE(done.status == 0, done.err);
        CHECK(done.out == "");
    }

    TEST_CASE("the schema refuses what people mistype") {
        const Validator validator;
        if (!is_there(validator.check({}))) return;
        const std::string head = "profile: example\nrole: access_point\n";
        CHECK_FALSE(validator.refuses(head + "snmp: {scalars: {identity.model: 1.3.6.1.1.0}}\n"));
        CHECK(validator.refuses("vendor: Example\n"));
        CHECK(validator.refuses(head + "vendro: Example\n"));
        CHECK(validator.refuses("profile: example\nrole: ap\n"));
        CHECK(validator.refuses(head + "detect: [{}]\n"));
        CHECK(validator.refuses(head + "snmp: {careful: {varbinds_max: 0}}\n"));
        CHECK(validator.refuses(head + "snmp: {scalars: {identity.modell: 1.3.6.1.1.0}}\n"));
        CHECK(validator.refuses(head + "snmp: {tables: {radio: {chanel: 1.3.6.1.1}}}\n"));
        const auto way = [&](const std::string& words) {
            return validator.refuses(head + "derive: {system.cpu_ratio: {" + words + "}}\n");
        };
        CHECK_FALSE(way("from: _a, unit: percent"));
        CHECK_FALSE(way("sum: radio.clients, where: {up: true}"));
        CHECK(way("unit: percent"));
        CHECK(way("from: _a, value: 1"));
        CHECK(way("from: _a, unit: procent"));
        CHECK(way("from: _a, where: {up: true}"));
        CHECK(way("from: _a, otherwise: 1"));
    }
}
