#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/time_zone.hpp"
#include "state/history.hpp"
#include "storage/database.hpp"
#include "storage/history_store.hpp"

namespace pantau {

/// Keeps the history in its file, whatever becomes of that: a full disk, damage, another program
/// that holds it, a file of a later version. Then it says so once, keeps what is to be written as
/// long as there is room in memory, and tries again; nobody waits for it.
///
///   records --push--> [ waiting, one per access point and day ] --work--> file
///
/// `push` from any thread, all else on the storage thread.
class HistoryKeeper {
public:
    /// Some 0.5 kB each: ten days of 10,000 access points.
    static constexpr std::size_t waiting_most = 100'000;
    /// From one try to open or write the file to the next.
    static constexpr Duration retry_interval = std::chrono::seconds(10);

    struct Options {
        std::string path;
        TimeZone zone;
        int keep_days = 732;
    };
    using OnLeft = std::function<void(HistoryLeft, std::vector<KnownUse>)>;
    /// `on_left` gets what an earlier run left, once, when the file has been opened first.
    HistoryKeeper(Options options, const Clock& clock, OnLeft on_left);

    /// Records to be written; one that waits already is replaced. Costs the pushing thread no more
    /// than that. What has no room is lost and counted.
    void push(std::vector<DayRecord> records, std::vector<KnownUse> uses = {});
    /// Opens the file when it is not, writes what waits, throws old days away.
    void work();
    /// The last write before the end.
    void finish();
    /// Any thread.
    void set_keep_days(int days) { keep_days_.store(days); }

    /// What became of it so far. Any thread.
    struct Figures {
        std::atomic<bool> is_kept{false};        ///< What was written last is on the disk.
        std::atomic<std::uint64_t> written{0};   ///< Records.
        std::atomic<std::uint64_t> failures{0};  ///< Tries to open or write the file.
        std::atomic<std::uint64_t> lost{0};      ///< Records that had no room.
        std::atomic<std::uint64_t> waiting{0};   ///< Records.
        std::atomic<std::uint64_t> bytes{0};     ///< Of the file and its log.
        std::atomic<double> written_at{0};       ///< Unix time; 0 never.
    };
    [[nodiscard]] const Figures& figures() const { return figures_; }

private:
    using Key =
        std::tuple<std::int32_t, std::string, std::uint32_t>;  // day first: near in the file
    struct Waiting {
        std::map<Key, DayRecord> records;
        std::unordered_map<std::string, KnownUse> uses;

        [[nodiscard]] bool is_empty() const { return records.empty() && uses.empty(); }
    };
    struct File {
        explicit File(Database opened, const TimeZone& zone)
            : database(std::move(opened)), store(database, zone) {}
        Database database;
        HistoryStore store;
    };

    void give_back(Waiting&& taken);
    [[nodiscard]] bool is_there();
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> write(const Waiting& taken);
    [[nodiscard]] Result<void> do_chores();
    void tell(const Error& error);
    void measure();

    const Options options_;
    const Clock& clock_;
    const OnLeft on_left_;
    std::atomic<int> keep_days_;
    Guarded<Waiting> waiting_;
    Figures figures_;

    std::unique_ptr<File>
        file_;  ///< Null: not open. At one place: its store points to its database.
    bool has_told_left_ = false;
    std::optional<MonoTime> retry_at_;
    std::string told_;              ///< The trouble that was told last; empty when there is none.
    std::int32_t chores_done_ = 0;  ///< For this day.
    std::atomic<bool> is_full_{false};  ///< Told that there is no room.
};

}  // namespace pantau
