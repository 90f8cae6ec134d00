#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/time_zone.hpp"
#include "config/settings.hpp"
#include "runtime/loop_thread.hpp"
#include "state/history.hpp"
#include "state/silence.hpp"
#include "state/snapshot.hpp"
#include "storage/history_keeper.hpp"

namespace pantau {

/// The History beside the Fleet, and its file on a thread of its own.
///
///   Snapshot -> History                on the fleet's thread
///     -> records that wait -> file     on the history's thread
///
/// It begins when the file has been opened: what an earlier run left of today comes first.
class HistoryStage {
public:
    /// A write interval is cut into so many parts, and each writes its share of the access points:
    /// no moment has to hold all of them twice.
    static constexpr unsigned shares = 12;
    /// From one look after the file to the next, when nothing is to be written.
    static constexpr Duration look_interval = std::chrono::seconds(1);

    HistoryStage(const config::Settings& settings, const std::string& state_dir,
                 const Clock& clock);
    HistoryStage(const HistoryStage&) = delete;
    HistoryStage& operator=(const HistoryStage&) = delete;
    ~HistoryStage() { stop(); }

    void start();
    /// Writes what there is and closes the file. When the fleet's thread has ended.
    void stop();

    /// On the fleet's thread. Gives the access points of which there is another word now on whether
    /// they are silent.
    [[nodiscard]] std::vector<SilenceWord> follow(const std::shared_ptr<const Snapshot>& snapshot);
    /// What a reload may change: how long and how often. Any thread.
    void set(const config::Settings& settings);

    [[nodiscard]] const HistoryKeeper::Figures& figures() const { return keeper_.figures(); }

private:
    [[nodiscard]] bool is_restored();
    void hand_over();
    void tick();

    const Clock& clock_;
    struct Left {
        HistoryLeft history;
        std::vector<KnownUse> uses;
    };
    Guarded<std::optional<Left>> left_;  ///< From the file to the fleet's thread, once.
    HistoryKeeper keeper_;
    std::atomic<Duration> write_interval_;

    History history_;  ///< The fleet's thread, as are the five below.
    Silence silence_;
    std::shared_ptr<const Inventory> inventory_;  ///< Null before the first Snapshot.
    bool is_restored_ = false;
    MonoTime next_share_at_{};
    unsigned share_ = 0;

    std::atomic<bool> is_posted_{false};
    LoopThread thread_{"history"};
    boost::asio::steady_timer timer_;
};

}  // namespace pantau
