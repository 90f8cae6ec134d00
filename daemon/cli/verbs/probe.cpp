#include <algorithm>
#include <array>
#include <vector>

#include "base/log.hpp"
#include "cli/probe_report.hpp"
#include "cli/probe_target.hpp"
#include "cli/probing.hpp"
#include "cli/words.hpp"

namespace pantau::cli {
namespace {

constexpr Words bad_recording{"the recording {0} cannot be used: {1}",
                              "rekaman {0} tidak bisa dipakai: {1}"};
constexpr Words nobody_asked{
    "there is nothing to ask '{0}': it has no credential, no page and no ping",
    "tidak ada yang ditanyakan ke '{0}': tanpa kredensial, tanpa halaman "
    "web dan tanpa ping"};
constexpr Words nothing_to_explain{
    "'{0}' has no check of several steps to explain: give it citizen: in the inventory",
    "'{0}' tidak punya pemeriksaan bertahap untuk dijelaskan: beri citizen: dalam inventaris"};
constexpr Words failure_of{"{0}: {1}", "{0}: {1}"};
constexpr Words perhaps_this{"did you mean '{0}' of the inventory?",
                             "maksudnya '{0}' dalam inventaris?"};

/// For who asked for a format of programs, and looks at the terminal all the same.
void tell_failures(const Invocation& call, const Observation& seen) {
    if (call.format == Format::table || call.format == Format::wide) return;
    for (const CollectorReport& report : seen.collectors)
        if (!report.ok)
            call.tell(failure_of, report.collector->name, words_of_failure(report, call.language));
}

ExitCode exit_of(const Observation& seen) {
    if (!seen.any_answer()) return exit_failed;
    for (const CollectorReport& report : seen.collectors)
        if (!report.ok) return exit_partial;
    return seen.problems.empty() ? exit_ok : exit_partial;
}

/// The recording says what it is of.
std::shared_ptr<const Device> with_profile(const Device& device, const std::string& profile) {
    auto named = std::make_shared<Device>(device);
    named->profile = profile;
    return named;
}

bool has_ladder(const Observation& seen) {
    return std::ranges::any_of(
        seen.collectors, [](const CollectorReport& report) { return report.ladder != nullptr; });
}

int run(const Invocation& call) {
    const auto target = find_probe_target(call);
    if (!target) return target.error();
    // The report tells what happened; the daemon's log lines would say it twice.
    set_log(LogLevel::error, LogFormat::logfmt);
    Probing probing = target->recording.empty() ? Probing(target->profiles)
                                                : Probing(target->profiles, target->recording);
    if (!probing.fault().empty()) {
        call.tell(bad_recording, target->recording, probing.fault());
        return exit_failed;
    }
    probing.flaws().tell(call, target->recording);
    const auto device = target->device->profile == "auto" && !probing.profile().empty()
                            ? with_profile(*target->device, probing.profile())
                            : target->device;
    const auto probed = probing.carry_out(device);
    if (probed == nullptr) {
        call.tell(nobody_asked, target->device->id);
        return exit_failed;
    }
    print_probe(call, *probed->seen, *target->device, probed->health);
    tell_failures(call, *probed->seen);
    if (call.arguments.has("explain") && !has_ladder(*probed->seen))
        call.tell(nothing_to_explain, target->device->id);
    if (target->perhaps && !probed->seen->any_answer()) call.tell(perhaps_this, *target->perhaps);
    return exit_of(*probed->seen);
}

std::span<const Option> options() {
    static const std::vector<Option> table = [] {
        std::vector<Option> all{
            {.name = "recording",
             .letter = 0,
             .value = "FILE",
             .help = {"read the answers from a recording (.snmprec, .httprec) instead "
                      "of a device",
                      "baca jawaban dari rekaman (.snmprec, .httprec), bukan dari "
                      "perangkat"}},
            {.name = "explain",
             .letter = 0,
             .value = "",
             .help = {"show each step of the citizen check, of logins and of the pages behind "
                      "them: its time, what was wanted, what was seen",
                      "tampilkan tiap langkah pemeriksaan warga, login dan halaman di baliknya: "
                      "waktunya, apa yang diharapkan, apa yang terlihat"}}};
        all.insert(all.end(), connection_options().begin(), connection_options().end());
        return all;
    }();
    return table;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau probe rw08-sumbersari-1", "pantau probe rw08-sumbersari-1 --explain",
     "pantau probe 10.73.5.81 --credential city-v2",
     "pantau probe 10.73.5.81 --community-file ~/community --http-url http://10.73.5.81/",
     "pantau probe --recording walk.snmprec -o json"});

}  // namespace

const Verb& probe_verb() {
    static const Verb verb{
        .name = "probe",
        .operands = "[TARGET]",
        .operands_most = 1,
        .help = {"ask one device now, and show all it tells",
                 "menanyai satu perangkat sekarang, dan menampilkan semua jawabannya"},
        .more = {"TARGET is a name of the inventory, an address, or a host name. A device of the "
                 "inventory is asked as pantaud asks it; the options lie over that. Others need a "
                 "credential.\n"
                 "The exit code is 0 when all answered, 1 when nothing did, 4 when a part of the "
                 "answers is missing.",
                 "TARGET adalah nama dalam inventaris, alamat, atau nama host. Perangkat dalam "
                 "inventaris ditanyai seperti oleh pantaud; opsi-opsi menggantikan sebagian. Yang "
                 "lain perlu kredensial.\n"
                 "Kode keluarnya 0 bila semua menjawab, 1 bila tidak ada yang menjawab, 4 bila "
                 "sebagian jawaban hilang."},
        .options = options(),
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
