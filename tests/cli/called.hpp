#pragma once

#include <string>
#include <vector>

#include "cli/program.hpp"

namespace pantau::test {

/// What the program did in this process.
struct Called {
    int code = -1;
    std::string out;
    std::string err;
};

/// Calls the program as the shell would.
inline Called call(std::vector<std::string> words, const std::string& language = "en") {
    Called called;
    words.insert(words.begin(), "--lang=" + language);
    cli::Console console([&](std::string_view text) { called.out += text; },
                         [&](std::string_view text) { called.err += text; });
    called.code = cli::run_program(words, console);
    return called;
}

}  // namespace pantau::test
