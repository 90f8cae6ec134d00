#include "state_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace pantau {
namespace {

std::string words_of(int error) {
    return std::generic_category().message(error);
}

tl::unexpected<Error> cannot_use(const std::string& path, std::string why) {
    return fail(Reason::local, fmt::format("the state directory {} {}", path, std::move(why)));
}

Result<void> make(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return {};
    std::filesystem::create_directories(path, error);
    if (error)
        return cannot_use(path, fmt::format("cannot be made: {}; give another one with "
                                            "--state-dir, or state_dir in the configuration",
                                            error.message()));
    ::chmod(path.c_str(), 0750);
    return {};
}

/// The process that wrote its number into the lock file; empty when it did not come to that.
std::string holder(int lock) {
    std::array<char, 32> digits{};
    const ssize_t size = ::pread(lock, digits.data(), digits.size() - 1, 0);
    std::string text(digits.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    text.erase(std::min(text.size(), text.find_first_not_of("0123456789")));
    return text.empty() ? "" : fmt::format(" (process {})", text);
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path) {
    if (auto made = make(path); !made) return tl::unexpected(made.error());
    const std::string file = path + "/lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (lock < 0) {
        return cannot_use(path, fmt::format("cannot be written: {}; it must belong to the user "
                                            "that runs pantaud, or give another one with "
                                            "--state-dir",
                                            words_of(errno)));
    }
    StateDirectory directory(path, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return cannot_use(path, fmt::format("is in use by another pantaud{}; stop that one, or "
                                            "give this one a directory of its own with "
                                            "--state-dir",
                                            holder(lock)));
    }
    const std::string number = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock, 0) != 0 ||
        ::pwrite(lock, number.data(), number.size(), 0) != static_cast<ssize_t>(number.size())) {
        return cannot_use(path,
                          fmt::format("cannot be written: {}; is the disk full?", words_of(errno)));
    }
    return directory;
}

StateDirectory::StateDirectory(StateDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StateDirectory& StateDirectory::operator=(StateDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

StateDirectory::~StateDirectory() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace pantau
