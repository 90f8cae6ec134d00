//   subtree after subtree:  Walker --value--> WalkPrinter (stdout)
//                              |      '-----> RecordFile, named at the end
//                              '-- end of the last one, of the device's patience, of the time,
//                                  Ctrl-C, or nobody reads any more
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/edit_distance.hpp"
#include "base/log.hpp"
#include "cli/installation.hpp"
#include "cli/probe_report.hpp"
#include "cli/probe_target.hpp"
#include "cli/record_file.hpp"
#include "cli/recording_mask.hpp"
#include "cli/walk_printer.hpp"
#include "cli/words.hpp"
#include "collectors/registry.hpp"
#include "collectors/snmp/object_names.hpp"
#include "collectors/snmp/recording.hpp"
#include "collectors/snmp/walker.hpp"

namespace pantau::cli {
namespace {

using namespace std::chrono_literals;

constexpr Words bad_object{
    "'{0}' is neither an object identifier, such as 1.3.6.1.2.1.1, nor a name that is known here",
    "'{0}' bukan pengenal objek, misalnya 1.3.6.1.2.1.1, dan bukan nama yang dikenal di sini"};
constexpr Words is_there_already{"{0} is there already; --force replaces it",
                                 "{0} sudah ada; --force menggantinya"};
constexpr Words cannot_record{"cannot write {0}", "{0} tidak bisa ditulis"};
constexpr Words failure_of{"{0}: {1}", "{0}: {1}"};
constexpr Words perhaps_this{"did you mean '{0}' of the inventory?",
                             "maksudnya '{0}' dalam inventaris?"};
constexpr Words ended_early{"{0}: the walk ended early, after values: {1}; {2}",
                            "{0}: berhenti sebelum selesai, setelah nilai: {1}; {2}"};
constexpr Words interrupted{"interrupted", "dihentikan"};
constexpr Words time_is_over{"the time is over ({0})", "waktunya habis ({0})"};
constexpr Words nothing_below{"{0} answers, and has nothing at {1} or below",
                              "{0} menjawab, tetapi tidak punya apa-apa di {1} atau di bawahnya"};
constexpr Words masked{
    "masked: MAC addresses {0}, secret words {1}; left out, of SNMP's own users and communities: "
    "{2}",
    "disamarkan: alamat MAC {0}, kata rahasia {1}; tidak ditulis, tentang pengguna dan community "
    "SNMP sendiri: {2}"};
constexpr Words not_masked{
    "warning: --no-mask: {0} holds MAC addresses of people and whatever secrets the device tells",
    "peringatan: --no-mask: {0} berisi alamat MAC orang dan rahasia apa pun yang diceritakan "
    "perangkat"};
constexpr Words mask_of_record{"--no-mask is about --record FILE",
                               "--no-mask untuk --record BERKAS"};
constexpr Words recorded{
    "{0} holds values: {1}; they say what the device tells of itself (names, places, addresses): "
    "look through them before you pass it on",
    "isi {0}, jumlah nilai: {1}; di dalamnya cerita perangkat tentang dirinya (nama, lokasi, "
    "alamat): periksa dulu sebelum diberikan kepada orang lain"};

constexpr Words bad_deadline{"--deadline is from 10ms to 24h", "--deadline dari 10ms sampai 24h"};

/// What access points have to say is in these three: LLDP, IEEE 802.11, and the internet's tree
/// with the vendors' own objects. A recording of less misses what a profile needs.
const std::vector<Oid> whole_tree{{1, 0, 8802}, {1, 2, 840, 10036}, {1, 3, 6, 1}};

constexpr Duration time_usual = 10min;

Oid oid_of(const Invocation& call, const std::string& word) {
    const auto oid = snmp::oid_named(word);
    // The first two parts share one number on the wire.
    const bool is_good =
        oid && oid->size() >= 2 && (*oid)[0] <= 2 && ((*oid)[0] == 2 || (*oid)[1] <= 39);
    if (is_good) return *oid;
    std::vector<std::string_view> names;
    for (const snmp::NamedObject& each : snmp::named_objects())
        names.emplace_back(each.name);
    const std::string words = call.say(bad_object, word);
    const auto meant = oid ? std::nullopt : did_you_mean(word.substr(0, word.find('.')), names);
    throw UsageError(meant ? call.say(text::perhaps, words, "'" + *meant + "'") : words);
}

/// In the order of a walk, none below another one.
std::vector<Oid> subtrees_of(const Invocation& call) {
    const auto& operands = call.arguments.operands();
    if (operands.size() < 2) return whole_tree;
    std::vector<Oid> all;
    for (std::size_t i = 1; i < operands.size(); ++i)
        all.push_back(oid_of(call, operands[i]));
    std::ranges::sort(all);
    std::vector<Oid> kept;
    for (const Oid& each : all)
        if (kept.empty() || !each.starts_with(kept.back())) kept.push_back(each);
    return kept;
}

/// What the profiles of this installation know of row indexes; their mistakes are not the matter.
std::vector<KnownIndex> known_indexes() {
    config::Diagnostics ignored;
    return ProfileSet::load(profile_folders(), collector_kinds(), ignored)->known_indexes();
}

/// What the request itself holds and no recording shall show.
std::vector<std::string> secrets_of(const ProbeTarget& target) {
    std::vector<std::string> secrets;
    for (const auto& credential : target.device->credentials) {
        for (const std::string_view each :
             {credential->community.reveal(), credential->auth_password.reveal(),
              credential->priv_password.reveal(), std::string_view(credential->user)})
            secrets.emplace_back(each);
    }
    return secrets;
}

/// One walk of one device, from the first request to the exit code.
class Walk {
public:
    Walk(const Invocation& call, const ProbeTarget& target, std::vector<Oid> subtrees,
         Duration time, std::optional<RecordFile> record)
        : call_(call),
          target_(target),
          subtrees_(std::move(subtrees)),
          time_(time),
          record_(std::move(record)),
          mask_(call.arguments.has("no-mask") || !record_
                    ? std::nullopt
                    : std::optional<RecordingMask>(std::in_place, secrets_of(target),
                                                   known_indexes())),
          printer_(call, call.arguments.has("numeric") ? WalkPrinter::Names::numeric
                                                       : WalkPrinter::Names::known),
          walker_(target.device, loop_, [this](const snmp::Varbind& value) { take(value); }) {}

