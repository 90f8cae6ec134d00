// demo: a simulated city in two processes, pantaud that polls it, and what to look at.
//
//   [make files] -> [start simulators and pantaud] -> [wait for the first round] -> [run]
//         |                     |                               |                     |
//         +---------------------+------- a child died, a signal, time is over --------+
//                                                    v
//                                         [end all in order, sum up]
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "cli/child_process.hpp"
#include "cli/exit_code.hpp"
#include "cli/free_port.hpp"
#include "cli/installation.hpp"
#include "cli/status_document.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "control/client.hpp"
#include "tests/fakes/city/demo.hpp"
#include "tests/fakes/city/device.hpp"

namespace pantau::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

/// Two, so that a part of the city can be lost as a whole, and to show how.
constexpr unsigned shards = 2;
/// pantaud promises to stop within 10 s.
constexpr Duration stop_patience = 11s;
constexpr Duration look_interval = 250ms;
constexpr Duration live_interval = 1s;
constexpr std::size_t lines_shown = 12;

constexpr Words no_pantaud{"pantaud is not where this program is ({0}): build or install both",
                           "pantaud tidak ada di tempat program ini ({0}): bangun atau pasang "
                           "keduanya"};
constexpr Words no_ports{"no free ports for the simulated city",
                         "tidak ada port kosong untuk kota tiruan"};
constexpr Words no_folder{"cannot make a folder for the demo: {0}",
                          "folder untuk demo tidak bisa dibuat: {0}"};
constexpr Words cannot{"{0}", "{0}"};
constexpr Words port_busy{"port 8551 is in use; the demo listens on {0}",
                          "port 8551 sedang dipakai; demo mendengarkan di {0}"};
constexpr Words starting{"starting: {0} of {1} devices known",
                         "memulai: {0} dari {1} perangkat sudah dikenal"};
constexpr Words welcome{
    "a simulated Malang: {0} access points, polled every {1}\n"
    "\n"
    "  page     http://{2}/\n"
    "  metrics  http://{2}/metrics\n"
    "\n"
    "try in another terminal:\n"
    "\n"
    "  {3} status --config {4}\n"
    "  {3} list --state down,degraded --config {4}\n"
    "  {3} probe {5} --config {4}\n"
    "\n",
    "Malang tiruan: {0} titik akses, dipolling setiap {1}\n"
    "\n"
    "  halaman  http://{2}/\n"
    "  metrik   http://{2}/metrics\n"
    "\n"
    "coba di terminal lain:\n"
    "\n"
    "  {3} status --config {4}\n"
    "  {3} list --state mati,terganggu --config {4}\n"
    "  {3} probe {5} --config {4}\n"
    "\n"};
constexpr Words until_ctrl_c{"Ctrl-C ends it.\n", "Ctrl-C mengakhirinya.\n"};
constexpr Words until_time{"It ends after {0}, or with Ctrl-C.\n",
                           "Berakhir setelah {0}, atau dengan Ctrl-C.\n"};
constexpr Words live{"{0}  {1}, {2} people, {3} polls a second",
                     "{0}  {1}, {2} pengguna, {3} polling per detik"};
constexpr Words summary{"ran {0}: {1} polls, {2} failed; at the end {3}, {4} people\n",
                        "berjalan {0}: {1} polling, {2} gagal; pada akhirnya {3}, {4} pengguna\n"};
constexpr Words not_ready{"the first round was not complete yet\n",
                          "putaran pertama belum selesai\n"};
constexpr Words has_died{"{0} ended by itself (status {1}); its last lines:",
                         "{0} berhenti sendiri (status {1}); baris terakhirnya:"};
constexpr Words never_ready{"pantaud did not get ready within {0}; its last lines:",
                            "pantaud tidak siap dalam {0}; baris terakhirnya:"};

