#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace pantau::test {

/// Whether `work` ends the process by an assertion. Runs it in a child, whose words are hidden.
template <class Work>
bool dies(const Work& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, STDERR_FILENO);
        // The test framework would report the signal as a failure of its own.
        std::signal(SIGABRT, SIG_DFL);
        work();
        ::_exit(0);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

}  // namespace pantau::test
