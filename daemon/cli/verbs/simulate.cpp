#include <sys/resource.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/installation.hpp"
#include "cli/recording_flaws.hpp"
#include "cli/recording_server.hpp"
#include "cli/trial.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "collectors/snmp/recording.hpp"
#include "tests/fakes/city/city.hpp"
#include "tests/fakes/city/demo.hpp"

namespace pantau::cli {
namespace {

using city::City;
using city::CityOptions;

constexpr Words bad_shard{"--shard needs i/n, for example 0/2, not '{0}'",
                          "--shard perlu i/n, misalnya 0/2, bukan '{0}'"};
constexpr Words bad_latency{
    "--latency needs a time or two with a minus between them, for example "
    "1ms-12ms, not '{0}'",
    "--latency perlu satu waktu atau dua dengan tanda minus di antaranya, "
    "misalnya 1ms-12ms, bukan '{0}'"};
constexpr Words cannot_read{"cannot read {0}: {1}", "{0} tidak bisa dibaca: {1}"};
constexpr Words bad_story{"{0}, {1}: {2}", "{0}, {1}: {2}"};
constexpr Words cannot{"{0}", "{0}"};
constexpr Words is_running{
    "simulating a Malang of {0} access points, part {4} of {5}: SNMP port {1}, HTTP port {2}, "
    "community {3}, addresses from 127.73.0.1; Ctrl-C ends it",
    "menyimulasikan Malang dengan {0} titik akses, bagian {4} dari {5}: port SNMP {1}, port HTTP "
    "{2}, community {3}, alamat mulai 127.73.0.1; Ctrl-C mengakhirinya"};
constexpr Words is_written{"configuration for it: {0}", "konfigurasi untuknya: {0}"};
constexpr Words has_ended{"ended: {0} SNMP requests, {1} answered",
                          "selesai: {0} permintaan SNMP, {1} dijawab"};

constexpr Words no_recordings{"there is no recording (*.snmprec) in there",
                              "tidak ada rekaman (*.snmprec) di sana"};
constexpr Words community_of_one{
    "--community names the community of one recording; {0} have those of their files",
    "--community menamai community satu rekaman; {0} rekaman memakai nama berkasnya"};
constexpr Words not_beside_recording{"--{0} is about the simulated city, not about a recording",
                                     "--{0} untuk kota simulasi, bukan untuk rekaman"};
constexpr Words community_twice{"two recordings are called '{0}'; give one another name",
                                "dua rekaman bernama '{0}'; ganti nama salah satunya"};
constexpr Words is_served{"{0}: {1} values, community {2}", "{0}: {1} nilai, community {2}"};
constexpr Words serves_recordings{"SNMP v1 and v2c on 127.0.0.1, UDP port {0}; Ctrl-C ends it",
                                  "SNMP v1 dan v2c di 127.0.0.1, port UDP {0}; Ctrl-C mengakhiri"};

constexpr std::array<std::string_view, 2> fault_words{"none", "demo"};
constexpr std::array<std::string_view, 4> vendor_words{"unifi", "routeros", "openwrt", "ruckus"};

std::string file_text(const Invocation& call, const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad())
        throw UsageError(call.say(cannot_read, path, std::generic_category().message(errno)));
    return text;
}

void read_shard(const Invocation& call, CityOptions& options) {
    const auto given = call.arguments.text("shard");
    if (!given) return;
    const std::size_t slash = given->find('/');
    const Arguments parts(call.language,
                          {{"index", {given->substr(0, slash)}},
                           {"count", {slash == std::string::npos ? "" : given->substr(slash + 1)}}},
                          {});
    try {
        options.shard_index = static_cast<unsigned>(*parts.integer("index", 0, 63));
        options.shard_count = static_cast<unsigned>(*parts.integer("count", 1, 64));
    } catch (const UsageError&) {
        throw UsageError(call.say(bad_shard, *given));
    }
}

void read_latency(const Invocation& call, CityOptions& options) {
    const auto given = call.arguments.text("latency");
    if (!given) return;
    const std::size_t minus = given->find('-');
    const auto from = parse_duration(std::string_view(*given).substr(0, minus));
    const auto to = minus == std::string::npos
                        ? from
                        : parse_duration(std::string_view(*given).substr(minus + 1));
    if (!from || !to) throw UsageError(call.say(bad_latency, *given));
    using std::chrono::microseconds;
    options.latency_min = std::chrono::duration_cast<microseconds>(*from);
    options.latency_max = std::chrono::duration_cast<microseconds>(*to);
}

void read_story(const Invocation& call, CityOptions& options) {
    const auto path = call.arguments.text("story");
    if (!path) return;
    const auto story = city::parse_story(file_text(call, *path));
    if (!story)
        throw UsageError(call.say(bad_story, *path, story.error().where, story.error().detail));
    options.story = *story;
}

CityOptions city_of(const Invocation& call) {
    const Arguments& given = call.arguments;
    CityOptions options;
    if (given.text("faults") == "demo") options = CityOptions::demo();
    // The limits that are no limits of a type are the city's own to check.
    if (const auto count = given.integer("aps", 0, 1'000'000))
        options.access_points = static_cast<std::size_t>(*count);
    if (const auto seed = given.integer("seed", 0, INT64_MAX))
        options.seed = static_cast<std::uint64_t>(*seed);
    if (const auto port = given.integer("snmp-port", 0, 65535))
        options.snmp_port = static_cast<std::uint16_t>(*port);
    if (const auto port = given.integer("http-port", 0, 65535))
        options.http_port = static_cast<std::uint16_t>(*port);
    if (const auto community = given.text("community")) options.community = *community;
    if (const auto vendor = given.text("vendor"))
        options.only_vendor = static_cast<city::Vendor>(std::ranges::find(vendor_words, *vendor) -
                                                        vendor_words.begin());
    if (const auto loss = given.share("loss")) options.loss = *loss;
    read_shard(call, options);
    read_latency(call, options);
    read_story(call, options);
    if (const auto good = options.check(); !good) throw UsageError(good.error().detail);
    return options;
}

/// Each visitor of a page is a descriptor: as many as the system lets us have.
void allow_many_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

std::atomic<City*> running{nullptr};

void on_signal(int /*number*/) {
    if (City* const city = running.load()) city->request_stop();
}

/// Serves until a signal or the end of `duration`.
void serve(City& city, std::optional<Duration> duration) {
    running = &city;
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGALRM})
        ::sigaction(number, &action, nullptr);
    if (duration) {
        const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(*duration).count();
        itimerval timer{};
        timer.it_value = {whole / 1'000'000, whole % 1'000'000};
        ::setitimer(ITIMER_REAL, &timer, nullptr);
    }
    city.run();
    running = nullptr;
}

