#include "support/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace pantau::test {
namespace {

using Steady = std::chrono::steady_clock;

void pause_briefly() {
    // A pause between two looks at another program, not a guess at how long it takes.
    ::poll(nullptr, 0, 5);
}

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
    const char* path = std::getenv("PATH");
    std::stringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string full = folder + "/" + name;
        if (!folder.empty() && ::access(full.c_str(), X_OK) == 0) return full;
    }
    return "";
}

pid_t start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            int in, int out, int err) {
    const std::string program = find_program(arguments.at(0));
    if (program.empty()) throw std::runtime_error("no such program: " + arguments[0]);
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (char** e = environ; *e != nullptr; ++e)
        envp.push_back(*e);
    for (const std::string& e : environment)
        envp.push_back(const_cast<char*>(e.c_str()));
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    pid_t pid = -1;
    const int error =
        posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + program);
    return pid;
}

int code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Process::Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
    char path[] = "/tmp/pantau-test-log-XXXXXX";
    const int out = ::mkostemp(path, O_CLOEXEC);
    log_path_ = path;
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    pid_ = start(arguments, environment, null, out, out);
    ::close(out);
    ::close(null);
}

Process::~Process() {
    if (is_running()) {
        signal(SIGCONT);
        signal(SIGTERM);
        if (!wait(std::chrono::seconds(5))) {
            signal(SIGKILL);
            wait();
        }
    }
    ::unlink(log_path_.c_str());
}

void Process::signal(int number) const {
    if (!status_) ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
    eventually([&] { return !is_running(); }, patience);
    return status_;
}

bool Process::is_running() {
    if (status_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    status_ = code_of(status);
    return false;
}

std::string Process::output() const {
    return read_file(log_path_);
}

bool Process::wait_for_output(std::string_view text, std::chrono::milliseconds patience) {
    bool seen = false;
    eventually(
        [&] {
            seen = output().find(text) != std::string::npos;
            return seen || !is_running();
        },
        patience);
    return seen || output().find(text) != std::string::npos;
}

Finished run(std::vector<std::string> arguments, std::string_view input) {
    const TemporaryDirectory files;
    const std::string in = files.write("in", input);
    const std::string out = files.write("out", "");
    const std::string err = files.write("err", "");
    const std::array<int, 3> fds{::open(in.c_str(), O_RDONLY | O_CLOEXEC),
                                 ::open(out.c_str(), O_WRONLY | O_CLOEXEC),
                                 ::open(err.c_str(), O_WRONLY | O_CLOEXEC)};
    const pid_t pid = start(arguments, {}, fds[0], fds[1], fds[2]);
    for (const int fd : fds)
        ::close(fd);
    Finished finished;
    int status = 0;
    if (eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; },
                   std::chrono::seconds(120))) {
        finished.status = code_of(status);
    } else {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, &status, 0);
    }
    finished.out = read_file(out);
    finished.err = read_file(err);
    return finished;
}

std::uint16_t free_port() {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const int tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        const bool free = ::bind(tcp, raw, size) == 0 && ::getsockname(tcp, raw, &size) == 0 &&
                          ::bind(udp, raw, size) == 0;
        ::close(tcp);
        ::close(udp);
        if (free) return ntohs(address.sin_port);
    }
    throw std::runtime_error("no free port");
}

bool is_listening(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_taken =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return is_taken;
}

bool eventually(const std::function<bool()>& is_true, std::chrono::milliseconds patience) {
    const auto end = Steady::now() + patience;
    while (true) {
        if (is_true()) return true;
        if (Steady::now() >= end) return false;
        pause_briefly();
    }
}

TemporaryDirectory::TemporaryDirectory() {
    char path[] = "/tmp/pantau-test-XXXXXX";
    if (::mkdtemp(path) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(std::string_view name, std::string_view content) const {
    const std::filesystem::path full = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << content;
    return full.string();
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_installed(std::string_view program) {
    return !find_program(std::string(program)).empty();
}

void print_skip(std::string_view why) {
    std::printf("SKIPPED: %.*s\n", static_cast<int>(why.size()), why.data());
}

}  // namespace pantau::test
