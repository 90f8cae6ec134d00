/// What HTTP checks cost: a page over a new connection, pages that share one within a visit, TLS
/// with resumed sessions, for few devices and for many; what hostile devices do to the others; and
/// Debian's blackbox exporter with the same pages.
///
///   bench_http [--part plain|shared|tls|exporter|hostile] [--checks 10000]
///
/// nginx answers for all devices, each at an address of its own in 127.0.0.0/8. CPU is user and
/// system time of the process that is measured.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "collectors/http/kind.hpp"
#include "collectors/http/settings.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/span.hpp"
#include "tests/bench/standard_poll.hpp"
#include "tests/bench/watched_daemon.hpp"
#include "tests/fakes/http_faults.hpp"
#include "tests/support/process.hpp"

namespace {

using namespace pantau;
using namespace pantau::bench;
using namespace std::chrono_literals;

constexpr const char* exporter = "prometheus-blackbox-exporter";
/// Visits under way at once: as many as it takes to be busy, and so few that nobody waits.
constexpr std::size_t busy = 64;
constexpr std::size_t calm = 4;

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "bench_http: {}\n", what);
    std::exit(EXIT_FAILURE);
}

std::string address_of(std::size_t device) {
    return fmt::format("127.90.{}.{}", device / 250, device % 250 + 1);
}

// --- the devices --------------------------------------------------------------------------------

/// A page of 1 kB at every address of this machine, plain and over TLS.
class Web {
public:
    Web() : port_(free_ports(2)) {
        const std::string key = (files_.path() / "key.pem").string();
        if (test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=ap",
                       "-addext", "subjectAltName=DNS:ap.bench", "-keyout", key, "-out",
                       certificate()})
                .status != 0)
            give_up("openssl makes no certificate");
        files_.write("index.html", std::string(1024, 'x'));
        files_.write("nginx.conf", configuration());
        server_.emplace(std::vector<std::string>{"nginx", "-e", "stderr", "-p",
                                                 files_.path().string(), "-c",
                                                 (files_.path() / "nginx.conf").string()});
        const MonoTime patience = system_clock().mono() + 10s;
        while (get_page(port_, "/").empty()) {
            if (system_clock().mono() > patience || !server_->is_running())
                give_up("nginx does not start");
            let_pass(50ms);
        }
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t tls_port() const { return static_cast<std::uint16_t>(port_ + 1); }
    [[nodiscard]] std::string certificate() const { return (files_.path() / "cert.pem").string(); }

private:
    [[nodiscard]] std::string configuration() const {
        return fmt::format(R"(
daemon off;
master_process off;
pid {0}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path {0}/b;
    proxy_temp_path {0}/p;
    fastcgi_temp_path {0}/f;
    uwsgi_temp_path {0}/u;
    scgi_temp_path {0}/s;
    root {0};
    ssl_certificate {0}/cert.pem;
    ssl_certificate_key {0}/key.pem;
    ssl_session_cache shared:s:16m;
    server {{
        listen 0.0.0.0:{1} backlog=4096;
        listen 0.0.0.0:{2} ssl backlog=4096;
    }}
}}
)",
                           files_.path().string(), port(), tls_port());
    }

    Folder files_;
    std::uint16_t port_;
    std::optional<Program> server_;
};

http::Settings plain_page(const Web& web) {
    http::Settings settings;
    settings.port = web.port();
    settings.timeout = 5s;
    return settings;
}

http::Settings tls_page(const Web& web) {
    http::Settings settings;
    settings.url = fmt::format("https://ap.bench:{}/", web.tls_port());
    settings.address = "device";
    settings.ca_file = web.certificate();
    settings.timeout = 5s;
    return settings;
}

/// The page and four more beside it.
http::Settings five_pages(http::Settings settings) {
    for (const char* name : {"a", "b", "c", "d"}) {
        http::Page page = settings;
        page.name = std::make_shared<const std::string>(name);
        page.url.clear();
        settings.checks.push_back(std::move(page));
    }
    return settings;
}

// --- the checks ---------------------------------------------------------------------------------

/// What one measurement gave. Trivial: it comes from another process.
struct Figures {
    double cpu = 0;
    double seconds = 0;
    double checks = 0;
    double failures = 0;
    double p99 = 0;  ///< Seconds of a visit.
};

/// Devices with the same settings, visited again and again by one Worker's collector.
class Visiting {
public:
    Visiting(const http::Settings& settings, std::size_t devices)
        : collector_(http_kind().make(loop_, http_kind().make_counts())),
          pages_(1 + settings.checks.size()) {
        const auto shared = std::make_shared<http::Settings>(settings);
        for (std::size_t i = 0; i < devices; ++i) {
            auto device = std::make_shared<Device>();
            device->id = fmt::format("ap-{}", i);
            device->address = address_of(i);
            device->collectors["http"] = shared;
            sessions_.push_back(collector_->open(device));
            if (!sessions_.back()) give_up("a device cannot be checked");
        }
    }

