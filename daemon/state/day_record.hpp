#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/few.hpp"
#include "base/reason.hpp"
#include "model/health.hpp"

namespace pantau {

/// What a stretch of time of one access point was. The numbers are those of the stored bar; when
/// two took the same share of a step, the later one in this list is shown.
enum class Spent : std::uint8_t {
    unmonitored = 1,  ///< Nobody looked: pantaud was stopped, overloaded or cut off.
    up = 2,
    maintenance = 3,
    unknown = 4,  ///< Looked at, with no word yet.
    degraded = 5,
    unreachable = 6,
    down = 7,
};
/// One more than the largest number; 0 stands for "not in the inventory".
inline constexpr std::size_t spent_count = 8;

[[nodiscard]] std::string_view name_of(Spent spent) noexcept;

/// What time with that health counts as. A health that is unknown through a fault of ours is time
/// that nobody watched, and nothing else.
[[nodiscard]] Spent spent_of(const Health& health) noexcept;

/// A part of the time of one kind, by its cause.
struct ReasonTime {
    Spent spent = Spent::down;
    Reason reason = Reason::timeout;
    Duration time{};

    bool operator==(const ReasonTime&) const = default;
};

/// Step of the bar of a day.
inline constexpr std::chrono::seconds bar_step{300};

/// What most of each step of a day was (Spent, or 0), from its begin on. Kept as runs of equal
/// steps: a day without trouble is one.
class Bar {
public:
    struct Run {
        std::uint8_t kind = 0;
        std::uint16_t steps = 0;

        bool operator==(const Run&) const = default;
    };

    /// Steps between the end and this one become 0.
    void set(std::size_t step, std::uint8_t kind);
    void append(std::uint8_t kind, std::size_t steps);
    [[nodiscard]] std::uint8_t operator[](std::size_t step) const;
    /// In steps.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::span<const Run> runs() const { return runs_; }

    bool operator==(const Bar&) const = default;

private:
    Few<Run> runs_;
};

/// One access point on one day of its place: the evidence that reports are made from.
struct DayRecord {
    std::string ap;
    std::string area;      ///< Where it stood when it was last seen that day; tabs between levels.
    std::int32_t day = 0;  ///< As LocalDay numbers them.
    /// 0, except where the clock of this machine was set back into a day that was over: then the
    /// day is the sum of its parts.
    std::uint32_t part = 0;
    /// Up to when the time is accounted for. Nothing: it left the inventory, and what follows is
    /// nobody's time.
    std::optional<WallTime> until;

    std::array<Duration, spent_count> spent{};
    std::vector<ReasonTime> reasons;  ///< Of degraded, unknown, unreachable, down, unmonitored.

    double client_seconds = 0;                  ///< The sum over time of the clients connected.
    Duration clients_measured{};                ///< Time for which their number is known.
    std::optional<std::uint32_t> clients_peak;  ///< Nothing: never measured that day.
    std::uint64_t rx_bytes = 0;                 ///< From clients, over the air.
    std::uint64_t tx_bytes = 0;                 ///< To clients.
    std::uint32_t reboots = 0;
    Bar bar;

    [[nodiscard]] Duration& of(Spent kind) { return spent[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] Duration of(Spent kind) const { return spent[static_cast<std::size_t>(kind)]; }

    bool operator==(const DayRecord&) const = default;
};

/// The bar as it is stored. A day without trouble takes two bytes.
[[nodiscard]] std::vector<std::uint8_t> pack_bar(const Bar& bar);
/// What was packed; nothing when the bytes are none of ours.
[[nodiscard]] std::optional<Bar> unpack_bar(std::span<const std::uint8_t> bytes);

/// The time of all kinds but up and down, and all of it that has a reason, in whole seconds.
[[nodiscard]] std::vector<std::uint8_t> pack_spent(const DayRecord& record);
/// Puts what was packed into the record; false, and nothing, when the bytes are none of ours.
bool unpack_spent(std::span<const std::uint8_t> bytes, DayRecord& record);

}  // namespace pantau
