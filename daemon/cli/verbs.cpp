#include "cli/verbs.hpp"

#include <algorithm>
#include <array>

#include "base/edit_distance.hpp"

namespace pantau::cli {

// The table: one row per file of cli/verbs, in the order help shows them.
#define PANTAU_VERBS(X)    \
    X(probe_verb)          \
    X(walk_verb)           \
    X(list_verb)           \
    X(show_verb)           \
    X(status_verb)         \
    X(reload_verb)         \
    X(config_check_verb)   \
    X(profile_list_verb)   \
    X(profile_show_verb)   \
    X(profile_test_verb)   \
    X(profile_schema_verb) \
    X(demo_verb)           \
    X(simulate_verb)       \
    X(completion_verb)     \
    X(help_verb)           \
    X(version_verb)

#define PANTAU_VERB(verb) const Verb& verb();
PANTAU_VERBS(PANTAU_VERB)
#undef PANTAU_VERB

std::span<const Verb* const> verbs() {
#define PANTAU_VERB(verb) &verb(),
    static const std::array table{PANTAU_VERBS(PANTAU_VERB)};
#undef PANTAU_VERB
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
