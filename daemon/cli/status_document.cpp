#include "cli/status_document.hpp"

#include <boost/json.hpp>

#include "cli/words.hpp"

namespace pantau::cli {

namespace json = boost::json;

std::uint64_t count_in(const json::value& object, std::string_view key) {
    return object.at(key).to_number<std::uint64_t>();
}

std::uint64_t people_in(const json::value& status) {
    std::uint64_t people = 0;
    for (const json::value& area : status.at("areas").as_array())
        if (!area.at("clients").is_null()) people += count_in(area, "clients");
    return people;
}

std::uint64_t failures_in(const json::value& status) {
    std::uint64_t failures = 0;
    for (const auto& [reason, count] : status.at("polls").at("failures").as_object())
        failures += count.to_number<std::uint64_t>();
    return failures;
}

std::string states_in(const json::value& status, Language language, bool color) {
    std::string text;
    for (const HealthState state :
         {HealthState::up, HealthState::degraded, HealthState::down, HealthState::unreachable,
          HealthState::maintenance, HealthState::unknown}) {
        const std::uint64_t count = count_in(status.at("health"), name_of(state));
        if (count == 0) continue;
        const std::string words =
            shown_count(count, language) + ' ' + std::string(words_of(state).in(language));
        text += (text.empty() ? "" : ", ") + tinted(words, tint_of(state), color);
    }
    return text.empty() ? "-" : text;
}

}  // namespace pantau::cli
