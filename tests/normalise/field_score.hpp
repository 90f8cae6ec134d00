#pragma once

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/observation.hpp"

namespace pantau::test {

/// Where recordings of real devices lie, when they are there.
inline const std::string real_recordings = PANTAU_SOURCE_DIR "/../shared/recordings";

/// What the list of recordings says about one.
struct Recorded {
    std::string name;
    std::string vendor;
    std::string kind;  ///< ap, controller, radio, cpe, adjacent.
};
[[nodiscard]] std::vector<Recorded> recorded_devices();

enum class Verdict { right, wrong, missing, differs };
enum class FieldGroup { wifi, other, outside };

/// One value that others found in a recording, beside ours.
struct Finding {
    std::string recording;
    std::string vendor;
    std::string kind;
    std::string field;
    FieldGroup group = FieldGroup::other;
    Verdict verdict = Verdict::right;
    std::string about;
    std::string expected;
    std::string seen;
};

/// The object identifiers and the numbers of a recording.
struct RecordedValues {
    std::set<std::string, std::less<>> oids;
    std::set<double> numbers;
    std::string signs;  ///< Only its system group, as recording text.
};
[[nodiscard]] RecordedValues recorded_values(const std::string& text);

/// Compares all that `expected` has with what we saw.
void compare_fields(const Recorded& device, const Observation& seen,
                    const boost::json::value& expected, const RecordedValues& values,
                    std::vector<Finding>& findings);

/// Values of ours that nothing in the recording supports, in words.
[[nodiscard]] std::vector<std::string> unsupported_values(const Recorded& device,
                                                          const Observation& seen,
                                                          const RecordedValues& values);
/// Measured values shown although the device told no more than its name: all made up.
[[nodiscard]] std::vector<std::string> values_from_nothing(const Observation& seen);

/// The share that is right: of single values, and of fields all of whose values are right.
struct Share {
    std::size_t right = 0;
    std::size_t all = 0;
    [[nodiscard]] double percent() const {
        return all == 0 ? 0 : 100.0 * static_cast<double>(right) / static_cast<double>(all);
    }
};
struct Shares {
    Share values, fields, wifi_values, wifi_fields;
};
/// What becomes of values that differ on purpose.
enum class Differing { left_out, counted_wrong };
/// Over access points, controllers and radios.
[[nodiscard]] Shares shares_of(const std::vector<Finding>& findings, Differing differing);

/// Vendor by field: how many values are right, w: wrong, m: missing, d: differ on purpose.
[[nodiscard]] std::string table_of(const std::vector<Finding>& findings);
/// One line.
[[nodiscard]] std::string told(const Finding& finding);

}  // namespace pantau::test