/// A folder of its own, gone at the end.
class Folder {
public:
    Folder() {
        for (const char* const parent :
             std::initializer_list<const char*>{std::getenv("TMPDIR"), "/tmp"}) {
            if (parent == nullptr || std::string_view(parent).size() > 60) continue;
            std::string path = std::string(parent) + "/pantau-demo-XXXXXX";
            if (::mkdtemp(path.data()) == nullptr) continue;
            path_ = path;
            return;
        }
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// The name of this program as another terminal finds it.
std::string own_command() {
    const fs::path own = own_path();
    const char* const path = std::getenv("PATH");
    const std::string folders = ':' + std::string(path != nullptr ? path : "") + ':';
    if (folders.find(':' + own.parent_path().string() + ':') != std::string::npos)
        return own.filename().string();
    // Quoted where the shell would take it apart.
    const std::string text = own.string();
    return text.find_first_of(" '\"$\\&;()") == std::string::npos ? text : '\'' + text + '\'';
}

/// What the running daemon tells about itself; null when it does not answer.
json::value status_of(const std::string& socket) {
    const auto answer = control::control_call(socket, "GET", "/control/v1/status", "", 2s);
    if (!answer || answer->status != 200) return nullptr;
    json::error_code broken;
    json::value document = json::parse(*answer->body, broken);
    return broken ? json::value(nullptr) : document;
}

class Demo {
public:
    explicit Demo(const Invocation& call) : call_(call), started_(now()) {}

    int run() {
        const auto prepared = prepare();
        if (!prepared) {
            call_.tell(cannot, words_of(prepared.error()));
            return exit_failed;
        }
        block_signals();
        const auto all_started = start_all();
        if (!all_started) call_.tell(cannot, words_of(all_started.error()));
        const int code = all_started ? watch() : exit_failed;
        clear_live_line();
        end_all();
        if (code == exit_ok) sum_up();
        return code;
    }

private:
    enum class Event : std::uint8_t { none, stop, child_died, time_over };

    [[nodiscard]] static MonoTime now() { return system_clock().mono(); }

    // ---- before anything runs ----

    void read_options() {
        const Arguments& given = call_.arguments;
        city_ = city::CityOptions::demo();
        city_.shard_count = shards;
        if (const auto count = given.integer("aps", 0, 1'000'000))
            city_.access_points = static_cast<std::size_t>(*count);
        if (const auto seed = given.integer("seed", 0, INT64_MAX))
            city_.seed = static_cast<std::uint64_t>(*seed);
        duration_ = given.duration("duration");
        static_cast<void>(given.duration("interval"));
        interval_ = given.text("interval").value_or("10s");
        if (const auto good = city_.check(); !good) throw UsageError(good.error().detail);
    }

    Result<void> prepare() {
        read_options();
        const fs::path bin = fs::path(own_path()).parent_path();
        pantaud_ = (bin / "pantaud").string();
        if (::access(pantaud_.c_str(), X_OK) != 0)
            return fail(Reason::local, call_.say(no_pantaud, bin.string()));
        const std::vector<std::string> profiles = profile_folders();
        if (profiles.empty()) return fail(Reason::local, call_.say(text::no_profile_folder));
        if (folder_.path().empty())
            return fail(Reason::local,
                        call_.say(no_folder, std::generic_category().message(errno)));
        const auto snmp = free_ports(Transport::udp, city_.snmp_port, shards);
        const auto http = free_ports(Transport::tcp, city_.http_port, shards);
        if (!snmp || !http) return fail(Reason::local, call_.say(no_ports));
        city_.snmp_port = *snmp;
        city_.http_port = *http;
        choose_address();
        city::DemoOptions options{
            .directory = folder_.path(), .poll_interval = interval_, .listen = {address_}};
        options.profiles.assign(profiles.begin(), profiles.end());
        auto files = city::write_demo(city_, options);
        if (!files) return tl::unexpected(files.error());
        files_ = *files;
        return {};
    }

    void choose_address() {
        address_ = call_.arguments.text("listen").value_or("127.0.0.1:8551");
        if (call_.arguments.has("listen") || is_port_free(Transport::tcp, 8551, false)) return;
        const auto port = any_free_port();
        if (!port) return;  // pantaud will say what is wrong
        address_ = "127.0.0.1:" + std::to_string(*port);
        call_.tell(port_busy, address_);
    }

    // ---- signals and children ----

    void block_signals() {
        sigemptyset(&signals_);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD})
            sigaddset(&signals_, number);
        ::sigprocmask(SIG_BLOCK, &signals_, nullptr);
    }

