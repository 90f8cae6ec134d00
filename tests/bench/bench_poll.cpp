/// pantaud as it is, watching a simulated city: its memory and CPU, and what becomes of the living
/// half when the other half goes silent from one moment to the next. Beside it, in the same run,
/// the same requests by net-snmp's own asynchronous sessions in a process of their own.
///
///   bench_poll [--aps 1100] [--interval 30] [--seconds 60] [--profiles etc/profiles] [--pantaud P]
///
/// --seconds is how long is measured, before and after the stop. About 70 s: --interval 5
/// --seconds 10. The access points are standard ones (bench_snmp), asked by SNMP alone.
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/bench/net_snmp_poller.hpp"
#include "tests/bench/simulator.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/fakes/city/malang.hpp"

using namespace pantau;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Arguments {
    std::size_t aps = 1100;
    int interval = 30;  ///< Seconds.
    int seconds = 60;
    std::string profiles = "etc/profiles";
    std::string pantaud;
};

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "bench_poll: {}\n", what);
    std::exit(EXIT_FAILURE);
}

Arguments read(int count, char** words) {
    Arguments arguments;
    const fs::path own = fs::read_symlink("/proc/self/exe");
    arguments.pantaud = (own.parent_path() / "../../bin/pantaud").lexically_normal().string();
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string word = words[i];
        const std::string value = words[i + 1];
        if (word == "--aps") {
            arguments.aps = std::strtoul(value.c_str(), nullptr, 10);
        } else if (word == "--interval") {
            arguments.interval = std::atoi(value.c_str());
        } else if (word == "--seconds") {
            arguments.seconds = std::atoi(value.c_str());
        } else if (word == "--profiles") {
            arguments.profiles = value;
        } else if (word == "--pantaud") {
            arguments.pantaud = value;
        } else {
            give_up("there is no " + word);
        }
    }
    if (count % 2 == 0 || arguments.aps < 2 || arguments.interval < 1 || arguments.seconds < 1)
        give_up("[--aps N] [--interval S] [--seconds S] [--profiles FOLDER] [--pantaud FILE]");
    if (::access(arguments.pantaud.c_str(), X_OK) != 0)
        give_up("no " + arguments.pantaud + ": build the target pantaud first");
    return arguments;
}

MonoTime now() {
    return system_clock().mono();
}

/// What is measured needs its time.
void let_pass(Duration time) {
    boost::asio::io_context loop;
    boost::asio::steady_timer(loop, time).wait();
}

/// So many ports one after the other, free for UDP and TCP a moment ago.
std::uint16_t free_ports(unsigned count) {
    const auto is_free = [](int type, std::uint16_t port) {
        const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        const bool is_bound =
            ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        return is_bound;
    };
    for (unsigned base = 17'000 + static_cast<unsigned>(::getpid()) % 9'000; base < 30'000;
         base += count) {
        bool is_all = true;
        for (unsigned i = 0; i < count; ++i) {
            const auto port = static_cast<std::uint16_t>(base + i);
            is_all = is_all && is_free(SOCK_DGRAM, port) && is_free(SOCK_STREAM, port);
        }
        if (is_all) return static_cast<std::uint16_t>(base);
    }
    give_up("no free ports");
}

// ---- processes ---------------------------------------------------------------------------------

/// Resident memory in kB and CPU in seconds of a process.
struct Usage {
    double resident_kb = 0;
    double cpu = 0;
};

Usage usage_of(pid_t pid) {
    Usage usage;
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) usage.resident_kb = std::strtod(line.c_str() + 6, nullptr);
    }
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(stat, text);
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    usage.cpu = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return usage;
}

/// A folder that goes with this object.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "bench_poll.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    void write(const std::string& name, const std::string& content, bool is_secret = false) const {
        std::ofstream(path_ / name) << content;
        if (is_secret) fs::permissions(path_ / name, fs::perms::owner_read);
    }

private:
    fs::path path_;
};

std::string settings_of(const Arguments& arguments, const fs::path& folder, std::uint16_t web) {
    return fmt::format(
        "hierarchy: [kecamatan, kelurahan, rw]\n"
        "state_dir: {0}/state\n"
        "web: {{listen: [\"127.0.0.1:{1}\"]}}\n"
        "control: {{socket: {0}/control.sock}}\n"
        "poll: {{interval: {2}s, timeout: 2s, retries: 1}}\n"
        "profiles: [{3}]\n"
        "credentials:\n"
        "  city-v2: {{version: 2c, community_file: city-v2.community}}\n"
        "defaults: {{credential: city-v2, profile: auto}}\n"
        "inventory: [aps.csv]\n",
        folder.string(), web, arguments.interval, fs::absolute(arguments.profiles).string());
}

