#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace pantau::bench {

/// Work in a process of its own: its CPU and memory are its own, and several may run at once.
/// Made before the first thread of this process.
template <class Result>
class Child {
    static_assert(std::is_trivially_copyable_v<Result>);

public:
    template <class Work>
    explicit Child(const Work& work) {
        std::array<int, 2> pipe{};
        std::fflush(stdout);
        if (::pipe(pipe.data()) != 0 || (pid_ = ::fork()) < 0) give_up();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(pipe[0]);
            const Result result = work();
            const bool is_told = ::write(pipe[1], &result, sizeof result) == sizeof result;
            std::_Exit(is_told ? EXIT_SUCCESS : EXIT_FAILURE);
        }
        ::close(pipe[1]);
        hear_ = pipe[0];
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        ::close(hear_);
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    /// Waits for its end; once. Ends this process when the work has failed.
    [[nodiscard]] Result get() {
        Result result;
        if (::read(hear_, &result, sizeof result) != sizeof result) give_up();
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        return result;
    }

private:
    [[noreturn]] static void give_up() {
        std::fputs("a process of the bench has failed\n", stderr);
        std::exit(EXIT_FAILURE);
    }

    pid_t pid_ = -1;
    int hear_ = -1;
};

}  // namespace pantau::bench