Result<void> write_configuration(const Invocation& call, const City& city,
                                 const std::string& folder) {
    city::DemoOptions options{.directory = folder};
    if (const auto interval = call.arguments.text("interval")) options.poll_interval = *interval;
    if (const auto listen = call.arguments.text("listen")) options.listen = {*listen};
    const std::vector<std::string> profiles = profile_folders();
    if (profiles.empty()) return fail(Reason::local, call.say(text::no_profile_folder));
    options.profiles.assign(profiles.begin(), profiles.end());
    const auto files = city::write_demo(city.options(), city.layout(), options);
    if (!files) return tl::unexpected(files.error());
    call.tell(is_written, files->configuration.string());
    return {};
}

// ---- recordings instead of a city -------------------------------------------------------------

/// A recording and the community it answers to.
struct RecordedAgent {
    std::string path;
    std::string community;
};

/// As users of snmpsim know it: "site/ap1" for site/ap1.snmprec of a folder, "ap1" for a file.
std::vector<RecordedAgent> recordings_of(const Invocation& call) {
    std::vector<RecordedAgent> all;
    for (const std::string& place : call.arguments.texts("recording")) {
        for (const std::string& path : recordings_below(place, cli::Recorded::snmp)) {
            std::filesystem::path name = path == place
                                             ? std::filesystem::path(path).filename()
                                             : std::filesystem::path(path).lexically_relative(
                                                   std::filesystem::path(place).lexically_normal());
            all.push_back({path, name.replace_extension().generic_string()});
        }
    }
    const auto community = call.arguments.text("community");
    if (community && all.size() == 1) all.front().community = *community;
    if (community && all.size() > 1) throw UsageError(call.say(community_of_one, all.size()));
    return all;
}