std::string inventory_of(const std::vector<city::Site>& sites) {
    std::string csv = "name,address,port,kecamatan,kelurahan,rw,lat,lon\n";
    for (const city::Site& site : sites) {
        const city::Kelurahan& home = city::malang()[site.kelurahan];
        csv += fmt::format("{},{},{},{},{},{},{:.6f},{:.6f}\n", site.name,
                           city::dotted(site.address), site.snmp_port, home.kecamatan, home.name,
                           city::two_digits(site.rw), site.lat, site.lon);
    }
    return csv;
}

/// pantaud with these access points.
class Daemon {
public:
    Daemon(const Arguments& arguments, const std::vector<city::Site>& sites)
        : port_(free_ports(1)), started_(now()) {
        fs::create_directory(folder_.path() / "state");
        folder_.write("pantau.yml", settings_of(arguments, folder_.path(), port_));
        folder_.write("city-v2.community", "public\n", true);
        folder_.write("aps.csv", inventory_of(sites));
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const std::string config = (folder_.path() / "pantau.yml").string();
        ::execl(arguments.pantaud.c_str(), "pantaud", "--config", config.c_str(), "--log.level",
                "error", nullptr);
        std::_Exit(127);
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] Usage usage() const { return usage_of(pid_); }
    /// The body; empty when it does not answer with 200.
    [[nodiscard]] std::string get(const std::string& path) const {
        std::string body;
        CURL* const curl = curl_easy_init();
        const std::string url = fmt::format("http://127.0.0.1:{}{}", port_, path);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
        curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
        const bool is_good = curl_easy_perform(curl) == CURLE_OK;
        curl_easy_cleanup(curl);
        return is_good ? body : std::string();
    }
    /// Waits for its first full cycle. Gives the seconds since its start.
    double wait_until_ready(Duration most) const {
        while (get("/-/ready").empty()) {
            if (now() - started_ > most || ::waitpid(pid_, nullptr, WNOHANG) != 0)
                give_up("pantaud does not get ready");
            let_pass(100ms);
        }
        return to_seconds(now() - started_);
    }

private:
    static std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* body) {
        static_cast<std::string*>(body)->append(bytes, size * count);
        return size * count;
    }

    Folder folder_;
    std::uint16_t port_;
    MonoTime started_;
    pid_t pid_ = -1;
};

// ---- what it says ------------------------------------------------------------------------------

/// One reading of /metrics?level=basic.
struct Scrape {
    std::map<std::string, bool> up;              ///< By access point.
    std::map<std::string, double> last_success;  ///< The same, in seconds since 1970.
    std::map<double, double> lateness;           ///< Polls by upper bound, cumulated.
    double polls = 0;
};

/// The value of a label in a line of the exposition; empty when it has none of the name.
std::string label_of(const std::string& line, const std::string& name) {
    const std::size_t at = line.find(name + "=\"");
    if (at == std::string::npos) return {};
    const std::size_t start = at + name.size() + 2;
    return line.substr(start, line.find('"', start) - start);
}

Scrape scrape(const Daemon& daemon) {
    Scrape seen;
    std::istringstream body(daemon.get("/metrics?level=basic"));
    for (std::string line; std::getline(body, line);) {
        const double value = std::strtod(line.c_str() + line.rfind(' ') + 1, nullptr);
        if (line.starts_with("pantau_ap_up{")) {
            seen.up[label_of(line, "ap")] = value > 0;
        } else if (line.starts_with("pantau_ap_last_success_timestamp_seconds{")) {
            seen.last_success[label_of(line, "ap")] = value;
        } else if (line.starts_with("pantau_poll_lateness_seconds_bucket{")) {
            const std::string bound = label_of(line, "le");
            seen.lateness[bound == "+Inf" ? 1e9 : std::strtod(bound.c_str(), nullptr)] = value;
        } else if (line.starts_with("pantau_polls_total ")) {
            seen.polls = value;
        }
    }
    if (seen.up.empty()) give_up("pantaud does not answer a scrape");
    return seen;
}

