#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "cli/console.hpp"
#include "cli/output.hpp"
#include "cli/texts.hpp"

namespace pantau::cli {

/// One call of the program: what was asked for, and where the answer goes.
struct Invocation {
    const Arguments& arguments;
    Language language = Language::en;
    Format format = Format::table;
    bool has_headers = true;
    const Console& console;

    template <class... Values>
    [[nodiscard]] std::string say(const Words& words, const Values&... values) const {
        return cli::say(language, words, values...);
    }
    /// A message on stderr, a line of its own.
    template <class... Values>
    void tell(const Words& words, const Values&... values) const {
        console.err("pantau: " + harmless(say(words, values...)) + "\n");
    }
};

/// An error in one line: what, and what about.
[[nodiscard]] inline std::string words_of(const Error& error) {
    return error.where.empty() ? error.detail : error.where + ": " + error.detail;
}

/// What completion offers for the words behind a verb.
enum class OperandKind : std::uint8_t { none, file, verb, shell };

/// One row of the table of verbs: all that help, completion and parsing need to know of it.
struct Verb {
    std::string_view name;      ///< One word or two: "list", "config check".
    std::string_view operands;  ///< As help writes them: "[FILE]".
    std::size_t operands_least = 0;
    std::size_t operands_most = 0;
    OperandKind operand_kind = OperandKind::none;
    Words help;  ///< One line.
    Words more;  ///< What `pantau help VERB` adds; may be empty.
    std::span<const Option> options;
    std::span<const std::string_view> examples;
    int (*run)(const Invocation&);  ///< Gives an ExitCode.
};

/// In the order help shows them.
[[nodiscard]] std::span<const Verb* const> verbs();

/// The verb of that name, or null.
[[nodiscard]] const Verb* find_verb(std::string_view name);

/// "did you mean" for a word that is no verb; what it says is UsageError's.
[[noreturn]] void throw_unknown_verb(std::string_view word, Language language);

}  // namespace pantau::cli
