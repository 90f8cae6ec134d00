#include "cli/program.hpp"

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

Invocation invocation_of(const Arguments& arguments, Language language, Console& console) {
    const std::string color = arguments.text("color").value_or("auto");
    console.color_out = wants_color(color, console.is_out_terminal);
    console.color_err = wants_color(color, console.is_err_terminal);
    return {.arguments = arguments,
            .language = language,
            .format = format_named(arguments.text("output").value_or("table")),
            .has_headers = !arguments.has("no-headers"),
            .console = console};
}

int run_verb(const Verb* verb, const Invocation& call) {
    if (call.arguments.has("help")) {
        call.console.out(verb != nullptr ? help_of(*verb, call.language)
                                         : general_help(call.language));
        return exit_ok;
    }
    if (verb != nullptr) return verb->run(call);
    if (call.arguments.has("version")) return find_verb("version")->run(call);
    call.console.err(general_help(call.language));
    return exit_usage;
}

void complain(const Console& console, std::string_view words) {
    console.err("pantau: " + harmless(words) + "\n");
}

}  // namespace

int run_program(std::span<const std::string> words, Console& console) {
    const Language language = language_of(words);
    const Verb* verb = nullptr;
    try {
        const VerbAndWords line = find_verb_in(words, language);
        verb = line.verb;
        const Arguments arguments = parse_arguments(line, language);
        return run_verb(verb, invocation_of(arguments, language, console));
    } catch (const UsageError& error) {
        complain(console, error.what());
        const std::string help =
            verb == nullptr ? "pantau help" : "pantau help " + std::string(verb->name);
        console.err(say(language, text::try_help, help) + "\n");
        return exit_usage;
    } catch (const ReaderGone&) {
        return exit_ok;
    } catch (const CannotWrite& error) {
        complain(console, say(language, text::cannot_write, error.what()));
        return exit_failed;
    } catch (const std::exception& error) {
        complain(console, say(language, text::bug, error.what()));
        return exit_failed;
    }
}

}  // namespace pantau::cli
