#include "cli/verbs.hpp"

#include <algorithm>
#include <array>

#include "base/edit_distance.hpp"
#include "cli/verbs/all.hpp"

namespace pantau::cli {

std::span<const Verb* const> verbs() {
    static const std::array table{
        &probe_verb(), &list_verb(),     &status_verb(),     &reload_verb(), &config_check_verb(),
        &demo_verb(),  &simulate_verb(), &completion_verb(), &help_verb(),   &version_verb(),
    };
    return table;
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::ranges::find(verbs(), name, &Verb::name);
    return found == verbs().end() ? nullptr : *found;
}

void throw_unknown_verb(std::string_view word, Language language) {
    std::vector<std::string_view> names;
    for (const Verb* const verb : verbs()) {
        names.push_back(verb->name);
        names.push_back(verb->name.substr(0, verb->name.find(' ')));
    }
    std::string words = say(language, text::unknown_verb, word);
    if (const auto meant = did_you_mean(word, names))
        words = say(language, text::perhaps, words, "'pantau " + *meant + "'");
    throw UsageError(words);
}

}  // namespace pantau::cli
