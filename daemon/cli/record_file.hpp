#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pantau::cli {

/// A file that is there only when it is complete: written beside its place under another name, and
/// named at the end. Without `keep` nothing is left. Readable by its owner alone: what a device
/// says of itself is not for everybody.
class RecordFile {
public:
    enum class Existing : unsigned char { refuse, replace };

    /// Fails when there is a file already that shall not be replaced, or one that is no ordinary
    /// file.
    [[nodiscard]] static Result<RecordFile> open(const std::string& path, Existing existing);

    RecordFile(RecordFile&& other) noexcept;
    RecordFile& operator=(RecordFile&&) = delete;
    ~RecordFile();

    /// What cannot be written shows in `keep`.
    void write(std::string_view text);
    /// Gives the file its name, once.
    [[nodiscard]] Result<void> keep();

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    RecordFile(std::string path, std::string temporary, std::FILE* file)
        : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

    std::string path_;
    std::string temporary_;  ///< Empty: there is none any more.
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace pantau::cli
