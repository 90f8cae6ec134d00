#include "cli/texts.hpp"

#include <array>
#include <cstdlib>

namespace pantau::cli {

Language language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* const value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        const std::string_view word(value);
        const std::string_view language = word.substr(0, word.find_first_of("_.@-"));
        return language == "id" ? Language::id : Language::en;
    }
    return Language::en;
}

std::span<const NamedText> all_texts() {
    static constexpr auto table = std::to_array<NamedText>({
#define PANTAU_CLI_TEXT(name, en, id) {#name, text::name},
        PANTAU_CLI_TEXTS(PANTAU_CLI_TEXT)
#undef PANTAU_CLI_TEXT
    });
    return table;
}

}  // namespace pantau::cli
