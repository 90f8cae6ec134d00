#include "cli/completion.hpp"

#include <array>

#include "cli/exit_code.hpp"
#include "cli/verbs.hpp"

namespace pantau::cli {
namespace {

int run(const Invocation& call) {
    const std::string shell = *call.arguments.operand(0);
    if (shell != "bash")
        throw UsageError(call.say(text::not_a_choice, "completion", shell, "bash"));
    call.console.out(bash_completion());
    return exit_ok;
}

constexpr auto examples = std::to_array<std::string_view>({"source <(pantau completion bash)"});

}  // namespace

const Verb& completion_verb() {
    static const Verb verb{
        .name = "completion",
        .operands = "bash",
        .operands_least = 1,
        .operands_most = 1,
        .operand_kind = OperandKind::shell,
        .help = {"a script that lets bash complete pantau's words",
                 "skrip agar bash melengkapi kata-kata pantau"},
        .more = {"", ""},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
