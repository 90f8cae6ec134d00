#include "cli/help.hpp"

#include <algorithm>
#include <sstream>

#include "cli/table_printer.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

/// What a terminal of the usual size shows.
constexpr std::size_t width = 80;

/// "  left   right", the right side wrapped beside the left one.
std::string beside(const std::string& left, std::size_t left_width, std::string_view right) {
    std::string text;
    std::string margin = "  " + left + std::string(left_width - display_width(left) + 2, ' ');
    for (const std::string& line : wrapped(right, width - left_width - 4)) {
        text += margin + line + '\n';
        margin.assign(left_width + 4, ' ');
    }
    return text;
}

std::string left_of(const Option& option) {
    std::string left = option.letter != 0 ? std::string("-") + option.letter + ", " : "";
    left += "--" + std::string(option.name);
    if (!option.value.empty()) left += ' ' + std::string(option.value);
    return left;
}

std::string options_text(std::span<const Option> options, Language language) {
    std::size_t left_width = 0;
    for (const Option& option : options)
        if (!option.is_hidden) left_width = std::max(left_width, display_width(left_of(option)));
    std::string text;
    for (const Option& option : options)
        if (!option.is_hidden)
            text += beside(left_of(option), left_width, option.help.in(language));
    return text;
}

std::string heading(const Words& words, Language language) {
    return '\n' + std::string(words.in(language)) + ":\n";
}

/// Paragraphs, each line of the source one paragraph.
std::string paragraphs(std::string_view text) {
    std::string shown;
    std::istringstream lines{std::string(text)};
    for (std::string paragraph; std::getline(lines, paragraph);) {
        shown += '\n';
        for (const std::string& line : wrapped(paragraph, width))
            shown += line + '\n';
    }
    return shown;
}

}  // namespace

std::string general_help(Language language) {
    std::string help =
        std::string(text::program_line.in(language)) + "\n\n" +
        say(language, text::usage_line, language == Language::id ? "PERINTAH" : "VERB") + "\n";
    help += heading(text::verbs, language);
    std::size_t left_width = 0;
    for (const Verb* const verb : verbs())
        left_width = std::max(left_width, verb->name.size());
    for (const Verb* const verb : verbs())
        help += beside(std::string(verb->name), left_width, verb->help.in(language));
    help += heading(text::options_everywhere, language);
    help += options_text(global_options(), language);
    return help + '\n' + std::string(text::more_help.in(language)) + '\n';
}

std::string help_of(const Verb& verb, Language language) {
    std::string words(verb.name);
    if (!verb.operands.empty()) words += ' ' + std::string(verb.operands);
    std::string help = say(language, text::usage_line, words) + "\n\n" +
                       std::string(verb.help.in(language)) + '\n';
    help += paragraphs(verb.more.in(language));
    if (!verb.options.empty()) {
        help += heading(text::options, language);
        help += options_text(verb.options, language);
    }
    help += heading(text::options_everywhere, language);
    help += options_text(global_options(), language);
    if (!verb.examples.empty()) {
        help += heading(text::examples, language);
        for (const std::string_view example : verb.examples)
            help += "  " + std::string(example) + '\n';
    }
    return help;
}

}  // namespace pantau::cli
