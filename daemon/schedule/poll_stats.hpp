#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "base/reason.hpp"

namespace pantau {

/// A histogram one thread writes and any thread reads.
template <std::size_t N>
class StatHistogram {
public:
    explicit StatHistogram(const std::array<double, N>& bounds) : bounds_(bounds) {}

    void observe(double value) {
        std::size_t bucket = 0;
        while (bucket < N && value > bounds_[bucket])
            ++bucket;
        add(counts_[bucket], 1);
        sum_.store(sum_.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
    }
    [[nodiscard]] std::span<const double, N> bounds() const { return bounds_; }
    /// Observations in bucket `i` alone (not cumulated); `i` == N: above the last bound.
    [[nodiscard]] std::uint64_t count(std::size_t i) const {
        return counts_[i].load(std::memory_order_relaxed);
    }
    [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }

private:
    // One writer: no read-modify-write instruction needed.
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
        counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    std::array<double, N> bounds_;
    std::array<std::atomic<std::uint64_t>, N + 1> counts_{};
    std::atomic<double> sum_{0};
};

/// How one Worker's polls go. Written by the Worker, read by scrapes.
struct PollStats {
    static constexpr std::array<double, 12> lateness_bounds{0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                            0.25,  0.5,   1,    2.5,   5,    10};
    static constexpr std::array<double, 12> duration_bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                            0.1,   0.25,   0.5,   1,    2.5,   5};

    std::atomic<std::uint64_t> polls{0};  ///< Finished, whatever came of them.
    /// Polls without any answer, by the Reason of the first collector that failed.
    std::array<std::atomic<std::uint64_t>, reason_count> failures{};
    std::atomic<std::uint64_t> in_flight{0};
    std::atomic<std::uint64_t> shed{0};
    StatHistogram<12> lateness{lateness_bounds};  ///< Seconds from due to started.
    StatHistogram<12> duration{duration_bounds};  ///< Seconds from started to finished.

    static void increment(std::atomic<std::uint64_t>& counter) {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
};

}  // namespace pantau
