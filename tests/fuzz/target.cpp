#include "fuzz/target.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/utf8.hpp"
#include "config/diagnostic.hpp"
#include "support/process.hpp"

namespace pantau::fuzz {

std::uint8_t Feed::byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

std::uint32_t Feed::number() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = (value << 8) | byte();
    return value;
}

std::string_view Feed::piece() {
    const std::size_t size = byte();
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(piece.size());
    return piece;
}

bool is_plain(std::string_view text) {
    while (!text.empty()) {
        const CodePoint sign = decode_utf8(text);
        if (sign.length == 0 || is_invisible(sign.value)) return false;
        text.remove_prefix(sign.length);
    }
    return true;
}

std::string shown(const config::Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out, false);
    std::string words = std::move(out).str();
    std::string line;
    for (std::istringstream lines(words); std::getline(lines, line);)
        PROMISE_ABOUT(is_plain(line), line);
    PROMISE(diagnostics.has_errors() == (diagnostics.errors() > 0));
    for (const config::Diagnostic& entry : diagnostics.entries()) {
        PROMISE(!entry.message.empty());
        if (!entry.location.source) continue;
        const std::string& text = entry.location.source->text;
        const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
        PROMISE_ABOUT(entry.location.line <= lines, words);
        PROMISE_ABOUT(entry.location.column <= text.size() + 1, words);
    }
    return words;
}

void broken(const char* promise, const char* file, int line, const std::string& seen) {
    throw BrokenPromise(std::string(file) + ":" + std::to_string(line) + ": broken: " + promise +
                        (seen.empty() ? "" : "\nseen: " + seen));
}

const std::string& folder() {
    static const test::TemporaryDirectory made;
    return made.path();
}

std::string put_file(std::string_view name, std::string_view content) {
    const std::string path = folder() + "/" + std::string(name);
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    ::chmod(path.c_str(), 0600);
    return path;
}

}  // namespace pantau::fuzz