    ExitCode carry_out() {
        deadline_ = std::chrono::steady_clock::now() + time_;
        boost::asio::signal_set signals(loop_, SIGINT, SIGTERM);
        signals.async_wait([this](const boost::system::error_code& error, int /*number*/) {
            if (error) return;
            is_interrupted_ = true;
            loop_.stop();
        });
        walk_next();
        // A device's last request may still run out behind the deadline.
        loop_.run_for(time_ + 5s);
        if (failure_ != nullptr) std::rethrow_exception(failure_);
        if (!is_reader_gone_) printer_.finish();
        const ExitCode code = judge();
        return keep_record() ? code : exit_failed;
    }

private:
    void walk_next() {
        walker_.walk(subtrees_[at_], deadline_, [this](const snmp::Walker::Outcome& outcome) {
            was_heard_ = was_heard_ || outcome.was_heard;
            ++at_;
            if (outcome.error && !first_error_) first_error_ = outcome.error;
            const bool may_go_on =
                !outcome.error || (outcome.was_heard && !is_end_of_all(*outcome.error));
            if (may_go_on && at_ < subtrees_.size()) {
                walk_next();
            } else {
                loop_.stop();
            }
        });
    }

    /// After silence and limits the next subtree would only be more of the same.
    static bool is_end_of_all(const Error& error) {
        return error.reason != Reason::unsupported && error.reason != Reason::malformed;
    }

    /// Nothing may be thrown through the loop.
    void take(const snmp::Varbind& value) {
        if (failure_ != nullptr) return;
        ++values_;
        try {
            if (record_ && mask_) mask_->add(value.name, value.value);
            if (record_ && !mask_) record_->write(snmp::recording_line(value.name, value.value));
            if (!is_reader_gone_) printer_.print(value);
        } catch (const ReaderGone&) {
            is_reader_gone_ = true;
            if (!record_) stop_for(std::current_exception());  // else the recording is what counts
        } catch (...) {
            stop_for(std::current_exception());
        }
    }
    void stop_for(std::exception_ptr failure) {
        failure_ = std::move(failure);
        loop_.stop();
    }

