#include "cli/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <fstream>
#include <system_error>
#include <utility>

namespace pantau::cli {
namespace {

tl::unexpected<Error> cannot_start(const std::string& program, int error) {
    return fail(Reason::local, "cannot be started: " + std::generic_category().message(error),
                program);
}

/// In the child: only what is safe between fork and exec. Gives errno to the parent when it fails.
[[noreturn]] void become(char* const* arguments, const char* log, pid_t parent, int failure) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // it went before we asked to go with it
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (in >= 0 && out >= 0 && ::dup2(in, 0) == 0 && ::dup2(out, 1) == 1 && ::dup2(out, 2) == 2)
        ::execv(arguments[0], arguments);
    const int error = errno;
    static_cast<void>(!::write(failure, &error, sizeof error));
    ::_exit(127);
}

}  // namespace

Result<Child> Child::start(std::string name, std::vector<std::string> arguments,
                           std::string log_path) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    std::array<int, 2> failure{};
    if (::pipe2(failure.data(), O_CLOEXEC) != 0) return cannot_start(arguments[0], errno);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) become(pointers.data(), log_path.c_str(), parent, failure[1]);
    const int fork_error = errno;
    ::close(failure[1]);
    int error = 0;
    // Nothing to read: the program took over, and the pipe closed with it.
    const bool has_failed =
        pid > 0 && ::read(failure[0], &error, sizeof error) == static_cast<ssize_t>(sizeof error);
    ::close(failure[0]);
    if (pid < 0) return cannot_start(arguments[0], fork_error);
    Child child(std::move(name), pid, std::move(log_path));
    if (has_failed) return cannot_start(arguments[0], error);
    return child;
}

Child::Child(Child&& other) noexcept
    : name_(std::move(other.name_)),
      pid_(std::exchange(other.pid_, -1)),
      log_path_(std::move(other.log_path_)),
      status_(other.status_) {}

Child::~Child() {
    if (!is_running()) return;
    signal(SIGKILL);
    int ignored = 0;
    while (::waitpid(pid_, &ignored, 0) < 0 && errno == EINTR) {
    }
}

void Child::signal(int number) const {
    if (pid_ > 0 && !status_) ::kill(pid_, number);
}

bool Child::is_running() {
    if (pid_ <= 0 || status_) return false;
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return true;
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return false;
}

std::string Child::last_lines(std::size_t count) const {
    std::ifstream in(log_path_);
    std::deque<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(std::move(line));
        if (lines.size() > count) lines.pop_front();
    }
    std::string text;
    for (const std::string& line : lines)
        text += line + '\n';
    return text;
}

}  // namespace pantau::cli
