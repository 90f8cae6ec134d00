#pragma once

#include <mutex>
#include <utility>

namespace pantau {

/// Data that can be reached only while its lock is held.
template <class T>
class Guarded {
public:
    template <class... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    /// Calls `use` with the data, under the lock. Keep it short; never wait inside.
    template <class Use>
    decltype(auto) with(Use&& use) {
        const std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    template <class Use>
    decltype(auto) with(Use&& use) const {
        const std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace pantau
