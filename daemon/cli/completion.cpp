#include "cli/completion.hpp"

#include <fmt/format.h>

#include <set>

#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

/// What may stand behind an option that takes a value: its choices, or a file.
std::string value_cases(std::span<const Option> options) {
    std::string cases;
    for (const Option& option : options) {
        if (option.value.empty() || option.is_hidden) continue;
        std::string pattern = fmt::format("--{}", option.name);
        if (option.letter != 0) pattern += fmt::format("|-{}", option.letter);
        std::string offer = ":";
        const auto words = option.choices.empty() ? option.suggestions : option.choices;
        if (!words.empty()) {
            offer = "words='";
            for (const std::string_view word : words)
                offer += std::string(word) + ' ';
            offer.back() = '\'';
        } else if (option.value == "FILE" || option.value == "PATH") {
            offer = "files=yes";
        } else if (option.value == "DIR") {
            offer = "files=dirs";
        }
        cases += fmt::format("            {}) {} ;;\n", pattern, offer);
    }
    return cases;
}

std::string option_words(std::span<const Option> options) {
    std::string words;
    for (const Option& option : options)
        if (!option.is_hidden) words += fmt::format("--{} ", option.name);
    return words;
}

/// The words that can follow the first word of verbs of two words.
std::string second_words(std::string_view first) {
    std::string words;
    for (const Verb* const verb : verbs())
        if (verb->name.starts_with(std::string(first) + ' '))
            words += std::string(verb->name.substr(first.size() + 1)) + ' ';
    return words;
}

std::string first_words() {
    std::string words;
    std::set<std::string_view> seen;
    for (const Verb* const verb : verbs()) {
        const std::string_view first = verb->name.substr(0, verb->name.find(' '));
        if (seen.insert(first).second) words += std::string(first) + ' ';
    }
    return words;
}

std::string operand_offer(OperandKind kind) {
    switch (kind) {
        case OperandKind::file:
            return "files=yes";
        case OperandKind::verb:
            return "words=$verbs";
        case OperandKind::shell:
            return "words=bash";
        case OperandKind::none:
            break;
    }
    return ":";
}

std::string verb_cases() {
    std::string cases;
    std::set<std::string_view> seen;
    for (const Verb* const verb : verbs()) {
        const std::size_t space = verb->name.find(' ');
        const std::string_view first = verb->name.substr(0, space);
        if (space != std::string_view::npos && seen.insert(first).second)
            cases += fmt::format("        '{}') words='{}' ;;\n", first, second_words(first));
        cases += fmt::format(
            "        '{}')\n            options='{}'\n            case $previous in\n{}"
            "            *) {} ;;\n            esac ;;\n",
            verb->name, option_words(verb->options), value_cases(verb->options),
            operand_offer(verb->operand_kind));
    }
    return cases;
}

/// Patterns of options of every verb that take the next word: it is no verb.
std::string valued_patterns() {
    std::string patterns;
    for (const Option& option : global_options()) {
        if (option.value.empty()) continue;
        if (!patterns.empty()) patterns += '|';
        patterns += fmt::format("--{}", option.name);
        if (option.letter != 0) patterns += fmt::format("|-{}", option.letter);
    }
    return patterns;
}

}  // namespace

std::string bash_completion() {
    return fmt::format(R"(# bash completion for pantau, made by 'pantau completion bash'
_pantau() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
    local verbs='{0}' everywhere='{1}'
    local options='' words='' files='' verb='' found i word
    # "--output=json" arrives as three words.
    if [[ $current == '=' ]]; then current=''
    elif [[ $previous == '=' ]]; then previous=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        case $word in
            {2}) ((i++)); [[ ${{COMP_WORDS[i]-}} == '=' ]] && ((i++)) ;;
            -*) ;;
            *)
                if [[ -z $verb ]]; then verb=$word
                elif [[ " {3} " == *" $verb $word "* ]]; then verb="$verb $word"; fi ;;
        esac
    done
    case $verb in
        '') words=$verbs ;;
{4}    esac
    case $previous in
{5}    esac
    if [[ $current == -* ]]; then
        words="$options$everywhere" files=''
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    [[ -n $files ]] || return
    # Names with spaces stay whole, folders get their slash.
    compopt -o filenames 2>/dev/null
    if [[ $files == dirs ]]; then mapfile -t found < <(compgen -d -- "$current")
    else mapfile -t found < <(compgen -f -- "$current"); fi
    COMPREPLY+=("${{found[@]}}")
}}
complete -F _pantau pantau
)",
                       first_words(), option_words(global_options()), valued_patterns(),
                       [] {
                           std::string pairs;
                           for (const Verb* const verb : verbs())
                               if (verb->name.find(' ') != std::string_view::npos)
                                   pairs += std::string(verb->name) + ' ';
                           return pairs;
                       }(),
                       verb_cases(), value_cases(global_options()));
}

}  // namespace pantau::cli
