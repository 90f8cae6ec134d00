#include "history_stage.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace pantau {
namespace {

TimeZone zone_of(const config::Settings& settings) {
    const std::optional<TimeZone> zone = TimeZone::named(settings.timezone);
    PANTAU_ASSERT(zone.has_value());  // The configuration was checked.
    return *zone;
}

int days_in(Duration keep) {
    return static_cast<int>(keep / std::chrono::hours(24));
}

}  // namespace

HistoryStage::HistoryStage(const config::Settings& settings, const std::string& state_dir,
                           const Clock& clock)
    : clock_(clock),
      keeper_(
          {.path =
               settings.history.path.empty() ? state_dir + "/history.db" : settings.history.path,
           .zone = zone_of(settings),
           .keep_days = days_in(settings.history.keep)},
          clock,
          [this](HistoryLeft left, std::vector<KnownUse> uses) {
              left_.with([&](auto& waiting) { waiting = Left{std::move(left), std::move(uses)}; });
          }),
      write_interval_(settings.history.write_interval),
      history_(zone_of(settings)),
      silence_(zone_of(settings)),
      timer_(thread_.loop()) {}

void HistoryStage::start() {
    thread_.post([this] { keeper_.work(); });
    tick();
    thread_.start();
}

void HistoryStage::stop() {
    if (!thread_.is_running()) return;
    thread_.stop();
    if (is_restored()) {
        history_.settle(clock_.wall(), clock_.mono());
        keeper_.push(history_.take_changed(), silence_.take_changed());
    }
    keeper_.finish();
}

void HistoryStage::set(const config::Settings& settings) {
    keeper_.set_keep_days(days_in(settings.history.keep));
    write_interval_ = settings.history.write_interval;
}

bool HistoryStage::is_restored() {
    if (is_restored_) return true;
    auto left = left_.with([](auto& waiting) { return std::exchange(waiting, std::nullopt); });
    if (!left) return false;
    history_.restore(std::move(left->history));
    silence_.restore(std::move(left->uses));
    is_restored_ = true;
    return true;
}

std::vector<SilenceWord> HistoryStage::follow(const std::shared_ptr<const Snapshot>& snapshot) {
    std::vector<SilenceWord> words;
    if (!is_restored()) return words;
    if (std::exchange(inventory_, snapshot->inventory) != snapshot->inventory)
        silence_.set_inventory(*snapshot->inventory);
    history_.follow(snapshot, [&](const Look& look) {
        const std::optional<bool> is_silent = silence_.see(look);
        if (is_silent != look.silent) words.push_back({look.device->id, is_silent});
    });
    // A quarter of the interval is left to the way into the file.
    const MonoTime now = clock_.mono();
    const Duration pace = write_interval_.load() * 3 / 4 / shares;
    next_share_at_ = std::max(next_share_at_, now - shares * pace);
    for (; next_share_at_ <= now; next_share_at_ += pace)
        hand_over();
    return words;
}

void HistoryStage::hand_over() {
    share_ = (share_ + 1) % shares;
    auto records = history_.take_share(clock_.wall(), clock_.mono(), share_, shares);
    auto uses = silence_.take_share(share_, shares);
    if (records.empty() && uses.empty()) return;
    keeper_.push(std::move(records), std::move(uses));
    // Waiting for a slow disk, the thread needs no second word.
    if (is_posted_.exchange(true)) return;
    thread_.post([this] {
        is_posted_ = false;
        keeper_.work();
    });
}

void HistoryStage::tick() {
    timer_.expires_after(look_interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        keeper_.work();
        tick();
    });
}

}  // namespace pantau