    Figures run(std::size_t visits, std::size_t window = busy) {
        next_ = 0;
        left_ = last_ = visits;
        figures_ = {};
        durations_.clear();
        const double cpu = cpu_seconds();
        const MonoTime start = system_clock().mono();
        for (std::size_t i = 0; i < std::min({window, visits, sessions_.size()}); ++i)
            begin();
        loop_.restart();
        while (left_ > 0 && loop_.run_one() > 0) {
        }
        figures_.cpu = cpu_seconds() - cpu;
        figures_.seconds = to_seconds(system_clock().mono() - start);
        figures_.checks = static_cast<double>(visits * pages_);
        figures_.p99 = quantile(durations_, 0.99);
        return figures_;
    }

    /// One visit more beside the others, that does not count.
    void add_hostile(const std::string& url) {
        auto settings = std::make_shared<http::Settings>();
        settings->url = url;
        settings->timeout = 60s;
        settings->body = *http::Pattern::compile("hello");
        auto device = std::make_shared<Device>();
        device->id = "hostile";
        device->address = "127.0.0.1";
        device->collectors["http"] = settings;
        hostile_.push_back(collector_->open(device));
        repeat(*hostile_.back());
    }

private:
    void begin() {
        Session& session = *sessions_[next_++ % sessions_.size()];
        session.collect(nullptr, system_clock().mono() + 10s, [this](Answer answer) {
            if (answer.error || !answer.problems.empty()) ++figures_.failures;
            durations_.push_back(to_seconds(answer.duration));
            --left_;
            if (next_ < last_) begin();
        });
    }

    /// A hostile device is asked again as soon as its visit ends.
    void repeat(Session& session) {
        session.collect(nullptr, system_clock().mono() + 60s,
                        [this, &session](const Answer&) { repeat(session); });
    }

    boost::asio::io_context loop_;
    std::unique_ptr<Collector> collector_;
    std::size_t pages_;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::vector<std::unique_ptr<Session>> hostile_;
    std::vector<double> durations_;
    Figures figures_;
    std::size_t next_ = 0;
    std::size_t last_ = 0;
    std::size_t left_ = 0;
};

Figures measure(const http::Settings& settings, std::size_t devices, std::size_t checks) {
    Child<Figures> child([&] {
        Visiting visiting(settings, devices);
        static_cast<void>(visiting.run(devices));  // sessions of TLS are learned
        const std::size_t visits = std::max(checks / (1 + settings.checks.size()), devices);
        return visiting.run(visits);
    });
    return child.get();
}

void print(const std::string& name, const Figures& figures, const char* goal) {
    fmt::print("{:<44}{:.3f} CPU-s per 1,000 checks, {:.0f} checks/s{}{}\n", name,
               figures.cpu * 1000 / figures.checks, figures.checks / figures.seconds, goal,
               figures.failures > 0 ? fmt::format("; {} FAILED", figures.failures) : "");
}

// --- the parts ----------------------------------------------------------------------------------

void plain_part(const Web& web, std::size_t checks) {
    for (const std::size_t devices : {500u, 5000u})
        print(fmt::format("new connection, {} devices", devices),
              measure(plain_page(web), devices, checks), "  (goal 0.11)");
}

void shared_part(const Web& web, std::size_t checks) {
    for (const std::size_t devices : {500u, 5000u})
        print(fmt::format("five pages, one connection, {} devices", devices),
              measure(five_pages(plain_page(web)), devices, checks), "");
    print("five pages, one TLS connection, 500 devices",
          measure(five_pages(tls_page(web)), 500, checks), "");
}

void tls_part(const Web& web, std::size_t checks) {
    for (const std::size_t devices : {500u, 5000u})
        print(fmt::format("HTTPS, session resumed, {} devices", devices),
              measure(tls_page(web), devices, checks), "  (goal 0.9)");
}

