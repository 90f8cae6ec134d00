#include "base/clock.hpp"

namespace pantau {
namespace {

class SystemClock final : public Clock {
public:
    [[nodiscard]] MonoTime mono() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& system_clock() noexcept {
    static const SystemClock clock;
    return clock;
}

}  // namespace pantau
