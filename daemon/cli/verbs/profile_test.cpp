#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <vector>

#include "base/edit_distance.hpp"
#include "base/log.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/installation.hpp"
#include "cli/profiles.hpp"
#include "cli/trial.hpp"
#include "cli/words.hpp"
#include "collectors/registry.hpp"

namespace pantau::cli {
namespace {

namespace json = boost::json;
using Outcome = Trial::Outcome;

constexpr Words unknown{"there is no file, folder or profile '{0}'",
                        "tidak ada berkas, folder atau profil '{0}'"};
constexpr Words is_refused{"profile '{0}' has mistakes and is left out",
                           "profil '{0}' punya kesalahan dan dilewati"};
constexpr Words no_recordings{"no recordings (*.snmprec, *.httprec) in {0}",
                              "tidak ada rekaman (*.snmprec, *.httprec) di {0}"};
constexpr Words none_of_them{"no recording of {0} was recognised as one of: {1}",
                             "tidak ada rekaman di {0} yang dikenali sebagai: {1}"};
constexpr Words unreadable{"{0}: {1}", "{0}: {1}"};
constexpr Words summary{
    "recordings: {0}; as expected: {1}, different: {2}, nothing expected: {3}, "
    "unreadable: {4}",
    "rekaman: {0}; sesuai: {1}, berbeda: {2}, tanpa harapan: {3}, tidak "
    "terbaca: {4}"};
constexpr Words write_makes_it{"--write makes what was found what is expected",
                               "--write menjadikan hasil ini sebagai yang diharapkan"};
constexpr Words written{"written: {0}", "ditulis: {0}"};
constexpr Words cannot_write{"{0} cannot be written: {1}", "{0} tidak bisa ditulis: {1}"};

const Words& words_of(Outcome outcome) {
    static constexpr Words as_expected{"as expected", "sesuai"};
    static constexpr Words differs{"different", "berbeda"};
    static constexpr Words nothing_expected{"nothing expected", "tanpa harapan"};
    static constexpr Words cannot_be_read{"unreadable", "tidak terbaca"};
    switch (outcome) {
        case Outcome::as_expected:
            return as_expected;
        case Outcome::differs:
            return differs;
        case Outcome::nothing_expected:
            return nothing_expected;
        case Outcome::unreadable:
            break;
    }
    return cannot_be_read;
}

std::string_view name_of(Outcome outcome) {
    constexpr std::array<std::string_view, 4> names{"as_expected", "differs", "nothing_expected",
                                                    "unreadable"};
    return names[static_cast<std::size_t>(outcome)];
}

/// What the words behind the verb mean.
struct Wanted {
    std::vector<std::string> profile_files;
    std::vector<std::string> places;  ///< Recordings and folders of them.
    std::vector<std::string> names;   ///< Of profiles; empty: any.
};

Wanted wanted_by(const Invocation& call) {
    Wanted wanted;
    for (const std::string& word : call.arguments.operands()) {
        const std::filesystem::path path(word);
        std::error_code error;
        if (path.extension() == ".yml") {
            wanted.profile_files.push_back(word);
        } else if (path.extension() == ".snmprec" || path.extension() == ".httprec" ||
                   std::filesystem::is_directory(path, error)) {
            wanted.places.push_back(word);
        } else {
            wanted.names.push_back(word);
        }
    }
    if (!wanted.places.empty()) return wanted;
    for (const std::string& file : wanted.profile_files) {
        const std::string folder = std::filesystem::path(file).parent_path();
        wanted.places.push_back(folder.empty() ? "." : folder);
    }
    if (wanted.places.empty()) wanted.places.emplace_back(".");
    return wanted;
}

/// The profiles of the installation or the configuration, and over them the files named.
std::shared_ptr<const ProfileSet> profiles_with(const Invocation& call,
                                                const std::vector<std::string>& files) {
    if (files.empty()) return profiles_for(call);
    std::vector<std::string> folders = profile_folders();
    if (call.arguments.has("config")) {
        const auto loaded = load_configuration(call, configuration_path(call));
        if (!loaded) return nullptr;
        folders = loaded->configuration.settings.profiles;
    }
    folders.insert(folders.end(), files.begin(), files.end());
    config::Diagnostics diagnostics;
    auto profiles = ProfileSet::load(folders, collector_kinds(), diagnostics);
    tell_diagnostics(call, diagnostics);
    return profiles;
}

/// Adds the profiles of the files to the names; false when one of all those has mistakes.
bool resolve(const Invocation& call, const ProfileSet& profiles, Wanted& wanted) {
    bool is_good = true;
    for (const RefusedProfile& refused : profiles.refused()) {
        const bool is_wanted =
            std::ranges::find(wanted.profile_files, refused.path) != wanted.profile_files.end() ||
            std::ranges::find(wanted.names, refused.name) != wanted.names.end();
        if (!is_wanted) continue;
        call.tell(is_refused, refused.name);
        is_good = false;
    }
    if (!is_good) return false;
    const std::vector<std::string> known = profiles.names();
    for (const std::string& name : wanted.names) {
        if (profiles.find(name) != nullptr) continue;
        std::string words = call.say(unknown, name);
        const std::vector<std::string_view> candidates(known.begin(), known.end());
        if (const auto meant = did_you_mean(name, candidates))
            words = call.say(text::perhaps, words, *meant);
        throw UsageError(words);
    }
    for (const std::string& name : known) {
        if (std::ranges::find(wanted.profile_files, profiles.path_of(name)) !=
            wanted.profile_files.end())
            wanted.names.push_back(name);
    }
    return true;
}

bool is_about(const Trial& trial, const std::vector<std::string>& names) {
    const auto has = [&](const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    };
    return names.empty() || has(trial.profile) || has(trial.expected_profile);
}

json::array document_of(const std::vector<Trial>& trials) {
    json::array all;
    for (const Trial& trial : trials) {
        json::array differences;
        for (const Difference& each : trial.differences)
            differences.push_back(json::object{
                {"field", each.field}, {"expected", each.expected}, {"found", each.found}});
        all.push_back(json::object{
            {"recording", trial.recording},
            {"profile", trial.profile.empty() ? json::value() : json::value(trial.profile)},
            {"result", name_of(trial.outcome)},
            {"skipped_lines", trial.flaws.unreadable},
            {"contradicted_lines", trial.flaws.contradicted},
            {"fault", trial.fault.empty() ? json::value() : json::value(trial.fault)},
            {"differences", std::move(differences)}});
    }
    return all;
}

Listing listing_of(const std::vector<Trial>& trials, const Invocation& call) {
    constexpr std::size_t value_width = 40;
    Listing listing(
        {{.key = "recording", .header = call.say({"RECORDING", "REKAMAN"})},
         {.key = "profile", .header = call.say({"PROFILE", "PROFIL"})},
         {.key = "result", .header = call.say({"RESULT", "HASIL"})},
         {.key = "field", .header = call.say({"FIELD", "ISIAN"}), .is_left_out_when_empty = true},
         {.key = "expected",
          .header = call.say({"EXPECTED", "DIHARAPKAN"}),
          .is_left_out_when_empty = true,
          .width_most = value_width},
         {.key = "found",
          .header = call.say({"FOUND", "DITEMUKAN"}),
          .is_left_out_when_empty = true,
          .width_most = value_width}});
    for (const Trial& trial : trials) {
        const auto add = [&](const Difference& each) {
            listing.add({{trial.recording},
                         {trial.profile},
                         {std::string(name_of(trial.outcome)),
                          std::string(words_of(trial.outcome).in(call.language)),
                          trial.outcome == Outcome::as_expected ? Tint::good : Tint::bad},
                         {each.field},
                         {each.expected},
                         {each.found}});
        };
        if (trial.differences.empty()) add({});
        std::ranges::for_each(trial.differences, add);
    }
    return listing;
}

/// False when a file cannot be written.
bool write_expectations(const Invocation& call, std::vector<Trial>& trials) {
    bool is_good = true;
    for (Trial& trial : trials) {
        if (trial.outcome != Outcome::differs && trial.outcome != Outcome::nothing_expected)
            continue;
        if (const auto done = expect_what_was_found(trial); !done) {
            call.tell(cannot_write, trial.expected_path, done.error().detail);
            is_good = false;
            continue;
        }
        call.tell(written, trial.expected_path);
        trial.outcome = Outcome::as_expected;
        trial.differences.clear();
    }
    return is_good;
}

void print(const Invocation& call, const std::vector<Trial>& trials) {
    for (const Trial& trial : trials) {
        trial.flaws.tell(call, trial.recording);
        if (!trial.fault.empty()) call.tell(unreadable, trial.recording, trial.fault);
    }
    if (call.format == Format::json || call.format == Format::yaml) {
        print_document(call, json::serialize(document_of(trials)));
    } else {
        listing_of(trials, call).print(call);
    }
}

int run(const Invocation& call) {
    Wanted wanted = wanted_by(call);
    const auto profiles = profiles_with(call, wanted.profile_files);
    if (profiles == nullptr || !resolve(call, *profiles, wanted)) return exit_failed;
    set_log(LogLevel::error, LogFormat::logfmt);
    std::vector<Trial> trials;
    std::size_t recordings = 0;
    for (const std::string& place : wanted.places) {
        for (const std::string& recording : recordings_below(place)) {
            ++recordings;
            Trial trial = try_recording(profiles, recording);
            // A file that is named and cannot be read is no recording of another profile.
            const bool is_lost = recording == place && trial.outcome == Outcome::unreadable;
            if (is_lost || is_about(trial, wanted.names)) trials.push_back(std::move(trial));
        }
    }
    const std::string places = fmt::format("{}", fmt::join(wanted.places, ", "));
    if (trials.empty()) {
        if (recordings == 0) {
            call.tell(no_recordings, places);
        } else {
            call.tell(none_of_them, places, fmt::format("{}", fmt::join(wanted.names, ", ")));
        }
        return exit_failed;
    }
    const bool is_written = !call.arguments.has("write") || write_expectations(call, trials);
    print(call, trials);
    const auto count = [&](Outcome outcome) {
        return std::ranges::count(trials, outcome, &Trial::outcome);
    };
    const auto as_expected = count(Outcome::as_expected);
    const bool is_good = is_written && static_cast<std::size_t>(as_expected) == trials.size();
    call.tell(summary, trials.size(), as_expected, count(Outcome::differs),
              count(Outcome::nothing_expected), count(Outcome::unreadable));
    if (!is_good && !call.arguments.has("write") && count(Outcome::nothing_expected) != 0)
        call.tell(write_makes_it);
    return is_good ? exit_ok : exit_failed;
}

constexpr auto options = std::to_array<Option>({
    {.name = "write",
     .letter = 0,
     .value = "",
     .help = {"make what was found what is expected, in NAME.expected.json",
              "jadikan yang ditemukan sebagai yang diharapkan, di NAMA.expected.json"}},
});

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau profile test recordings/", "pantau profile test ubiquiti-unifi recordings/",
     "pantau profile test my-vendor.yml walk.snmprec --write"});

}  // namespace

