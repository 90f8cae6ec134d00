#include "cli/console.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/utf8.hpp"

namespace pantau::cli {
namespace {

/// False when it cannot be written; errno says why.
bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

void write_out(std::string_view text) {
    if (write_all(STDOUT_FILENO, text)) return;
    if (errno == EPIPE) throw ReaderGone();
    throw CannotWrite(std::generic_category().message(errno));
}

}  // namespace

Console Console::of_process() {
    Console console(write_out, [](std::string_view text) {
        // There is no place left to complain to.
        static_cast<void>(write_all(STDERR_FILENO, text));
    });
    console.is_out_terminal = ::isatty(STDOUT_FILENO) == 1;
    console.is_err_terminal = ::isatty(STDERR_FILENO) == 1;
    return console;
}

std::string harmless(std::string_view text) {
    std::string kept;
    kept.reserve(text.size());
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        const std::size_t length = sign.length == 0 ? 1 : sign.length;
        if (sign.length == 0 || is_invisible(sign.value)) {
            kept += "\xEF\xBF\xBD";
        } else {
            kept += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return kept;
}

bool wants_color(std::string_view choice, bool is_terminal) {
    if (choice == "always") return true;
    if (choice == "never" || !is_terminal) return false;
    const char* const no_color = std::getenv("NO_COLOR");
    if (no_color != nullptr && *no_color != '\0') return false;
    const char* const terminal = std::getenv("TERM");
    return terminal != nullptr && std::string_view(terminal) != "dumb" && *terminal != '\0';
}

std::string tinted(std::string_view text, Tint tint, bool color) {
    static constexpr std::array<std::string_view, 6> codes{"",         "\x1b[32m", "\x1b[33m",
                                                           "\x1b[31m", "\x1b[2m",  "\x1b[1m"};
    if (!color || tint == Tint::none || text.empty()) return std::string(text);
    std::string painted(codes[static_cast<std::size_t>(tint)]);
    painted += text;
    painted += "\x1b[0m";
    return painted;
}

}  // namespace pantau::cli
