#include "config/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace pantau::config {
namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

class Descriptor {
public:
    // O_NONBLOCK: a pipe without a writer would hold the start up for ever.
    explicit Descriptor(const std::string& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

std::string words_of(int error) {
    std::string words = std::strerror(error);
    if (error == ENOENT) return words + "; relative names start at the folder of this file";
    if (error == EACCES)
        return words + "; let the user pantau runs as read it and every folder above it";
    return words;
}

/// At most one byte more than allowed, in a buffer that never moves and is wiped.
struct SecretBuffer {
    std::array<char, secret_bytes_most + 1> bytes;
    std::size_t size = 0;

    SecretBuffer() = default;
    SecretBuffer(const SecretBuffer&) = delete;
    SecretBuffer& operator=(const SecretBuffer&) = delete;
    ~SecretBuffer() { ::explicit_bzero(bytes.data(), bytes.size()); }

    [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

/// Why the file cannot be read; empty when it was.
std::string read_into(SecretBuffer& buffer, const std::string& path) {
    const Descriptor file(path);
    if (file.get() < 0) return words_of(errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return words_of(errno);
    if (S_ISDIR(status.st_mode)) return "it is a directory";
    if (!S_ISREG(status.st_mode)) return "it is not a regular file";
    while (buffer.size < buffer.bytes.size()) {
        const ssize_t got = ::read(file.get(), buffer.bytes.data() + buffer.size,
                                   buffer.bytes.size() - buffer.size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return words_of(errno);
        if (got == 0) break;
        buffer.size += static_cast<std::size_t>(got);
    }
    return {};
}

/// The path with `${CREDENTIALS_DIRECTORY}/` filled in and joined to the folder.
std::optional<std::string> path_of(const Node& node, const std::string& folder,
                                   Diagnostics& diagnostics) {
    const std::optional<std::string> text = node.text(diagnostics);
    if (!text) return std::nullopt;
    if (text->empty() || text->find('\0') != std::string::npos) {
        node.complain(diagnostics, "the name of a file is expected here");
        return std::nullopt;
    }
    constexpr std::string_view variable = "${CREDENTIALS_DIRECTORY}";
    std::string_view rest = *text;
    if (rest.starts_with(variable) && rest.substr(variable.size()).starts_with('/')) {
        const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
        if (directory == nullptr || *directory == '\0') {
            node.complain(diagnostics, "CREDENTIALS_DIRECTORY is not set",
                          "systemd sets it for a unit with LoadCredential=; run this as the "
                          "service, or name the file itself");
            return std::nullopt;
        }
        return std::string(directory) + std::string(rest.substr(variable.size()));
    }
    if (rest.find("${") != std::string_view::npos) {
        node.complain(diagnostics, "no variable is known here but ${CREDENTIALS_DIRECTORY}",
                      "it stands at the beginning: ${CREDENTIALS_DIRECTORY}/NAME");
        return std::nullopt;
    }
    return joined(folder, rest);
}

}  // namespace

std::string_view why_no_secret(std::string_view bytes) {
    if (bytes.empty()) return "it is empty";
    if (bytes.starts_with("\xEF\xBB\xBF")) return "it begins with a byte order mark";
    if (bytes.find_first_of("\r\n") != std::string_view::npos) return "it has more than one line";
    if (std::ranges::any_of(bytes, is_control)) return "it holds control bytes";
    return {};
}

std::string joined(const std::string& folder, std::string_view path) {
    if (folder.empty() || path.starts_with('/')) return std::string(path);
    return folder.ends_with('/') ? fmt::format("{}{}", folder, path)
                                 : fmt::format("{}/{}", folder, path);
}

std::optional<Secret> read_secret_file(const Node& node, const std::string& folder,
                                       Diagnostics& diagnostics) {
    const std::optional<std::string> path = path_of(node, folder, diagnostics);
    if (!path) return std::nullopt;
    SecretBuffer buffer;
    if (const std::string why = read_into(buffer, *path); !why.empty()) {
        node.complain(diagnostics, fmt::format("cannot read {}", *path), why);
        return std::nullopt;
    }
    if (buffer.size > secret_bytes_most) {
        node.complain(diagnostics, fmt::format("{} is larger than 4 KiB", *path),
                      "is it the right file? it must hold the secret and nothing else");
        return std::nullopt;
    }
    std::string_view bytes = buffer.view();
    bytes = bytes.substr(0, bytes.find_last_not_of("\r\n") + 1);
    if (const std::string_view why = why_no_secret(bytes); !why.empty()) {
        node.complain(diagnostics, fmt::format("{} holds no secret: {}", *path, why),
                      "it must hold the secret on one line and nothing else");
        return std::nullopt;
    }
    if (bytes.front() == ' ' || bytes.back() == ' ') {
        node.warn(diagnostics, fmt::format("the secret in {} begins or ends with a space", *path),
                  "the space is taken as part of it");
    }
    return Secret(std::string(bytes));
}

}  // namespace pantau::config