/// What is about the city has no meaning here.
void refuse_city_options(const Invocation& call) {
    for (const std::string_view option :
         {"aps", "seed", "http-port", "vendor", "faults", "loss", "latency", "story", "shard",
          "write-config", "interval", "listen"})
        if (call.arguments.has(option)) throw UsageError(call.say(not_beside_recording, option));
}

bool read_recordings(const Invocation& call, RecordingAgent& agent) {
    const std::vector<RecordedAgent> all = recordings_of(call);
    if (all.empty()) {
        call.tell(no_recordings);
        return false;
    }
    for (const RecordedAgent& each : all) {
        const auto recording = snmp::open_recording(each.path);
        if (!recording) {
            call.tell(cannot_read, each.path, recording.error().detail);
            return false;
        }
        RecordingFlaws::of(**recording).tell(call, each.path);
        if (!agent.add(each.community, **recording))
            throw UsageError(call.say(community_twice, each.community));
        call.tell(is_served, each.path, shown_count((*recording)->entries().size(), call.language),
                  each.community);
    }
    return true;
}

int serve_recordings(const Invocation& call) {
    refuse_city_options(call);
    const auto duration = call.arguments.duration("duration");
    const auto port = call.arguments.integer("snmp-port", 0, 65535).value_or(16100);
    RecordingAgent agent;
    if (!read_recordings(call, agent)) return exit_failed;
    const auto server = RecordingServer::open(std::move(agent), static_cast<std::uint16_t>(port));
    if (!server) {
        call.tell(cannot, words_of(server.error()));
        return exit_failed;
    }
    call.tell(serves_recordings, (*server)->port());
    (*server)->run(duration);
    const auto counts = (*server)->counts();
    call.tell(has_ended, shown_count(counts.requests, call.language),
              shown_count(counts.replies, call.language));
    return exit_ok;
}

int run(const Invocation& call) {
    if (call.arguments.has("recording")) return serve_recordings(call);
    const CityOptions options = city_of(call);
    const auto duration = call.arguments.duration("duration");
    static_cast<void>(call.arguments.duration("interval"));
    allow_many_descriptors();
    const auto city = City::open(options);
    if (!city) {
        call.tell(cannot, words_of(city.error()));
        return exit_failed;
    }
    if (const auto folder = call.arguments.text("write-config")) {
        const auto written = write_configuration(call, **city, *folder);
        if (!written) {
            call.tell(cannot, words_of(written.error()));
            return exit_failed;
        }
    }
    call.tell(is_running, shown_count(options.access_points, call.language), (*city)->snmp_port(),
              (*city)->http_port(), options.community, options.shard_index + 1,
              options.shard_count);
    serve(**city, duration);
    const City::Counts counts = (*city)->counts();
    call.tell(has_ended, shown_count(counts.requests, call.language),
              shown_count(counts.replies, call.language));
    return exit_ok;
}

