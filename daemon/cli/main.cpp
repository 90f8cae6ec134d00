// pantau: the command line. What it can do is in the table of cli/verbs.cpp.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/program.hpp"

int main(int argc, char** argv) {
    // A stream that was closed before would be given to the next file or socket that is opened.
    while (true) {
        const int fd = ::open("/dev/null", O_RDWR);
        if (fd > STDERR_FILENO) {
            ::close(fd);
            break;
        }
        if (fd < 0) break;
    }
    // A reader that goes away is told by the failing write.
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    pantau::cli::Console console = pantau::cli::Console::of_process();
    return pantau::cli::run_program(words, console);
}
