#pragma once

#include <string>

#include "base/result.hpp"

namespace pantau {

/// The folder for what must outlive a restart, held by this process alone: a second daemon on the
/// same folder would poll every device twice and tell everything twice.
class StateDirectory {
public:
    /// Makes the folder when it is missing, tries to write in it, and takes its lock. The error
    /// says what to do; of a second instance, the process that is there already.
    [[nodiscard]] static Result<StateDirectory> open(const std::string& path);

    StateDirectory(StateDirectory&& other) noexcept;
    StateDirectory& operator=(StateDirectory&& other) noexcept;
    /// Gives the lock back.
    ~StateDirectory();

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    StateDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_ = -1;
};

}  // namespace pantau
