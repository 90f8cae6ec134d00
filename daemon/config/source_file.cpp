// Files whole into memory, with every way this can fail told in words.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "config/yaml_reader.hpp"

namespace pantau::config {
namespace {

class File {
public:
    // O_NONBLOCK: a pipe without a writer would hold the start up for ever.
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

std::string help_for(int error) {
    if (error == ENOENT) return "is the name right? relative names start at the file that has them";
    if (error == EACCES) return "let the user pantau runs as read it, and every directory above it";
    return {};
}

/// What a file with these first bytes is, when it is not the text we want.
std::string_view wrong_kind(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "UTF-16 text";
    if (text.starts_with("PK\x03\x04")) return "a spreadsheet or archive (zip)";
    if (text.starts_with("\x1F\x8B")) return "compressed (gzip)";
    if (text.starts_with("\xD0\xCF\x11\xE0")) return "an old spreadsheet (xls)";
    return {};
}

}  // namespace

std::shared_ptr<const Source> read_source(const std::string& path, Diagnostics& diagnostics,
                                          std::size_t bytes_most) {
    auto source = std::make_shared<Source>();
    source->name = path;
    const auto refuse = [&](std::string message, std::string help) {
        diagnostics.error({source, 0, 0}, std::move(message), std::move(help));
        return nullptr;
    };
    const auto refuse_errno = [&](std::string_view what) {
        const int error = errno;
        return refuse(fmt::format("cannot {}: {}", what, std::strerror(error)), help_for(error));
    };
    const File file(path);
    if (file.descriptor() < 0) return refuse_errno("open");
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) return refuse_errno("look at");
    if (S_ISDIR(status.st_mode)) return refuse("this is a directory, not a file", {});
    if (!S_ISREG(status.st_mode)) return refuse("this is not a regular file", {});
    if (static_cast<std::uint64_t>(status.st_size) > bytes_most) {
        return refuse(fmt::format("larger than {} MiB", bytes_most >> 20),
                      "split it into several files");
    }
    // One byte more than its size: a file that grows while it is read is noticed.
    source->text.resize(static_cast<std::size_t>(status.st_size) + 1);
    std::size_t size = 0;
    for (;;) {
        const ssize_t got =
            ::read(file.descriptor(), source->text.data() + size, source->text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refuse_errno("read");
        size += static_cast<std::size_t>(got);
        if (got == 0) break;
        if (size > bytes_most) {
            return refuse(fmt::format("larger than {} MiB", bytes_most >> 20), {});
        }
        if (size == source->text.size()) source->text.resize(size * 2);
    }
    source->text.resize(size);
    if (source->text.empty()) return refuse("the file is empty", "is it half-written?");
    if (const std::string_view kind = wrong_kind(source->text); !kind.empty()) {
        return refuse(fmt::format("this file is {}, not plain text", kind),
                      "save it as UTF-8 text (in a spreadsheet: \"CSV UTF-8\")");
    }
    if (source->text.starts_with("\xEF\xBB\xBF")) source->text.erase(0, 3);
    return source;
}

std::optional<Node> read_yaml(const std::string& path, Diagnostics& diagnostics,
                              const YamlLimits& limits) {
    std::shared_ptr<const Source> source = read_source(path, diagnostics, limits.bytes);
    if (!source) return std::nullopt;
    return parse_yaml(std::move(source), diagnostics, limits);
}

}  // namespace pantau::config
