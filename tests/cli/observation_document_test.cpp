#include "cli/observation_document.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <string>

#include "cli/trial.hpp"
#include "model/observation_json.hpp"
#include "support/shipped_profiles.hpp"

using namespace pantau;
using namespace pantau::test;

TEST_SUITE("cli/observation_document") {
    TEST_CASE("an Observation read back from its document is the same document again") {
        const auto recordings = cli::recordings_below(PANTAU_SOURCE_DIR "/tests/recordings");
        CHECK(recordings.size() > 50);
        for (const std::string& recording : recordings) {
            CAPTURE(recording);
            const auto found = cli::try_recording(shipped_profiles(), recording).found;
            const auto read = cli::observation_in(found);
            REQUIRE(read.has_value());
            const std::string written = observation_json(read->seen, read->device, read->health);
            CHECK(boost::json::serialize(boost::json::parse(written)) ==
                  boost::json::serialize(found));
        }
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
