#include "cli/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "cli/probing.hpp"
#include "model/observation_json.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;

/// What a new file expects: not when and how the device was asked.
constexpr std::array<std::string_view, 6> lasting{"identity",      "role",  "system",
                                                  "access_points", "ssids", "interfaces"};

bool is_same_number(const json::value& a, const json::value& b) {
    if (!a.is_number() || !b.is_number()) return false;
    if (!a.is_double() && !b.is_double()) return a == b;
    return std::abs(a.to_number<double>() - b.to_number<double>()) < 1e-9;
}

void compare(const json::value& expected, const json::value* found, const std::string& path,
             std::vector<Difference>& differences) {
    if (found != nullptr && expected.is_object() && found->is_object()) {
        for (const auto& [key, value] : expected.as_object())
            compare(value, found->as_object().if_contains(key),
                    fmt::format("{}{}{}", path, path.empty() ? "" : ".", std::string_view(key)),
                    differences);
        return;
    }
    if (found != nullptr && expected.is_array() && found->is_array() &&
        expected.as_array().size() == found->as_array().size()) {
        for (std::size_t i = 0; i < expected.as_array().size(); ++i)
            compare(expected.at(i), &found->at(i), fmt::format("{}[{}]", path, i), differences);
        return;
    }
    if (found != nullptr && (expected == *found || is_same_number(expected, *found))) return;
    differences.push_back(
        {path, json::serialize(expected), found != nullptr ? json::serialize(*found) : "nothing"});
}

/// Without what is not known.
json::value known_part(const json::value& value) {
    if (value.is_array()) {
        json::array kept;
        for (const json::value& each : value.as_array())
            kept.push_back(known_part(each));
        return kept;
    }
    if (!value.is_object()) return value;
    json::object kept;
    for (const auto& [key, each] : value.as_object())
        if (!each.is_null()) kept.emplace(key, known_part(each));
    return kept;
}

/// What was found, of the keys that are expected. Where a list has other elements, all of them.
json::value renewed(const json::value& expected, const json::value& found) {
    if (expected.is_object() && found.is_object()) {
        json::object kept;
        for (const auto& [key, value] : expected.as_object())
            if (const json::value* const other = found.as_object().if_contains(key))
                kept.emplace(key, renewed(value, *other));
        return kept;
    }
    const bool is_same_list = expected.is_array() && found.is_array() &&
                              expected.as_array().size() == found.as_array().size();
    if (!is_same_list) return known_part(found);
    json::array kept;
    for (std::size_t i = 0; i < expected.as_array().size(); ++i)
        kept.push_back(renewed(expected.at(i), found.at(i)));
    return kept;
}

json::value first_expectation(const json::value& found) {
    json::object kept;
    for (const std::string_view key : lasting)
        if (const json::value* const value = found.as_object().if_contains(key))
            kept.emplace(key, known_part(*value));
    return kept;
}

/// JSON for people, two spaces a level.
void print(const json::value& value, std::size_t depth, std::string& out) {
    const bool is_list = value.is_array();
    const bool is_map = value.is_object();
    const bool is_empty = (is_list && value.as_array().empty()) ||
                          (is_map && value.as_object().empty()) || (!is_list && !is_map);
    if (is_empty) {
        out += value.is_double() ? fmt::format("{}", value.as_double()) : json::serialize(value);
        return;
    }
    const std::string inner = "\n" + std::string(2 * (depth + 1), ' ');
    out += is_list ? '[' : '{';
    std::string_view comma;
    if (is_list) {
        for (const json::value& each : value.as_array()) {
            out.append(std::exchange(comma, ",")).append(inner);
            print(each, depth + 1, out);
        }
    } else {
        for (const auto& [key, each] : value.as_object()) {
            out.append(std::exchange(comma, ",")).append(inner);
            out.append(json::serialize(json::value(key))).append(": ");
            print(each, depth + 1, out);
        }
    }
    out += "\n" + std::string(2 * depth, ' ') + (is_list ? ']' : '}');
}

std::string text_at(const json::value& document, std::string_view first, std::string_view second) {
    const auto* const outer =
        document.is_object() ? document.as_object().if_contains(first) : nullptr;
    const auto* const inner =
        outer != nullptr && outer->is_object() ? outer->as_object().if_contains(second) : nullptr;
    return inner != nullptr && inner->is_string() ? std::string(inner->as_string()) : "";
}

/// Nothing when there is no such file.
std::optional<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<std::string> recordings_below(const std::string& path, Recorded kind) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::is_directory(path, error)) return {path};
    std::vector<std::string> found;
    fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
        if (at->path().extension() == ".snmprec" ||
            (kind == Recorded::any && at->path().extension() == ".httprec"))
            found.push_back(at->path().lexically_normal());
    std::ranges::sort(found);
    return found;
}

std::vector<Difference> differences_between(const json::value& expected, const json::value& found) {
    std::vector<Difference> differences;
    compare(expected, &found, "", differences);
    return differences;
}

Trial try_recording(const std::shared_ptr<const ProfileSet>& profiles,
                    const std::string& recording) {
    Trial trial;
    trial.recording = recording;
    const std::filesystem::path path(recording);
    trial.expected_path = std::filesystem::path(path).replace_extension(".expected.json");
    Probing probing(profiles, recording);
    if (!probing.fault().empty()) {
        trial.fault = probing.fault();
        return trial;
    }
    trial.flaws = probing.flaws();
    auto device = std::make_shared<Device>();
    device->id = path.stem();
    if (!probing.profile().empty()) device->profile = probing.profile();
    const auto probed = probing.carry_out(device);
    trial.found = json::parse(observation_json(*probed->seen, *device, probed->health));
    trial.profile = text_at(trial.found, "identity", "profile");

    const auto text = read_text(trial.expected_path);
    if (!text) {
        trial.outcome = Trial::Outcome::nothing_expected;
        return trial;
    }
    boost::system::error_code error;
    trial.expected = json::parse(*text, error);
    if (error || !trial.expected.is_object()) {
        trial.fault = trial.expected_path + " is no JSON object";
        return trial;
    }
    trial.expected_profile = text_at(trial.expected, "identity", "profile");
    trial.differences = differences_between(trial.expected, trial.found);
    trial.outcome =
        trial.differences.empty() ? Trial::Outcome::as_expected : Trial::Outcome::differs;
    return trial;
}

Result<void> expect_what_was_found(const Trial& trial) {
    std::string text;
    print(trial.expected.is_object() ? renewed(trial.expected, trial.found)
                                     : first_expectation(trial.found),
          0, text);
    // Beside its place first: half a file is worse than none.
    const std::string beside = trial.expected_path + ".new";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text << '\n';
    file.close();
    std::error_code error(errno, std::generic_category());
    if (file) std::filesystem::rename(beside, trial.expected_path, error);
    if (file && !error) return {};
    return fail(Reason::local, error.message(), trial.expected_path);
}

}  // namespace pantau::cli
