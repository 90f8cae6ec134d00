// The recordings of this tree, tried just as `pantau profile test` does.
#include <doctest/doctest.h>

#include <set>

#include "cli/trial.hpp"
#include "collectors/registry.hpp"

using namespace pantau;

TEST_SUITE("normalise/recordings") {
    TEST_CASE("every recording of this tree reads as expected, and every profile has one") {
        config::Diagnostics diagnostics;
        const auto set =
            ProfileSet::load({PANTAU_SOURCE_DIR "/etc/profiles"}, collector_kinds(), diagnostics);
        REQUIRE_FALSE(diagnostics.has_errors());
        const auto recordings = cli::recordings_below(PANTAU_SOURCE_DIR "/tests/recordings");
        CHECK(recordings.size() >= 4);
        std::set<std::string, std::less<>> tried;
        for (const std::string& path : recordings) {
            CAPTURE(path);
            const cli::Trial trial = cli::try_recording(set, path);
            CHECK(trial.fault == "");
            CHECK(trial.profile != "");
            tried.insert(trial.profile);
            CHECK(trial.outcome == cli::Trial::Outcome::as_expected);
            for (const cli::Difference& each : trial.differences)
                FAIL_CHECK(each.field << ": " << each.found << " instead of " << each.expected);
        }
        for (const std::string& profile : set->names()) {
            CAPTURE(profile);
            CHECK((profile.starts_with("base/") || tried.contains(profile)));
        }
    }
}