/// Watches the daemon for a time: gaps between successive successful polls of each access point.
class Watch {
public:
    Watch(const Daemon& daemon, int interval)
        : daemon_(daemon),
          pause_(std::chrono::milliseconds(interval * 1000 / 4)),
          first_(scrape(daemon)),
          last_(first_),
          usage_(daemon.usage()),
          started_(now()) {}

    /// Until then, or until it is so.
    void until(MonoTime end, const std::function<bool(const Scrape&)>& is_so = {}) {
        while (now() < end && !(is_so && is_so(last_))) {
            let_pass(std::min(end - now(), pause_));
            Scrape next = scrape(daemon_);
            for (const auto& [ap, time] : next.last_success) {
                const auto before = last_.last_success.find(ap);
                if (before != last_.last_success.end() && time > before->second)
                    gaps_[ap].push_back(time - before->second);
            }
            last_ = std::move(next);
        }
        seconds_ = to_seconds(now() - started_);
        cpu_ = daemon_.usage().cpu - usage_.cpu;
    }

    [[nodiscard]] const Scrape& last() const { return last_; }
    [[nodiscard]] double seconds() const { return seconds_; }
    [[nodiscard]] double cpu() const { return cpu_; }
    [[nodiscard]] double polls() const { return last_.polls - first_.polls; }
    /// CPU for each poll that was answered.
    [[nodiscard]] double cpu_per_answer() const {
        std::size_t answers = 0;
        for (const auto& [ap, gaps] : gaps_)
            answers += gaps.size();
        return cpu_ / static_cast<double>(std::max<std::size_t>(1, answers));
    }

    void print(const std::string& name, const std::set<std::string>& without) const {
        std::vector<double> all;
        for (const auto& [ap, gaps] : gaps_) {
            if (!without.contains(ap)) all.insert(all.end(), gaps.begin(), gaps.end());
        }
        if (all.empty()) {
            fmt::print("{:<30}no two polls in this time\n", name);
            return;
        }
        std::ranges::sort(all);
        const auto part = [&](double share) {
            return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
        };
        fmt::print(
            "{:<30}gaps of the living: {} seen, median {:.3f} s, p99 {:.3f} s, most {:.3f} "
            "s\n",
            name, all.size(), part(0.5), part(0.99), part(1));
        print_lateness();
    }

private:
    void print_lateness() const {
        const auto count = [&](double bound) {
            return last_.lateness.at(bound) - first_.lateness.at(bound);
        };
        fmt::print("{:<30}of {:.0f} polls late by more than", "", count(1e9));
        for (const double bound : {0.005, 0.025, 0.1, 0.5, 1.0})
            fmt::print("  {:g} s: {:.0f}", bound, count(1e9) - count(bound));
        fmt::print("\n");
    }

    const Daemon& daemon_;
    Duration pause_;
    Scrape first_;
    Scrape last_;
    Usage usage_;
    MonoTime started_;
    std::map<std::string, std::vector<double>> gaps_;
    double seconds_ = 0;
    double cpu_ = 0;
};

// ---- the alternative ---------------------------------------------------------------------------

struct Alternative {
    double resident_kb = 0;
    double cpu = 0;
    double polls = 0;
    double timeouts = 0;
};

/// net-snmp's sessions with the same devices at the same pace, in a process of their own.
Alternative net_snmp_sessions(const std::vector<city::Site>& sites, const std::vector<Oid>& objects,
                              int interval, int seconds) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) give_up("no pipe");
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        std::vector<std::string> peers;
        for (const city::Site& site : sites)
            peers.push_back(bench::peer_of(site, site.snmp_port));
        // pantau needs three requests of 64 objects for them, too.
        bench::NetSnmpPoller poller(peers, bench::dealt(objects, (objects.size() + 63) / 64));
        const double before = bench::cpu_seconds();
        poller.run(std::chrono::seconds(interval), now() + std::chrono::seconds(seconds));
        const Alternative told{usage_of(::getpid()).resident_kb, bench::cpu_seconds() - before,
                               static_cast<double>(poller.polls()),
                               static_cast<double>(poller.timeouts())};
        const bool is_told = ::write(pipe[1], &told, sizeof told) == sizeof told;
        std::_Exit(is_told ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    ::close(pipe[1]);
    Alternative heard;
    const bool is_heard = ::read(pipe[0], &heard, sizeof heard) == sizeof heard;
    ::close(pipe[0]);
    ::waitpid(pid, nullptr, 0);
    if (!is_heard) give_up("the net-snmp sessions have failed");
    return heard;
}

// ---- the story ---------------------------------------------------------------------------------

