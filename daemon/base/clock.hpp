#pragma once

#include <chrono>

namespace pantau {

/// Time that only goes forward: deadlines, schedules, durations.
using MonoTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
/// Time that people read: stamps in JSON, metrics and logs. May jump.
using WallTime = std::chrono::system_clock::time_point;

/// Where time comes from. Machines get `now` as an argument; what carries their effects out asks a
/// Clock.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonoTime mono() const = 0;
    [[nodiscard]] virtual WallTime wall() const = 0;
};

/// The clock of the machine. Thread-safe.
[[nodiscard]] const Clock& system_clock() noexcept;

/// A clock that stands still until a test moves it.
class FakeClock final : public Clock {
public:
    explicit FakeClock(MonoTime mono = MonoTime{std::chrono::hours{1}},
                       WallTime wall = WallTime{std::chrono::seconds{1'790'000'000}})
        : mono_(mono), wall_(wall) {}

    [[nodiscard]] MonoTime mono() const override { return mono_; }
    [[nodiscard]] WallTime wall() const override { return wall_; }

    void advance(Duration by) {
        mono_ += by;
        wall_ += std::chrono::duration_cast<WallTime::duration>(by);
    }

private:
    MonoTime mono_;
    WallTime wall_;
};

/// Seconds as a number, for the edge: metrics, JSON, YAML.
[[nodiscard]] constexpr double to_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace pantau
