#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "state/history.hpp"
#include "state/silence.hpp"
#include "storage/database.hpp"

namespace pantau {

/// Day records in a Database. On the thread of the Database, which outlives it.
class HistoryStore {
public:
    HistoryStore(const Database& database, TimeZone zone);

    /// What an earlier run left, for one that begins now.
    [[nodiscard]] Result<HistoryLeft> left(WallTime now);
    [[nodiscard]] Result<std::vector<KnownUse>> uses();
    /// Writes records; one that is there already is replaced. Inside a transaction of the caller,
    /// as are the two below.
    [[nodiscard]] Result<void> write(std::span<const DayRecord> records);
    /// What is usual at access points, as known today.
    [[nodiscard]] Result<void> write(std::span<const KnownUse> uses, std::int32_t today);
    /// Lays days before that one to the days that are over.
    [[nodiscard]] Result<void> close_days(std::int32_t first_day_open);
    /// Throws away days before that one, and what was usual where nothing was learned since.
    [[nodiscard]] Result<void> prune(std::int32_t first_day_kept);
    /// A transaction did not come off: what was remembered of it is not there.
    void forget_names();

    /// All records of these days, first and last included, by day and access point.
    [[nodiscard]] Result<std::vector<DayRecord>> days(std::int32_t first, std::int32_t last);

private:
    [[nodiscard]] Result<std::int64_t> number_of(const std::string& name, Statement& find,
                                                 Statement& add);
    [[nodiscard]] Result<std::int64_t> number_of_area(const std::string& path);
    [[nodiscard]] Result<void> read(std::int32_t first, std::int32_t last,
                                    const std::function<void(DayRecord)>& take);
    [[nodiscard]] Result<void> write_one(const DayRecord& record);
    [[nodiscard]] const LocalDay& day_numbered(std::int32_t number);

    const Database& database_;
    const TimeZone zone_;
    LocalDay lately_;
    std::unordered_map<std::string, std::int64_t> areas_;  ///< Few; access points are asked for.
    Statement find_ap_, add_ap_, find_area_, add_area_, put_, put_usual_;
};

}  // namespace pantau