    /// What happened, in words and as an exit code.
    ExitCode judge() const {
        const std::string& id = target_.device->id;
        const bool is_over = at_ == subtrees_.size();
        if (is_interrupted_ || (!is_over && !first_error_)) {
            call_.tell(ended_early, id, values_,
                       is_interrupted_ ? call_.say(interrupted) : words_of_time());
            return values_ == 0 ? exit_failed : exit_partial;
        }
        if (!first_error_) {
            if (values_ == 0) call_.tell(nothing_below, id, names_of_subtrees());
            return values_ == 0 ? exit_failed : exit_ok;
        }
        if (!was_heard_) {
            call_.tell(failure_of, id, words_of_error(*first_error_));
            if (target_.perhaps) call_.tell(perhaps_this, *target_.perhaps);
            return exit_failed;
        }
        const bool is_time = std::chrono::steady_clock::now() >= deadline_;
        call_.tell(ended_early, id, values_, is_time ? words_of_time() : first_error_->detail);
        return values_ == 0 ? exit_failed : exit_partial;
    }

    bool keep_record() {
        if (!record_ || values_ == 0) return true;
        const std::string path = *call_.arguments.text("record");
        if (mask_) {
            for (const std::string& line : mask_->lines())
                record_->write(line);
        }
        if (const auto kept = record_->keep(); !kept) {
            call_.tell(failure_of, call_.say(cannot_record, path), kept.error().detail);
            return false;
        }
        const RecordingMask::Counts counts = mask_ ? mask_->counts() : RecordingMask::Counts{};
        call_.tell(recorded, path, values_ - counts.left_out);
        if (mask_) {
            call_.tell(masked, counts.macs, counts.secrets, counts.left_out);
        } else {
            call_.tell(not_masked, path);
        }
        return true;
    }

    [[nodiscard]] std::string words_of_time() const {
        return call_.say(time_is_over, shown_duration(to_seconds(time_), call_.language));
    }
    [[nodiscard]] std::string words_of_error(const Error& error) const {
        CollectorReport report;
        report.collector = &snmp::snmp_info();
        report.reason = error.reason;
        report.detail = error.detail;
        return words_of_failure(report, call_.language);
    }
    [[nodiscard]] std::string names_of_subtrees() const {
        std::string names;
        for (const Oid& each : subtrees_)
            names += (names.empty() ? "" : ", ") + snmp::name_of(each);
        return names;
    }

    const Invocation& call_;
    const ProbeTarget& target_;
    const std::vector<Oid> subtrees_;
    const Duration time_;
    std::optional<RecordFile> record_;
    std::optional<RecordingMask> mask_;  ///< Nothing: the record is written as the values come.
    WalkPrinter printer_;
    boost::asio::io_context loop_{1};
    snmp::Walker walker_;

