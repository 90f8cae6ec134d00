#include <array>
#include <boost/json.hpp>

#include "cli/daemon_call.hpp"
#include "cli/observation_document.hpp"
#include "cli/probe_report.hpp"
#include "cli/words.hpp"
#include "control/client.hpp"

namespace pantau::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 20s;

constexpr Words because{"{0}: {1}", "{0}: {1}"};
constexpr Words not_understood{
    "pantaud answered in a form this pantau does not know; are both of one version?",
    "jawaban pantaud tidak dikenali; apakah keduanya versi yang sama?"};

int run(const Invocation& call) {
    const std::string& name = call.arguments.operands().front();
    const auto answer =
        ask_daemon(call, "GET", "device?id=" + control::percent_encoded(name), patience);
    if (!answer) return answer.error();
    const auto read = observation_in(boost::json::parse(answer->body));
    if (!read) {
        call.tell(not_understood);
        return exit_failed;
    }
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, answer->body);
        return exit_ok;
    }
    print_probe(call, read->seen, read->device, read->health);
    // What is told of it, and not asked of it, has no collector whose report would say why.
    const bool is_said = !read->seen.collectors.empty() || !read->health.reason;
    if (!is_said)
        call.tell(because, words_of(read->health.state).in(call.language),
                  words_of(*read->health.reason).in(call.language));
    return exit_ok;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau show rw08-sumbersari-1", "pantau show rw08-sumbersari-1 -o json | jq .system"});

}  // namespace

const Verb& show_verb() {
    static const Verb verb{
        .name = "show",
        .operands = "NAME",
        .operands_least = 1,
        .operands_most = 1,
        .operand_kind = OperandKind::none,
        .help = {"all that the running pantaud knows of one device",
                 "semua yang diketahui pantaud yang berjalan tentang satu perangkat"},
        .more = {"Nothing is asked for it: what is shown is what the latest poll found, or what "
                 "its controller told. To ask the device now there is 'pantau probe'.",
                 "Perangkat tidak ditanya: yang tampil adalah hasil polling terakhir, atau kata "
                 "pengendalinya. Untuk bertanya sekarang pakai 'pantau probe'."},
        .options = {},
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