void print_usage(const char* name, double resident_kb, double cpu, double seconds, double polls) {
    fmt::print("{:<30}{:.1f} MB resident, {:.2f} % of a core, {:.3f} CPU-s per 1,000 polls\n", name,
               resident_kb / 1024, 100 * cpu / seconds, 1000 * cpu / polls);
}

void stop_half(const Daemon& daemon, const bench::Simulator& half,
               const std::set<std::string>& stopped, const Arguments& arguments,
               double cpu_per_answer_before) {
    const auto down = [](const Scrape& seen) {
        std::set<std::string> names;
        for (const auto& [ap, is_up] : seen.up) {
            if (!is_up) names.insert(ap);
        }
        return names;
    };
    half.signal(SIGSTOP);
    const MonoTime stop = now();
    Watch watch(daemon, arguments.interval);
    // The last of them has its turn after an interval and is down three losses later.
    watch.until(stop + std::chrono::seconds(2 * arguments.interval + 30),
                [&](const Scrape& seen) { return down(seen).size() >= stopped.size(); });
    const double told = to_seconds(now() - stop);
    const auto found = down(watch.last());
    fmt::print("{} access points stopped at once: {} down after {:.0f} s, {}\n", stopped.size(),
               found.size(), told, found == stopped ? "exactly those" : "NOT THE SAME ONES");
    watch.print("from the stop until then", stopped);

    Watch after(daemon, arguments.interval);
    after.until(now() + std::chrono::seconds(arguments.seconds));
    after.print("with half of them dead", stopped);
    print_usage("pantaud, half of them dead", daemon.usage().resident_kb, after.cpu(),
                after.seconds(), after.polls());
    fmt::print("{:<30}{:.2f} times the CPU for each answered poll; {} down at the end, {}\n", "",
               after.cpu_per_answer() / cpu_per_answer_before, down(after.last()).size(),
               down(after.last()) == stopped ? "exactly those" : "NOT THE SAME ONES");
}

}  // namespace

int main(int count, char** words) {
    const Arguments arguments = read(count, words);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    city::CityOptions options;
    options.access_points = arguments.aps;
    options.only_vendor = city::Vendor::unifi;
    options.shard_count = 2;
    options.snmp_port = free_ports(2);
    options.http_port = static_cast<std::uint16_t>(options.snmp_port + 2);
    const city::Layout layout = city::plan(options);
    const bench::Simulator first_half(options);
    options.shard_index = 1;
    const bench::Simulator second_half(options);
    std::set<std::string> stopped;
    for (const city::Site& site : layout.access_points) {
        if (site.shard == 1) stopped.insert(site.name);
    }
    const auto& sites = layout.access_points;
    const auto objects = bench::objects_of(*bench::load_profiles(arguments.profiles),
                                           bench::device_of(sites[0], sites[0].snmp_port, 30s));
    const Alternative sessions =
        net_snmp_sessions(sites, objects, arguments.interval, arguments.seconds);
    curl_global_init(CURL_GLOBAL_DEFAULT);

    double alone_kb = 0;
    {
        const Daemon alone(arguments, {sites[0]});
        static_cast<void>(alone.wait_until_ready(std::chrono::seconds(arguments.interval + 10)));
        alone_kb = alone.usage().resident_kb;
    }
    const Daemon daemon(arguments, sites);
    const double ready = daemon.wait_until_ready(std::chrono::seconds(2 * arguments.interval + 10));
    fmt::print("{} access points at {} s, {} objects each: ready {:.1f} s after the start\n",
               sites.size(), arguments.interval, objects.size(), ready);
    let_pass(std::chrono::seconds(arguments.interval));
    const double full_kb = daemon.usage().resident_kb;  // before anybody scraped

    Watch before(daemon, arguments.interval);
    before.until(now() + std::chrono::seconds(arguments.seconds));
    print_usage("pantaud", full_kb, before.cpu(), before.seconds(), before.polls());
    fmt::print("{:<30}{:.1f} MB with one access point, so {:.1f} kB for each\n", "",
               alone_kb / 1024, (full_kb - alone_kb) / static_cast<double>(sites.size() - 1));
    print_usage("net-snmp sessions alone", sessions.resident_kb, sessions.cpu, arguments.seconds,
                sessions.polls);
    before.print("all of them alive", {});
    stop_half(daemon, second_half, stopped, arguments, before.cpu_per_answer());
    return EXIT_SUCCESS;
}