constexpr auto options = std::to_array<Option>({
    {.name = "recording",
     .letter = 0,
     .value = "FILE|DIR",
     .help = {"serve a recording (.snmprec) on 127.0.0.1 instead of a city; its community is the "
              "file's name without .snmprec",
              "sajikan rekaman (.snmprec) di 127.0.0.1, bukan sebuah kota; community-nya nama "
              "berkas tanpa .snmprec"},
     .is_repeatable = true},
    {.name = "aps",
     .letter = 0,
     .value = "N",
     .help = {"how many access points (1,100; at most 100,000)",
              "banyaknya titik akses (1.100; paling banyak 100.000)"}},
    {.name = "seed",
     .letter = 0,
     .value = "S",
     .help = {"the same seed gives the same city (1)",
              "benih yang sama memberi kota yang sama (1)"}},
    {.name = "snmp-port",
     .letter = 0,
     .value = "PORT",
     .help = {"UDP port of SNMP (16100; 0: any free one)",
              "port UDP untuk SNMP (16100; 0: yang mana saja)"}},
    {.name = "http-port",
     .letter = 0,
     .value = "PORT",
     .help = {"TCP port of the pages (18080; 0: any free one)",
              "port TCP untuk halaman web (18080; 0: yang mana saja)"}},
    {.name = "community",
     .letter = 0,
     .value = "WORD",
     .help = {"the community that is answered (public)", "community yang dijawab (public)"}},
    {.name = "vendor",
     .letter = 0,
     .value = "KIND",
     .help = {"all access points of one kind: unifi, routeros, openwrt or ruckus; default: a mix",
              "semua titik akses satu jenis: unifi, routeros, openwrt atau ruckus; bawaan: "
              "campuran"},
     .choices = vendor_words},
    {.name = "faults",
     .letter = 0,
     .value = "SET",
     .help = {"none, or demo: dead, slow and odd devices, loss, and an outage by a story",
              "none (tanpa), atau demo: perangkat mati, lambat dan aneh, paket hilang, dan "
              "pemadaman menurut cerita"},
     .choices = fault_words},
    {.name = "loss",
     .letter = 0,
     .value = "SHARE",
     .help = {"share of SNMP requests that are lost, 0 to 1",
              "bagian permintaan SNMP yang hilang, 0 sampai 1"}},
    {.name = "latency",
     .letter = 0,
     .value = "TIME[-TIME]",
     .help = {"how long an SNMP answer takes, for example 1ms-12ms",
              "lamanya sebuah jawaban SNMP, misalnya 1ms-12ms"}},
    {.name = "story",
     .letter = 0,
     .value = "FILE",
     .help = {"what happens when: a line such as '90s outage Sumbersari' for each event",
              "apa yang terjadi dan kapan: satu baris seperti '90s outage Sumbersari' per "
              "kejadian"}},
    {.name = "shard",
     .letter = 0,
     .value = "I/N",
     .help = {"only part I of N of the access points, on the ports + I",
              "hanya bagian I dari N titik akses, pada port + I"}},
    {.name = "write-config",
     .letter = 0,
     .value = "DIR",
     .help = {"write a pantau.yml and an inventory for this city into that folder",
              "tulis pantau.yml dan inventaris kota ini ke folder itu"}},
    {.name = "interval",
     .letter = 0,
     .value = "TIME",
     .help = {"polling interval in that configuration (30s)",
              "selang polling dalam konfigurasi itu (30s)"}},
    {.name = "listen",
     .letter = 0,
     .value = "ADDRESS:PORT",
     .help = {"where pantaud listens by that configuration (127.0.0.1:8551)",
              "tempat pantaud mendengarkan menurut konfigurasi itu (127.0.0.1:8551)"}},
    {.name = "duration",
     .letter = 0,
     .value = "TIME",
     .help = {"end by itself after this time", "berakhir sendiri setelah waktu ini"}},
});

constexpr auto examples =
    std::to_array<std::string_view>({"pantau simulate --aps 50 --write-config /tmp/city",
                                     "pantau simulate --faults demo --shard 0/2",
                                     "pantau simulate --recording walk.snmprec --snmp-port 1161"});

}  // namespace

const Verb& simulate_verb() {
    static const Verb verb{
        .name = "simulate",
        .operands = "",
        .help = {"a Malang of simulated access points on this machine",
                 "Malang tiruan dengan titik akses simulasi di mesin ini"},
        .more =
            {"With --recording not a city but recorded devices answer, each to a community of its "
             "own: snmpwalk -v2c -c walk 127.0.0.1:16100 for walk.snmprec, -c site/ap1 for "
             "site/ap1.snmprec of a folder. --community names another for a single one. "
             "Only --snmp-port and --duration go with it.\n"
             "Else each device has an address of its own on the loopback network and speaks SNMP "
             "v1 "
             "and v2c and HTTP. It runs until Ctrl-C. See docs/simulated-city.md.",
             "Dengan --recording bukan kota melainkan perangkat rekaman yang menjawab, "
             "masing-masing dengan community sendiri: snmpwalk -v2c -c walk 127.0.0.1:16100 "
             "untuk walk.snmprec, -c site/ap1 untuk site/ap1.snmprec dalam sebuah folder. "
             "--community menamai yang lain bila hanya satu. Selain itu hanya --snmp-port dan "
             "--duration yang berlaku.\n"
             "Tanpa itu setiap perangkat punya alamat sendiri di jaringan loopback dan memakai "
             "SNMP v1, "
             "v2c dan HTTP. Berjalan sampai Ctrl-C. Lihat docs/simulated-city.md."},
        .options = options,
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
