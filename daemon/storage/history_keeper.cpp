#include "storage/history_keeper.hpp"

#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace pantau {
namespace {

/// A day is laid to those that are over when nothing of it is on its way any more.
constexpr auto day_settles = std::chrono::minutes(10);

double unix_time(WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

HistoryKeeper::HistoryKeeper(Options options, const Clock& clock, OnLeft on_left)
    : options_(std::move(options)),
      clock_(clock),
      on_left_(std::move(on_left)),
      keep_days_(options_.keep_days) {}

void HistoryKeeper::push(std::vector<DayRecord> records, std::vector<KnownUse> uses) {
    std::uint64_t lost = 0;
    waiting_.with([&](Waiting& waiting) {
        for (DayRecord& record : records) {
            Key key{record.day, record.ap, record.part};
            if (waiting.records.size() >= waiting_most && !waiting.records.contains(key)) {
                ++lost;
                continue;
            }
            waiting.records.insert_or_assign(std::move(key), std::move(record));
        }
        // As many as there are access points; what does not fit comes again within the hour.
        for (KnownUse& use : uses) {
            if (waiting.uses.size() >= waiting_most) break;
            waiting.uses.insert_or_assign(use.ap, std::move(use));
        }
        figures_.waiting = waiting.records.size();
    });
    figures_.lost += lost;
    if (lost != 0 && !is_full_.exchange(true)) log(msg::queue_full, {{"queue", "history"}});
}

/// What could not be written, unless a later word of it has come meanwhile.
void HistoryKeeper::give_back(Waiting&& taken) {
    waiting_.with([&](Waiting& waiting) {
        waiting.records.merge(taken.records);
        waiting.uses.merge(taken.uses);
        figures_.waiting = waiting.records.size();
    });
}

/// Somebody may have moved the file away: then a new one is to be made.
bool HistoryKeeper::is_there() {
    std::error_code ignored;
    return std::filesystem::exists(options_.path, ignored);
}

Result<void> HistoryKeeper::open() {
    auto opened = Database::open(options_.path);
    if (!opened) return tl::unexpected(opened.error());
    auto file = std::make_unique<File>(std::move(*opened), options_.zone);
    if (!has_told_left_) {
        auto left = file->store.left(clock_.wall());
        if (!left) return tl::unexpected(left.error());
        auto uses = file->store.uses();
        if (!uses) return tl::unexpected(uses.error());
        has_told_left_ = true;
        on_left_(std::move(*left), std::move(*uses));
    }
    file_ = std::move(file);
    chores_done_ = 0;
    return {};
}

Result<void> HistoryKeeper::write(const Waiting& taken) {
    const Database& database = file_->database;
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
    const std::int32_t today = options_.zone.day_of(clock_.wall()).number;
    Result<void> written;
    for (const auto& [key, record] : taken.records) {
        if (written) written = file_->store.write(std::span(&record, 1));
    }
    for (const auto& [ap, use] : taken.uses) {
        if (written) written = file_->store.write(std::span(&use, 1), today);
    }
    if (written) written = do_chores();
    if (written) written = database.execute("COMMIT");
    if (written) return {};
    file_->store.forget_names();
    chores_done_ = 0;
    (void)database.execute("ROLLBACK");
    return written;
}

/// Once a day: days that are over are laid together, those beyond the limit are thrown away.
Result<void> HistoryKeeper::do_chores() {
    const std::int32_t day = options_.zone.day_of(clock_.wall() - day_settles).number;
    if (chores_done_ == day) return {};
    if (auto done = file_->store.close_days(day); !done) return done;
    if (auto done = file_->store.prune(day - keep_days_.load() + 1); !done) return done;
    chores_done_ = day;
    return {};
}

void HistoryKeeper::work() {
    const MonoTime now = clock_.mono();
    if (retry_at_ && now < *retry_at_) return;
    if (file_ != nullptr && !is_there()) file_.reset();
    Result<void> done = file_ != nullptr ? Result<void>{} : open();
    if (done) {
        Waiting taken = waiting_.with([&](Waiting& waiting) {
            figures_.waiting = 0;
            return std::exchange(waiting, Waiting{});
        });
        if (taken.is_empty() && told_.empty()) {
            figures_.is_kept = true;
            return;
        }
        done = write(taken);
        if (done) {
            figures_.written += taken.records.size();
            figures_.written_at = unix_time(clock_.wall());
        } else {
            give_back(std::move(taken));
            // Opened anew it tells what is wrong with it.
            if (file_->database.is_damaged()) file_.reset();
        }
    }
    if (done) {
        if (!std::exchange(told_, {}).empty())
            log(msg::history_kept_again, {{"file", options_.path}});
        retry_at_.reset();
        is_full_ = false;
        figures_.is_kept = true;
        measure();
        return;
    }
    ++figures_.failures;
    figures_.is_kept = false;
    retry_at_ = now + retry_interval;
    tell(done.error());
}

void HistoryKeeper::finish() {
    retry_at_.reset();
    work();
    file_.reset();
}

/// Once at each change, not at each try.
void HistoryKeeper::tell(const Error& error) {
    if (error.detail == told_) return;
    told_ = error.detail;
    log(msg::history_not_kept, {{"file", options_.path}, {"detail", error.detail}});
}

void HistoryKeeper::measure() {
    std::uint64_t sum = 0;
    for (const char* const ending : {"", "-wal"}) {
        std::error_code error;
        const auto size = std::filesystem::file_size(options_.path + ending, error);
        if (!error) sum += size;
    }
    figures_.bytes = sum;
}

}  // namespace pantau