    MonoTime deadline_{};
    std::size_t at_ = 0;  ///< In `subtrees_`.
    std::size_t values_ = 0;
    std::optional<Error> first_error_;
    std::exception_ptr failure_;
    bool was_heard_ = false;
    bool is_interrupted_ = false;
    bool is_reader_gone_ = false;
};

OrExit<std::optional<RecordFile>> open_record(const Invocation& call) {
    const auto path = call.arguments.text("record");
    if (!path) return std::nullopt;
    const bool may_replace = call.arguments.has("force");
    std::error_code ignored;
    if (!may_replace && std::filesystem::is_regular_file(*path, ignored)) {
        call.tell(is_there_already, *path);
        return tl::unexpected(exit_failed);
    }
    auto opened = RecordFile::open(
        *path, may_replace ? RecordFile::Existing::replace : RecordFile::Existing::refuse);
    if (!opened) {
        call.tell(failure_of, call.say(cannot_record, *path), opened.error().detail);
        return tl::unexpected(exit_failed);
    }
    return std::move(*opened);
}

int run(const Invocation& call) {
    std::vector<Oid> subtrees = subtrees_of(call);
    const Duration time = call.arguments.duration("deadline").value_or(time_usual);
    if (time < 10ms || time > 24h) throw UsageError(call.say(bad_deadline));
    if (call.arguments.has("no-mask") && !call.arguments.has("record"))
        throw UsageError(call.say(mask_of_record));
    const auto target = find_walk_target(call);
    if (!target) return target.error();
    OrExit<std::optional<RecordFile>> record = open_record(call);
    if (!record) return record.error();
    set_log(LogLevel::error, LogFormat::logfmt);
    return Walk(call, *target, std::move(subtrees), time, std::move(*record)).carry_out();
}

std::span<const Option> options() {
    static const std::vector<Option> table = [] {
        std::vector<Option> all{
            {.name = "record",
             .value = "FILE",
             .help = {"write the values to a recording (.snmprec), too: for pantau probe "
                      "--recording and for simulators",
                      "tulis juga nilainya ke rekaman (.snmprec): untuk pantau probe --recording "
                      "dan untuk simulator"}},
            {.name = "force",
             .value = "",
             .help = {"replace FILE when it is there already", "ganti FILE bila sudah ada"}},
            {.name = "no-mask",
             .value = "",
             .help = {"write MAC addresses and secrets into FILE as they are",
                      "tulis alamat MAC dan rahasia ke FILE apa adanya"}},
            {.name = "numeric",
             .value = "",
             .help = {"no names, numbers alone", "tanpa nama, hanya angka"}},
            {.name = "deadline",
             .value = "TIME",
             .help = {"end the walk after this time (10m)", "akhiri setelah waktu ini (10m)"}}};
        all.insert(all.end(), snmp_options().begin(), snmp_options().end());
        return all;
    }();
    return table;
}

constexpr auto examples = std::to_array<std::string_view>(
    {"pantau walk rw08-sumbersari-1 system ifXTable",
     "pantau walk 10.73.5.81 1.3.6.1.2.1.1 --credential city-v2",
     "pantau walk rw08-sumbersari-1 --record walk.snmprec > /dev/null"});

}  // namespace

const Verb& walk_verb() {
    static const Verb verb{
        .name = "walk",
        .operands = "TARGET [OID|NAME]...",
        .operands_least = 1,
        .operands_most = 32,
        .help = {"read all that one device has below an object identifier",
                 "membaca semua isi satu perangkat di bawah sebuah pengenal objek"},
        .more = {"TARGET is a name of the inventory, an address, or a host name, as with probe. "
                 "OID is numbers with dots or the name of a common object: system, ifTable, "
                 "ifDescr.2. Without one everything is read: 1.0.8802 (LLDP), 1.2.840.10036 "
                 "(IEEE 802.11) and 1.3.6.1.\n"
                 "The exit code is 0 when all was read, 1 when there is nothing, 4 when the walk "
                 "ended early: the device fell silent, a limit, the deadline, Ctrl-C. What came "
                 "until then is shown and recorded.\n"
                 "In a recording MAC addresses are others, the same for the same, with the "
                 "vendor's part kept; communities and passwords are hidden. --no-mask writes "
                 "them as they are.",
                 "TARGET adalah nama dalam inventaris, alamat, atau nama host, seperti pada probe. "
                 "OID berupa angka dengan titik atau nama objek yang umum: system, ifTable, "
                 "ifDescr.2. Tanpa itu semuanya dibaca: 1.0.8802 (LLDP), 1.2.840.10036 "
                 "(IEEE 802.11) dan 1.3.6.1.\n"
                 "Kode keluarnya 0 bila semua terbaca, 1 bila tidak ada apa-apa, 4 bila berhenti "
                 "sebelum selesai: perangkat diam, batas, tenggat, Ctrl-C. Yang sudah diterima "
                 "tetap ditampilkan dan direkam.\n"
                 "Dalam rekaman alamat MAC diganti, yang sama tetap sama, bagian mereknya tetap; "
                 "community dan kata sandi disembunyikan. --no-mask menulisnya apa adanya."},
        .options = options(),
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