const Verb& profile_test_verb() {
    static const Verb verb{
        .name = "profile test",
        .operands = "[NAME|FILE|DIR]...",
        .operands_most = 64,
        .operand_kind = OperandKind::file,
        .help = {"try recordings, and compare with what is expected of them",
                 "mencoba rekaman, dan membandingkan dengan yang diharapkan"},
        .more = {"FILE is a recording (.snmprec, .httprec) or a profile (.yml), DIR a folder of "
                 "recordings, "
                 "NAME a profile: then only recordings of that one are looked at. Without a "
                 "recording: those beside the profile, or below the current folder. A profile "
                 "file is read over the others, and its mistakes are told.\n"
                 "Beside NAME.snmprec lies NAME.expected.json, the part of 'pantau probe "
                 "--recording NAME.snmprec -o json' that must come out: a key that is not there "
                 "is not looked at, a list must have exactly its elements. The exit code is 1 "
                 "when anything differs or nothing is expected.",
                 "FILE adalah rekaman (.snmprec, .httprec) atau profil (.yml), DIR folder berisi "
                 "rekaman, "
                 "NAME sebuah profil: maka hanya rekaman profil itu yang dilihat. Tanpa rekaman: "
                 "yang di samping profil, atau di bawah folder sekarang. Berkas profil dibaca di "
                 "atas yang lain, dan kesalahannya ditunjukkan.\n"
                 "Di samping NAMA.snmprec ada NAMA.expected.json, bagian dari 'pantau probe "
                 "--recording NAMA.snmprec -o json' yang harus keluar: kunci yang tidak ada di "
                 "sana tidak dilihat, daftar harus persis isinya. Kode keluarnya 1 bila ada yang "
                 "berbeda atau tidak ada yang diharapkan."},
        .options = options,
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
