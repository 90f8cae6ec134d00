// How much of what others find in recordings of real devices we find, too.
//
// For the author of a profile: every value of one recording that is wrong or missing, or of all of
// them, with the profiles of another directory than this source tree's:
//
//     PANTAU_FIELDS=unifi_nanohd field_test
//     PANTAU_FIELDS=all PANTAU_PROFILES=~/profiles field_test
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <vector>

#include "model/observation_json.hpp"
#include "normalise/field_score.hpp"
#include "normalise/support.hpp"

using namespace pantau;
using namespace pantau::test;
namespace json = boost::json;

namespace {

// What is reached; raised by whoever raises it. Per cent of fields all of whose values are right.
constexpr double floor_of_all = 100;
constexpr double floor_of_wifi = 100;

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::shared_ptr<const ProfileSet> profiles() {
    const std::string other = setting("PANTAU_PROFILES");
    if (other.empty()) return shipped();
    Loaded loaded;
    loaded.set = ProfileSet::load({other}, kinds(), loaded.diagnostics);
    REQUIRE_MESSAGE(!loaded.diagnostics.has_errors(), loaded.told());
    return loaded.set;
}

struct Scored {
    std::vector<Finding> findings;
    std::vector<std::string> invented;
    std::size_t devices = 0;
};

void score(const ProfileSet& set, const Recorded& device, const json::value& expected,
           Scored& into) {
    const std::string text = read_file(real_recordings + "/" + device.name + ".snmprec");
    const Recording recording = Recording::parse(text);
    const Answer signs = recording.answer(set.detection_ask("snmp").get());
    const auto profile = set.detect({&signs, 1});
    REQUIRE(profile != nullptr);
    const Observation seen = observe(*profile, recording);
    boost::system::error_code error;
    json::parse(observation_json(seen, device_named(device.name), Health{}), error);
    CHECK_FALSE(error.failed());
    const RecordedValues values = recorded_values(text);
    compare_fields(device, seen, expected, values, into.findings);
    for (std::string& one : unsupported_values(device, seen, values))
        into.invented.push_back(std::move(one));
    for (const std::string& one :
         values_from_nothing(observe(*profile, Recording::parse(values.signs))))
        into.invented.push_back(fmt::format("{}: {} from nothing", device.name, one));
    if (setting("PANTAU_FIELDS") == device.name)
        fmt::print("{} read by profile {}, role {}\n", device.name, profile->name(),
                   name_of(seen.role));
    ++into.devices;
}

void print_share(std::string_view what, const Share& share) {
    fmt::print("{:<34} {:>6} of {:>6} right: {:.2f} %\n", what, share.right, share.all,
               share.percent());
}

/// Fields right by class or by vendor, first without what differs on purpose, then with it.
void print_groups(const std::vector<Finding>& findings, std::string Finding::*group) {
    std::map<std::string, std::vector<Finding>> groups;
    for (const Finding& one : findings)
        groups[one.*group].push_back(one);
    for (const auto& [name, some] : groups) {
        const Shares shares = shares_of(some, Differing::left_out);
        const Shares strict = shares_of(some, Differing::counted_wrong);
        if (strict.fields.all == 0) continue;
        fmt::print("{:<34} {:>6} of {:>6} right, {:>4} of {:>4} with all that differs\n", name,
                   shares.fields.right, shares.fields.all, strict.fields.right, strict.fields.all);
    }
}

void print(const Scored& scored, const Shares& shares) {
    const std::string wanted = setting("PANTAU_FIELDS");
    for (const Finding& one : scored.findings) {
        const bool is_wanted =
            wanted == "all" ? one.verdict != Verdict::differs : wanted == one.recording;
        if (is_wanted && one.verdict != Verdict::right) fmt::print("{}\n", told(one));
    }
    for (const std::string& one : scored.invented)
        fmt::print("INVENTED {}\n", one);
    if (!wanted.empty() && wanted != "all") return;
    fmt::print("{}", table_of(scored.findings));
    fmt::print("fields by vendor, then by class:\n");
    print_groups(scored.findings, &Finding::vendor);
    print_groups(scored.findings, &Finding::kind);
    fmt::print("access points, controllers, radios:\n");
    print_share("fields", shares.fields);
    print_share("fields of Wi-Fi", shares.wifi_fields);
    print_share("values", shares.values);
    print_share("values of Wi-Fi", shares.wifi_values);
    const Shares strict = shares_of(scored.findings, Differing::counted_wrong);
    fmt::print("the same, with what differs on purpose counted as wrong:\n");
    print_share("fields", strict.fields);
    print_share("fields of Wi-Fi", strict.wifi_fields);
    print_share("values", strict.values);
    print_share("values of Wi-Fi", strict.wifi_values);
    fmt::print("{} devices, {} invented values\n", scored.devices, scored.invented.size());
}

}  // namespace

TEST_SUITE("normalise/fields") {
    TEST_CASE("what others find in recordings of real devices is found") {
        if (!std::filesystem::exists(real_recordings)) {
            print_skip("no recordings of real devices beside the source");
            return;
        }
        const auto set = profiles();
        std::map<std::string, const json::value*, std::less<>> expected;
        const json::value all = json::parse(read_file(real_recordings + "/expected.json"));
        for (const json::value& one : all.as_array())
            expected.emplace(one.at("recording").as_string().c_str(), &one);
        Scored scored;
        for (const Recorded& device : recorded_devices()) {
            CAPTURE(device.name);
            REQUIRE(expected.contains(device.name));
            score(*set, device, *expected.find(device.name)->second, scored);
        }
        CHECK(scored.devices == expected.size());
        const Shares shares = shares_of(scored.findings, Differing::left_out);
        print(scored, shares);
        CHECK(scored.invented.empty());
        CHECK(shares.fields.percent() >= floor_of_all);
        CHECK(shares.wifi_fields.percent() >= floor_of_wifi);
    }
}
