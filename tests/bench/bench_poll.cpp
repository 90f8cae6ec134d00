/// pantaud as it is, watching a simulated city: its memory and CPU, and what becomes of the living
/// half when the other half goes silent from one moment to the next. Beside it, in the same run,
/// the same requests by net-snmp's own asynchronous sessions in a process of their own.
///
///   bench_poll [--aps 1100] [--interval 30] [--seconds 60] [--profiles etc/profiles] [--pantaud P]
///
/// --seconds is how long is measured, before and after the stop. About 70 s: --interval 5
/// --seconds 10. The access points are standard ones (bench_snmp), asked by SNMP alone.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/bench/net_snmp_poller.hpp"
#include "tests/bench/simulator.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/bench/watched_daemon.hpp"

using namespace pantau;
using namespace std::chrono_literals;

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
    arguments.pantaud = bench::WatchedDaemon::built();
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
    return arguments;
}

MonoTime now() {
    return system_clock().mono();
}

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

Scrape scrape(const bench::WatchedDaemon& daemon) {
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
    Watch(const bench::WatchedDaemon& daemon, int interval)
        : daemon_(daemon),
          pause_(std::chrono::milliseconds(interval * 1000 / 4)),
          first_(scrape(daemon)),
          last_(first_),
          usage_(daemon.usage()),
          started_(now()) {}

    /// Until then, or until it is so.
    void until(MonoTime end, const std::function<bool(const Scrape&)>& is_so = {}) {
        while (now() < end && !(is_so && is_so(last_))) {
            bench::let_pass(std::min(end - now(), pause_));
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

    const bench::WatchedDaemon& daemon_;
    Duration pause_;
    Scrape first_;
    Scrape last_;
    bench::Usage usage_;
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
        const Alternative told{bench::usage_of(::getpid()).resident_kb,
                               bench::cpu_seconds() - before, static_cast<double>(poller.polls()),
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

void stop_half(const bench::WatchedDaemon& daemon, const bench::Simulator& half,
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
    options.snmp_port = bench::free_ports(2);
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
    const bench::WatchedDaemon::Options settings{arguments.pantaud, arguments.profiles,
                                                 arguments.interval};

    double alone_kb = 0;
    {
        const bench::WatchedDaemon alone(settings, {sites[0]});
        static_cast<void>(alone.wait_until_ready(std::chrono::seconds(arguments.interval + 10)));
        alone_kb = alone.usage().resident_kb;
    }
    const bench::WatchedDaemon daemon(settings, sites);
    const double ready = daemon.wait_until_ready(std::chrono::seconds(2 * arguments.interval + 10));
    fmt::print("{} access points at {} s, {} objects each: ready {:.1f} s after the start\n",
               sites.size(), arguments.interval, objects.size(), ready);
    bench::let_pass(std::chrono::seconds(arguments.interval));
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
