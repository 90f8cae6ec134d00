#include "cli/observation_document.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <string>

#include "model/observation_json.hpp"
#include "support/process.hpp"

using namespace pantau;
using namespace pantau::test;

TEST_SUITE("cli/observation_document") {
    TEST_CASE("an Observation read back from its document is the same document again") {
        std::size_t count = 0;
        const std::string folder = PANTAU_SOURCE_DIR "/tests/recordings";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.path().extension() != ".snmprec") continue;
            CAPTURE(entry.path().string());
            ++count;
            const Finished probed = run({PANTAU_BIN_DIR "/pantau", "probe", "--recording",
                                         entry.path().string(), "-o", "json"});
            const auto read = cli::observation_in(boost::json::parse(probed.out));
            REQUIRE(read.has_value());
            CHECK(observation_json(read->seen, read->device, read->health) + "\n" == probed.out);
        }
        CHECK(count > 50);
    }

    TEST_CASE("a document of another form is none") {
        for (const char* const text :
             {"[]", "null", "{}", R"({"schema": "pantau.observation/2"})",
              R"({"schema": "pantau.observation/1"})",
              R"({"schema": "pantau.observation/1", "device": 3, "health": {}})"}) {
            CAPTURE(text);
            CHECK_FALSE(cli::observation_in(boost::json::parse(text)).has_value());
        }
        // What is missing or of another form inside is not known.
        const auto read = cli::observation_in(boost::json::parse(
            R"({"schema": "pantau.observation/1", "device": {"id": 7}, "health": {"state": "x"},
                "system": [], "access_points": {"a": 1}, "interfaces": [3], "collectors": {"snmp": 1},
                "problems": [1]})"));
        REQUIRE(read.has_value());
        CHECK(read->health == Health{});
        CHECK(read->seen.components.size() == 1);
        CHECK(read->seen.collectors.empty());
    }
}
