#include "cli/record_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace pantau::cli {
namespace {

tl::unexpected<Error> refuse(const std::string& path, int error) {
    return fail(Reason::local, std::generic_category().message(error), path);
}

}  // namespace

Result<RecordFile> RecordFile::open(const std::string& path, Existing existing) {
    struct stat about {};
    if (::stat(path.c_str(), &about) == 0) {
        if (!S_ISREG(about.st_mode)) return fail(Reason::local, "is no ordinary file", path);
        if (existing == Existing::refuse) return refuse(path, EEXIST);
    } else if (errno != ENOENT) {
        return refuse(path, errno);
    }
    std::string temporary = path + ".XXXXXX";
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) return refuse(path, errno);
    std::FILE* const file = ::fdopen(fd, "w");
    if (file == nullptr) {
        const int error = errno;
        ::close(fd);
        ::unlink(temporary.c_str());
        return refuse(path, error);
    }
    return RecordFile(path, std::move(temporary), file);
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)) {}

RecordFile::~RecordFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void RecordFile::write(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file_.get());
}

Result<void> RecordFile::keep() {
    std::FILE* const file = file_.get();
    // The name must not become known before what it names is on the disk.
    const bool is_written =
        std::ferror(file) == 0 && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    const int error = errno;
    file_.reset();
    if (!is_written) return refuse(path_, error == 0 ? EIO : error);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return refuse(path_, errno);
    temporary_.clear();
    return {};
}

}  // namespace pantau::cli
