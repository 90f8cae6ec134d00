#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pantau::test {

/// A program started by a test, ended with it. Its output goes to a file that the test can read.
class Process {
public:
    /// Starts `arguments[0]` (found in PATH and the sbin folders). Environment additions as
    /// "NAME=value".
    explicit Process(std::vector<std::string> arguments, std::vector<std::string> environment = {});
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    /// SIGTERM, then after 5 s SIGKILL.
    ~Process();

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// Waits for the end. Nothing when it still runs after `patience`. 128+n for a signal n.
    std::optional<int> wait(std::chrono::milliseconds patience = std::chrono::seconds(60));
    [[nodiscard]] bool is_running();
    /// All it has written to stdout and stderr so far.
    [[nodiscard]] std::string output() const;
    /// Stdout and stderr apart are not kept; use `run` for that.
    bool wait_for_output(std::string_view text,
                         std::chrono::milliseconds patience = std::chrono::seconds(60));

private:
    pid_t pid_ = -1;
    std::optional<int> status_;
    std::string log_path_;
};

struct Finished {
    int status = -1;
    std::string out;
    std::string err;
};

/// Runs a program to its end (120 s at most). `input` is its stdin.
[[nodiscard]] Finished run(std::vector<std::string> arguments, std::string_view input = {});

/// A port of 127.0.0.1 that was free for TCP and UDP a moment ago.
[[nodiscard]] std::uint16_t free_port();
/// Whether somebody takes TCP connections on that port of 127.0.0.1.
[[nodiscard]] bool is_listening(std::uint16_t port);

/// Asks again every few milliseconds until it is true; false when `patience` ends first.
bool eventually(const std::function<bool()>& is_true,
                std::chrono::milliseconds patience = std::chrono::seconds(60));

/// A new directory, removed with everything in it at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Writes a file below it (folders are made) and gives its path.
    std::string write(std::string_view name, std::string_view content) const;

private:
    std::string path_;
};

[[nodiscard]] std::string read_file(const std::string& path);

/// Whether a program is installed. A test that needs one says so loudly: see SKIP_WITHOUT.
[[nodiscard]] bool is_installed(std::string_view program);
/// Prints "SKIPPED: why"; `./dev test` counts these lines.
void print_skip(std::string_view why);

}  // namespace pantau::test

/// Leaves the test case when a program is missing, and says so: `./dev test` counts skips.
#define SKIP_WITHOUT(program)                                                       \
    do {                                                                            \
        if (!::pantau::test::is_installed(program)) {                               \
            ::pantau::test::print_skip(std::string(program) + " is not installed"); \
            return;                                                                 \
        }                                                                           \
    } while (false)
