#include "tests/bench/watched_daemon.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/fakes/city/malang.hpp"

namespace pantau::bench {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "{}\n", what);
    std::exit(EXIT_FAILURE);
}

MonoTime now() {
    return system_clock().mono();
}

std::string settings_of(const WatchedDaemon::Options& options, const fs::path& folder,
                        std::uint16_t web) {
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
        folder.string(), web, options.interval, fs::absolute(options.profiles).string());
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

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * count);
    return size * count;
}

}  // namespace

void let_pass(Duration time) {
    boost::asio::io_context loop;
    boost::asio::steady_timer(loop, time).wait();
}

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
    // Each call looks further on: the ports of the one before may not be in use yet.
    static unsigned base = 17'000 + static_cast<unsigned>(::getpid()) % 9'000;
    for (; base < 30'000; base += count) {
        bool is_all = true;
        for (unsigned i = 0; i < count; ++i) {
            const auto port = static_cast<std::uint16_t>(base + i);
            is_all = is_all && is_free(SOCK_DGRAM, port) && is_free(SOCK_STREAM, port);
        }
        if (!is_all) continue;
        base += count;
        return static_cast<std::uint16_t>(base - count);
    }
    give_up("no free ports");
}

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

Folder::Folder() {
    std::string name = (fs::temp_directory_path() / "bench.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, const std::string& content, bool is_secret) const {
    std::ofstream(path_ / name) << content;
    if (is_secret) fs::permissions(path_ / name, fs::perms::owner_read);
}

Program::Program(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) give_up("cannot start " + words[0]);
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(arguments[0], arguments.data());
    std::_Exit(127);
}

Program::~Program() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

bool Program::is_running() const {
    siginfo_t state{};
    // Looked at only: the destructor still has to wait for it.
    ::waitid(P_PID, static_cast<id_t>(pid_), &state, WEXITED | WNOHANG | WNOWAIT);
    return state.si_pid == 0;
}

std::string get_page(std::uint16_t port, const std::string& path, Encoding encoding) {
    static const auto ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(ready);
    std::string body;
    CURL* const curl = curl_easy_init();
    const std::string url = fmt::format("http://127.0.0.1:{}{}", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_slist* headers = nullptr;
    if (encoding == Encoding::gzip) headers = curl_slist_append(headers, "Accept-Encoding: gzip");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    const bool is_good = curl_easy_perform(curl) == CURLE_OK;
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return is_good ? body : std::string();
}

WatchedDaemon::WatchedDaemon(const Options& options, const std::vector<city::Site>& sites)
    : port_(free_ports(1)), started_(now()), program_(prepare(options, sites)) {}

std::vector<std::string> WatchedDaemon::prepare(const Options& options,
                                                const std::vector<city::Site>& sites) const {
    if (::access(options.pantaud.c_str(), X_OK) != 0)
        give_up("no " + options.pantaud + ": build the target pantaud first");
    fs::create_directory(folder_.path() / "state");
    folder_.write("pantau.yml", settings_of(options, folder_.path(), port_));
    folder_.write("city-v2.community", "public\n", true);
    folder_.write("aps.csv", inventory_of(sites));
    return {options.pantaud, "--config", (folder_.path() / "pantau.yml").string(), "--log.level",
            "error"};
}

double WatchedDaemon::wait_until_ready(Duration most) const {
    while (get("/-/ready").empty()) {
        if (now() - started_ > most || !program_.is_running())
            give_up("pantaud does not get ready");
        let_pass(100ms);
    }
    return to_seconds(now() - started_);
}

std::string WatchedDaemon::built() {
    const fs::path own = fs::read_symlink("/proc/self/exe");
    return (own.parent_path() / "../../bin/pantaud").lexically_normal().string();
}

}  // namespace pantau::bench
