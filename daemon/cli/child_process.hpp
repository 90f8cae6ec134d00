#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace pantau::cli {

/// A program started by this one. It never outlives us: the kernel ends it when we are gone,
/// however that came about. Its words go to a file. Start it from the main thread.
class Child {
public:
    /// `arguments[0]` is a path. The child does not see our terminal's Ctrl-C: we end it in order.
    [[nodiscard]] static Result<Child> start(std::string name, std::vector<std::string> arguments,
                                             std::string log_path);
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    /// Ends it at once when it still runs.
    ~Child();

    [[nodiscard]] const std::string& name() const { return name_; }
    void signal(int number) const;
    [[nodiscard]] bool is_running();
    /// How it ended: its exit status, or 128 + the signal. Nothing while it runs.
    [[nodiscard]] std::optional<int> status() const { return status_; }
    /// The end of what it said.
    [[nodiscard]] std::string last_lines(std::size_t count) const;

private:
    Child(std::string name, pid_t pid, std::string log_path)
        : name_(std::move(name)), pid_(pid), log_path_(std::move(log_path)) {}

    std::string name_;
    pid_t pid_;
    std::string log_path_;
    std::optional<int> status_;
};

}  // namespace pantau::cli
