#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace pantau {

/// A queue between two threads with a limit: what does not fit is dropped and counted.
///
/// Any thread may push, one thread drains. `wake` is called on the pushing thread when the queue
/// stops being empty: it should post a drain to the consumer's loop.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t limit, std::function<void()> wake = {})
        : limit_(limit), wake_(std::move(wake)) {}

    /// False when full; the value is gone and counted.
    bool push(T value) {
        bool was_empty = false;
        {
            const std::lock_guard lock(mutex_);
            if (items_.size() >= limit_) {
                dropped_.fetch_add(1, std::memory_order_relaxed);
                return false;
            }
            was_empty = items_.empty();
            items_.push_back(std::move(value));
        }
        if (was_empty && wake_) wake_();
        return true;
    }

    /// Everything that waits, in order of arrival.
    [[nodiscard]] std::vector<T> drain() {
        std::vector<T> all;
        const std::lock_guard lock(mutex_);
        all.swap(items_);
        return all;
    }

    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    const std::size_t limit_;
    const std::function<void()> wake_;
    std::mutex mutex_;
    std::vector<T> items_;
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace pantau