    Result<void> start_all() {
        for (unsigned i = 0; i < shards; ++i) {
            const std::string part = std::to_string(i) + '/' + std::to_string(shards);
            const auto started =
                start("pantau simulate --shard " + part,
                      {own_path(), "simulate", "--faults", "demo", "--aps",
                       std::to_string(city_.access_points), "--seed", std::to_string(city_.seed),
                       "--snmp-port", std::to_string(city_.snmp_port), "--http-port",
                       std::to_string(city_.http_port), "--shard", part});
            if (!started) return tl::unexpected(started.error());
        }
        return start("pantaud", {pantaud_, "--config", files_.configuration.string()});
    }

    Result<void> start(const std::string& name, std::vector<std::string> arguments) {
        auto child = Child::start(name, std::move(arguments),
                                  folder_.path() + "/log." + std::to_string(children_.size()));
        if (!child) return tl::unexpected(child.error());
        children_.push_back(std::move(*child));
        return {};
    }

    /// Waits a moment for something to happen.
    Event wait(Duration patience) {
        if (duration_ && now() >= started_ + *duration_) return Event::time_over;
        const int number = next_signal(patience);
        if (number == SIGINT || number == SIGTERM || number == SIGHUP) return Event::stop;
        const bool are_all_there =
            std::ranges::all_of(children_, [](Child& child) { return child.is_running(); });
        return are_all_there ? Event::none : Event::child_died;
    }

    [[nodiscard]] int next_signal(Duration patience) const {
        const auto whole = std::chrono::duration_cast<std::chrono::nanoseconds>(patience).count();
        const timespec time{whole / 1'000'000'000, whole % 1'000'000'000};
        return ::sigtimedwait(&signals_, nullptr, &time);
    }

    /// The daemon first, while its devices still answer; a second Ctrl-C does not wait.
    void end_all() {
        const MonoTime patience_end = now() + stop_patience;
        for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
            child->signal(SIGTERM);
            while (child->is_running() && now() < patience_end) {
                const int number = next_signal(look_interval);
                if (number == SIGINT || number == SIGTERM) return children_.clear();
            }
        }
        children_.clear();
    }

    // ---- while it runs ----

    int watch() {
        // A round, a slow start of everything, and as much again.
        const Duration patience = 2 * *parse_duration(interval_) + 60s;
        bool is_ready = false;
        MonoTime shown{};
        for (;;) {
            switch (wait(look_interval)) {
                case Event::stop:
                case Event::time_over:
                    return exit_ok;
                case Event::child_died:
                    return tell_death();
                case Event::none:
                    break;
            }
            if (is_ready && now() - shown < live_interval) continue;
            shown = now();
            json::value status = status_of(files_.control_socket.string());
            if (status.is_null()) continue;
            if (!is_ready && status.at("ready").as_bool()) {
                is_ready = true;
                clear_live_line();
                greet();
            } else if (!is_ready && now() > started_ + patience) {
                return tell_never_ready(patience);
            }
            show_live_line(status, is_ready);
            last_status_ = std::move(status);
        }
    }

    void greet() {
        call_.console.out(call_.say(welcome, shown_count(city_.access_points, call_.language),
                                    interval_, address_, own_command(),
                                    files_.configuration.string(), healthy_access_point()));
        call_.console.out(
            duration_ ? call_.say(until_time, shown_span(to_seconds(*duration_), call_.language))
                      : call_.say(until_ctrl_c));
    }

    /// One that answers, of the kind that tells most.
    [[nodiscard]] std::string healthy_access_point() const {
        const city::Layout layout = city::plan(city_);
        const auto& sites = layout.access_points;
        const auto healthy = std::ranges::find_if(sites, [](const city::Site& site) {
            return site.vendor == city::Vendor::unifi && site.conditions == 0;
        });
        return healthy == sites.end() ? sites.front().name : healthy->name;
    }

    [[nodiscard]] bool is_live() const {
        const char* const terminal = std::getenv("TERM");
        return call_.console.is_err_terminal && terminal != nullptr &&
               std::string_view(terminal) != "dumb";
    }
    void clear_live_line() const {
        if (is_live()) call_.console.err("\r\x1b[K");
    }

    void show_live_line(const json::value& status, bool is_ready) {
        if (!is_live()) return;
        const auto shown = [this](std::uint64_t count) {
            return shown_count(count, call_.language);
        };
        std::string line;
        if (is_ready) {
            const std::uint64_t polls = count_in(status.at("polls"), "total");
            const double rate =
                static_cast<double>(polls - polls_seen_) / to_seconds(now() - polls_seen_at_);
            line = call_.say(live, shown_span(to_seconds(now() - started_), call_.language),
                             states_in(status, call_.language, call_.console.color_err),
                             shown(people_in(status)), shown_number(rate, 0, call_.language));
            polls_seen_ = polls;
            polls_seen_at_ = now();
        } else {
            const std::uint64_t devices = count_in(status, "devices");
            line = call_.say(starting, shown(devices - count_in(status.at("health"), "unknown")),
                             shown(devices));
        }
        call_.console.err("\r\x1b[K" + line);
    }

    // ---- how it ends ----

    void tell_last_lines(const Child& child) const {
        std::string lines = child.last_lines(lines_shown);
        std::string shown;
        while (!lines.empty()) {
            const std::size_t end = std::min(lines.find('\n'), lines.size());
            shown += "  " + harmless(lines.substr(0, end)) + '\n';
            lines.erase(0, end + 1);
        }
        call_.console.err(shown);
    }

    int tell_death() {
        clear_live_line();
        for (const Child& child : children_) {
            if (!child.status()) continue;
            call_.tell(has_died, child.name(), *child.status());
            tell_last_lines(child);
        }
        return exit_failed;
    }

    int tell_never_ready(Duration patience) {
        clear_live_line();
        call_.tell(never_ready, shown_span(to_seconds(patience), call_.language));
        tell_last_lines(children_.back());
        return exit_failed;
    }

    void sum_up() const {
        if (last_status_.is_null() || !last_status_.at("ready").as_bool())
            call_.console.out(call_.say(not_ready));
        if (last_status_.is_null()) return;
        const auto shown = [this](std::uint64_t count) {
            return shown_count(count, call_.language);
        };
        call_.console.out(call_.say(
            summary, shown_span(to_seconds(now() - started_), call_.language),
            shown(count_in(last_status_.at("polls"), "total")), shown(failures_in(last_status_)),
            states_in(last_status_, call_.language, call_.console.color_out),
            shown(people_in(last_status_))));
    }

    const Invocation& call_;
    const MonoTime started_;
    city::CityOptions city_;
    std::optional<Duration> duration_;
    std::string interval_;
    std::string pantaud_;
    std::string address_;
    const Folder folder_;  // before the children: they end before it goes
    city::DemoFiles files_;
    sigset_t signals_{};
    std::vector<Child> children_;
    json::value last_status_;
    std::uint64_t polls_seen_ = 0;
    MonoTime polls_seen_at_ = started_;
};