void exporter_part(const Web& web, std::size_t checks) {
    if (!test::is_installed(exporter)) {
        fmt::print("{} is not installed: nothing beside pantau (apt-get install {})\n", exporter,
                   exporter);
        return;
    }
    const Folder folder;
    folder.write("blackbox.yml",
                 "modules:\n  page: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4, "
                 "no_follow_redirects: true}}\n");
    const std::uint16_t port = free_ports(1);
    const Program program({exporter, "--config.file=" + (folder.path() / "blackbox.yml").string(),
                           fmt::format("--web.listen-address=127.0.0.1:{}", port),
                           "--log.level=error"});
    const MonoTime patience = system_clock().mono() + 10s;
    while (get_page(port, "/").empty()) {
        if (system_clock().mono() > patience || !program.is_running())
            give_up(std::string(exporter) + " does not start");
        let_pass(100ms);
    }
    constexpr std::size_t devices = 500;
    const auto scrape_all = [&](std::size_t count) {
        std::atomic<std::size_t> next{0};
        std::atomic<std::size_t> bad{0};
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                for (std::size_t one = next++; one < count; one = next++) {
                    const std::string page =
                        get_page(port, fmt::format("/probe?module=page&target=http://{}:{}/",
                                                   address_of(one % devices), web.port()));
                    if (page.find("probe_success 1") == std::string::npos) ++bad;
                }
            });
        }
        threads.clear();
        return static_cast<double>(bad);
    };
    std::vector<double> theirs;
    std::vector<double> ratios;
    Figures figures;
    figures.failures = scrape_all(devices);
    for (int round = 0; round < 3; ++round) {
        const Figures ours = measure(plain_page(web), devices, checks);
        const double cpu = program.usage().cpu;
        const MonoTime start = system_clock().mono();
        figures.checks = static_cast<double>(std::max<std::size_t>(checks / 5, devices));
        figures.failures += scrape_all(static_cast<std::size_t>(figures.checks));
        figures.seconds = to_seconds(system_clock().mono() - start);
        theirs.push_back(program.usage().cpu - cpu);
        ratios.push_back(theirs.back() / figures.checks / (ours.cpu / ours.checks));
    }
    figures.cpu = median(theirs);
    print(exporter, figures, "");
    fmt::print("{:<44}{:.1f} times pantau's check; medians of three\n", "", median(ratios));
}

/// The calm ones alone, then beside a hundred hostile ones, in turns.
void hostile_part(const Web& web, std::size_t checks) {
    constexpr std::size_t devices = 500;
    const auto sent = std::make_shared<std::atomic<std::size_t>>(0);
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::vector<std::unique_ptr<test::ServerProcess>> servers;
    for (const auto& script :
         {test::drip_behind("HTTP/1.1 200 OK\r\n\r\n"), test::fall_silent_behind(""),
          test::drip_behind("HTTP/1.1 200 OK\r\nX: "),
          test::fall_silent_behind("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")})
        servers.push_back(std::make_unique<test::ServerProcess>(script));
    std::vector<double> alone;
    std::vector<double> beside;
    for (int round = 0; round < 5; ++round) {
        for (const bool is_hostile : {false, true}) {
            Child<Figures> child([&] {
                Visiting visiting(plain_page(web), devices);
                for (std::size_t i = 0; is_hostile && i < 100; ++i)
                    visiting.add_hostile(servers[i % servers.size()]->url());
                static_cast<void>(visiting.run(devices, calm));
                return visiting.run(checks, calm);
            });
            (is_hostile ? beside : alone).push_back(child.get().p99);
        }
    }
    fmt::print(
        "{:<44}p99 of a check {:.2f} ms alone, {:.2f} ms beside 100 hostile devices: {:+.1f} %"
        "  (goal < 10); medians of five\n",
        "hostile devices", median(alone) * 1e3, median(beside) * 1e3,
        (median(beside) / median(alone) - 1) * 100);
}

struct Part {
    std::string_view name;
    void (*run)(const Web& web, std::size_t checks);
};
constexpr std::array<Part, 5> parts{{{"plain", plain_part},
                                     {"shared", shared_part},
                                     {"tls", tls_part},
                                     {"exporter", exporter_part},
                                     {"hostile", hostile_part}}};

}  // namespace

int main(int count, char** words) {
    std::string only;
    std::size_t checks = 10'000;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string word = words[i];
        if (word == "--part") {
            only = words[i + 1];
        } else if (word == "--checks") {
            checks = std::strtoul(words[i + 1], nullptr, 10);
        } else {
            give_up("there is no " + word);
        }
    }
    const bool is_known =
        only.empty() || std::ranges::find(parts, only, &Part::name) != parts.end();
    if (count % 2 == 0 || checks == 0 || !is_known)
        give_up("[--part plain|shared|tls|exporter|hostile] [--checks N]");
    if (!test::is_installed("nginx")) {
        fmt::print("nginx is not installed: nothing to check (apt-get install nginx-light)\n");
        return EXIT_SUCCESS;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    set_log(LogLevel::error, LogFormat::logfmt);
    const Web web;
    for (const Part& part : parts) {
        if (only.empty() || only == part.name) part.run(web, checks);
    }
}
