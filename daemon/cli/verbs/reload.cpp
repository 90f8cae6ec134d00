#include <array>
#include <boost/json.hpp>

#include "cli/daemon_call.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// Reading 100,000 devices takes seconds; a daemon that needs longer than this is stuck.
constexpr Duration patience = 120s;

constexpr Words refused{"the new configuration has errors; the old one stays in force",
                        "konfigurasi baru mengandung kesalahan; yang lama tetap berlaku"};
constexpr Words done{
    "the new configuration is in force: {0} devices added, {1} changed, {2} "
    "removed, {3} as before",
    "konfigurasi baru berlaku: {0} perangkat ditambah, {1} berubah, {2} dihapus, "
    "{3} tetap"};

void tell_errors(const Invocation& call, const json::object& result) {
    if (const auto* const errors = result.if_contains("errors")) {
        for (const json::value& error : errors->as_array()) {
            // Lines with their place and caret, made harmless by who wrote them.
            std::string words(error.as_string());
            if (!words.ends_with('\n')) words += '\n';
            call.console.err(words);
        }
    }
    call.tell(refused);
}

int run(const Invocation& call) {
    const auto answer = ask_daemon(call, "POST", "reload", patience, {200, 409});
    if (!answer) return answer.error();
    const bool is_document = call.format == Format::json || call.format == Format::yaml;
    if (is_document) print_document(call, answer->body);
    const json::value document = json::parse(answer->body);
    const json::object& result = document.as_object();
    if (answer->status != 200) {
        tell_errors(call, result);
        return exit_failed;
    }
    const auto count = [&](std::string_view key) {
        return shown_count(result.at(key).to_number<std::uint64_t>(), call.language);
    };
    if (!is_document)
        call.console.out(
            call.say(done, count("added"), count("changed"), count("removed"), count("unchanged")) +
            '\n');
    return exit_ok;
}

constexpr auto options = std::to_array<Option>({
    {.name = "wait",
     .letter = 0,
     .value = "",
     .help = {"come back when the new configuration is in force or refused; it always does",
              "kembali setelah konfigurasi baru berlaku atau ditolak; memang selalu begitu"}},
});

constexpr auto examples = std::to_array<std::string_view>({"pantau reload --wait"});

}  // namespace

const Verb& reload_verb() {
    static const Verb verb{
        .name = "reload",
        .operands = "",
        .help = {"let the running pantaud read its configuration anew",
                 "menyuruh pantaud yang berjalan membaca ulang konfigurasinya"},
        .more = {"All files are read and checked first. With one mistake in any of them nothing "
                 "changes, every mistake is shown with its place, and the exit code is 1.",
                 "Semua berkas dibaca dan diperiksa dulu. Bila ada satu saja kesalahan, tidak ada "
                 "yang berubah, semua kesalahan ditunjukkan tempatnya, dan kode keluarnya 1."},
        .options = options,
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