int run(const Invocation& call) {
    return Demo(call).run();
}

constexpr auto options = std::to_array<Option>({
    {.name = "duration",
     .letter = 0,
     .value = "TIME",
     .help = {"end by itself after this time", "berakhir sendiri setelah waktu ini"}},
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
    {.name = "interval",
     .letter = 0,
     .value = "TIME",
     .help = {"polling interval (10s)", "selang polling (10s)"}},
    {.name = "listen",
     .letter = 0,
     .value = "ADDRESS:PORT",
     .help = {"where pantaud serves its page and metrics (127.0.0.1:8551, or a free port when "
              "that one is in use)",
              "tempat pantaud menyajikan halaman dan metrik (127.0.0.1:8551, atau port kosong bila "
              "yang itu terpakai)"}},
});

constexpr auto examples =
    std::to_array<std::string_view>({"pantau demo", "pantau demo --duration 60s --aps 200"});

}  // namespace

const Verb& demo_verb() {
    static const Verb verb{
        .name = "demo",
        .operands = "",
        .help = {"a simulated Malang and a pantaud that polls it, to try everything",
                 "Malang tiruan dan pantaud yang memantaunya, untuk mencoba semuanya"},
        .more = {"Starts a city of simulated access points with faults, and pantaud with a "
                 "configuration of its own in a temporary folder. Nothing else on this machine is "
                 "touched, and nothing is left behind. Ctrl-C ends all of it.",
                 "Menjalankan kota tiruan dengan gangguan-gangguannya, dan pantaud dengan "
                 "konfigurasi sendiri di folder sementara. Yang lain di mesin ini tidak disentuh, "
                 "dan tidak ada yang tertinggal. Ctrl-C mengakhiri semuanya."},
        .options = options,
        .examples = examples,
        .run = run,
    };
    return verb;
}

}  // namespace pantau::cli
