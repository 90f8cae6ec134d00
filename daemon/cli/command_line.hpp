#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "cli/texts.hpp"

namespace pantau::cli {

struct Verb;

/// One option. Help, completion, parsing and the test of the man page all read it here.
struct Option {
    std::string_view name;   ///< "socket"
    char letter = 0;         ///< 'o', or 0.
    std::string_view value;  ///< How help calls its value, "PATH"; empty: a switch.
    Words help;
    std::span<const std::string_view> choices = {};      ///< The only values; empty: any.
    std::span<const std::string_view> suggestions = {};  ///< For completion; any value is taken.
    bool is_repeatable = false;
    bool is_hidden = false;  ///< Understood, but nothing that help should offer.
};

/// The command line cannot be meant so. `what()` is a sentence in the user's language.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What was written on the command line, taken apart. Values are checked when they are read; what
/// does not fit throws UsageError in words of the language given.
class Arguments {
public:
    Arguments(Language language, std::map<std::string, std::vector<std::string>, std::less<>> given,
              std::vector<std::string> operands)
        : language_(language), given_(std::move(given)), operands_(std::move(operands)) {}

    [[nodiscard]] bool has(std::string_view option) const { return given_.contains(option); }
    [[nodiscard]] std::optional<std::string> text(std::string_view option) const;
    /// Of a repeatable option: all values, in order.
    [[nodiscard]] std::vector<std::string> texts(std::string_view option) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view option, std::int64_t least,
                                                      std::int64_t most) const;
    [[nodiscard]] std::optional<double> share(std::string_view option) const;
    [[nodiscard]] std::optional<Duration> duration(std::string_view option) const;
    /// The words that are no options, behind the verb.
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    [[nodiscard]] std::optional<std::string> operand(std::size_t number) const;

private:
    Language language_;
    std::map<std::string, std::vector<std::string>, std::less<>> given_;  ///< A switch: no values.
    std::vector<std::string> operands_;
};

/// "250ms", "90s", "5m", "1h".
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

/// Options that every verb has.
[[nodiscard]] std::span<const Option> global_options();

/// The language the command line asks for, before anything else of it is understood.
[[nodiscard]] Language language_of(std::span<const std::string> words);

/// The verb of a command line, or none ("pantau --help"), and the words beside it.
struct VerbAndWords {
    const Verb* verb = nullptr;
    std::vector<std::string> words;
};

/// Finds the verb among the words behind the program's name. Throws UsageError.
[[nodiscard]] VerbAndWords find_verb_in(std::span<const std::string> words, Language language);

/// Understands the words beside the verb: options of every verb, before it or behind it, and its
/// own. Throws UsageError.
[[nodiscard]] Arguments parse_arguments(const VerbAndWords& line, Language language);

}  // namespace pantau::cli
