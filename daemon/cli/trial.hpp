#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/recording_flaws.hpp"
#include "normalise/profile_set.hpp"

namespace pantau::cli {

/// Something a recording came to that was not expected.
struct Difference {
    std::string field;  ///< "access_points[0].radios[1].channel"
    std::string expected;
    std::string found;  ///< Both as JSON; "nothing" where there is no such key.

    bool operator==(const Difference&) const = default;
};

/// What profiles make of a recording, beside what is expected of it: NAME.snmprec or NAME.httprec,
/// and NAME.expected.json, the part of the Observation that must come out.
struct Trial {
    enum class Outcome : std::uint8_t {
        as_expected,
        differs,
        nothing_expected,  ///< There is no file that says.
        unreadable,        ///< The recording or what is expected; `fault` says why.
    };

    std::string recording;
    std::string expected_path;
    Outcome outcome = Outcome::unreadable;
    std::string profile;           ///< That was recognised; empty: none.
    std::string expected_profile;  ///< As far as that is expected.
    std::string fault;
    RecordingFlaws flaws;
    std::vector<Difference> differences;
    boost::json::value expected;
    boost::json::value found;  ///< The whole Observation.
};

enum class Recorded : std::uint8_t { any, snmp };

/// Every recording below a folder, sorted; a file stands for itself.
[[nodiscard]] std::vector<std::string> recordings_below(const std::string& path,
                                                        Recorded kind = Recorded::any);

[[nodiscard]] Trial try_recording(const std::shared_ptr<const ProfileSet>& profiles,
                                  const std::string& recording);

/// Differences by their path. Only keys that are expected are looked at; a list must have exactly
/// the elements expected.
[[nodiscard]] std::vector<Difference> differences_between(const boost::json::value& expected,
                                                          const boost::json::value& found);

/// Makes what was found what is expected, in the file of that trial: the values of the keys named
/// there, or of all that are known when there is no file yet.
[[nodiscard]] Result<void> expect_what_was_found(const Trial& trial);

}  // namespace pantau::cli
