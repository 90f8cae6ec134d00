// Processor time of ICMP checks: 1,000 addresses of loopback, five echo requests each, beside
// fping if that is installed. Says why when this machine lets nobody ping.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "collectors/icmp/kind.hpp"
#include "collectors/icmp/settings.hpp"
#include "support/process.hpp"

namespace {

using namespace pantau;
using namespace std::chrono_literals;

constexpr int devices = 1000;

std::string address_of(int number) {
    return fmt::format("127.9.{}.{}", number / 250, 1 + number % 250);
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double cpu_of(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

const char* granted_socket() {
    for (const auto& [type, name] :
         {std::pair{SOCK_DGRAM, "datagram"}, std::pair{SOCK_RAW, "raw"}}) {
        const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, IPPROTO_ICMP);
        if (fd < 0) continue;
        ::close(fd);
        return name;
    }
    return nullptr;
}

/// Sessions of the collector, as a Worker has them.
struct Fleet {
    boost::asio::io_context loop{1};
    std::shared_ptr<CollectorCounts> counts = icmp_kind().make_counts();
    std::unique_ptr<Collector> collector = icmp_kind().make(loop, counts);
    std::vector<std::unique_ptr<Session>> sessions;
    std::shared_ptr<const Ask> ask = std::make_shared<Ask>();

    explicit Fleet(Duration interval) {
        auto settings = std::make_shared<icmp::Settings>();
        settings->interval = interval;
        for (int i = 0; i < devices; ++i) {
            auto device = std::make_shared<Device>();
            device->id = fmt::format("ap-{}", i);
            device->address = address_of(i);
            device->collectors["icmp"] = settings;
            sessions.push_back(collector->open(std::move(device)));
        }
    }

    /// Every device once; gives how many answered all.
    int round() {
        int open = devices;
        int whole = 0;
        for (const auto& session : sessions) {
            session->collect(ask, std::chrono::steady_clock::now() + 60s, [&](Answer answer) {
                for (const Fact& fact : answer.facts)
                    if (answer.collector->facts[fact.kind()].json_path == "received")
                        whole += *fact.number() == 5 ? 1 : 0;
                if (--open == 0) loop.stop();
            });
        }
        loop.restart();
        loop.run_for(120s);
        return whole;
    }
};

void print(std::string_view what, double cpu, double wall, int checks, int whole) {
    fmt::print("{:<44} {:7.4f} CPU-s per 1,000 checks, {:5.2f} s each round, {} of {} whole\n",
               what, cpu * 1000 / checks, wall, whole, checks);
}

void run_pantau(Duration interval, int rounds, std::string_view socket) {
    Fleet fleet(interval);
    static_cast<void>(fleet.round());
    int whole = 0;
    const double before = cpu_of(RUSAGE_SELF);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
        whole += fleet.round();
    const double wall = to_seconds(std::chrono::steady_clock::now() - begin);
    print(fmt::format("pantau, {} ms apart, {} socket",
                      std::chrono::duration_cast<std::chrono::milliseconds>(interval).count(),
                      socket),
          cpu_of(RUSAGE_SELF) - before, wall / rounds, devices * rounds, whole);
}

/// The same addresses, requests and pauses.
void run_fping(int rounds) {
    if (!test::is_installed("fping")) {
        fmt::print("fping is not installed: nothing to compare with\n");
        return;
    }
    const test::TemporaryDirectory folder;
    std::string list;
    for (int i = 0; i < devices; ++i)
        list += address_of(i) + '\n';
    const std::string file = folder.write("addresses", list);
    int whole = 0;
    const double before = cpu_of(RUSAGE_CHILDREN);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) {
        // -i 1: least pause between packets that it grants everybody; -p: between two to one host.
        const test::Finished done =
            test::run({"fping", "-q", "-C", "5", "-p", "100", "-i", "1", "-b", "56", "-f", file});
        for (std::size_t at = 0; at < done.err.size();) {
            const std::size_t end = done.err.find('\n', at);
            const std::string line = done.err.substr(at, end - at);
            whole += line.find(" : ") != std::string::npos && line.find(" -") == std::string::npos;
            if (end == std::string::npos) break;
            at = end + 1;
        }
    }
    const double wall = to_seconds(std::chrono::steady_clock::now() - begin);
    print("fping -C 5 -p 100 -i 1", cpu_of(RUSAGE_CHILDREN) - before, wall / rounds,
          devices * rounds, whole);
}

}  // namespace

int main() {
    const char* const socket = granted_socket();
    if (socket == nullptr) {
        fmt::print("SKIPPED: this machine lets nobody ping (net.ipv4.ping_group_range)\n");
        return 0;
    }
    run_pantau(100ms, 10, socket);
    run_pantau(10ms, 10, socket);
    run_fping(10);
    return 0;
}
