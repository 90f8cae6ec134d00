#include "cli/help.hpp"

#include <array>

#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

int run(const Invocation& call) {
    std::string name;
    for (const std::string& word : call.arguments.operands())
        name += (name.empty() ? "" : " ") + word;
    if (name.empty()) {
        call.console.out(general_help(call.language));
        return exit_ok;
    }
    bool is_found = false;
    for (const Verb* const verb : verbs()) {
        if (verb->name != name && !verb->name.starts_with(name + ' ')) continue;
        if (is_found) call.console.out("\n");
        call.console.out(help_of(*verb, call.language));
        is_found = true;
    }
    if (!is_found) throw_unknown_verb(name, call.language);
    return exit_ok;
}

constexpr auto examples = std::to_array<std::string_view>({"pantau help probe"});

}  // namespace

const Verb& help_verb() {
    static const Verb verb{
        .name = "help",
        .operands = "[VERB]",
        .operands_most = 2,
        .operand_kind = OperandKind::verb,
        .help = {"what the verbs do, or how to use one of them",
                 "apa guna setiap perintah, atau cara memakai salah satunya"},
        .more = {"", ""},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
